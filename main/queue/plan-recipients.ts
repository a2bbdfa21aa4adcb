// From what was decided at RCPT and what the message turned out to be, to the rows that the commit writes: a forward, a reply,
// a held reply, a bounce, for each recipient with its log entry.
import type { AliasState } from '../aliases/decide-recipient.ts'
import { automaticKind, correspondentsOf, unsubscribeAddressesOf } from '../mail/index.ts'
import type { AcceptedRecipient } from '../store/commands/accept.ts'
import { address as joinAddress, addressKey, domainOf, parseLocalPart, type Address } from '../terms/address.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import { logEntry, newCorrespondent, senderOf, type Arrival } from './arrival.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import { hold, planReply, planSend, proofOf, type OnePlan } from './plan-reply.ts'
import type { Plan } from './plan.ts'

/** What the commit writes, and who is left out of it with which answer. */
export interface Planned {
  readonly recipients: readonly AcceptedRecipient[]
  readonly refused: readonly { readonly plan: Plan; readonly reply: Reply }[]
}

export async function planRecipients(parts: MailParts, plans: readonly Plan[], arrival: Arrival): Promise<Planned> {
  const recipients: AcceptedRecipient[] = []
  const refused: { plan: Plan; reply: Reply }[] = []
  for (const plan of plans) {
    const one = await planOne(parts, plan, arrival, plans)
    if ('refuse' in one) refused.push({ plan, reply: one.refuse })
    else recipients.push(one)
  }
  return { recipients, refused }
}

async function planOne(parts: MailParts, plan: Plan, arrival: Arrival, all: readonly Plan[]): Promise<OnePlan> {
  const { decision, address } = plan
  switch (decision.kind) {
    case 'forward':
      return planAlias(parts, arrival, decision, address)
    case 'make-alias': {
      const local = parseLocalPart(decision.localPart.toLowerCase())
      if (local === undefined) return { refuse: REPLIES.unknownAlias }
      const made = joinAddress(local, decision.domain.name)
      const key = { address: made, addressKey: addressKey(made), localPart: local, domainId: decision.domain.id }
      const create = { ...key, origin: 'catch-all' as const, firstSender: senderOf(arrival) ?? null }
      return planForward(parts, arrival, { create }, made, decision.tag)
    }
    case 'to-user':
      return planForward(parts, arrival, undefined, address ?? 'postmaster', '')
    case 'discard': {
      const text = 'The alias is switched off; the message was taken and thrown away, as you chose.'
      const about = { outcome: 'discarded', reason: 'alias-discarded', text, alias: decision.alias.address }
      return { kind: 'discard', aliasId: decision.alias.id, log: logEntry(arrival, about) }
    }
    case 'reply':
      return planReply(parts, arrival, decision.contact, decision.alias, all, undefined)
    case 'send':
      return planSend(parts, arrival, decision.to, decision.alias)
    case 'hold-reply':
      return planUnproven(parts, arrival, decision, address, all)
    case 'bounce':
      return planBounce(parts, arrival, decision.deliveryId)
    case 'unsubscribe':
      return planUnsubscribe(parts, arrival, decision.deliveryId)
  }
}

type Of<Kind extends Plan['decision']['kind']> = Extract<Plan['decision'], { kind: Kind }>

/** contract.md "Addresses": the sender of a contact's block is the header From, so it is known only behind DATA. */
function isBlocked(parts: MailParts, arrival: Arrival, alias: AliasState): boolean {
  const sender = senderOf(arrival)
  if (sender === undefined) return false
  return parts.store.directory.contactByAddress(alias.id, addressKey(sender))?.blocked === true
}

async function planAlias(
  parts: MailParts,
  arrival: Arrival,
  { alias, tag, addressInTag }: Of<'forward'>,
  address: Address | undefined,
): Promise<OnePlan> {
  // `alias+user=example.com@`: an order to send, but only from the user, and only proven. From anybody else it is a tag.
  if (addressInTag !== undefined && address !== undefined && proofOf(parts, arrival, address).proven)
    return planSend(parts, arrival, addressInTag, alias)
  if (isBlocked(parts, arrival, alias)) return { refuse: REPLIES.contactBlocked }
  return planForward(parts, arrival, { id: alias.id }, alias.address, tag)
}

