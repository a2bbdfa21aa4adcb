// What becomes of a message whose sender proves nothing, or cannot be checked at the moment: the facts gathered, the decision made rows.
import {
  decideDeferral,
  decideTrust,
  isVouchedFor,
  type TrustDecision,
  type TrustFacts,
} from '../aliases/decide-trust.ts'
import type { AliasState } from '../aliases/decide-recipient.ts'
import { readChoice } from '../store/settings.ts'
import type { Address, Domain } from '../terms/address.ts'
import { TRY_OUT_DOMAIN } from '../terms/try-out.ts'
import type { Reply } from '../terms/reply.ts'
import { logEntry, type Arrival } from './arrival.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import type { Plan } from './plan.ts'
import type { OnePlan } from './plan-reply.ts'

/** Somebody tries it on their own machine, with whatever sender comes to mind: there is nothing to protect, and perhaps no network. */
function isTryOut({ store }: MailParts, arrival: Arrival): boolean {
  return arrival.peer.loopback && store.directory.domains().every(({ name }) => name === TRY_OUT_DOMAIN)
}

function factsOf(parts: MailParts, arrival: Arrival, domainId: string | undefined): TrustFacts | undefined {
  const { verdicts, evidence } = arrival
  if (verdicts === null || evidence === undefined || isTryOut(parts, arrival)) return undefined
  const { directory } = parts.store
  const refuses = domainId !== undefined && directory.domainById(domainId)?.refuseForged === true
  const sealers = (directory.setting('trusted-sealers') ?? '').split(',').filter((one) => one !== '')
  const { authorDomain } = evidence
  return {
    ...{ spf: verdicts.spf, dkim: verdicts.dkim, dmarc: verdicts.dmarc, arc: verdicts.arc, policy: verdicts.policy },
    ...evidence,
    authorIsOurs: authorDomain !== undefined && directory.domain(authorDomain as Domain) !== undefined,
    settings: {
      dmarc: refuses ? 'refuse' : readChoice(directory, 'dmarc-failures'),
      spf: readChoice(directory, 'spf-failures'),
      temporary: readChoice(directory, 'check-failures'),
      sealers,
    },
  }
}

/**
 * The whole message is put off where what would decide over it can't be known now: one answer for all its recipients, since they can
 * only come again together.
 */
export function deferralOf(parts: MailParts, plans: readonly Plan[], arrival: Arrival): Reply | undefined {
  if (!plans.some(({ decision }) => decision.kind === 'forward' || decision.kind === 'make-alias')) return undefined
  const facts = factsOf(parts, arrival, undefined)
  return facts === undefined ? undefined : decideDeferral(facts)
}

/** What was made of the message, for the report about its author's domain. */
export function trustOf(
  parts: MailParts,
  arrival: Arrival,
  domainId: string | undefined,
): { readonly kind: TrustDecision['kind']; readonly vouched: boolean } | undefined {
  const facts = factsOf(parts, arrival, domainId)
  return facts === undefined ? undefined : { kind: decideTrust(facts).kind, vouched: isVouchedFor(facts) }
}

/** What the log says of mail that passes although something about it is odd. */
export function trustNote(parts: MailParts, arrival: Arrival): string {
  const facts = factsOf(parts, arrival, undefined)
  const decision: TrustDecision | undefined = facts === undefined ? undefined : decideTrust(facts)
  return decision?.kind === 'pass' && decision.note !== undefined ? ` ${decision.note}` : ''
}

/** undefined where the message may pass. */
export function planTrust(
  parts: MailParts,
  arrival: Arrival,
  alias: AliasState | undefined,
  address: Address,
  domainId: string | undefined,
  tag: string,
): OnePlan | undefined {
  const { directory } = parts.store
  const domain = domainId ?? (alias === undefined ? undefined : directory.aliasById(alias.id)?.domainId)
  const facts = factsOf(parts, arrival, domain)
  const decision = facts === undefined ? undefined : decideTrust(facts)
  if (decision === undefined || decision.kind === 'pass') return undefined
  if (decision.kind === 'refuse') return { refuse: decision.reply }
  // A forged message makes no alias: released, it goes to whom the alias would have gone.
  const standard = domain === undefined ? undefined : directory.domainById(domain)?.defaultRecipientId
  const own = standard === undefined || standard === null ? undefined : directory.recipient(standard)
  const recipient = alias === undefined ? (own ?? directory.recipients()[0]) : directory.recipientsFor(alias.id)[0]
  const envelope = {
    ...{ direction: 'forward' as const, aliasId: alias?.id ?? null, tag },
    ...{ recipientId: recipient?.id ?? null, to: recipient?.email ?? '' },
  }
  const about = { outcome: 'held', reason: decision.reason, text: decision.text, alias: address }
  const expiresAt = arrival.receivedAt + KEEP_HELD
  return { kind: 'held', held: 'held', envelope, expiresAt, correspondents: [], log: logEntry(arrival, about) }
}
