// How a page of the alias search is found: from the newest backwards, or along the index of a sort, a stretch at a time, until the page is
// full or its time is over. What was looked through is where the next page begins, so nothing is looked at twice and nothing is skipped.
import { fromRaw, type AliasRow, type Raw } from '../rows.ts'
import { conditions, leader, SORTS, type All, type Values } from './search-conditions.ts'
import { byContact, textQuestion, type TextQuestion } from './search-text.ts'
import type { AliasPage, AliasQuery, Cursor, PageRequest } from './search-types.ts'

/** Milliseconds for one page. The relay answers mail on the same thread. */
const BUDGET = 20
/** Rows in the first stretch: each question to FTS5 has its price, so they are not small. Longer ones follow while there is time. */
const FIRST_STRETCH = 20_000
const SHORTEST_STRETCH = 2_000
const LAST_STRETCH = 1_000_000
/** Along a sort every row of a stretch may have to be read. */
const SORTED_STRETCH = 2_000
/** Of a text, the sorts other than by age look at so many matches, the newest. */
const MAX_SORTED = 2_000
/** Of the pinned ones; who pins more finds the rest by other words. */
const MAX_PINNED = 2_000

const FLAGS = ['active', 'pinned', 'allowSealed']
export const rowsFrom = (all: unknown[]): AliasRow[] => (all as Raw[]).map((raw) => fromRaw<AliasRow>(raw, FLAGS))

export interface Walk {
  readonly all: All
  readonly query: AliasQuery
  readonly where: readonly string[]
  readonly values: Values
  readonly text: TextQuestion
  readonly isOver: () => boolean
  /** Milliseconds of the budget. */
  readonly left: () => number
}

/** What a stage found, and where it stopped before its end; undefined where it saw everything. */
interface Found {
  readonly rows: AliasRow[]
  readonly stopped: readonly [value: string | number, number: number] | undefined
}

const and = (...parts: readonly string[]): string => parts.filter((one) => one !== '').join(' AND ') || '1'

/** The texts that decide, as one condition on a row: found in its own, or in one of its newest matching contacts. */
function textCheck({ text, all }: Pick<Walk, 'text' | 'all'>): { check: string; values: Values } {
  const values: Values = { ...text.values }
  const parts: string[] = []
  if (text.must !== undefined) {
    values['mustList'] = JSON.stringify(numbersByContact({ text, all }, 'must', text.must, text.mustCheck))
    parts.push('a.number IN (SELECT value FROM json_each(:mustList))')
  }
  if (text.ownCheck !== '') {
    const contacts = contactNumbers({ text, all })
    if (contacts.length === 0) parts.push(text.ownCheck)
    else {
      values['contactList'] = JSON.stringify(contacts)
      parts.push(`((${text.ownCheck}) OR a.number IN (SELECT value FROM json_each(:contactList)))`)
    }
  }
  return { check: and(...parts), values }
}

interface Asked {
  readonly at: number
  readonly numbers: number[]
}

/** What a question found among the contacts: every stage of a page asks, and its count; nothing costs more. Good for one request. */
const asked = new WeakMap<TextQuestion, Map<string, Asked>>()
const ASKED_AGAIN = 500
/** The same question makes the same text: a page and its count then share what was found. */
const texts = new WeakMap<AliasQuery, TextQuestion>()

function textOf(query: AliasQuery): TextQuestion {
  const known = texts.get(query) ?? textQuestion(query)
  texts.set(query, known)
  return known
}

function numbersByContact(
  { text, all }: Pick<Walk, 'text' | 'all'>,
  name: 'contacts' | 'must',
  question: string,
  check: string,
): number[] {
  const known = asked.get(text) ?? new Map<string, Asked>()
  asked.set(text, known)
  const before = known.get(name)
  if (before !== undefined && performance.now() - before.at < ASKED_AGAIN) return before.numbers
  const found = all(byContact(name, check), { ...text.values, [name]: question }) as { number: number }[]
  const numbers = found.map((one) => one.number)
  known.set(name, { at: performance.now(), numbers })
  return numbers
}

export function contactNumbers(walk: Pick<Walk, 'text' | 'all'>): number[] {
  const { contacts, contactCheck } = walk.text
  return contacts === undefined ? [] : numbersByContact(walk, 'contacts', contacts, contactCheck)
}

function pinnedRows(walk: Walk): AliasRow[] {
  const { check, values } = textCheck(walk)
  const sql = `SELECT a.* FROM alias a INDEXED BY alias_pinned
     WHERE ${and('a.pinned = 1', ...walk.where, check)} ORDER BY a.number DESC LIMIT ${MAX_PINNED}`
  return rowsFrom(walk.all(sql, { ...walk.values, ...values }))
}

