// Finding aliases among a million: one index of three-letter pieces over address, description and labels, one over contacts,
// and pages by key, so that the hundredth page costs what the first does. Counts stop where nobody reads them any more.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../database.ts'
import { optionalFromRaw, type AliasRow } from '../rows.ts'
import { NOT_DELETED, type All, type Values } from './search-conditions.ts'
import { addFold } from './search-text.ts'
import type { AliasPage, AliasQuery, BulkJobRow, ListRequest, PageRequest } from './search-types.ts'
import {
  between,
  contactNumbers,
  leadsByText,
  nextStretch,
  readPage,
  rowsFrom,
  walkOf,
  type Walk,
} from './search-walk.ts'

export { SORTS } from './search-conditions.ts'
export type { AliasPage, AliasQuery, BulkJobRow, Cursor, ListRequest, PageRequest } from './search-types.ts'

/** A count that ends when its time does, or at its cap. */
export interface Count {
  readonly count: number
  readonly isExact: boolean
}

export interface SearchQueries {
  page(request: PageRequest): AliasPage
  /** Pages by offset, for clients that count; each costs what lies before it. */
  list(request: ListRequest): Promise<readonly AliasRow[]>
  /** How many match: exact up to `cap` unless it takes longer than `budget` milliseconds; all that are not deleted always are. */
  count(query: AliasQuery, now: number, cap: number, budget?: number): Count
  /** How many with `low <= number < before` match. */
  countBetween(query: AliasQuery, now: number, low: number, before: number): number
  /** Numbers of what matches, ascending, for a bulk operation: those above `after` up to `last`. */
  numbers(query: AliasQuery, now: number, after: number, last: number, limit: number): readonly number[]
  lastNumber(): number
  byNumber(number: number): AliasRow | undefined
  job(id: string): BulkJobRow | undefined
  /** The newest ones first. */
  jobs(limit: number): readonly BulkJobRow[]
  /** Bulk operations that a stop or a crash left unfinished. */
  runningJobs(): readonly BulkJobRow[]
}

const COUNT_BUDGET = 15
const COUNT_STRETCH = 10_000
/** For the few calls that look through everything at once. */
const NO_BUDGET = Number.POSITIVE_INFINITY

/** Numbers of those that only their contacts' words bring in, in a range. */
function broughtByContacts(walk: Walk, low: number, before: number): number[] {
  if (!leadsByText(walk.text)) return []
  const numbers = contactNumbers(walk).filter((one) => one >= low && one < before)
  if (numbers.length === 0) return []
  const where = [...walk.where, `NOT (${walk.text.ownCheck})`].join(' AND ')
  const sql = `SELECT a.number AS number FROM json_each(:numbers) j CROSS JOIN alias a INDEXED BY alias_by_number ON a.number = j.value
     WHERE ${where}`
  const values = { ...walk.values, ...walk.text.values, numbers: JSON.stringify(numbers) }
  return (walk.all(sql, values) as { number: number }[]).map((row) => row.number)
}

function countWithin(walk: Walk, low: number, before: number, limit: number): number {
  const { from, where, number, values } = between(walk)
  // From the top down: FTS5 gets to the end of a long list at once, and to its middle only by walking.
  const sql = `SELECT count(*) AS count FROM (SELECT 1 FROM ${from} WHERE ${where} ORDER BY ${number} DESC LIMIT :limit)`
  const [found] = walk.all(sql, { ...values, low, before, limit }) as { count: number }[]
  return found?.count ?? 0
}

/** What triggers have counted already, however many there are. */
function countAll({ all }: Walk): Count {
  const [found] = all('SELECT coalesce(sum(alias_count), 0) AS count FROM domain', {}) as { count: number }[]
  return { count: found?.count ?? 0, isExact: true }
}

function isEverything({ where, text }: Walk): boolean {
  const asks = [text.own, text.must, text.contacts].some((one) => one !== undefined)
  return !asks && text.ownCheck === '' && where.length === 1 && where[0] === NOT_DELETED
}

