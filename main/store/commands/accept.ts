// The one transaction that a `250` stands on: the message, where it goes, and its log entries. behaviour.md 5, design.md 5
import type { Db } from '../database.ts'
import type { NewAlias, NewCorrespondent } from '../new-alias.ts'
import type { HeldEnvelope } from '../rows.ts'
import { bounceStep, type AcceptedBounce } from './accept-bounce.ts'
import { directorySteps } from './accept-directory.ts'
import { fallbackFinder } from './fallback.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import { messageWriter, type NewMessage } from './messages.ts'
import { noticeWriter, type NewNotice } from './notices.ts'
import { policySteps, type HeardFrom } from './policy-steps.ts'
import { reportWriter, type NewReport } from './reports.ts'
import { destinationOf, queueDelivery } from './queue-delivery.ts'

export { destinationOf } from './queue-delivery.ts'

/** What becomes of one envelope recipient of an accepted message. */
export type AcceptedRecipient =
  | AcceptedBounce
  | {
      readonly kind: 'forward'
      /** An alias that exists, or one that this message makes. */
      readonly alias: { readonly id: string } | { readonly create: NewAlias } | undefined
      readonly tag: string
      readonly sender: string | null
      readonly correspondents: readonly NewCorrespondent[]
      /** RFC 3461 §4.1, §4.2. */
      readonly notify?: string
      readonly orcpt?: string
      /** What else the log is to say of it. */
      readonly noticed?: readonly NewLogEntry[]
      /** The organisation to count; where it is a stranger to the alias, what shows that. */
      readonly heard?: HeardFrom & { readonly leak?: { readonly evidence: string; readonly log: NewLogEntry } }
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'reply'
      readonly alias: { readonly id: string } | { readonly create: NewAlias }
      /** Set where a signature proved the sender: the same mail proves nothing again. */
      readonly seenMark: Uint8Array | null
      /** A contact that exists, or the stranger who becomes one by being written to. */
      readonly contact: { readonly id: string } | { readonly create: NewCorrespondent }
      readonly forwardPath: string
      readonly destination: string
      readonly outMessageId: string
      readonly innerMessageId: string | null
      /** The user asked that their own address stays in it. */
      readonly realAddress?: boolean
      readonly notify?: string
      readonly orcpt?: string
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'held'
      readonly held: 'held' | 'bounce'
      readonly envelope: HeldEnvelope
      /** The alias that this message makes although it waits; the envelope names none yet. */
      readonly create?: NewAlias | undefined
      readonly expiresAt: number | null
      /** Whom a held forward names, or to whom a held reply is the first: they need reply addresses when it is released. */
      readonly correspondents?: readonly NewCorrespondent[]
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'discard'
      readonly aliasId: string | null
      readonly blockId?: string | null
      readonly log: NewLogEntry
    }
  /** Mail to a report address of ours: what it says is kept, the mail is not. */
  | { readonly kind: 'report'; readonly reports: readonly NewReport[]; readonly log: NewLogEntry }
  /** Mail to an unsubscribe address of ours: the alias is switched off, or the contact blocked. */
  | {
      readonly kind: 'unsubscribe'
      readonly aliasId: string
      readonly blockContactId: string | null
      readonly log: NewLogEntry
    }

export interface AcceptInput {
  readonly message: NewMessage
  readonly recipients: readonly AcceptedRecipient[]
  /** Marks the message as one whose sender has not shown to have read our answer. */
  readonly digest?: Uint8Array | null
  /** Reports of ours that go out with it. */
  readonly notices?: readonly NewNotice[]
  /** How `destination` of a forward is told: `mx` by the recipient's domain, else the route itself. */
  readonly route: string
}

export interface AcceptResult {
  readonly messageId: number | null
  readonly deliveries: number
  readonly logIds: readonly number[]
  readonly madeAliases: readonly string[]
}

/** Whether the message itself has to be stored for this recipient. */
export function keepsMessage(recipient: AcceptedRecipient): boolean {
  if (recipient.kind === 'bounce') return recipient.keepUntil !== null
  return recipient.kind !== 'discard' && recipient.kind !== 'unsubscribe' && recipient.kind !== 'report'
}

interface Context {
  readonly input: AcceptInput
  readonly messageId: number
  readonly result: { deliveries: number; logIds: number[]; madeAliases: string[] }
}

