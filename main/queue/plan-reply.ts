// What becomes of mail that goes out from an alias: a reply to a reply address, or a message to somebody new. Unproven, to
// strangers or impossible to scrub: held, with the reason; nothing is narrowed and nothing is sent in silence. behaviour.md 4
import { createHash } from 'node:crypto'
import type { AliasState, ContactState, RecipientDecision } from '../aliases/decide-recipient.ts'
import { addressHash } from '../aliases/facts.ts'
import { mayMakeItself } from '../aliases/reserved.ts'
import { automaticKind, firstField, messageIdsOf } from '../mail/index.ts'
import type { AcceptedRecipient } from '../store/commands/accept.ts'
import type { NewAlias, NewCorrespondent } from '../store/new-alias.ts'
import { destinationOf } from '../store/commands/accept.ts'
import type { AliasRow, ContactRow } from '../store/rows.ts'
import {
  addressKey,
  domainOf,
  localPartOf,
  parseOwnLocalPart,
  splitTag,
  type Address,
  type AddressKey,
} from '../terms/address.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import { verifyProof, type Proof } from '../trust/proof.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import { authorOf, logEntry, newCorrespondent, type Arrival } from './arrival.ts'
import { outMessageId } from './out-message-id.ts'
import type { Plan } from './plan.ts'
import { addressees, asksForNoScrubbing, mayOmitScrubbing } from './reply-facts.ts'
import { heldInWords, lookAtReply, reasonOf, wordOf, type Objection } from './reply-look.ts'

export type OnePlan = AcceptedRecipient | { readonly refuse: Reply; readonly blockId?: string | null }

export function seenMark(arrival: Arrival, address: Address): Buffer {
  return createHash('sha256')
    .update(`${arrival.summary.messageId ?? ''}\n${addressKey(address)}`)
    .digest()
}

/** The user behind a message that did not come by our own submission. behaviour.md 4.1 */
export function proofOf(parts: MailParts, arrival: Arrival, address: Address): Proof {
  const { directory, mail } = parts.store
  const author = authorOf(arrival.header, arrival.evidence)
  const recipient = author === undefined ? undefined : directory.recipientByKey(addressKey(author))
  const { reversePath } = arrival.transaction
  const spf = arrival.verdicts?.spf === 'pass' && reversePath !== undefined && author !== undefined
  return verifyProof({
    author,
    mayReply: recipient?.canReplySend === true && recipient.verifiedAt !== null,
    signingDomain: recipient?.signingDomain ?? undefined,
    signatures: arrival.signatures,
    fields: arrival.header.fields.map((field) => field.key),
    namesAddress: addressees(arrival.header).some((one) => addressKey(one) === addressKey(address)),
    date: arrival.summary.date?.getTime(),
    hasMessageId: arrival.summary.messageId !== undefined,
    seenBefore: mail.replySeen(seenMark(arrival, address)),
    now: arrival.receivedAt,
    spfAllowed: recipient?.allowSpf === true && spf && domainOf(reversePath) === domainOf(author),
  })
}

/** Whom a reply is for, and from which alias. */
type ToContact = Pick<Extract<RecipientDecision, { kind: 'reply' }>, 'contact' | 'alias' | 'realAddress'>

export function hold(arrival: Arrival, to: ToContact, reason: string, text: string): AcceptedRecipient {
  return heldAs(arrival, to.alias, to.contact, { reason, text }, [], to.realAddress)
}

/** `correspondents`: the stranger who becomes the contact; the id of the contact is empty then. */
function heldAs(
  arrival: Arrival,
  alias: Pick<AliasState, 'id' | 'address'>,
  contact: Pick<ContactState, 'id' | 'address'>,
  about: { readonly reason: string; readonly text: string },
  correspondents: readonly NewCorrespondent[],
  realAddress = false,
): AcceptedRecipient {
  const recipient = contact.address
  const envelope = { direction: 'reply', aliasId: alias.id, contactId: contact.id, to: contact.address } as const
  return {
    kind: 'held',
    held: 'held',
    envelope: realAddress ? { ...envelope, realAddress } : envelope,
    expiresAt: arrival.receivedAt + KEEP_HELD,
    correspondents,
    log: logEntry(arrival, { ...about, direction: 'reply', outcome: 'held', alias: alias.address, recipient }),
  }
}

