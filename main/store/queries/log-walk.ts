// The log by filters, newest first. Whatever is asked, one page has a bound on its time: it walks stretches of ids downwards and may end
// before it is full, saying where it stopped. What is looked for as text leads by the trigram index; one outcome or reason by its own index.
import type { Db } from '../database.ts'
import type { Raw } from '../rows.ts'

export interface LogFilter {
  /** Any of these. */
  readonly outcomes?: readonly string[] | undefined
  readonly reasons?: readonly string[] | undefined
  readonly direction?: string | undefined
  /** The whole address. */
  readonly alias?: string | undefined
  /** Part of alias, sender, recipient, subject, host or Message-ID; or the whole of a reason. */
  readonly text?: string | undefined
  /** Epoch milliseconds: from then on, and before then. */
  readonly from?: number | undefined
  readonly until?: number | undefined
}

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

const BUDGET = 60
const FIRST_STRETCH = 5_000
const QUICK = 8
const SLOW = 25
/** Ids that the text index gives at a time. */
const CANDIDATES = 1_000
/** The clock was set back now and then: what stands out of order by less is still found. */
const SLACK = 60 * 60 * 1000

type Values = Record<string, string | number>

interface Plan {
  readonly where: string
  readonly index: string
  readonly values: Values
  /** For the text index; undefined where it does not lead. */
  readonly match: string | undefined
  readonly reason: string
  /** One index gives exactly the rows in order: no stretches. */
  readonly isOrdered: boolean
}

/** One phrase, quoted: nothing in it is an operator of the index's own language. */
const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** The index holds three-letter pieces. */
const isLong = (text: string): boolean => Array.from(text).length >= 3

interface Words {
  readonly text: string
  readonly alias: string
}

/** Conditions on columns, and how many of them name a value of an index. */
function columns(filter: LogFilter, { text, alias }: Words): { where: string[]; values: Values } {
  const where: string[] = []
  const values: Values = {}
  for (const [column, wanted] of [
    ['outcome', filter.outcomes ?? []],
    ['reason', filter.reasons ?? []],
    ['direction', filter.direction === undefined ? [] : [filter.direction]],
  ] as const) {
    if (wanted.length === 0) continue
    where.push(
      wanted.length === 1 ? `${column} = :${column}` : `${column} IN (SELECT value FROM json_each(:${column}))`,
    )
    values[column] = wanted.length === 1 ? (wanted[0] ?? '') : JSON.stringify(wanted)
  }
  if (alias !== '') {
    where.push('lower(alias) = :alias')
    values['alias'] = alias
  }
  if (text !== '' && !isLong(text)) {
    where.push(`instr(lower(alias || ' ' || sender || ' ' || recipient || ' ' || subject || ' ' || reason), :text) > 0`)
    values['text'] = text
  }
  for (const [name, sign] of [
    ['from', '>='],
    ['until', '<'],
  ] as const) {
    const at = filter[name]
    if (at === undefined) continue
    where.push(`at ${sign} :${name}`)
    values[name] = at
  }
  return { where, values }
}

function planOf(filter: LogFilter): Plan {
  const text = (filter.text ?? '').trim().slice(0, 200).toLowerCase()
  const alias = (filter.alias ?? '').trim().slice(0, 320).toLowerCase()
  const { where, values } = columns(filter, { text, alias })
  const phrases = [...(isLong(alias) ? [`alias : ${phrase(alias)}`] : []), ...(isLong(text) ? [phrase(text)] : [])]
  const match = phrases.length === 0 ? undefined : phrases.join(' AND ')
  const leads = (['outcome', 'reason', 'direction'] as const).find((one) => values[one] !== undefined)
  return {
    where: ['id >= :low', 'id < :high', ...where].join(' AND '),
    index: match !== undefined || leads === undefined ? '' : `INDEXED BY log_by_${leads}`,
    values,
    match,
    reason: alias === '' && isLong(text) ? text : '',
    isOrdered: match === undefined && where.length === 0,
  }
}

export type LogWalk = (request: LogRequest) => RawFound

interface Stretch {
  readonly rows: readonly Raw[]
  /** All that fits down to here is in `rows`. */
  readonly low: number
}

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

/** Ids that the text leads to in a stretch, and how far down they are all of them. */
function textFinder(db: Db): (plan: Plan, low: number, high: number) => { ids: number[]; low: number } {
  const byText = db
    .prepare(
      `SELECT rowid FROM log_search WHERE log_search MATCH :match AND rowid >= :low AND rowid < :high
       ORDER BY rowid DESC LIMIT ${CANDIDATES}`,
    )
    .pluck()
  const byReason = db
    .prepare(
      `SELECT id FROM log WHERE reason=:reason AND id >= :low AND id < :high ORDER BY id DESC LIMIT ${CANDIDATES}`,
    )
    .pluck()
  return (plan, low, high) => {
    const found = byText.all({ match: plan.match, low, high }) as number[]
    const named = plan.reason === '' ? [] : (byReason.all({ reason: plan.reason, low, high }) as number[])
    const end = (ids: number[]): number => (ids.length < CANDIDATES ? low : (ids.at(-1) ?? low))
    return { ids: [...found, ...named], low: Math.max(end(found), end(named)) }
  }
}

function stretches(db: Db): (plan: Plan, low: number, high: number, limit: number) => Stretch {
  const known = new Map<string, ReturnType<Db['prepare']>>()
  const candidates = textFinder(db)
  const prepare = (sql: string): ReturnType<Db['prepare']> => {
    const statement = known.get(sql) ?? db.prepare(sql)
    if (known.size > 100) known.clear()
    known.set(sql, statement)
    return statement
  }
  return (plan, low, high, limit) => {
    const { where, index, values, match } = plan
    if (match === undefined) {
      const sql = `SELECT * FROM log ${index} WHERE ${where} ORDER BY id DESC LIMIT :limit`
      return { rows: prepare(sql).all({ ...values, low, high, limit }) as Raw[], low }
    }
    const led = candidates(plan, low, high)
    const sql = `SELECT * FROM log WHERE id IN (SELECT value FROM json_each(:ids)) AND ${where} ORDER BY id DESC LIMIT :limit`
    const named = { ...values, ids: JSON.stringify(led.ids), low: led.low, high, limit }
    return { rows: led.ids.length === 0 ? [] : (prepare(sql).all(named) as Raw[]), low: led.low }
  }
}

/** What took long is asked for in smaller pieces. */
function nextStretch(stretch: number, took: number): number {
  if (took < QUICK) return Math.min(stretch * 4, Number.MAX_SAFE_INTEGER)
  return took > SLOW ? Math.max(Math.ceil(stretch / 4), 500) : stretch
}

export function logWalk(db: Db): LogWalk {
  const last = db.prepare('SELECT max(id) FROM log').pluck()
  const first = db.prepare('SELECT min(id) FROM log').pluck()
  const [idAt, read] = [timeFinder(db), stretches(db)]
  return ({ filter, limit, before, budget = BUDGET }) => {
    const started = performance.now()
    const end = Number(last.get() ?? 0) + 1
    const start = Number(first.get() ?? 0)
    const plan = planOf(filter)
    const bottom = filter.from === undefined ? start : idAt(filter.from - SLACK, start, end)
    let high = Math.min(before ?? end, filter.until === undefined ? end : idAt(filter.until + SLACK, start, end))
    let stretch = plan.isOrdered ? Number.MAX_SAFE_INTEGER : FIRST_STRETCH
    const rows: Raw[] = []
    while (high > bottom) {
      const since = performance.now()
      const found = read(plan, Math.max(bottom, high - stretch), high, limit - rows.length)
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