function planForward(
  parts: MailParts,
  arrival: Arrival,
  alias: Extract<AcceptedRecipient, { kind: 'forward' }>['alias'],
  address: string,
  tag: string,
): AcceptedRecipient {
  const about = { outcome: 'accepted', reason: 'accepted', text: 'Accepted; on its way to you.', alias: address }
  const log = logEntry(arrival, about)
  const domain = domainOf(address as Address)
  const sender = senderOf(arrival)
  const unsubscribe = unsubscribeAddressesOf(arrival.header).map((one) => ({ address: one, displayName: '' }))
  const everybody = [...correspondentsOf(arrival.header, arrival.transaction.reversePath), ...unsubscribe]
  const correspondents =
    alias === undefined
      ? []
      : everybody
          // Our own addresses need no reply address: the alias itself stays, and so do others of ours.
          .filter((one) => parts.store.directory.domain(domainOf(one.address)) === undefined)
          .map((one) => newCorrespondent(parts, domain, one))
  return { kind: 'forward', alias, tag, sender: sender === undefined ? null : addressKey(sender), correspondents, log }
}

async function planUnproven(
  parts: MailParts,
  arrival: Arrival,
  { contact, alias }: Of<'hold-reply'>,
  address: Address | undefined,
  all: readonly Plan[],
): Promise<OnePlan> {
  if (address === undefined) return { refuse: REPLIES.replyAddressUnknown }
  const proof = proofOf(parts, arrival, address)
  if (proof.proven) return planReply(parts, arrival, contact, alias, all, address)
  if (automaticKind(arrival.header) !== undefined && arrival.transaction.reversePath === undefined) {
    // A report or receipt of some server, about mail that shows this address: nothing to decide on, and nothing to send.
    const text = 'An automatic message to a reply address; it was not sent on.'
    const about = { outcome: 'discarded', reason: 'auto-reply-withheld', text, alias: alias.address }
    return { kind: 'discard', aliasId: alias.id, log: logEntry(arrival, { ...about, direction: 'reply' }) }
  }
  const text = `A message to a reply address, but nothing proves that it comes from you. ${proof.why} It waits for your word.`
  return hold(arrival, alias, contact, 'reply-unproven', text)
}

function planBounce(parts: MailParts, arrival: Arrival, deliveryId: number): AcceptedRecipient {
  const alias = aliasOfDelivery(parts, deliveryId)
  const text = 'A server sent a mail of ours back. It is kept for you to look at.'
  const about = { outcome: 'bounced', reason: 'bounce-received', text, alias: alias?.address ?? '' }
  return {
    kind: 'held',
    held: 'bounce',
    envelope: { direction: 'none' },
    expiresAt: arrival.receivedAt + KEEP_HELD,
    log: logEntry(arrival, { ...about, direction: 'none' }),
  }
}

function aliasOfDelivery(parts: MailParts, deliveryId: number) {
  const aliasId = parts.store.mail.delivery(deliveryId)?.aliasId ?? null
  return aliasId === null ? undefined : parts.store.directory.aliasById(aliasId)
}

/** The user pressed unsubscribe: the address was signed by us for one delivery, so nobody else could have made it up. */
function planUnsubscribe(parts: MailParts, arrival: Arrival, deliveryId: number): OnePlan {
  const alias = aliasOfDelivery(parts, deliveryId)
  const delivery = parts.store.mail.delivery(deliveryId)
  if (alias === undefined || delivery === undefined) return { refuse: REPLIES.unknownAlias }
  const sender = parts.store.log.entry(delivery.logId)?.sender ?? ''
  const contact = parts.store.directory.contactsOf(alias.id).find((one) => one.address === sender)
  const block = alias.unsubscribe === 'block' ? contact : undefined
  const what = block === undefined ? 'The alias is switched off' : `${block.address} is blocked`
  const about = {
    outcome: 'accepted',
    reason: 'unsubscribed',
    text: `${what}: you pressed unsubscribe.`,
    alias: alias.address,
  }
  const log = logEntry(arrival, { ...about, direction: 'none' })
  return { kind: 'unsubscribe', aliasId: alias.id, blockContactId: block?.id ?? null, log }
}