/** Is the index over aliases what leads? Otherwise `textCheck` is asked of each row. */
export function leadsByText(text: TextQuestion): text is TextQuestion & { readonly own: string } {
  return text.own !== undefined && text.must === undefined
}

/** The SQL for rows with `:low <= number < :before`, those found by their contacts' words alone left out. */
export interface Between {
  readonly from: string
  readonly where: string
  readonly number: string
  readonly values: Values
}

export function between(walk: Walk): Between {
  const { query, text } = walk
  const values: Values = { ...walk.values, ...text.values }
  if (leadsByText(text)) {
    values['own'] = text.own
    return {
      from: 'alias_search s CROSS JOIN alias a INDEXED BY alias_by_number ON a.number = s.rowid',
      where: and(
        'alias_search MATCH :own AND s.rowid >= CAST(:low AS INTEGER) AND s.rowid < CAST(:before AS INTEGER)',
        ...walk.where,
        text.ownCheck,
      ),
      ...{ number: 's.rowid', values },
    }
  }
  const checked = textCheck(walk)
  Object.assign(values, checked.values)
  // At most so many as contacts are looked at: they lead.
  if (text.must !== undefined)
    return {
      from: 'json_each(:mustList) j CROSS JOIN alias a INDEXED BY alias_by_number ON a.number = j.value',
      where: and(...walk.where, 'j.value >= :low AND j.value < :before', checked.check),
      ...{ number: 'a.number', values },
    }
  const { index, condition } = leader(query)
  return {
    from: `alias a INDEXED BY ${index}`,
    where: and(...walk.where, ...condition, 'a.number >= :low AND a.number < :before', checked.check),
    ...{ number: 'a.number', values },
  }
}

/** Twice as far as the stretch before, or as far as the time that is left goes at its pace. */
export function nextStretch(walk: Pick<Walk, 'left'>, stretch: number, took: number): number {
  const fits = (stretch * walk.left()) / took
  return Math.round(Math.max(SHORTEST_STRETCH, Math.min(stretch * 2, LAST_STRETCH, fits)))
}

/** The rest, newest first, with numbers below `before`. */
function newest(walk: Walk, before: number, want: number): Found {
  const { from, where, number, values } = between(walk)
  const sql = `SELECT a.* FROM ${from} WHERE ${where} AND +a.pinned = 0 ORDER BY ${number} DESC LIMIT :want`
  const rows: AliasRow[] = []
  let high = before
  let stretch = FIRST_STRETCH
  while (high > 0 && rows.length < want) {
    if (high < before && walk.isOver()) break
    const low = Math.max(0, high - stretch)
    const started = performance.now()
    rows.push(...rowsFrom(walk.all(sql, { ...values, low, before: high, want: want - rows.length })))
    high = low
    stretch = nextStretch(walk, stretch, performance.now() - started)
  }
  const isFull = rows.length >= want
  const merged = withContacts(walk, rows, isFull ? (rows.at(-1)?.number ?? 0) : high, before).slice(0, want)
  const last = merged.at(-1)
  if (merged.length >= want && last !== undefined) return { rows: merged, stopped: [0, last.number] }
  return { rows: merged, stopped: high > 0 ? [0, high] : undefined }
}

/** Adds those whose contacts have the words, as far down as the walk has come. */
function withContacts(walk: Walk, rows: AliasRow[], low: number, before: number): AliasRow[] {
  if (!leadsByText(walk.text)) return rows
  const known = new Set(rows.map((row) => row.number))
  const numbers = contactNumbers(walk).filter((one) => one >= low && one < before && !known.has(one))
  if (numbers.length === 0) return rows
  const sql = `SELECT a.* FROM json_each(:numbers) j CROSS JOIN alias a INDEXED BY alias_by_number ON a.number = j.value
     WHERE ${and('+a.pinned = 0', ...walk.where)}`
  const more = rowsFrom(walk.all(sql, { ...walk.values, numbers: JSON.stringify(numbers) }))
  return [...rows, ...more].sort((a, b) => b.number - a.number)
}

interface Order {
  readonly column: string
  readonly index: string | undefined
  readonly way: 'ASC' | 'DESC'
  readonly sign: '<' | '>'
}

function orderOf(sort: string): Order {
  const known = SORTS[sort.replace(/^-/, '')] ?? SORTS['created_at']
  if (known === undefined) throw new Error('unreachable')
  return sort.startsWith('-') ? { ...known, way: 'DESC', sign: '<' } : { ...known, way: 'ASC', sign: '>' }
}

