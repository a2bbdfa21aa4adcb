// Reads of the activity log, newest first, and its search.
import type { Db } from '../database.ts'
import { fromRaw, type LogAttempt, type LogRow, type Raw, type Verdicts } from '../rows.ts'

export interface LogQueries {
  /** When the last message went in this direction. */
  lastOf(direction: 'forward' | 'reply'): number | undefined
  entry(id: number): LogRow | undefined
  page(limit: number, before: number | undefined, search: string | undefined): readonly LogRow[]
}

function logFrom(raw: Raw): LogRow {
  const row = fromRaw<LogRow & { verdicts: string | null; attempts: string }>(raw)
  return {
    ...row,
    verdicts: row.verdicts === null ? null : (JSON.parse(row.verdicts) as Verdicts),
    attempts: JSON.parse(row.attempts) as LogAttempt[],
  }
}

/** The index holds three-letter pieces: shorter words are looked for row by row, in the newest rows only. */
const SHORT_SEARCH_ROWS = 50_000

export function logQueries(db: Db): LogQueries {
  const entry = db.prepare('SELECT * FROM log WHERE id=?')
  const page = db.prepare('SELECT * FROM log WHERE id < ? ORDER BY id DESC LIMIT ?')
  const search = db.prepare(
    `SELECT * FROM log WHERE id < :before AND (
       id IN (SELECT rowid FROM log_search WHERE log_search MATCH :match) OR reason = :text)
     ORDER BY id DESC LIMIT :limit`,
  )
  const short = db.prepare(
    `SELECT * FROM (SELECT * FROM log WHERE id < :before ORDER BY id DESC LIMIT ${SHORT_SEARCH_ROWS})
     WHERE instr(lower(alias || ' ' || sender || ' ' || recipient || ' ' || subject || ' ' || reason), :text) > 0 LIMIT :limit`,
  )
  const last = db.prepare('SELECT at FROM log WHERE direction=? ORDER BY id DESC LIMIT 1').pluck()
  return {
    lastOf: (direction) => last.get(direction) as number | undefined,
    entry(id) {
      const raw = entry.get(id) as Raw | undefined
      return raw === undefined ? undefined : logFrom(raw)
    },
    page(limit, from, text) {
      const before = from ?? Number.MAX_SAFE_INTEGER
      const wanted = (text ?? '').trim().slice(0, 200).toLowerCase()
      if (wanted === '') return (page.all(before, limit) as Raw[]).map(logFrom)
      if (Array.from(wanted).length < 3) return (short.all({ before, text: wanted, limit }) as Raw[]).map(logFrom)
      // One phrase, quoted: nothing in it is an operator of the index's own language.
      const match = `"${wanted.replaceAll('"', '""')}"`
      return (search.all({ before, match, text: wanted, limit }) as Raw[]).map(logFrom)
    },
  }
}