export function acceptCommand(db: Db): (input: AcceptInput) => AcceptResult {
  const log = logWriter(db)
  const steps = recipientSteps(db)
  const writeMessage = messageWriter(db)
  const writeNotice = noticeWriter(db)
  const mark = db.prepare(
    'INSERT INTO unconfirmed(digest,at) VALUES(?,?) ON CONFLICT(digest) DO UPDATE SET at=excluded.at',
  )
  return (input) => {
    const { message } = input
    const keep = input.recipients.some(keepsMessage)
    const messageId = keep ? writeMessage(message) : 0
    const context: Context = { input, messageId, result: { deliveries: 0, logIds: [], madeAliases: [] } }
    for (const recipient of input.recipients) {
      const logId = log.add(recipient.log)
      context.result.logIds.push(logId)
      switch (recipient.kind) {
        case 'forward':
          steps.forward(recipient, logId, context)
          break
        case 'reply':
          steps.reply(recipient, logId, context)
          break
        case 'held':
          steps.hold(recipient, logId, context)
          break
        case 'bounce':
          context.result.logIds.push(...steps.bounce(recipient, messageId, logId))
          context.result.deliveries += recipient.notices.length + (recipient.pause?.notice === undefined ? 0 : 1)
          break
        case 'discard':
          steps.discard(recipient, message.receivedAt)
          break
        case 'report':
          for (const report of recipient.reports) steps.report(report)
          break
        case 'unsubscribe':
          steps.unsubscribe(recipient, message.receivedAt)
          break
      }
    }
    if (input.digest !== undefined && input.digest !== null) mark.run(input.digest, message.receivedAt)
    for (const notice of input.notices ?? []) context.result.logIds.push(writeNotice(notice))
    context.result.deliveries += input.notices?.length ?? 0
    return { messageId: keep ? messageId : null, ...context.result }
  }
}

type Of<Kind extends AcceptedRecipient['kind']> = Extract<AcceptedRecipient, { kind: Kind }>

interface Steps {
  readonly bounce: (recipient: Of<'bounce'>, messageId: number, logId: number) => readonly number[]
  forward(recipient: Of<'forward'>, logId: number, context: Context): void
  reply(recipient: Of<'reply'>, logId: number, context: Context): void
  hold(recipient: Of<'held'>, logId: number, context: Context): void
  discard(recipient: Of<'discard'>, at: number): void
  readonly report: (report: NewReport) => boolean
  unsubscribe(recipient: Of<'unsubscribe'>, at: number): void
}

function recipientSteps(db: Db): Steps {
  const directory = directorySteps(db)
  const policy = policySteps(db)
  const logs = logWriter(db)
  const queue = queueDelivery(db)
  const queueForwards = forwardQueuer(db)
  const markSeen = db.prepare('INSERT OR IGNORE INTO reply_seen(mark,at) VALUES(?,?)')
  const countBlocked = db.prepare('UPDATE alias SET blocked=blocked+1, last_blocked=? WHERE id=?')
  const mapMessageId = db.prepare('INSERT OR IGNORE INTO message_id_map(alias_id,outer_id,inner_id,at) VALUES(?,?,?,?)')
  return {
    bounce: bounceStep(db),
    forward(
      { alias, tag, sender, correspondents, heard, noticed = [], notify = '', orcpt = '' },
      logId,
      { input, messageId, result },
    ) {
      const at = input.message.receivedAt
      const aliasId = directory.aliasOf(alias, at, result.madeAliases)
      if (aliasId !== null && heard !== undefined) {
        policy.heard(aliasId, { organisation: heard.organisation, sender: heard.sender }, at)
        if (heard.leak !== undefined) {
          policy.suspectLeak(aliasId, heard.leak.evidence, at)
          result.logIds.push(logs.add(heard.leak.log))
        }
      }
      for (const one of noticed) result.logIds.push(logs.add(one))
      for (const one of correspondents) if (aliasId !== null) directory.contactOf(aliasId, one, at)
      if (aliasId !== null && sender !== null) directory.countForward(aliasId, sender, at)
      result.deliveries += queueForwards({ aliasId, tag, logId, messageId, at, notify, orcpt }, input.route)
    },
    reply(recipient, logId, context) {
      const { alias, seenMark, contact, forwardPath, destination, outMessageId, innerMessageId } = recipient
      const { notify = '', orcpt = '', realAddress = false } = recipient
      const at = context.input.message.receivedAt
      const aliasId = directory.aliasOf(alias, at, context.result.madeAliases) ?? ''
      if (seenMark !== null) markSeen.run(seenMark, at)
      const contactId = 'id' in contact ? contact.id : directory.contactOf(aliasId, contact.create, at)
      const envelope = { forwardPath, destination, recipientId: null, contactId, outMessageId }
      const asked = { notify, orcpt, realAddress }
      queue({ ...envelope, ...asked, messageId: context.messageId, direction: 'reply', aliasId, tag: '', logId, at })
      context.result.deliveries++
      if (innerMessageId !== null) mapMessageId.run(aliasId, outMessageId, innerMessageId, at)
    },
    hold: holdStep(db),
    discard({ aliasId, blockId = null }, at) {
      countBlocked.run(at, aliasId)
      if (blockId !== null) policy.countBlock(blockId, at)
    },
    report: reportWriter(db),
    unsubscribe: unsubscribeStep(db),
  }
}

