// From what was decided at RCPT and what the message turned out to be, to the rows that the commit writes: a forward, a reply,
// a held reply, a bounce, for each recipient with its log entry.
import type { AliasState } from '../aliases/decide-recipient.ts'
import { decideSender } from '../aliases/decide-sender.ts'
import { SETTINGS } from '../aliases/decide-settings.ts'
import { lookForLeak } from '../aliases/leak-facts.ts'
import { gatherSenderFacts } from '../aliases/sender-facts.ts'
import { automaticKind, firstField, hidesWhomToAnswer, readableBody } from '../mail/index.ts'
import type { AcceptedRecipient } from '../store/commands/accept.ts'
import type { NewAlias } from '../store/new-alias.ts'
import type { AliasRow } from '../store/rows.ts'
import { address as joinAddress, addressKey, domainOf, parseOwnLocalPart, type Address } from '../terms/address.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import {
  authorAddresses,
  authorOf,
  logEntry,
  MAX_AUTHORS,
  newCorrespondents,
  senderOf,
  type Arrival,
} from './arrival.ts'
import { withInvited } from './calendars.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import { hold, planReply, planSend, proofOf, seenMark, type OnePlan } from './plan-reply.ts'
import { feedbackInWords, planBounce, reportedDelivery, reportIn } from './plan-bounce.ts'
import { planReport } from './plan-report.ts'
import { planTrust, trustNote } from './plan-trust.ts'
import type { Plan } from './plan.ts'
import { addressees } from './reply-facts.ts'
import { readReturnPath } from './return-path.ts'
import { decideNow } from './second-look.ts'

export interface Refused {
  readonly plan: Plan
  readonly reply: Reply
  /** The entry of the block list that did it. */
  readonly blockId: string | null
}

/** What the commit writes, and who is left out of it with which answer. */
export interface Planned {
  readonly recipients: readonly AcceptedRecipient[]
  readonly refused: readonly Refused[]
}

export async function planRecipients(parts: MailParts, plans: readonly Plan[], came: Arrival): Promise<Planned> {
  const arrival = await withInvited(parts, plans, came)
  const recipients: AcceptedRecipient[] = []
  const refused: Refused[] = []
  for (const plan of plans) {
    const one = await planOne(parts, plan, arrival, plans)
    if ('refuse' in one) refused.push({ plan, reply: one.refuse, blockId: one.blockId ?? null })
    else recipients.push(withWishes(one, plan))
  }
  return { recipients, refused }
}

/** What the sender wants to be told stays with the delivery. RFC 3461 §4.1 */
function withWishes(one: AcceptedRecipient, { notify = '', orcpt = '' }: Plan): AcceptedRecipient {
  return one.kind === 'forward' || one.kind === 'reply' ? { ...one, notify, orcpt } : one
}

async function planOne(parts: MailParts, plan: Plan, arrival: Arrival, all: readonly Plan[]): Promise<OnePlan> {
  const { decision, address } = plan
  const own = ownCopy(parts, plan, arrival, all)
  if (own !== undefined) return own
  switch (decision.kind) {
    case 'forward':
      return planAlias(parts, arrival, decision, address)
    case 'make-alias': {
      const local = parseOwnLocalPart(decision.localPart.toLowerCase())
      if (local === undefined) return { refuse: REPLIES.unknownAlias }
      const made = joinAddress(local, decision.domain.name)
      const key = { address: made, addressKey: addressKey(made), localPart: local, domainId: decision.domain.id }
      const { pattern } = decision
      const create = {
        ...{ ...key, origin: 'catch-all' as const, firstSender: senderOf(arrival) ?? null },
        ...(pattern === undefined ? {} : { pattern }),
      }
      const stopped = planSender(parts, arrival, undefined, made, decision.tag)
      const stop = stopped ?? planTrust(parts, arrival, undefined, made, decision.domain.id, decision.tag, create)
      const unreadable = holdUnreadable(parts, arrival, { create }, made, decision.tag)
      return stop ?? unreadable ?? planForward(parts, arrival, { create }, made, decision.tag)
    }
    case 'to-user':
      return planToUser(parts, arrival, address)
    case 'discard': {
      const text = `${SETTINGS[decision.because]} The message was taken and thrown away, as you chose.`
      const alias = decision.alias?.address ?? address ?? ''
      const reason = decision.because === 'alias-off' ? 'alias-discarded' : decision.reply.id
      const about = { outcome: 'discarded', reason, text, alias }
      const { blockId } = decision
      return { kind: 'discard', aliasId: decision.alias?.id ?? null, blockId, log: logEntry(arrival, about) }
    }
    case 'reply':
      return planReply(parts, arrival, decision, all, undefined)
    case 'send':
      return planSend(parts, arrival, decision.to, decision.alias)
    case 'hold-reply':
      return planUnproven(parts, arrival, decision, address, all)
    case 'bounce':
      return planBounce(parts, arrival, decision.deliveryId, (alias) => planAsMail(parts, arrival, alias, all))
    case 'unsubscribe':
      return planUnsubscribe(parts, arrival, decision.deliveryId)
    case 'report':
      return planReport(parts, arrival, decision.report, address ?? '')
  }
}

