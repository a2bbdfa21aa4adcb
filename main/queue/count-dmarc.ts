// One message, counted for the report about its author's domain: when it is decided over, and only where the user wants reports sent.
import { RECEIVING } from '../aliases/decide-receiving.ts'
import { isInside } from '../dns/public-address.ts'
import { parseAddress, domainOf, parseDomain } from '../terms/address.ts'
import { plainAddress } from '../terms/peer-address.ts'
import type { DmarcFacts, DmarcRow, OverrideReason } from '../reports/dmarc-seen.ts'
import { readChoice } from '../store/settings.ts'
import type { Arrival } from './arrival.ts'
import type { MailParts } from './parts.ts'
import type { Plan } from './plan.ts'
import { trustOf, type Destination } from './plan-trust.ts'

/** Where somebody's domain decides, the first one does: the report has one line for a message. */
function destinationOf(parts: MailParts, plans: readonly Plan[]): Destination {
  for (const { decision } of plans) {
    if (decision.kind === 'make-alias') return { aliasId: undefined, domainId: decision.domain.id }
    if (decision.kind === 'forward') {
      const { id } = decision.alias
      return { aliasId: id, domainId: parts.store.directory.aliasById(id)?.domainId }
    }
  }
  return { aliasId: undefined, domainId: undefined }
}

function outcomeOf(
  parts: MailParts,
  plans: readonly Plan[],
  arrival: Arrival,
  { result, asked, published }: DmarcFacts,
): Pick<DmarcRow, 'disposition' | 'reasons'> {
  if (result === 'pass') return { disposition: 'pass', reasons: [] }
  const judged = plans.some(({ decision }) => RECEIVING[decision.kind].sender === 'checked')
  const trust = judged ? trustOf(parts, arrival, destinationOf(parts, plans)) : undefined
  const disposition = trust?.kind === 'refuse' ? 'reject' : trust?.kind === 'hold' ? 'quarantine' : 'none'
  const reasons: OverrideReason[] = []
  if (published.t === 'y') reasons.push('policy_test_mode')
  if (disposition !== asked) reasons.push(trust?.vouched === true ? 'trusted_forwarder' : 'local_policy')
  return { disposition, reasons }
}

/** Counts it; nothing of the recipient goes into the count, nor the sender's local part. RFC 9990 */
export function countDmarc(parts: MailParts, plans: readonly Plan[], arrival: Arrival): void {
  const { tally, store } = parts
  const { dmarc, evidence, transaction, peer } = arrival
  if (tally === undefined || dmarc === undefined || evidence === undefined) return
  if (readChoice(store.directory, 'send-dmarc-reports') === 'off') return
  const { policyDomain, published, headerFrom, alignedDkim, alignedSpf, dkim, spf } = dmarc
  // A server within our own network is nobody that the owner of a domain could know.
  if (isInside(peer.ip)) return
  // The address is the proxy's, not the sender's: a report would blame this machine.
  if (peer.loopback && parts.hiddenPeers?.doubts(parts.clock.now()) === true) return
  // Reports about mail that brings reports would go to and fro for ever. And to ourselves we report nothing.
  if (plans.every(({ decision }) => decision.kind === 'report')) return
  const domain = parseDomain(policyDomain)
  if (domain === undefined || store.directory.domain(domain) !== undefined) return
  const sender = transaction.reversePath === undefined ? undefined : parseAddress(transaction.reversePath)
  const row: DmarcRow = {
    ip: plainAddress(peer.ip),
    ...outcomeOf(parts, plans, arrival, dmarc),
    ...{ headerFrom, envelopeFrom: sender === undefined ? '' : domainOf(sender), alignedDkim, alignedSpf, dkim, spf },
  }
  tally.countDmarc(domain, published, row)
}