/** Along the sort, when nothing leads to the rows better: stretches of its index, each row looked at. */
function alongIndex(walk: Walk, order: Order, from: Cursor | undefined, want: number): Found {
  const { column, index, way, sign } = order
  const rows: AliasRow[] = []
  let place: readonly [string | number, number] | undefined = from === undefined ? undefined : [from[1], from[2]]
  for (let stretch = SORTED_STRETCH; ; stretch *= 2) {
    const behind = place === undefined ? '1' : `(${column}, a.number) ${sign} (:value, :number)`
    const values: Values = { ...walk.values, want: want - rows.length }
    if (place !== undefined) Object.assign(values, { value: place[0], number: place[1] })
    const inner = `FROM alias a ${index === undefined ? '' : `INDEXED BY ${index}`} WHERE ${behind} ORDER BY ${column} ${way}, a.number ${way} LIMIT ${stretch}`
    const sql = `SELECT a.* FROM (SELECT a.rowid AS r ${inner}) i CROSS JOIN alias a ON a.rowid = i.r
       WHERE ${and('+a.pinned = 0', ...walk.where)} LIMIT :want`
    rows.push(...rowsFrom(walk.all(sql, values)))
    const end = walk.all(
      `SELECT ${column} AS value, a.number AS number ${inner.replace(/LIMIT \d+$/, '')} LIMIT 1 OFFSET ${stretch - 1}`,
      values,
    )
    const [last] = end as { value: string | number; number: number }[]
    if (rows.length >= want || last === undefined) return { rows, stopped: undefined }
    place = [last.value, last.number]
    if (walk.isOver()) return { rows, stopped: place }
  }
}

/** The sort over what an index or a text leads to, the newest MAX_SORTED of it. */
function overFew(walk: Walk, order: Order, from: Cursor | undefined, want: number): Found {
  const { column, way, sign } = order
  const { text, query } = walk
  const values: Values = { ...walk.values, ...text.values, want }
  let few: string
  if (leadsByText(text)) {
    values['own'] = text.own
    values['contactList'] = JSON.stringify(contactNumbers(walk))
    few = `SELECT number FROM (SELECT s.rowid AS number FROM alias_search s
         CROSS JOIN alias a INDEXED BY alias_by_number ON a.number = s.rowid
         WHERE alias_search MATCH :own AND ${and(...walk.where, text.ownCheck)} ORDER BY s.rowid DESC LIMIT ${MAX_SORTED})
       UNION SELECT value FROM json_each(:contactList)`
  } else {
    const checked = textCheck(walk)
    Object.assign(values, checked.values)
    const { index, condition } = leader(query)
    few = `SELECT a.number FROM alias a INDEXED BY ${index} WHERE ${and(...walk.where, ...condition, checked.check)}
       ORDER BY a.number DESC LIMIT ${MAX_SORTED}`
  }
  const parts = ['+a.pinned = 0', ...walk.where]
  if (from !== undefined) {
    parts.push(`(${column}, a.number) ${sign} (:value, :number)`)
    Object.assign(values, { value: from[1], number: from[2] })
  }
  const sql = `SELECT a.* FROM (${few}) f CROSS JOIN alias a INDEXED BY alias_by_number ON a.number = f.number
     WHERE ${and(...parts)} ORDER BY ${column} ${way}, +a.number ${way} LIMIT :want`
  return { rows: rowsFrom(walk.all(sql, values)), stopped: undefined }
}

/** Domain by domain, in the order of their names; within one the newest first. */
function byDomain(walk: Walk, request: PageRequest, want: number, newestNumber: number): Found {
  const from = request.after?.[0] === 0 ? request.after : undefined
  const up = !request.sort.startsWith('-')
  const domains = walk.all(`SELECT id, name FROM domain ORDER BY name ${up ? 'ASC' : 'DESC'}`, {})
  const rows: AliasRow[] = []
  for (const { id, name } of domains as { id: string; name: string }[]) {
    if (from !== undefined && (up ? name < from[1] : name > from[1])) continue
    const before = from?.[1] === name ? from[2] : newestNumber + 1
    const within: Walk = {
      ...walk,
      query: { ...walk.query, domainId: id },
      where: [...walk.where, '+a.domain_id = :domainId'],
      values: { ...walk.values, domainId: id },
    }
    const found = newest(within, before, want - rows.length)
    rows.push(...found.rows)
    if (rows.length >= want) break
    if (found.stopped !== undefined) return { rows, stopped: [name, found.stopped[1]] }
  }
  return { rows, stopped: undefined }
}