/**
 * The alias among the recipients of what the user writes, as an answer to all has it: the copy would come back as mail of a new contact, with
 * the user's real address as the contact's. Left out where the message is the user's and goes to somebody else too; a message to the alias
 * alone is somebody trying it. undefined for anything else.
 */
function ownCopy(parts: MailParts, plan: Plan, arrival: Arrival, all: readonly Plan[]): AcceptedRecipient | undefined {
  const { decision, address } = plan
  if (decision.kind !== 'forward' && decision.kind !== 'make-alias') return undefined
  if (decision.kind === 'forward' && decision.addressInTag !== undefined) return undefined
  if (!isWrittenByUser(parts, arrival, all)) return undefined
  const text = 'Your own copy: the alias was among the recipients of what you sent. It was not sent back to you.'
  const about = { outcome: 'discarded', reason: 'own-copy', text, alias: address ?? '' }
  // It counts for nothing: neither blocked nor forwarded.
  return { kind: 'discard', aliasId: null, log: logEntry(arrival, { ...about, direction: 'reply' }) }
}

/**
 * Whether the message is the user's and goes to others by way of an alias. Without a password, the user's address as author and a reply address
 * among the recipients say so: nobody else knows one.
 */
function isWrittenByUser(parts: MailParts, { header, peer, evidence }: Arrival, all: readonly Plan[]): boolean {
  const { directory } = parts.store
  const goesOut = all.some(({ decision: { kind } }) => kind === 'reply' || kind === 'send' || kind === 'hold-reply')
  const author = authorOf(header, evidence)
  const isUser = author !== undefined && directory.recipientByKey(addressKey(author)) !== undefined
  if (peer.account === undefined && !isUser) return false
  return goesOut || addressees(header).some((one) => directory.contactByReplyAddress(addressKey(one)) !== undefined)
}

type Of<Kind extends Plan['decision']['kind']> = Extract<Plan['decision'], { kind: Kind }>

/** Mail to a return path that is no report: whatever binds mail to the alias behind it binds this too. */
async function planAsMail(parts: MailParts, arrival: Arrival, alias: AliasRow, all: readonly Plan[]): Promise<OnePlan> {
  const decision = decideNow(parts, alias.address, arrival)
  if (decision.kind === 'refuse') return { refuse: decision.reply, blockId: decision.blockId }
  return planOne(parts, { address: alias.address, decision }, arrival, all)
}

/** What the sender's standing makes of the message; undefined where it may pass. */
function planSender(
  parts: MailParts,
  arrival: Arrival,
  alias: AliasState | undefined,
  address: string,
  tag: string,
): OnePlan | undefined {
  const authors = authorAddresses(arrival)
  if (authors.length > MAX_AUTHORS) return { refuse: REPLIES.tooManyAuthors }
  const facts = gatherSenderFacts(parts.store, alias, authors)
  const decision = decideSender(facts)
  switch (decision.kind) {
    case 'pass':
      return undefined
    case 'refuse':
      return { refuse: decision.reply, blockId: decision.blockId }
    case 'discard': {
      const text = `${SETTINGS[decision.because]} The message was taken and thrown away, as you chose.`
      const about = { outcome: 'discarded', reason: 'sender-blocked', text, alias: address }
      const { blockId } = decision
      return { kind: 'discard', aliasId: alias?.id ?? null, blockId, log: logEntry(arrival, about) }
    }
    case 'ask':
      if (alias === undefined) return undefined
      // Whether somebody may write is asked only where it is known who that is.
      return planTrust(parts, arrival, alias, address, undefined, tag) ?? holdQuestion(parts, arrival, alias, tag)
  }
}

