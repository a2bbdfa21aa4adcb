// Reads of the activity log, newest first, and its search.
import type { Db } from '../database.ts'
import { fromRaw, type LogAttempt, type LogRow, type Raw, type Verdicts } from '../rows.ts'
import { LOG_COLUMNS, logWalk, type LogRequest } from './log-walk.ts'

export type { LogFilter, LogRequest } from './log-walk.ts'

export interface LogFound {
  /** Fewer than asked for, even none, where the time was over first: there is more to look through below `next`. */
  readonly rows: readonly LogRow[]
  readonly next: number | undefined
}

/** A delivery that an entry of the log tells of. */
export interface LogDelivery {
  readonly id: number
  readonly state: string
  readonly forwardPath: string
  readonly destination: string
  readonly attempts: number
  readonly dueAt: number
  readonly lastAnswer: string
}

export interface LogQueries {
  /** When the last message went in this direction. */
  lastOf(direction: 'forward' | 'reply'): number | undefined
  entry(id: number): LogRow | undefined
  /** The newest that hold a text. */
  page(limit: number, before: number | undefined, search: string | undefined): readonly LogRow[]
  find(request: LogRequest): LogFound
  deliveriesOf(id: number): readonly LogDelivery[]
  /** What is kept for the user to decide on, of this entry. */
  heldOf(id: number): { readonly id: number; readonly kind: string } | undefined
}

function logFrom(raw: Raw, to: readonly string[]): LogRow {
  const row = fromRaw<LogRow & { verdicts: string | null; attempts: string }>(raw)
  return {
    ...row,
    to,
    verdicts: row.verdicts === null ? null : (JSON.parse(row.verdicts) as Verdicts),
    attempts: JSON.parse(row.attempts) as LogAttempt[],
  }
}

const NO_BUDGET = Number.POSITIVE_INFINITY
const MAX_DELIVERIES = 50

export function logQueries(db: Db): LogQueries {
  const entry = db.prepare(`SELECT ${LOG_COLUMNS} FROM log WHERE id=?`)
  const walk = logWalk(db)
  const recipients = db.prepare('SELECT address FROM log_recipient WHERE log_id=? ORDER BY address').pluck()
  const rowOf = (raw: Raw): LogRow => logFrom(raw, recipients.all(raw['id']) as string[])
  const last = db.prepare('SELECT at FROM log WHERE direction=? ORDER BY id DESC LIMIT 1').pluck()
  const deliveries = db.prepare(
    `SELECT id,state,forward_path,destination,attempts,due_at,last_answer FROM delivery WHERE log_id=? ORDER BY id
     LIMIT ${MAX_DELIVERIES}`,
  )
  const held = db.prepare('SELECT id,kind FROM held WHERE log_id=? ORDER BY id DESC LIMIT 1')
  return {
    lastOf: (direction) => last.get(direction) as number | undefined,
    entry(id) {
      const raw = entry.get(id) as Raw | undefined
      return raw === undefined ? undefined : rowOf(raw)
    },
    page: (limit, before, text) => walk({ filter: { text }, limit, before, budget: NO_BUDGET }).rows.map(rowOf),
    find(request) {
      const { rows, next } = walk(request)
      return { rows: rows.map(rowOf), next }
    },
    deliveriesOf: (id) => (deliveries.all(id) as Raw[]).map((raw) => fromRaw<LogDelivery>(raw)),
    heldOf: (id) => held.get(id) as { id: number; kind: string } | undefined,
  }
}
