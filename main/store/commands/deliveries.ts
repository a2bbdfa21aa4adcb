// The life of a delivery after it is queued: leased before anybody dials, settled by what the far end said.
// Every step is a committed row; a crash between lease and settle leaves `in-flight`, which the next start makes due at once.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type DeliveryRow, type LogAttempt, type Raw } from '../rows.ts'
import { logWriter } from './log.ts'
import { messageRemover } from './messages.ts'

export interface LeaseInput {
  readonly now: number
  readonly limit: number
  /** Destinations that have as many connections as they may, or that are backing off. */
  readonly busy: readonly string[]
}

export interface SettleInput {
  readonly deliveryId: number
  readonly outcome: 'delivered' | 'deferred' | 'failed'
  /** Stable id of what happened, for the log. */
  readonly reason: string
  readonly text: string
  readonly attempt: LogAttempt
  /** When to try again; only for `deferred`. */
  readonly dueAt: number
  /** Only for `failed`: until when the original is kept for the user. */
  readonly keepUntil: number | null
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
  readonly mailboxId: number | null
  /** Spool files that no row names any more; removed by the caller after the commit. */
  readonly freedSpools: readonly string[]
}

export interface DeliveryCommands {
  lease(input: LeaseInput): readonly DeliveryRow[]
  settle(input: SettleInput): SettleResult
  deliverToMailbox(input: MailboxInput): SettleResult
  /** After an unclean end: what was in flight is due at once. Returns how many. */
  recoverInFlight(now: number): number
  /** Gives leases back unused, at a clean stop. */
  releaseLeases(deliveryIds: readonly number[], now: number): number
  retryNow(deliveryIds: readonly number[], now: number): number
  dropDelivery(deliveryId: number, now: number): SettleResult
  /** Makes everything that waits due now: after sleep, on a network change. */
  wakeAll(now: number): number
  pruneDeliveries(before: number, limit: number): number
}

const COLUMNS = `id,message_id,direction,alias_id,tag,recipient_id,contact_id,forward_path,destination,out_message_id,as_is,log_id,
  state,attempts,queued_at,due_at,settled_at,last_answer`

export function deliveryCommands(db: Db): DeliveryCommands {
  const due = db.prepare(
    `SELECT ${COLUMNS} FROM delivery WHERE state='queued' AND due_at <= :now
       AND destination NOT IN (SELECT value FROM json_each(:busy)) ORDER BY due_at, id LIMIT :limit`,
  )
  const take = db.prepare("UPDATE delivery SET state='in-flight', attempts=attempts+1 WHERE id=?")
  const recover = db.prepare("UPDATE delivery SET state='queued', due_at=? WHERE state='in-flight'")
  const giveBack = db.prepare(
    "UPDATE delivery SET state='queued', due_at=?, attempts=max(0,attempts-1) WHERE id=? AND state='in-flight'",
  )
  const hasten = db.prepare("UPDATE delivery SET due_at=? WHERE id=? AND state='queued'")
  const wake = db.prepare("UPDATE delivery SET due_at=? WHERE state='queued' AND due_at > ?")
  const forgetSeen = db.prepare('DELETE FROM reply_seen WHERE at < ?')
  const removeOld = db.prepare(
    'DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE settled_at < ? LIMIT ?)',
  )
  return {
    lease({ now, limit, busy }) {
      const rows = due.all({ now, limit, busy: JSON.stringify(busy) }) as Raw[]
      for (const row of rows) take.run(row['id'])
      return rows.map((row) => ({
        ...fromRaw<DeliveryRow>(row),
        state: 'in-flight',
        attempts: Number(row['attempts']) + 1,
      }))
    },
    ...settleSteps(db),
    recoverInFlight: (now) => recover.run(now).changes,
    releaseLeases: (ids, now) => ids.reduce((sum, id) => sum + giveBack.run(now, id).changes, 0),
    retryNow: (ids, now) => ids.reduce((sum, id) => sum + hasten.run(now, id).changes, 0),
    wakeAll: (now) => wake.run(now, now).changes,
    pruneDeliveries(before, limit) {
      forgetSeen.run(before)
      return removeOld.run(before, limit).changes
    },
  }
}

