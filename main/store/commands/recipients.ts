// Recipients whose mailbox bounces: paused, what waits for them parked, tried again by a probe, resumed.
import type { Db } from '../database.ts'
import { counting } from './counters.ts'
import { fallbackFinder } from './fallback.ts'
import { logWriter } from './log.ts'
import { PARKED } from './queue-delivery.ts'

/** 1, 2, 4, … hours between probes, at most a day. */
const HOUR = 3_600_000
const LONGEST = 24 * HOUR

export interface RecipientCommands {
  /** True where it was not paused before. What the user switched off is not probed. */
  readonly pauseRecipient: (id: string, reason: string, at: number, probed?: boolean) => boolean
  readonly resumeRecipient: (id: string, at: number) => boolean
  /** Makes one waiting mail due for each paused recipient whose time for a probe has come; how many. */
  readonly probePaused: (now: number) => number
}

export function recipientCommands(db: Db): RecipientCommands {
  const count = counting(db)
  const divertWaiting = diverting(db)
  const pause = db.prepare(
    `UPDATE recipient SET paused_at=:at, paused_reason=:reason, probe_at=:probeAt, probes=0, updated_at=:at
     WHERE id=:id AND paused_at IS NULL`,
  )
  const park = db.prepare(`UPDATE delivery SET due_at=${PARKED} WHERE recipient_id=? AND state='queued'`)
  const resume = db.prepare(
    `UPDATE recipient SET paused_at=NULL, paused_reason=NULL, probe_at=NULL, probes=0, updated_at=?
     WHERE id=? AND paused_at IS NOT NULL`,
  )
  const unpark = db.prepare(`UPDATE delivery SET due_at=? WHERE recipient_id=? AND state='queued' AND due_at=${PARKED}`)
  const due = db.prepare('SELECT id, probes FROM recipient WHERE paused_at IS NOT NULL AND probe_at <= ?')
  const next = db.prepare('UPDATE recipient SET probe_at=?, probes=probes+1 WHERE id=?')
  const first = db.prepare(
    `UPDATE delivery SET due_at=? WHERE id=(SELECT id FROM delivery WHERE recipient_id=? AND state='queued'
       AND due_at=${PARKED} ORDER BY id LIMIT 1)`,
  )
  return {
    pauseRecipient(id, reason, at, probed = true) {
      if (pause.run({ id, reason, at, probeAt: probed ? at + HOUR : null }).changes === 0) return false
      divertWaiting(id, at)
      park.run(id)
      count('recipients-paused')
      return true
    },
    resumeRecipient(id, at) {
      if (resume.run(at, id).changes === 0) return false
      unpark.run(at, id)
      return true
    },
    probePaused(now) {
      let made = 0
      for (const { id, probes } of due.all(now) as { id: string; probes: number }[]) {
        next.run(now + Math.min(LONGEST, HOUR * 2 ** Math.min(probes + 1, 10)), id)
        made += first.run(now, id).changes
      }
      return made
    },
  }
}

/** Sends what waits for a recipient to the fallbacks of its aliases; what has none goes on waiting. */
function diverting(db: Db): (id: string, at: number) => void {
  const log = logWriter(db)
  const findFallback = fallbackFinder(db)
  const waiting = db.prepare(
    `SELECT id, alias_id AS aliasId, log_id AS logId, forward_path AS forwardPath FROM delivery
     WHERE recipient_id=? AND state='queued' AND direction='forward' AND diverted=0 AND ready=0`,
  )
  const move = db.prepare(
    `UPDATE delivery SET recipient_id=:recipientId, forward_path=:email, destination=:destination, diverted=1, due_at=:at
     WHERE id=:id`,
  )
  return (recipientId, at) => {
    const rows = waiting.all(recipientId) as {
      id: number
      aliasId: string | null
      logId: number
      forwardPath: string
    }[]
    for (const row of rows) {
      const fallback = findFallback(row.aliasId, recipientId, row.logId)
      if (fallback === undefined) continue
      move.run({ ...fallback, at, id: row.id })
      const text = `${row.forwardPath} takes no mail at present. It goes to your fallback recipient ${fallback.email} instead.`
      log.update(row.logId, 'deferred', 'diverted', text, undefined)
    }
  }
}
