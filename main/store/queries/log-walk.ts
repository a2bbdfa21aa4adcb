// The log by filters, newest first. Whatever is asked, one page has a bound on its time: it walks stretches of ids downwards and may end
// before it is full, saying where it stopped. What is looked for as text leads by the trigram index; single values lead by their own
// indexes, the one whose newest entries lie furthest apart.
import type { Db } from '../database.ts'
import type { Raw } from '../rows.ts'
import { planOf, type Lead, type LogFilter, type Plan } from './log-plan.ts'

export type { LogFilter } from './log-plan.ts'

export interface LogRequest {
  readonly filter: LogFilter
  readonly limit: number
  /** Ids below this one. */
  readonly before?: number | undefined
  /** Milliseconds that the walk may take. */
  readonly budget?: number | undefined
}

export interface RawFound {
  readonly rows: readonly Raw[]
  /** Goes into `before`; undefined where there is nothing more. */
  readonly next: number | undefined
}

const BUDGET = 50
const ALL = Number.MAX_SAFE_INTEGER
/** Milliseconds that a stretch is to take: pages that are not in memory make it several times that. */
const STRETCH_TIME = 8
/** Bounds of one look; tests have smaller ones. */
export interface Looks {
  /** Ids that an index gives at a time. */
  readonly candidates: number
  /** So many of the newest entries of an index tell how thinly its value is sown. */
  readonly sample: number
  /** Ids of the first stretch, and rows that it looks at where an index leads. */
  readonly stretch: number
  readonly rows: number
}
const LOOKS: Looks = { candidates: 1_000, sample: 500, stretch: 2_000, rows: 300 }
/** Ids between two entries, from which on an index leads faster than the text index. */
const THIN = 100
/** The clock was set back now and then: what stands out of order by less is still found. */
const SLACK = 60 * 60 * 1000

/** All but what is made from them to look by. */
export const LOG_COLUMNS =
  'id,at,direction,outcome,reason,text,alias,sender,recipient,subject,size,peer,tls,message_id,verdicts,attempts'

export type LogWalk = (request: LogRequest) => RawFound

/** The first id at or after a time, by halving: some twenty look-ups among a million. */
function timeFinder(db: Db): (at: number, low: number, high: number) => number {
  const nextTo = db.prepare('SELECT id, at FROM log WHERE id >= ? ORDER BY id LIMIT 1')
  return (at, first, last) => {
    let [low, high] = [first, last]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const row = nextTo.get(middle) as { id: number; at: number } | undefined
      if (row === undefined || row.at >= at) high = middle
      else low = row.id + 1
    }
    return low
  }
}

type Prepare = ((sql: string) => ReturnType<Db['prepare']>) & Looks

/** Statements of the filters asked for lately. */
function keeper(db: Db, looks: Looks): Prepare {
  const known = new Map<string, ReturnType<Db['prepare']>>()
  const prepare = (sql: string): ReturnType<Db['prepare']> => {
    const statement = known.get(sql) ?? db.prepare(sql)
    if (known.size > 100) known.clear()
    known.set(sql, statement)
    return statement
  }
  return Object.assign(prepare, looks)
}

type Ids = Omit<Lead, 'index' | 'isWhole'>

/** The ids of one value of an index, the newest first. */
function idsOf(prepare: Prepare, { source, id, is }: Ids, limit: number) {
  const sql = `SELECT ${id} FROM ${source} WHERE ${is} AND ${id} >= :low AND ${id} < :high ORDER BY ${id} DESC LIMIT ${limit}`
  return (value: string, low: number, high: number): number[] =>
    prepare(sql).pluck().all({ value, low, high }) as number[]
}

/** How many ids lie between two entries of an index, on the average of its newest; Infinity where it has none. */
function thinness(prepare: Prepare, lead: Lead, low: number, high: number): number {
  const ids = idsOf(prepare, lead, prepare.sample)
  let entries = 0
  for (const value of lead.each) {
    const found = ids(value, low, high)
    entries += found.length / (high - (found.length < prepare.sample ? low : (found.at(-1) ?? low)))
  }
  return 1 / entries
}

/** How the rows are come by. */
type Way = { readonly where: readonly string[]; /** Ids of the first one. */ readonly stretch: number } & (
  | { /** By their ids, along an index of the log. */ readonly kind: 'along'; readonly index: string }
  | {
      /** By ids that other indexes give. */
      readonly kind: 'ids'
      readonly match: string | undefined
      readonly leads: readonly Ids[]
    }
)

const REASON = { source: 'log INDEXED BY log_by_reason', id: 'id', is: 'reason = :value' } as const