interface Settling {
  readonly find: (id: number) => DeliveryRow | undefined
  readonly finish: (row: DeliveryRow, state: 'delivered' | 'failed' | 'dropped', at: number, answer: string) => string[]
  readonly keepFailed: (row: DeliveryRow, input: SettleInput) => void
}

function settling(db: Db): Settling {
  const remover = messageRemover(db)
  const byId = db.prepare(`SELECT ${COLUMNS} FROM delivery WHERE id=?`)
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
    keepFailed(row, { reason, text, attempt, keepUntil }) {
      const { messageId, aliasId, contactId, logId } = row
      const kept = {
        messageId,
        aliasId,
        contactId,
        logId,
        deliveryId: row.id,
        envelope: JSON.stringify(envelopeOf(row)),
      }
      keep.run({ ...kept, reason, text, at: attempt.at, expiresAt: keepUntil })
    },
  }
}

const NOTHING: SettleResult = { logId: null, mailboxId: null, freedSpools: [] }

function settleSteps(db: Db): Pick<DeliveryCommands, 'settle' | 'deliverToMailbox' | 'dropDelivery'> {
  const log = logWriter(db)
  const { find, finish, keepFailed } = settling(db)
  const defer = db.prepare("UPDATE delivery SET state='queued', due_at=?, last_answer=? WHERE id=?")
  const countReply = db.prepare('UPDATE alias SET replied=replied+1, last_replied=? WHERE id=?')
  const countContact = db.prepare('UPDATE contact SET replied=replied+1, last_seen=? WHERE id=?')
  const insertMail = db.prepare(
    `INSERT INTO mailbox(delivery_id,at,alias,sender,recipient,subject,size,header,message_id) VALUES(?,?,?,?,?,?,?,?,?)
     ON CONFLICT(delivery_id) DO NOTHING`,
  )
  const settle = (input: SettleInput): SettleResult => {
    const row = find(input.deliveryId)
    if (row?.state !== 'in-flight') return NOTHING
    const { attempt, outcome } = input
    log.update(row.logId, outcome, input.reason, input.text, attempt)
    if (outcome === 'deferred') {
      defer.run(input.dueAt, attempt.answer, row.id)
      return { ...NOTHING, logId: row.logId }
    }
    if (outcome === 'failed') keepFailed(row, input)
    else if (row.direction === 'reply') {
      countReply.run(attempt.at, row.aliasId)
      countContact.run(attempt.at, row.contactId)
    }
    return { ...NOTHING, logId: row.logId, freedSpools: finish(row, outcome, attempt.at, attempt.answer) }
  }
  return {
    settle,
    deliverToMailbox(input) {
      const row = find(input.settle.deliveryId)
      if (row?.state !== 'in-flight' || row.messageId === null) return NOTHING
      const { alias, sender, recipient, subject, size, header } = input
      const { at } = input.settle.attempt
      const inserted = insertMail.run(row.id, at, alias, sender, recipient, subject, size, header, row.messageId)
      const mailboxId = inserted.changes > 0 ? Number(inserted.lastInsertRowid) : null
      return { ...settle(input.settle), mailboxId }
    },
    dropDelivery(deliveryId, now) {
      const row = find(deliveryId)
      if (row?.state !== 'queued') return NOTHING
      log.update(row.logId, 'dropped', 'dropped-by-user', 'You dropped this message from the queue.', undefined)
      return { ...NOTHING, logId: row.logId, freedSpools: finish(row, 'dropped', now, row.lastAnswer) }
    },
  }
}

function envelopeOf(row: DeliveryRow): object {
  return row.direction === 'reply'
    ? { direction: 'reply', aliasId: row.aliasId, contactId: row.contactId, to: row.forwardPath }
    : { direction: 'forward', aliasId: row.aliasId, tag: row.tag, recipientId: row.recipientId, to: row.forwardPath }
}