/** The mail waits, and the log entry is the question: the pages, the command line and a notification can answer it. */
function holdQuestion(parts: MailParts, arrival: Arrival, alias: AliasState, tag: string): AcceptedRecipient {
  const { directory } = parts.store
  const [recipient] = directory.recipientsFor(alias.id)
  const text = 'A new sender writes to an alias that asks you first. Allow or block them; the mail waits for your word.'
  const about = { outcome: 'held', reason: 'ask-sender', text, alias: alias.address }
  const envelope = {
    ...{ direction: 'forward' as const, aliasId: alias.id, tag },
    ...{ recipientId: recipient?.id ?? null, to: recipient?.email ?? '' },
  }
  const correspondents = newCorrespondents(parts, arrival, domainOf(alias.address))
  const expiresAt = arrival.receivedAt + KEEP_HELD
  return { kind: 'held', held: 'held', envelope, expiresAt, correspondents, log: logEntry(arrival, about) }
}

/**
 * The message says whom to answer and that cannot be read: without those words an answer would go to whoever From names, who may be somebody
 * else. Held, and nobody is answered by mistake. undefined where there is somebody to answer.
 */
function holdUnreadable(
  parts: MailParts,
  arrival: Arrival,
  alias: { readonly id: string } | { readonly create: NewAlias },
  address: Address,
  tag: string,
): AcceptedRecipient | undefined {
  if (!hidesWhomToAnswer(arrival.header)) return undefined
  const { directory } = parts.store
  const create = 'create' in alias ? alias.create : undefined
  const domainId = create?.domainId ?? ''
  const standard = directory.domainById(domainId)?.defaultRecipientId ?? undefined
  const own = standard === undefined ? undefined : directory.recipient(standard)
  const recipient = 'id' in alias ? directory.recipientsFor(alias.id)[0] : (own ?? directory.recipients()[0])
  const envelope = {
    ...{ direction: 'forward' as const, aliasId: 'id' in alias ? alias.id : null, tag },
    ...{ recipientId: recipient?.id ?? null, to: recipient?.email ?? '' },
  }
  const about = { outcome: 'held', reason: 'reply-to-unreadable', text: REPLY_TO_UNREADABLE, alias: address }
  const correspondents = newCorrespondents(parts, arrival, domainOf(address))
  const expiresAt = arrival.receivedAt + KEEP_HELD
  return { kind: 'held', held: 'held', envelope, create, expiresAt, correspondents, log: logEntry(arrival, about) }
}

const REPLY_TO_UNREADABLE =
  'The address in Reply-To cannot be read, so an answer would reach somebody else. You can release the message to read it; an answer to it then comes back to your alias.'

async function planAlias(
  parts: MailParts,
  arrival: Arrival,
  { alias, tag, addressInTag }: Of<'forward'>,
  address: Address | undefined,
): Promise<OnePlan> {
  // `alias+user=example.com@`: an order to send, but only from the user, and only proven. From anybody else it is a tag.
  if (addressInTag !== undefined && address !== undefined && proofOf(parts, arrival, address).proven)
    return planSend(parts, arrival, addressInTag, alias, seenMark(arrival, address))
  const stopped = planSender(parts, arrival, alias, alias.address, tag)
  const stop = stopped ?? planTrust(parts, arrival, alias, alias.address, undefined, tag)
  const unreadable = holdUnreadable(parts, arrival, { id: alias.id }, alias.address, tag)
  return stop ?? unreadable ?? planForward(parts, arrival, { id: alias.id }, alias.address, tag)
}