/** RFC 3834, behaviour.md 4.8: an out-of-office or a read receipt says more of the user than a reply does. */
function withheld(parts: MailParts, arrival: Arrival, alias: AliasState): AcceptedRecipient | undefined {
  const kind = automaticKind(arrival.header)
  if (kind === undefined || kind === 'generated') return undefined
  const author = arrival.summary.fromAddress
  const recipient = author === undefined ? undefined : parts.store.directory.recipientByKey(addressKey(author))
  if (kind === 'reply' && recipient?.autoReplies === true) return undefined
  const text =
    kind === 'reply'
      ? 'An automatic reply of your mailbox was not sent on. A setting of the recipient allows it.'
      : 'A receipt or a report of your mail server was not sent on: it would have told about you.'
  const about = { outcome: 'discarded', reason: 'auto-reply-withheld', text, alias: alias.address }
  return { kind: 'discard', aliasId: alias.id, log: logEntry(arrival, { ...about, direction: 'reply' }) }
}

/** behaviour.md 4.6: somebody in To or Cc whom the reply would show the user's doing to, or who would silently get nothing. */
function strangersIn(parts: MailParts, arrival: Arrival, sentTo: ReadonlySet<AddressKey>): readonly Address[] {
  const { directory } = parts.store
  return addressees(arrival.header).filter(
    (one) => directory.domain(domainOf(one)) === undefined && !sentTo.has(addressKey(one)),
  )
}

/** What speaks against sending it to `to`, under what the user has said so far. */
async function objectionsTo(
  parts: MailParts,
  arrival: Arrival,
  alias: AliasRow,
  to: Address,
  contact: ContactRow | undefined,
  realAddress = false,
): Promise<readonly Objection[]> {
  const { stored, header: block, receivedAt } = arrival
  const from = arrival.summary.fromAddress
  const recipient = from === undefined ? undefined : parts.store.directory.recipientByKey(addressKey(from))
  const word = wordOf({ recipient, alias, contact, unscrubbed: mayOmitScrubbing(arrival), realAddress })
  const messageId = `x@${domainOf(alias.address)}`
  const message = { alias, header: stored.header, block, source: stored, sentTo: new Set([addressKey(to)]) }
  return (await lookAtReply(parts, { ...message, messageId, receivedAt }, word)).objections
}

function sentByUser(plans: readonly Plan[]): ReadonlySet<AddressKey> {
  return new Set(plans.flatMap(({ decision }) => (decision.kind === 'send' ? [addressKey(decision.to)] : [])))
}

/** A reply by the user; `proof` is undefined for one that came by our own submission. */
export async function planReply(
  parts: MailParts,
  arrival: Arrival,
  to: ToContact,
  plans: readonly Plan[],
  provenBy: Address | undefined,
): Promise<OnePlan> {
  const { contact, alias, realAddress } = to
  const kept = withheld(parts, arrival, alias)
  if (kept !== undefined) return kept
  const strangers = strangersIn(parts, arrival, sentByUser(plans))
  if (strangers.length > 0) {
    const who =
      strangers.length === 1
        ? 'To or Cc names somebody who is no contact of this alias.'
        : 'To or Cc names people who are no contact of this alias.'
    const text = `${who} Nothing was left out and nothing was sent: it waits for your word.`
    return hold(arrival, to, 'reply-to-strangers', text)
  }
  const { directory } = parts.store
  const row = directory.aliasById(alias.id)
  const known = directory.contact(contact.id)
  const objections =
    row === undefined ? [] : await objectionsTo(parts, arrival, row, contact.address, known, realAddress)
  if (objections.length > 0) return hold(arrival, to, reasonOf(objections), heldInWords(objections))
  const mark = provenBy === undefined ? null : seenMark(arrival, provenBy)
  const from = { id: alias.id, address: alias.address }
  return { ...outgoing(parts, arrival, from, { id: contact.id }, contact.address, mark), realAddress }
}