function count(walk: Walk, lastNumber: number, cap: number): Count {
  if (isEverything(walk)) return countAll(walk)
  let high = lastNumber + 1
  let found = broughtByContacts(walk, 0, high).length
  let stretch = COUNT_STRETCH
  while (high > 0 && found <= cap) {
    const low = Math.max(0, high - stretch)
    const started = performance.now()
    found += countWithin(walk, low, high, cap + 1 - found)
    high = low
    if (walk.isOver()) break
    stretch = nextStretch(walk, stretch, performance.now() - started)
  }
  return { count: Math.min(found, cap), isExact: found <= cap && high === 0 }
}

function numbers(walk: Walk, after: number, last: number, limit: number): number[] {
  const { from, where, number, values } = between(walk)
  const sql = `SELECT a.number AS number FROM ${from} WHERE ${where} ORDER BY ${number} LIMIT :limit`
  const own = walk.all(sql, { ...values, low: after + 1, before: last + 1, limit }) as { number: number }[]
  const others = broughtByContacts(walk, after + 1, last + 1)
  return [...own.map((row) => row.number), ...others].sort((a, b) => a - b).slice(0, limit)
}

/** Skips page by page, between other work: nothing is kept but where the last one ended. */
async function list(page: SearchQueries['page'], request: ListRequest): Promise<readonly AliasRow[]> {
  const { offset, limit, ...rest } = request
  const rows: AliasRow[] = []
  let after: PageRequest['after']
  let skip = offset
  for (;;) {
    const found = page({
      ...rest,
      limit: Math.min(skip > 0 ? skip : limit - rows.length, LIST_STEP),
      after,
      budget: NO_BUDGET,
    })
    if (skip > 0) skip -= found.rows.length
    else rows.push(...found.rows)
    if (found.next === undefined || rows.length >= limit) return rows
    after = found.next
    await nextTurn()
  }
}

const LIST_STEP = 1000

const jobsFrom = (all: unknown[]): BulkJobRow[] =>
  all.map((raw) => optionalFromRaw<BulkJobRow>(raw)).filter((row) => row !== undefined)

export function searchQueries(db: Db): SearchQueries {
  addFold(db)
  const cache = new Map<string, ReturnType<Db['prepare']>>()
  const all: All = (sql: string, values: Values): unknown[] => {
    let statement = cache.get(sql)
    if (statement === undefined) {
      if (cache.size > 200) cache.clear()
      statement = db.prepare(sql)
      cache.set(sql, statement)
    }
    return statement.all(values)
  }
  const last = db.prepare('SELECT coalesce(max(number), 0) FROM alias').pluck()
  const lastNumber = (): number => Number(last.get())
  const one = db.prepare('SELECT * FROM alias WHERE number=?')
  const job = db.prepare('SELECT * FROM bulk_job WHERE id=?')
  const jobs = db.prepare('SELECT * FROM bulk_job ORDER BY at DESC, rowid DESC LIMIT ?')
  const running = db.prepare("SELECT * FROM bulk_job WHERE state='running' ORDER BY at")
  const page: SearchQueries['page'] = (request) => readPage(all, request, lastNumber())
  return {
    page,
    list: (request) => list(page, request),
    count: (query, now, cap, budget = COUNT_BUDGET) => count(walkOf(all, query, now, budget), lastNumber(), cap),
    countBetween(query, now, low, before) {
      const walk = walkOf(all, query, now, NO_BUDGET)
      return countWithin(walk, low, before, Number.MAX_SAFE_INTEGER) + broughtByContacts(walk, low, before).length
    },
    numbers: (query, now, after, until, limit) => numbers(walkOf(all, query, now, NO_BUDGET), after, until, limit),
    lastNumber,
    byNumber: (number) => rowsFrom([one.get(number)].filter((row) => row !== undefined))[0],
    job: (id) => optionalFromRaw(job.get(id)),
    jobs: (limit) => jobsFrom(jobs.all(limit)),
    runningJobs: () => jobsFrom(running.all()),
  }
}
