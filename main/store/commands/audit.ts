// The audit log. Its entries are in three lots, each with a number of its own, so that none can push out another: what concerns security,
// the daily work on aliases and mail, and what was refused. A token that may change aliases makes 600 entries a minute.
import type { Db } from '../database.ts'

export interface NewAudit {
  readonly at: number
  readonly who: string
  readonly what: string
  readonly outcome: string
  readonly place: string
  /** Before and after; never a secret. */
  readonly detail: string
}

/** Entries that are kept, whatever the days: a flood must not fill the disk. */
const MAX = { security: 40_000, ordinary: 50_000, refused: 10_000 } as const
/** And of one session or token, of what it did: none can push out what others did. */
const MAX_OWN = { security: 10_000, ordinary: 12_500 } as const
/** The same refusal within so many milliseconds is one entry with a count. */
const SAME_REFUSAL = 60 * 60_000

/**
 * Calls that change aliases, contacts, blocks and single messages, as GLOB patterns of what the log says. Every other entry concerns security:
 * a call that is forgotten here is kept longer, not lost.
 */
const ORDINARY: readonly string[] = [
  ...['aliases', 'alias-recipients', 'active-aliases', 'pinned-aliases', 'blocklist'].map((name) => `/api/v1/${name}`),
  ...['aliases', 'alias-import', 'alias-table', 'bulk', 'blocks', 'contacts', 'held', 'questions', 'queue'].map(
    (name) => `/app/${name}`,
  ),
  ...['/app/receiving', '/app/memory', '/app/try-mail'],
].flatMap((path) => [`[A-Z]* ${path}`, `[A-Z]* ${path}/*`])
/** Lets mail leave to where it did not before. */
const NOT_ORDINARY = '[A-Z]* /app/queue/*/reroute*'

const isOrdinary = `(${ORDINARY.map((pattern) => `what GLOB '${pattern}'`).join(' OR ')}) AND what NOT GLOB '${NOT_ORDINARY}'`
const LOTS = `SELECT id, who, CASE WHEN outcome <> 'done' THEN 'refused' WHEN ${isOrdinary} THEN 'ordinary' ELSE 'security' END AS lot FROM audit`

function beyond(max: Readonly<Record<string, number>>, partition: string): string {
  const isBeyond = Object.entries(max).map(([lot, most]) => `(lot = '${lot}' AND rank > ${String(most)})`)
  return `DELETE FROM audit WHERE id IN (
    SELECT id FROM (SELECT id, lot, row_number() OVER (PARTITION BY ${partition} ORDER BY id DESC) AS rank FROM (${LOTS}))
    WHERE ${isBeyond.join(' OR ')})`
}

export interface AuditCommands {
  /** What was refused in the same words within the hour is counted on its entry, not written once more. */
  audit(entry: NewAudit): void
  /** Deletes what is older than `before` and what is beyond the numbers of its lot; how many entries that were. */
  pruneAudit(before: number): number
}

export function auditCommands(db: Db): AuditCommands {
  const add = db.prepare(
    'INSERT INTO audit(at,who,what,outcome,place,detail) VALUES(:at,:who,:what,:outcome,:place,:detail)',
  )
  const again = db.prepare(
    `UPDATE audit SET count = count + 1, last_at = :at WHERE id = (
       SELECT id FROM audit
       WHERE what = :what AND who = :who AND place = :place AND outcome <> 'done' AND outcome = :outcome AND at > :at - ${SAME_REFUSAL}
       ORDER BY id DESC LIMIT 1)`,
  )
  const old = db.prepare('DELETE FROM audit WHERE ifnull(last_at, at) < ?')
  // Those of one session or token first: what it has too much of must not count against the others.
  const own = db.prepare(beyond(MAX_OWN, 'lot, who'))
  const all = db.prepare(beyond(MAX, 'lot'))
  const count = db.prepare('SELECT count(*) FROM audit').pluck()
  const fewest = Math.min(...Object.values(MAX), ...Object.values(MAX_OWN))
  return {
    audit(entry) {
      const { detail, ...same } = entry
      if (entry.outcome !== 'done' && again.run(same).changes === 1) return
      add.run({ ...same, detail })
    },
    pruneAudit(before) {
      const gone = old.run(before).changes
      if ((count.get() as number) <= fewest) return gone
      return gone + own.run().changes + all.run().changes
    },
  }
}