interface Forwarded {
  readonly aliasId: string | null
  readonly tag: string
  readonly logId: number
  readonly messageId: number
  readonly at: number
  readonly notify: string
  readonly orcpt: string
}

/** One delivery for each recipient of the alias; where one is paused, to the fallback, else it waits. */
function forwardQueuer(db: Db): (forward: Forwarded, route: string) => number {
  const directory = directorySteps(db)
  const queue = queueDelivery(db)
  const findFallback = fallbackFinder(db)
  return (forward, route) => {
    const recipients = directory.recipientsOf(forward.aliasId)
    for (const { id, email, is_mailbox: isMailbox, paused_at: pausedAt } of recipients) {
      const fallback = pausedAt === null ? undefined : findFallback(forward.aliasId, id, forward.logId)
      const destination = isMailbox === 1 ? 'mailbox' : destinationOf(route, email)
      const to = fallback ?? { recipientId: id, email, destination }
      const envelope = { forwardPath: to.email, destination: to.destination, recipientId: to.recipientId }
      const fixed = { direction: 'forward', contactId: null, outMessageId: null } as const
      queue({ ...forward, ...envelope, ...fixed, diverted: fallback !== undefined })
    }
    return recipients.length
  }
}

function holdStep(db: Db): Steps['hold'] {
  const directory = directorySteps(db)
  const insertHeld = db.prepare(
    `INSERT INTO held(message_id,kind,reason,text,alias_id,contact_id,envelope,sender,subject,held_at,expires_at,log_id)
     VALUES(:messageId,:kind,:reason,:text,:aliasId,:contactId,:envelope,:sender,:subject,:at,:expiresAt,:logId)`,
  )
  return (
    { held, envelope: given, create, expiresAt, correspondents = [], log },
    logId,
    { input, messageId, result },
  ) => {
    const newAlias =
      create === undefined ? null : directory.aliasOf({ create }, input.message.receivedAt, result.madeAliases)
    const envelope = given.direction === 'none' || newAlias === null ? given : { ...given, aliasId: newAlias }
    const aliasId = envelope.direction === 'none' ? null : envelope.aliasId
    const at = input.message.receivedAt
    const made = correspondents.map((one) => (aliasId === null ? null : directory.contactOf(aliasId, one, at)))
    // A reply to somebody new names no contact yet: it is the one that this has made.
    const contactId = envelope.direction === 'reply' ? envelope.contactId || (made[0] ?? null) : null
    const { reason, text, sender, subject } = log
    const kept = envelope.direction === 'reply' ? { ...envelope, contactId: contactId ?? '' } : envelope
    const what = { kind: held, envelope: JSON.stringify(kept), aliasId, contactId, messageId, logId }
    insertHeld.run({ ...what, reason, text, sender, subject, at, expiresAt })
  }
}

function unsubscribeStep(db: Db): Steps['unsubscribe'] {
  const disable = db.prepare('UPDATE alias SET active=0, updated_at=? WHERE id=?')
  const block = db.prepare('UPDATE contact SET blocked=1 WHERE id=?')
  return ({ aliasId, blockContactId }, at) => {
    if (blockContactId === null) disable.run(at, aliasId)
    else block.run(blockContactId)
  }
}
