// What became of an attempt, in one transaction with everything that follows from it: the log, the failed store, a fallback, a pause,
// the reports that somebody is owed.
import type { Db } from '../database.ts'
import { optionalFromRaw, type DeliveryRow, type LogAttempt } from '../rows.ts'
import { fallbackFinder, type Fallback } from './fallback.ts'
import { DELIVERY_COLUMNS } from './lease.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import { messageRemover } from './messages.ts'
import { noticeWriter, type NewNotice } from './notices.ts'
import { queueDelivery } from './queue-delivery.ts'
import { recipientCommands } from './recipients.ts'

export interface SettleInput {
  readonly deliveryId: number
  readonly outcome: 'delivered' | 'deferred' | 'failed'
  /** Stable id of what happened, for the log. */
  readonly reason: string
  readonly text: string
  readonly attempt: LogAttempt
  /** When to try again; only for `deferred`. */
  readonly dueAt: number
  /** Only for `failed`: until when the original is kept for the user; null throws it away. */
  readonly keepUntil: number | null
  /** Somebody is told that it takes long: once. */
  readonly delayTold?: boolean
  /** A report that goes out with this. */
  readonly notice?: NewNotice | undefined
  /** The sender has one mail and the alias perhaps several recipients: told only where none of them has it or may get it. */
  readonly onlyIfNobodyHasIt?: boolean
  readonly pause?:
    | {
        readonly recipientId: string
        readonly reason: string
        readonly log: NewLogEntry
        /** To another mailbox of the user's. */
        readonly notice?: NewNotice | undefined
      }
    | undefined
  /** The mailbox is back. */
  readonly resume?: { readonly recipientId: string; readonly log: NewLogEntry } | undefined
}

export interface MailboxInput {
  readonly settle: SettleInput
  readonly alias: string
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly size: number
  readonly header: Uint8Array
}

export interface SettleResult {
  readonly logId: number | null
  /** Further entries that came to be or changed. */
  readonly moreLogIds: readonly number[]
  readonly mailboxId: number | null
  /** Spool files that no row names any more; removed by the caller after the commit. */
  readonly freedSpools: readonly string[]
  /** Something new is due. */
  readonly queued: boolean
}

export interface SettleCommands {
  settle(input: SettleInput): SettleResult
  deliverToMailbox(input: MailboxInput): SettleResult
  dropDelivery(deliveryId: number, now: number): SettleResult
}

export const NOTHING_SETTLED: SettleResult = {
  logId: null,
  moreLogIds: [],
  mailboxId: null,
  freedSpools: [],
  queued: false,
}

interface Ending {
  readonly find: (id: number) => DeliveryRow | undefined
  readonly finish: (row: DeliveryRow, state: 'delivered' | 'failed' | 'dropped', at: number, answer: string) => string[]
  readonly keepFailed: (row: DeliveryRow, input: SettleInput, keepUntil: number) => void
  readonly divert: (row: DeliveryRow, fallback: Fallback, at: number) => void
}

function ending(db: Db): Ending {
  const remover = messageRemover(db)
  const queue = queueDelivery(db)
  const byId = db.prepare(`SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE id=?`)
  const end = db.prepare('UPDATE delivery SET state=?, settled_at=?, last_answer=?, message_id=? WHERE id=?')
  const keep = db.prepare(
    `INSERT INTO held(message_id,kind,reason,text,alias_id,contact_id,delivery_id,envelope,sender,subject,held_at,expires_at,log_id)
     SELECT :messageId,'failed',:reason,:text,:aliasId,:contactId,:deliveryId,:envelope,l.sender,l.subject,:at,:expiresAt,l.id
     FROM log l WHERE l.id = :logId`,
  )
  return {
    find: (id) => optionalFromRaw<DeliveryRow>(byId.get(id)),
    finish(row, state, at, answer) {
      end.run(state, at, answer, state === 'failed' ? row.messageId : null, row.id)
      return row.messageId === null ? [] : remover.removeIfUnused(row.messageId)
    },
    keepFailed(row, { reason, text, attempt }, expiresAt) {
      const { messageId, aliasId, contactId, logId } = row
      const envelope = JSON.stringify(envelopeOf(row))
      const kept = { messageId, aliasId, contactId, logId, deliveryId: row.id, envelope }
      keep.run({ ...kept, reason, text, at: attempt.at, expiresAt })
    },
    divert(row, { recipientId, email, destination }, at) {
      if (row.messageId === null) return
      const { messageId, direction, aliasId, tag, contactId, outMessageId, logId, notify, orcpt } = row
      const to = { recipientId, forwardPath: email, destination, diverted: true }
      queue({ messageId, direction, aliasId, tag, contactId, outMessageId, logId, notify, orcpt, at, ...to })
    },
  }
}

function envelopeOf(row: DeliveryRow): object {
  return row.direction === 'reply'
    ? { direction: 'reply', aliasId: row.aliasId, contactId: row.contactId, to: row.forwardPath }
    : { direction: 'forward', aliasId: row.aliasId, tag: row.tag, recipientId: row.recipientId, to: row.forwardPath }
}

