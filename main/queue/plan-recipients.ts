// From what was decided at RCPT and what the message turned out to be, to the rows that the commit writes: a forward, a reply,
// a held reply, a bounce, for each recipient with its log entry.
import {
  correspondentsOf,
  firstField,
  mailboxesOf,
  messageIdsOf,
  parseAddressList,
  fieldsNamed,
  unfoldedBody,
  type HeaderBlock,
  type Summary,
} from '../mail/index.ts'
import type { Peer, Transaction } from '../smtp/handler.ts'
import type { AcceptedRecipient, NewCorrespondent } from '../store/commands/accept.ts'
import { destinationOf } from '../store/commands/accept.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import type { AliasState, ContactState } from '../aliases/decide-recipient.ts'
import type { Verdicts } from '../store/rows.ts'
import {
  address as joinAddress,
  addressKey,
  domainOf,
  parseLocalPart,
  type Address,
  type AddressKey,
  type Domain,
} from '../terms/address.ts'
import { randomName } from '../terms/clock.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import type { Plan } from './plan.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'

export interface Arrival {
  readonly publicId: string
  readonly receivedAt: number
  readonly header: HeaderBlock
  readonly summary: Summary
  readonly size: number
  readonly transaction: Transaction
  readonly peer: Peer
  readonly verdicts: Verdicts | null
  readonly authenticationResults: string | null
}

/** What the commit writes, and who is left out of it with which answer. */
export interface Planned {
  readonly recipients: readonly AcceptedRecipient[]
  readonly refused: readonly { readonly plan: Plan; readonly reply: Reply }[]
}

/** 22 characters are 110 random bits: a reply address can't be guessed (behaviour.md 3.3). */
const REPLY_LENGTH = 22

export function planRecipients(parts: MailParts, plans: readonly Plan[], arrival: Arrival): Planned {
  const recipients: AcceptedRecipient[] = []
  const refused: { plan: Plan; reply: Reply }[] = []
  for (const plan of plans) {
    const one = planOne(parts, plan, arrival, plans)
    if ('refuse' in one) refused.push({ plan, reply: one.refuse })
    else recipients.push(one)
  }
  return { recipients, refused }
}

function planOne(
  parts: MailParts,
  plan: Plan,
  arrival: Arrival,
  all: readonly Plan[],
): AcceptedRecipient | { readonly refuse: Reply } {
  const { decision } = plan
  switch (decision.kind) {
    case 'forward':
      if (isBlocked(parts, arrival, decision.alias)) return { refuse: REPLIES.contactBlocked }
      return planForward(parts, arrival, { id: decision.alias.id }, decision.alias.address, decision.tag)
    case 'make-alias': {
      const local = parseLocalPart(decision.localPart.toLowerCase())
      if (local === undefined) return { refuse: REPLIES.unknownAlias }
      const made = joinAddress(local, decision.domain.name)
      const create = {
        address: made,
        addressKey: addressKey(made),
        localPart: local,
        domainId: decision.domain.id,
        origin: 'catch-all' as const,
        firstSender: senderOf(arrival) ?? null,
      }
      return planForward(parts, arrival, { create }, made, decision.tag)
    }
    case 'to-user':
      return planForward(parts, arrival, undefined, plan.address ?? 'postmaster', '')
    case 'discard': {
      const text = 'The alias is switched off; the message was taken and thrown away, as you chose.'
      const log = logEntry(arrival, {
        outcome: 'discarded',
        reason: 'alias-discarded',
        text,
        alias: decision.alias.address,
      })
      return { kind: 'discard', aliasId: decision.alias.id, log }
    }
    case 'reply':
      return planReply(parts, arrival, decision.contact, decision.alias, all)
    case 'send':
      return planSend(parts, arrival, decision.to, decision.alias)
    case 'hold-reply': {
      const text = 'A message to a reply address, but nothing proves that it comes from you. It waits for your word.'
      return hold(arrival, decision.alias, decision.contact, 'reply-unproven', text)
    }
    case 'bounce':
      return planBounce(parts, arrival, decision.deliveryId)
  }
}

/** contract.md "Addresses": the sender of a contact's block is the header From, so it is known only behind DATA. */
function isBlocked(parts: MailParts, arrival: Arrival, alias: AliasState): boolean {
  const sender = senderOf(arrival)
  if (sender === undefined) return false
  return parts.store.directory.contactByAddress(alias.id, addressKey(sender))?.blocked === true
}

function senderOf(arrival: Arrival): Address | undefined {
  return arrival.summary.fromAddress ?? arrival.transaction.reversePath
}

type About = Pick<NewLogEntry, 'outcome' | 'reason' | 'text' | 'alias'> & {
  direction?: NewLogEntry['direction']
  recipient?: string
}

function logEntry(arrival: Arrival, about: About): NewLogEntry {
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
    size: arrival.size,
    peer: arrival.peer.ip,
    tls: arrival.peer.tls,
    messageId: arrival.summary.messageId ?? '',
    verdicts: arrival.verdicts,
  }
}

function newReplyAddress(parts: MailParts, domain: Domain): Address {
  return `${randomName(parts.random, REPLY_LENGTH)}@${domain}` as Address
}

function newCorrespondent(
  parts: MailParts,
  domain: Domain,
  who: { address: Address; displayName: string },
): NewCorrespondent {
  return {
    address: who.address,
    addressKey: addressKey(who.address),
    displayName: who.displayName,
    proposedReplyAddress: newReplyAddress(parts, domain),
  }
}