/** Mail to somebody new, in the name of the alias that From (or the recipient's tag) picks. behaviour.md 4.2 */
export async function planSend(
  parts: MailParts,
  arrival: Arrival,
  to: Address,
  named: AliasState | undefined,
  mark: Buffer | null = null,
): Promise<OnePlan> {
  const alias = named ?? aliasOfFrom(parts, arrival)
  if (alias === undefined) {
    const from = arrival.summary.fromAddress
    const real = from !== undefined && parts.store.directory.recipientByKey(addressKey(from)) !== undefined
    return { refuse: real ? REPLIES.realAddressToStranger : REPLIES.fromNotYours }
  }
  const create = newCorrespondent(parts, domainOf(alias.address), { address: to, displayName: '' })
  const row = 'id' in alias ? parts.store.directory.aliasById(alias.id) : undefined
  const known = row === undefined ? undefined : parts.store.directory.contactByAddress(row.id, addressKey(to))
  const objections = row === undefined ? [] : await objectionsTo(parts, arrival, row, to, known)
  if (objections.length > 0 && row !== undefined) {
    const reason = reasonOf(objections)
    if (reason === 'reply-unscrubbable') return { refuse: REPLIES.cannotScrub }
    return heldAs(arrival, row, { id: '', address: to }, { reason, text: heldInWords(objections) }, [create])
  }
  return outgoing(parts, arrival, alias, { create }, to, mark)
}

type AliasOfMail =
  { readonly id: string; readonly address: Address } | { readonly create: NewAlias; readonly address: Address }

function aliasOfFrom(parts: MailParts, arrival: Arrival): AliasOfMail | undefined {
  const from = arrival.summary.fromAddress
  if (from === undefined) return undefined
  const { directory } = parts.store
  const domain = directory.domain(domainOf(from))
  const { base } = splitTag(localPartOf(from))
  const known = domain === undefined ? undefined : directory.alias(addressKey(`${base}@${domain.name}` as Address))
  if (known !== undefined) return known.deletedAt === null ? known : undefined
  const local = parseOwnLocalPart(base.toLowerCase())
  if (domain?.active !== true || !domain.catchAll || local === undefined) return undefined
  const address = `${local}@${domain.name}` as Address
  const key = addressKey(address)
  // Sending makes what a catch-all makes, and no more: nothing reserved, no reply address, nothing that was forgotten.
  if (!mayMakeItself(local) || directory.contactByReplyAddress(key) !== undefined) return undefined
  if (directory.isForgotten(addressHash(key))) return undefined
  const create = {
    address,
    addressKey: key,
    localPart: local,
    domainId: domain.id,
    origin: 'made' as const,
    firstSender: null,
  }
  return { create, address }
}

/** What the user asked for and did not get. */
function unheeded(arrival: Arrival): string {
  if (!asksForNoScrubbing(arrival.header) || mayOmitScrubbing(arrival)) return ''
  return ' X-Postern-Scrub was ignored: the signature of the message does not cover it.'
}

function outgoing(
  parts: MailParts,
  arrival: Arrival,
  alias: AliasOfMail,
  contact: Extract<AcceptedRecipient, { kind: 'reply' }>['contact'],
  to: Address,
  mark: Buffer | null,
): Extract<AcceptedRecipient, { kind: 'reply' }> {
  const field = firstField(arrival.header, 'message-id')
  const about = {
    outcome: 'accepted',
    reason: 'accepted',
    text: `On its way from the alias.${unheeded(arrival)}`,
    alias: alias.address,
    recipient: to,
  }
  return {
    kind: 'reply',
    alias: 'id' in alias ? { id: alias.id } : { create: alias.create },
    seenMark: mark,
    contact,
    forwardPath: to,
    destination: destinationOf(parts.route(), to),
    outMessageId: outMessageId(parts.messageIdKey, alias.address, { ...arrival.summary, publicId: arrival.publicId }),
    innerMessageId: (field === undefined ? undefined : messageIdsOf(field)[0]) ?? null,
    log: logEntry(arrival, { ...about, direction: 'reply' }),
  }
}