function wayOf(prepare: Prepare, plan: Plan, low: number, high: number): Way {
  const { where, text, leads } = plan
  const measured = leads.map((lead) => ({ lead, thin: thinness(prepare, lead, low, high) }))
  const best = measured.reduce<(typeof measured)[number] | undefined>(
    (one, other) => (one !== undefined && one.thin >= other.thin ? one : other),
    undefined,
  )
  if (text !== undefined && (best === undefined || best.thin < THIN)) {
    const { match, reason } = text
    return { kind: 'ids', where, stretch: prepare.stretch, match, leads: [{ ...REASON, each: [reason] }] }
  }
  const conditions = text === undefined ? where : [...where, text.where]
  if (best === undefined)
    return { kind: 'along', where, stretch: where.length === 0 ? ALL : prepare.stretch, index: '' }
  const { index } = best.lead
  if (index === undefined)
    return { kind: 'ids', where: conditions, stretch: prepare.stretch, match: undefined, leads: [best.lead] }
  // The index alone gives the rows in their order: the walk ends where the page is full.
  const isOrdered = conditions.length === 1 && best.lead.each.length === 1 && best.lead.isWhole
  const stretch = isOrdered ? ALL : Math.max(prepare.stretch, Math.min(ALL, Math.ceil(best.thin * prepare.rows)))
  return { kind: 'along', where: conditions, stretch, index: `INDEXED BY ${index}` }
}

/** Numbers are bound as floating ones; the text index looks at bounds only where they are whole, else it reads all of it. */
const whole = (name: string): string => `CAST(:${name} AS INTEGER)`

/** Ids that lead to rows in a stretch, and how far down they are all of them. */
function candidatesIn(prepare: Prepare, { match, leads }: Extract<Way, { kind: 'ids' }>, low: number, high: number) {
  const lists = leads.flatMap((lead) =>
    lead.each.map((value) => idsOf(prepare, lead, prepare.candidates)(value, low, high)),
  )
  if (match !== undefined) {
    const sql = `SELECT rowid FROM log_search WHERE log_search MATCH :match AND rowid >= ${whole('low')} AND rowid < ${whole('high')}
       ORDER BY rowid DESC LIMIT ${prepare.candidates}`
    lists.push(prepare(sql).pluck().all({ match, low, high }) as number[])
  }
  const ends = lists.map((ids) => (ids.length < prepare.candidates ? low : (ids.at(-1) ?? low)))
  return { ids: lists.flat(), low: Math.max(...ends) }
}

/** What fits in a stretch of ids. */
function readStretch(prepare: Prepare, plan: Plan, way: Way, [low, high, limit]: readonly [number, number, number]) {
  const where = ['id >= :low', 'id < :high', ...way.where].join(' AND ')
  if (way.kind === 'along') {
    const sql = `SELECT ${LOG_COLUMNS} FROM log ${way.index} WHERE ${where} ORDER BY id DESC LIMIT :limit`
    return { rows: prepare(sql).all({ ...plan.values, low, high, limit }) as Raw[], low }
  }
  const led = candidatesIn(prepare, way, low, high)
  if (led.ids.length === 0) return { rows: [], low: led.low }
  const sql = `SELECT ${LOG_COLUMNS} FROM log WHERE id IN (SELECT value FROM json_each(:ids)) AND ${where} ORDER BY id DESC LIMIT :limit`
  const named = { ...plan.values, ids: JSON.stringify(led.ids), low: led.low, high, limit }
  return { rows: prepare(sql).all(named) as Raw[], low: led.low }
}

/** So large that it should take its time, going by the one before. */
function nextStretch(stretch: number, took: number): number {
  const factor = Math.min(Math.max(STRETCH_TIME / Math.max(took, 0.1), 0.25), 4)
  return Math.min(Math.max(Math.ceil(stretch * factor), 100), ALL)
}

export function logWalk(db: Db, looks: Looks = LOOKS): LogWalk {
  const last = db.prepare('SELECT max(id) FROM log').pluck()
  const first = db.prepare('SELECT min(id) FROM log').pluck()
  db.function('log_folded', { deterministic: true }, (text) => String(text).toLowerCase())
  const [idAt, prepare] = [timeFinder(db), keeper(db, looks)]
  return ({ filter, limit, before, budget = BUDGET }) => {
    const started = performance.now()
    const end = Number(last.get() ?? 0) + 1
    const start = Number(first.get() ?? 0)
    const plan = planOf(filter)
    const bottom = filter.from === undefined ? start : idAt(filter.from - SLACK, start, end)
    let high = Math.min(before ?? end, filter.until === undefined ? end : idAt(filter.until + SLACK, start, end))
    const way = wayOf(prepare, plan, bottom, high)
    let { stretch } = way
    const rows: Raw[] = []
    while (high > bottom) {
      const since = performance.now()
      const piece = [Math.max(bottom, high - stretch), high, limit - rows.length] as const
      const found = readStretch(prepare, plan, way, piece)
      rows.push(...found.rows)
      if (rows.length >= limit) return { rows, next: Number(rows.at(-1)?.['id']) }
      high = found.low
      const now = performance.now()
      if (high > bottom && now - started > budget) return { rows, next: high }
      stretch = nextStretch(stretch, now - since)
    }
    return { rows, next: undefined }
  }
}