function planForward(
  parts: MailParts,
  arrival: Arrival,
  alias:
    | { readonly id: string }
    | Extract<Extract<AcceptedRecipient, { kind: 'forward' }>['alias'], { create: unknown }>
    | undefined,
  address: string,
  tag: string,
): AcceptedRecipient {
  const log = logEntry(arrival, {
    outcome: 'accepted',
    reason: 'accepted',
    text: 'Accepted; on its way to you.',
    alias: address,
  })
  const domain = domainOf(address as Address)
  const sender = senderOf(arrival)
  const correspondents =
    alias === undefined
      ? []
      : correspondentsOf(arrival.header, arrival.transaction.reversePath)
          // Our own addresses need no reply address: the alias itself stays, and so do others of ours.
          .filter((one) => parts.store.directory.domain(domainOf(one.address)) === undefined)
          .map((one) => newCorrespondent(parts, domain, one))
  return { kind: 'forward', alias, tag, sender: sender === undefined ? null : addressKey(sender), correspondents, log }
}

/** Everybody in To and Cc. */
export function addressees(header: HeaderBlock): readonly Address[] {
  const found: Address[] = []
  for (const name of ['to', 'cc'])
    for (const field of fieldsNamed(header, name))
      for (const mailbox of mailboxesOf(parseAddressList(unfoldedBody(field))))
        if (mailbox.address !== undefined) found.push(mailbox.address)
  return found
}

function hold(
  arrival: Arrival,
  alias: AliasState,
  contact: ContactState,
  reason: string,
  text: string,
): AcceptedRecipient {
  const recipient = contact.address
  return {
    kind: 'held',
    held: 'held',
    envelope: { direction: 'reply', aliasId: alias.id, contactId: contact.id, to: contact.address },
    expiresAt: arrival.receivedAt + KEEP_HELD,
    log: logEntry(arrival, { direction: 'reply', outcome: 'held', reason, text, alias: alias.address, recipient }),
  }
}

/** behaviour.md 4.6: somebody in To or Cc whom the reply would show the user's doing to, or who would silently get nothing. */
function strangersIn(parts: MailParts, arrival: Arrival, sentTo: ReadonlySet<AddressKey>): readonly Address[] {
  const { directory } = parts.store
  return addressees(arrival.header).filter(
    (one) => directory.domain(domainOf(one)) === undefined && !sentTo.has(addressKey(one)),
  )
}

function planReply(
  parts: MailParts,
  arrival: Arrival,
  contact: ContactState,
  alias: AliasState,
  all: readonly Plan[],
): AcceptedRecipient {
  const sentTo = new Set(all.flatMap(({ decision }) => (decision.kind === 'send' ? [addressKey(decision.to)] : [])))
  const strangers = strangersIn(parts, arrival, sentTo)
  if (strangers.length > 0) {
    const text = `To or Cc names ${strangers.length === 1 ? 'somebody' : 'people'} who is no contact of this alias. Nothing was left out and nothing was sent: it waits for your word.`
    return hold(arrival, alias, contact, 'reply-to-strangers', text)
  }
  return outgoing(parts, arrival, alias, { id: contact.id }, contact.address, 'The reply is on its way.')
}

function planSend(
  parts: MailParts,
  arrival: Arrival,
  to: Address,
  named: AliasState | undefined,
): AcceptedRecipient | { readonly refuse: Reply } {
  const alias = named ?? aliasOfFrom(parts, arrival)
  if (alias === undefined) {
    const from = arrival.summary.fromAddress
    const real = from !== undefined && parts.store.directory.recipientByKey(addressKey(from)) !== undefined
    return { refuse: real ? REPLIES.realAddressToStranger : REPLIES.fromNotYours }
  }
  const create = newCorrespondent(parts, domainOf(alias.address), { address: to, displayName: '' })
  return outgoing(parts, arrival, alias, { create }, to, 'The message is on its way.')
}

function aliasOfFrom(parts: MailParts, arrival: Arrival): AliasState | undefined {
  const from = arrival.summary.fromAddress
  const alias = from === undefined ? undefined : parts.store.directory.alias(addressKey(from))
  return alias?.deletedAt === null ? alias : undefined
}

function outgoing(
  parts: MailParts,
  arrival: Arrival,
  alias: AliasState,
  contact: Extract<AcceptedRecipient, { kind: 'reply' }>['contact'],
  to: Address,
  text: string,
): AcceptedRecipient {
  const domain = domainOf(alias.address)
  const field = firstField(arrival.header, 'message-id')
  return {
    kind: 'reply',
    aliasId: alias.id,
    contact,
    forwardPath: to,
    destination: destinationOf(parts.route(), to),
    outMessageId: `${randomName(parts.random, 26)}@${domain}`,
    innerMessageId: (field === undefined ? undefined : messageIdsOf(field)[0]) ?? null,
    log: logEntry(arrival, {
      direction: 'reply',
      outcome: 'accepted',
      reason: 'accepted',
      text,
      alias: alias.address,
      recipient: to,
    }),
  }
}

function planBounce(parts: MailParts, arrival: Arrival, deliveryId: number): AcceptedRecipient {
  const delivery = parts.store.mail.delivery(deliveryId)
  const alias =
    delivery?.aliasId === undefined || delivery.aliasId === null
      ? undefined
      : parts.store.directory.aliasById(delivery.aliasId)
  const text = 'A server sent a mail of ours back. It is kept for you to look at.'
  return {
    kind: 'held',
    held: 'bounce',
    envelope: { direction: 'none' },
    expiresAt: arrival.receivedAt + KEEP_HELD,
    log: logEntry(arrival, {
      direction: 'none',
      outcome: 'bounced',
      reason: 'bounce-received',
      text,
      alias: alias?.address ?? '',
    }),
  }
}
