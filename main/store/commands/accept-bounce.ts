// A bounce that came back: noted at the delivery that it is about, its recipient paused where the mailbox is gone, the user told.
// A delivery is told about once for each step down (delayed, soft, hard): who holds a return path of ours cannot ring a bell with it.
import type { Db } from '../database.ts'
import type { LogAttempt } from '../rows.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import { noticeWriter, type NewNotice } from './notices.ts'
import { recipientCommands } from './recipients.ts'

export interface AcceptedBounce {
  readonly kind: 'bounce'
  readonly deliveryId: number
  readonly bounce: 'delayed' | 'soft' | 'hard' | 'done'
  /** For the log entry of the delivery. */
  readonly reason: string
  readonly text: string
  readonly attempt: LogAttempt
  /** Until when the report itself is kept; null where nobody needs it. */
  readonly keepUntil: number | null
  readonly pause: {
    readonly recipientId: string
    readonly reason: string
    readonly log: NewLogEntry
    readonly notice?: NewNotice | undefined
  } | null
  readonly notices: readonly NewNotice[]
  readonly log: NewLogEntry
}

const RANK = { '': 0, done: 0, delayed: 1, soft: 2, hard: 3 } as const

/** Writes what the bounce changes; the ids of the log entries that it made or changed. */
export function bounceStep(db: Db): (input: AcceptedBounce, messageId: number, logId: number) => readonly number[] {
  const log = logWriter(db)
  const notice = noticeWriter(db)
  const { pauseRecipient } = recipientCommands(db)
  const find = db.prepare(
    'SELECT log_id AS logId, bounce, alias_id AS aliasId, recipient_id AS recipientId FROM delivery WHERE id=?',
  )
  const mark = db.prepare('UPDATE delivery SET bounce=? WHERE id=?')
  const count = db.prepare('UPDATE recipient SET bounces=bounces+1 WHERE id=?')
  const keep = db.prepare(
    `INSERT INTO held(message_id,kind,reason,text,alias_id,delivery_id,envelope,sender,subject,held_at,expires_at,log_id)
     VALUES(?,'bounce',?,?,?,?,'{"direction":"none"}',?,?,?,?,?)`,
  )
  return (input, messageId, logId) => {
    const { deliveryId, bounce, log: entry, attempt } = input
    const row = find.get(deliveryId) as
      { logId: number; bounce: keyof typeof RANK; aliasId: string | null; recipientId: string | null } | undefined
    const changed: number[] = []
    if (input.keepUntil !== null) {
      const { reason, text, sender, subject, at } = entry
      keep.run(messageId, reason, text, row?.aliasId ?? null, deliveryId, sender, subject, at, input.keepUntil, logId)
    }
    if (row === undefined || RANK[bounce] <= RANK[row.bounce]) return changed
    mark.run(bounce, deliveryId)
    log.update(row.logId, bounce === 'delayed' ? 'deferred' : 'bounced', input.reason, input.text, attempt)
    changed.push(row.logId)
    if (row.recipientId !== null && bounce !== 'delayed') count.run(row.recipientId)
    const { pause } = input
    if (pause !== null && pauseRecipient(pause.recipientId, pause.reason, attempt.at)) {
      changed.push(log.add(pause.log))
      if (pause.notice !== undefined) changed.push(notice(pause.notice))
    }
    for (const one of input.notices) changed.push(notice(one))
    return changed
  }
}