function planForward(
  parts: MailParts,
  arrival: Arrival,
  alias: Extract<AcceptedRecipient, { kind: 'forward' }>['alias'],
  address: string,
  tag: string,
): AcceptedRecipient {
  const about = {
    outcome: 'accepted',
    reason: 'accepted',
    text: `Accepted; on its way to you.${trustNote(parts, arrival, alias !== undefined && 'id' in alias ? alias.id : undefined)}`,
    alias: address,
  }
  const log = logEntry(arrival, about)
  const sender = senderOf(arrival)
  const correspondents = alias === undefined ? [] : newCorrespondents(parts, arrival, domainOf(address as Address))
  const heard = sender === undefined ? undefined : heardOf(parts, arrival, alias, address, sender)
  return {
    ...{ kind: 'forward', alias, tag, sender: sender === undefined ? null : addressKey(sender), correspondents, log },
    ...(heard === undefined ? {} : { heard }),
  }
}

type Forward = Extract<AcceptedRecipient, { kind: 'forward' }>

/** Which organisation this counts for, and the notice where it is a stranger to an alias of one organisation. */
function heardOf(
  parts: MailParts,
  arrival: Arrival,
  alias: Forward['alias'],
  address: string,
  sender: Address,
): Forward['heard'] {
  if (alias === undefined) return undefined
  const listField = firstField(arrival.header, 'list-id')
  const message = {
    at: arrival.receivedAt,
    signers: arrival.signatures.map((one) => one.domain),
    listId: listField === undefined ? undefined : readableBody(listField),
  }
  const { organisation, leak } = lookForLeak(parts.store, 'id' in alias ? alias.id : '', sender, message)
  if (organisation === undefined) return undefined
  if (leak === undefined) return { organisation, sender }
  const text = `This alias is probably sold or leaked: it always heard from ${leak.expected}, and now ${sender} writes to it.`
  const about = { direction: 'none' as const, outcome: 'noticed', reason: 'leak-suspected', text, alias: address }
  return { organisation, sender, leak: { evidence: JSON.stringify(leak), log: logEntry(arrival, about) } }
}

async function planUnproven(
  parts: MailParts,
  arrival: Arrival,
  to: Of<'hold-reply'>,
  address: Address | undefined,
  all: readonly Plan[],
): Promise<OnePlan> {
  if (address === undefined) return { refuse: REPLIES.replyAddressUnknown }
  const proof = proofOf(parts, arrival, address)
  if (proof.proven) return planReply(parts, arrival, to, all, address)
  if (automaticKind(arrival.header) !== undefined && arrival.transaction.reversePath === undefined) {
    // A report or receipt of some server, about mail that shows this address: nothing to decide on, and nothing to send.
    const text = 'An automatic message to a reply address; it was not sent on.'
    const about = { outcome: 'discarded', reason: 'auto-reply-withheld', text, alias: to.alias.address }
    return { kind: 'discard', aliasId: to.alias.id, log: logEntry(arrival, { ...about, direction: 'reply' }) }
  }
  const text = `A message to a reply address, but nothing proves that it comes from you. ${proof.why} It waits for your word.`
  return hold(arrival, to, 'reply-unproven', text)
}

/** Mail to postmaster or abuse. An abuse report (RFC 5965) among it is read: the log says what it is about. */
async function planToUser(parts: MailParts, arrival: Arrival, to: Address | undefined): Promise<OnePlan> {
  const address = to ?? 'postmaster'
  const domainId = to === undefined ? undefined : parts.store.directory.domain(domainOf(to))?.id
  const stopped = planSender(parts, arrival, undefined, address, '')
  const stop = stopped ?? planTrust(parts, arrival, undefined, address, domainId, '')
  if (stop !== undefined) return stop
  const plain = planForward(parts, arrival, undefined, address, '')
  if (plain.kind !== 'forward' || automaticKind(arrival.header) !== 'feedback') return plain
  const report = await reportIn(parts, arrival)
  if (report?.kind !== 'feedback') return plain
  const now = arrival.receivedAt
  const delivery = reportedDelivery(parts, report, (candidate) => readReturnPath(candidate, now, parts.returnPathKey))
  const alias = delivery === undefined ? undefined : aliasOfDelivery(parts, delivery.id)
  const text = `${feedbackInWords(report, delivery)} The report is on its way to you.`
  const about = {
    direction: 'none',
    outcome: 'noticed',
    reason: 'feedback-report',
    text,
    alias: alias?.address ?? '',
  } as const
  return { ...plain, noticed: [logEntry(arrival, about)] }
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