function isNarrow(query: AliasQuery): boolean {
  return query.deleted === 'only' || query.active === false || query.leaked || query.origin !== undefined
}

export function valueOf(row: AliasRow, sort: string): string | number {
  switch (sort.replace(/^-/, '')) {
    case 'email':
      return row.address.toLowerCase().normalize('NFC')
    case 'local_part':
      return row.localPart
    case 'domain':
      return row.address.slice(row.address.lastIndexOf('@') + 1)
    case 'emails_forwarded':
      return row.forwarded
    case 'emails_blocked':
      return row.blocked
    case 'emails_replied':
      return row.replied
    case 'emails_sent':
      return row.sent
    case 'last_used':
      return Math.max(row.lastForwarded ?? 0, row.lastReplied ?? 0, row.lastSent ?? 0)
    case 'last_forwarded':
      return row.lastForwarded ?? 0
    case 'last_blocked':
      return row.lastBlocked ?? 0
    case 'last_replied':
      return row.lastReplied ?? 0
    case 'last_sent':
      return row.lastSent ?? 0
    case 'updated_at':
      return row.updatedAt
    case 'deleted_at':
      return row.deletedAt ?? 0
    case 'active':
      return row.active ? 1 : 0
    default:
      return row.number
  }
}

/** The pinned ones in the order of the sort, behind the cursor. */
function pinnedStage(walk: Walk, request: PageRequest): AliasRow[] {
  const { sort, after } = request
  const sign = sort.startsWith('-') ? -1 : 1
  // Within a domain the newest come first, whichever way the domains go: see `byDomain`.
  const byNumber = /^-?domain$/.test(sort) ? -1 : sign
  const compare = (a: readonly [string | number, number], b: readonly [string | number, number]): number =>
    a[0] < b[0] ? -sign : a[0] > b[0] ? sign : byNumber * (a[1] - b[1])
  const key = (row: AliasRow): readonly [string | number, number] => [valueOf(row, sort), row.number]
  const rows = pinnedRows(walk).sort((a, b) => compare(key(a), key(b)))
  return after === undefined ? rows : rows.filter((row) => compare(key(row), [after[1], after[2]]) > 0)
}

function unpinnedStage(walk: Walk, request: PageRequest, want: number, newestNumber: number): Found {
  const from = request.after?.[0] === 0 ? request.after : undefined
  if (request.sort === '-created_at') return newest(walk, from?.[2] ?? newestNumber + 1, want)
  if (/^-?domain$/.test(request.sort)) return byDomain(walk, request, want, newestNumber)
  const order = orderOf(request.sort)
  const { text } = walk
  const hasText = text.own !== undefined || text.ownCheck !== '' || text.must !== undefined || text.mustCheck !== ''
  return hasText || isNarrow(walk.query) ? overFew(walk, order, from, want) : alongIndex(walk, order, from, want)
}

export function walkOf(all: All, query: AliasQuery, now: number, budget: number): Walk {
  const { parts, values } = conditions(query, now)
  const text = textOf(query)
  if (text.must === undefined && text.mustCheck !== '') {
    // Too short for the index: each row is asked.
    parts.push(`EXISTS (SELECT 1 FROM contact c WHERE c.alias_id = a.id AND ${text.mustCheck})`)
    Object.assign(values, text.values)
  }
  const until = performance.now() + budget
  const left = (): number => until - performance.now()
  const isOver = (): boolean => left() < 0
  return { all, query, where: parts, values, text, isOver, left }
}

/** The pinned ones first, then the rest, each by the sort and the row's number. */
export function readPage(all: All, request: PageRequest, newestNumber: number): AliasPage {
  const { limit, after, query, sort } = request
  const walk = walkOf(all, query, request.now, request.budget ?? BUDGET)
  const rows: AliasRow[] = []
  if (query.pinned !== false && after?.[0] !== 0) rows.push(...pinnedStage(walk, request))
  let stopped: Found['stopped']
  if (query.pinned !== true && rows.length <= limit) {
    const found = unpinnedStage(walk, request, limit + 1 - rows.length, newestNumber)
    rows.push(...found.rows)
    stopped = found.stopped
  }
  const page = rows.slice(0, limit)
  const end = page.at(-1)
  if (rows.length > limit && end !== undefined)
    return { rows: page, next: [end.pinned ? 1 : 0, valueOf(end, sort), end.number] }
  return { rows: page, next: stopped === undefined ? undefined : [0, stopped[0], stopped[1]] }
}
