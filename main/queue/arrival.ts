// A message that has come in whole: what is known of it when its recipients are planned.
import {
  authorsOf,
  correspondentsOf,
  envelopeStandsIn,
  readAuthor,
  unsubscribeAddressesOf,
  type HeaderBlock,
  type Summary,
} from '../mail/index.ts'
import type { Peer, Transaction } from '../smtp/handler.ts'
import type { NewCorrespondent } from '../store/new-alias.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import type { Verdicts } from '../store/rows.ts'
import { addressKey, domainOf, type Address, type Domain } from '../terms/address.ts'
import { randomName } from '../terms/clock.ts'
import { isProvenReversePath } from '../trust/proof.ts'
import type { DmarcFacts } from '../reports/dmarc-seen.ts'
import type { Evidence, Signature } from '../trust/verify.ts'
import type { StoredBody } from './body-sink.ts'
import type { MailParts } from './parts.ts'

export interface Arrival {
  readonly publicId: string
  readonly receivedAt: number
  readonly header: HeaderBlock
  readonly stored: StoredBody
  readonly summary: Summary
  readonly transaction: Transaction
  readonly peer: Peer
  readonly verdicts: Verdicts | null
  readonly signatures: readonly Signature[]
  readonly authenticationResults: string | null
  /** undefined where nobody had to prove anything: the session was authenticated. */
  readonly evidence: Evidence | undefined
  /** Set where the author's domain wants reports. */
  readonly dmarc?: DmarcFacts | undefined
  /** Whom its calendars name, besides those whom the header names. */
  readonly invited?: readonly Address[]
}

/** 22 characters are 110 random bits: a reply address can't be guessed (behaviour.md 3.3). */
const REPLY_LENGTH = 22

export function newCorrespondent(
  parts: MailParts,
  domain: Domain,
  who: { readonly address: Address; readonly displayName: string },
): NewCorrespondent {
  return {
    address: who.address,
    addressKey: addressKey(who.address),
    displayName: who.displayName,
    proposedReplyAddress: `${randomName(parts.random, REPLY_LENGTH)}@${domain}`,
  }
}

/** Whom the message names, each with a reply address should it be new to the alias. */
export function newCorrespondents(parts: MailParts, arrival: Arrival, domain: Domain): readonly NewCorrespondent[] {
  const unsubscribe = unsubscribeAddressesOf(arrival.header).map((one) => ({ address: one, displayName: '' }))
  // No name from a calendar: who invites says what the others are called.
  const invited = (arrival.invited ?? []).map((one) => ({ address: one, displayName: '' }))
  const everybody = [...correspondentsOf(arrival.header, arrival.transaction.reversePath), ...unsubscribe, ...invited]
  return (
    everybody
      // Our own addresses need no reply address: the alias itself stays, and so do others of ours.
      .filter((one) => parts.store.directory.domain(domainOf(one.address)) === undefined)
      .map((one) => newCorrespondent(parts, domain, one))
  )
}

export function senderOf(arrival: Arrival): Address | undefined {
  return arrival.summary.fromAddress ?? authorAddresses(arrival)[0]
}

/** Each author is looked up. Nobody writes with so many; whoever does hides a blocked one among them. */
export const MAX_AUTHORS = 20

/** contract.md "Addresses": who the sender is, the header From says, so it is known only behind DATA; the reverse-path stands in for nobody. */
export function authorAddresses({ header, transaction: { reversePath } }: Arrival): readonly Address[] {
  const authors = authorsOf(header)
  if (reversePath !== undefined && envelopeStandsIn(authors)) return [reversePath]
  return authors.flatMap(({ address }) => (address === undefined ? [] : [address]))
}

export type About = Pick<NewLogEntry, 'outcome' | 'reason' | 'text' | 'alias'> & {
  readonly direction?: NewLogEntry['direction']
  readonly recipient?: string
}

export function logEntry(arrival: Arrival, about: About): NewLogEntry {
  return {
    at: arrival.receivedAt,
    direction: about.direction ?? 'forward',
    outcome: about.outcome,
    reason: about.reason,
    text: about.text,
    alias: about.alias,
    sender: senderOf(arrival) ?? '',
    recipient: about.recipient ?? '',
    subject: arrival.summary.subject,
    size: arrival.stored.size,
    peer: arrival.peer.ip,
    tls: arrival.peer.tls,
    messageId: arrival.summary.messageId ?? '',
    verdicts: arrival.verdicts,
  }
}

/** The one mailbox that wrote it; undefined where that is nobody, several, or can't be told for sure. */
export function authorOf(header: HeaderBlock, evidence: Evidence | undefined): Address | undefined {
  const author = evidence?.author ?? readAuthor(header)
  return author.kind === 'known' && author.addresses.length === 1 ? author.addresses[0] : undefined
}

/** Whether a report may go to the reverse-path. */
export function isProven({ header, transaction, verdicts, signatures, evidence }: Arrival): boolean {
  return isProvenReversePath({
    reversePath: transaction.reversePath,
    spf: verdicts?.spf,
    author: authorOf(header, evidence),
    signatures,
    fields: header.fields.map(({ key }) => key),
  })
}