/** What follows from an outcome beside the delivery's own row. */
function consequences(db: Db): (row: DeliveryRow, input: SettleInput) => readonly number[] {
  const log = logWriter(db)
  const writeNotice = noticeWriter(db)
  const recipients = recipientCommands(db)
  const told = db.prepare('UPDATE delivery SET delay_told=1 WHERE id=?')
  const others = db
    .prepare(
      `SELECT EXISTS(SELECT 1 FROM delivery WHERE log_id=? AND id<>? AND state IN ('queued','in-flight','delivered'))`,
    )
    .pluck()
  const countBounce = db.prepare('UPDATE recipient SET bounces=bounces+1 WHERE id=?')
  return (row, { notice, onlyIfNobodyHasIt, pause, resume, delayTold, attempt }) => {
    const changed: number[] = []
    if (delayTold === true) told.run(row.id)
    if (notice !== undefined && (onlyIfNobodyHasIt !== true || others.get(row.logId, row.id) !== 1))
      changed.push(writeNotice(notice))
    if (pause !== undefined) {
      countBounce.run(pause.recipientId)
      if (recipients.pauseRecipient(pause.recipientId, pause.reason, attempt.at)) {
        changed.push(log.add(pause.log))
        if (pause.notice !== undefined) changed.push(writeNotice(pause.notice))
      }
    }
    if (resume !== undefined && recipients.resumeRecipient(resume.recipientId, attempt.at))
      changed.push(log.add(resume.log))
    return changed
  }
}

/** Given up: to the fallback recipient where there is one, else kept for the user. */
function failing(db: Db): (row: DeliveryRow, input: SettleInput) => SettleResult {
  const log = logWriter(db)
  const { finish, keepFailed, divert } = ending(db)
  const follow = consequences(db)
  const findFallback = fallbackFinder(db)
  return (row, input) => {
    const { attempt, pause } = input
    const once = row.direction === 'forward' && row.ready === 0 && row.diverted === 0 && row.messageId !== null
    const fallback =
      once && row.recipientId !== null ? findFallback(row.aliasId, row.recipientId, row.logId) : undefined
    if (fallback !== undefined) {
      divert(row, fallback, attempt.at)
      const text = `${row.forwardPath} did not take it: ${attempt.answer} It goes to your fallback recipient ${fallback.email} instead.`
      log.update(row.logId, 'deferred', 'diverted', text, attempt)
      const moreLogIds = pause === undefined ? [] : follow(row, { ...input, notice: undefined })
      const freedSpools = finish(row, 'failed', attempt.at, attempt.answer)
      return { ...NOTHING_SETTLED, logId: row.logId, moreLogIds, freedSpools, queued: true }
    }
    log.update(row.logId, 'failed', input.reason, input.text, attempt)
    if (input.keepUntil !== null) keepFailed(row, input, input.keepUntil)
    const moreLogIds = follow(row, input)
    const freedSpools = finish(row, 'failed', attempt.at, attempt.answer)
    return { ...NOTHING_SETTLED, logId: row.logId, moreLogIds, freedSpools, queued: moreLogIds.length > 0 }
  }
}

export function settleCommands(db: Db): SettleCommands {
  const log = logWriter(db)
  const { find, finish } = ending(db)
  const follow = consequences(db)
  const defer = db.prepare("UPDATE delivery SET state='queued', due_at=?, last_answer=? WHERE id=?")
  const countReply = db.prepare('UPDATE alias SET replied=replied+1, last_replied=? WHERE id=?')
  const countContact = db.prepare('UPDATE contact SET replied=replied+1, last_seen=? WHERE id=?')
  const insertMail = db.prepare(
    `INSERT INTO mailbox(delivery_id,at,alias,sender,recipient,subject,size,header,message_id) VALUES(?,?,?,?,?,?,?,?,?)
     ON CONFLICT(delivery_id) DO NOTHING`,
  )
  const fail = failing(db)
  const settle = (input: SettleInput): SettleResult => {
    const row = find(input.deliveryId)
    if (row?.state !== 'in-flight') return NOTHING_SETTLED
    const { attempt, outcome } = input
    if (outcome === 'failed') return fail(row, input)
    log.update(row.logId, outcome, input.reason, input.text, attempt)
    const queued = input.notice !== undefined || input.resume !== undefined
    const moreLogIds = follow(row, input)
    if (outcome === 'deferred') {
      defer.run(input.dueAt, attempt.answer, row.id)
      return { ...NOTHING_SETTLED, logId: row.logId, moreLogIds, queued }
    }
    if (row.direction === 'reply' && row.ready === 0) {
      countReply.run(attempt.at, row.aliasId)
      countContact.run(attempt.at, row.contactId)
    }
    const freedSpools = finish(row, outcome, attempt.at, attempt.answer)
    return { ...NOTHING_SETTLED, logId: row.logId, moreLogIds, freedSpools, queued }
  }
  return {
    settle,
    deliverToMailbox(input) {
      const row = find(input.settle.deliveryId)
      if (row?.state !== 'in-flight' || row.messageId === null) return NOTHING_SETTLED
      const { alias, sender, recipient, subject, size, header } = input
      const { at } = input.settle.attempt
      const inserted = insertMail.run(row.id, at, alias, sender, recipient, subject, size, header, row.messageId)
      const mailboxId = inserted.changes > 0 ? Number(inserted.lastInsertRowid) : null
      return { ...settle(input.settle), mailboxId }
    },
    dropDelivery(deliveryId, now) {
      const row = find(deliveryId)
      if (row?.state !== 'queued') return NOTHING_SETTLED
      log.update(row.logId, 'dropped', 'dropped-by-user', 'You dropped this message from the queue.', undefined)
      const freedSpools = finish(row, 'dropped', now, row.lastAnswer)
      return { ...NOTHING_SETTLED, logId: row.logId, freedSpools }
    },
  }
}
