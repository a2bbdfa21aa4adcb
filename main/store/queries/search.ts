// Finding aliases among a million: one index of three-letter pieces over address, description and labels, one over contacts,
// and pages by key, so that the hundredth page costs what the first does. Counts stop where nobody reads them any more.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type AliasRow, type Raw } from '../rows.ts'

/** What to look for; `aliases/search-grammar.ts` makes it from what people type. */
export interface AliasQuery {
  readonly words: readonly string[]
  readonly domains: readonly string[]
  readonly labels: readonly string[]
  readonly from: readonly string[]
  readonly active: boolean | undefined
  readonly pinned: boolean | undefined
  readonly origin: 'catch-all' | undefined
  readonly unused: boolean
  readonly leaked: boolean
  readonly deleted: 'without' | 'with' | 'only'
  readonly used: { readonly than: 'more' | 'less'; readonly value: number } | undefined
  readonly blocked: { readonly than: 'more' | 'less'; readonly value: number } | undefined
  readonly forwarded: { readonly than: 'more' | 'less'; readonly value: number } | undefined
}

/** Where a page ends: whether among the pinned, the sorted value, the row's number. */
export type Cursor = readonly [pinned: number, value: string | number, number: number]

export interface PageRequest {
  readonly query: AliasQuery
  /** One of SORTS, `-` in front for descending. */
  readonly sort: string
  readonly limit: number
  readonly after: Cursor | undefined
  readonly now: number
}

export interface AliasPage {
  readonly rows: readonly AliasRow[]
  readonly next: Cursor | undefined
}

export interface SearchQueries {
  page(request: PageRequest): AliasPage
  /** At most `cap` + 1. */
  count(query: AliasQuery, now: number, cap: number): number
  /** Numbers of what matches, ascending, for a bulk operation: those above `after` up to `last`. */
  numbers(query: AliasQuery, now: number, after: number, last: number, limit: number): readonly number[]
  lastNumber(): number
  byNumber(number: number): AliasRow | undefined
  job(id: string): BulkJobRow | undefined
}

/** A bulk operation and how far it is. */
export interface BulkJobRow {
  readonly id: string
  readonly action: string
  readonly query: string
  readonly argument: string
  readonly state: 'running' | 'done' | 'undone' | 'failed'
  readonly total: number
  readonly done: number
  readonly at: number
}

const USED = 'coalesce(max(coalesce(a.last_forwarded,0), coalesce(a.last_replied,0), coalesce(a.last_sent,0)), 0)'
const DAY = 86_400_000
/** Beyond so many matching contacts the older ones are not looked at: a word that all contacts have finds nothing useful. */
const MAX_CONTACTS = 500
/** A sort by anything but age looks at so many matches of a text, the newest. */
const MAX_SORTED = 20_000

export const SORTS: Readonly<Record<string, string>> = {
  created_at: 'a.number',
  email: 'a.address_key',
  local_part: 'a.local_part',
  emails_forwarded: 'a.forwarded',
  emails_blocked: 'a.blocked',
  emails_replied: 'a.replied',
  emails_sent: 'a.sent',
  last_used: USED,
  last_forwarded: 'coalesce(a.last_forwarded,0)',
  last_blocked: 'coalesce(a.last_blocked,0)',
  last_replied: 'coalesce(a.last_replied,0)',
  last_sent: 'coalesce(a.last_sent,0)',
  updated_at: 'a.updated_at',
  active: 'a.active',
}

type Values = Record<string, string | number>
const FLAGS = ['active', 'pinned', 'allowSealed']
const rowsFrom = (all: unknown[]): AliasRow[] => (all as Raw[]).map((raw) => fromRaw<AliasRow>(raw, FLAGS))

/** A phrase of the index's language in which nothing is an operator. */
const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`
const long = (text: string): boolean => Array.from(text).length >= 3

function conditions(query: AliasQuery, now: number): { parts: string[]; values: Values } {
  const parts: string[] = []
  const values: Values = {}
  if (query.deleted === 'without') parts.push('a.deleted_at IS NULL')
  if (query.deleted === 'only') parts.push('a.deleted_at IS NOT NULL')
  if (query.active !== undefined) parts.push(`a.active = ${query.active ? 1 : 0}`)
  if (query.pinned !== undefined) parts.push(`a.pinned = ${query.pinned ? 1 : 0}`)
  if (query.origin !== undefined) parts.push("a.origin = 'catch-all'")
  if (query.leaked) parts.push('a.leak_at IS NOT NULL')
  if (query.unused) parts.push(`${USED} = 0`)
  if (query.domains.length > 0) {
    parts.push('+a.domain_id IN (SELECT id FROM domain WHERE name IN (SELECT value FROM json_each(:domains)))')
    values['domains'] = JSON.stringify(query.domains)
  }
  if (query.used !== undefined) {
    values['used'] = now - query.used.value * DAY
    parts.push(query.used.than === 'more' ? `${USED} < :used` : `${USED} >= :used`)
  }
  for (const [name, column] of [
    ['blocked', 'a.blocked'],
    ['forwarded', 'a.forwarded'],
  ] as const) {
    const bound = query[name]
    if (bound === undefined) continue
    values[name] = bound.value
    parts.push(`${column} ${bound.than === 'more' ? '>' : '<'} :${name}`)
  }
  // The index has three-letter pieces: shorter words are looked for at the beginning of the address.
  for (const [i, word] of query.words.filter((one) => !long(one)).entries()) {
    parts.push(`(a.address_key >= :short${i} AND a.address_key < :short${i} || char(0x10ffff))`)
    values[`short${i}`] = word
  }
  return { parts, values }
}

interface Texts {
  /** For the index over aliases; undefined where there is nothing to look for. */
  readonly own: string | undefined
  /** For the index over contacts: where free words may be found as well. */
  readonly contacts: string | undefined
  /** `from:` must be found among the contacts, whatever else. */
  readonly must: string | undefined
}

function texts(query: AliasQuery): Texts {
  const words = query.words.filter(long).map(phrase)
  const labels = query.labels.map((one) => `labels : ${phrase(`|${one}|`)}`)
  const own = [...words, ...labels].join(' AND ')
  const from = query.from.filter(long).map(phrase).join(' AND ')
  return {
    own: own === '' ? undefined : own,
    contacts: words.length === 0 || labels.length > 0 ? undefined : words.join(' AND '),
    must: from === '' ? undefined : from,
  }
}

/** Aliases that have a contact in which the text is found; the newest contacts first, so many and no more. */
const byContact = (name: string): string =>
  `SELECT ca.number FROM (SELECT rowid AS n FROM contact_search WHERE contact_search MATCH :${name}
     ORDER BY rowid DESC LIMIT ${MAX_CONTACTS}) JOIN contact c ON c.number = n JOIN alias ca ON ca.id = c.alias_id`

export function searchQueries(db: Db): SearchQueries {
  const cache = new Map<string, ReturnType<Db['prepare']>>()
  const all = (sql: string, values: Values): unknown[] => {
    let statement = cache.get(sql)
    if (statement === undefined) {
      if (cache.size > 200) cache.clear()
      statement = db.prepare(sql)
      cache.set(sql, statement)
    }
    return statement.all(values)
  }
  const last = db.prepare('SELECT coalesce(max(number), 0) FROM alias').pluck()
  const one = db.prepare('SELECT * FROM alias WHERE number=?')
  const job = db.prepare('SELECT * FROM bulk_job WHERE id=?')
  const numbersOf: SearchQueries['numbers'] = (query, now, after, until, limit) => {
    const { parts, values } = selection(query, now)
    const where = [...parts, 'a.number > :after', 'a.number <= :until'].join(' AND ')
    const sql = `SELECT a.number AS number FROM alias a WHERE ${where} ORDER BY a.number LIMIT :limit`
    return (all(sql, { ...values, after, until, limit }) as { number: number }[]).map((row) => row.number)
  }
  return {
    page: (request) => readPage(all, request),
    count(query, now, cap) {
      const { parts, values } = selection(query, now, cap + 1)
      const where = parts.length === 0 ? '1' : parts.join(' AND ')
      const sql = `SELECT count(*) AS count FROM (SELECT 1 FROM alias a WHERE ${where} LIMIT ${cap + 1})`
      const [found] = all(sql, values) as { count: number }[]
      return found?.count ?? 0
    },
    numbers: numbersOf,
    lastNumber: () => Number(last.get()),
    byNumber: (number) => rowsFrom(one.all(number))[0],
    job: (id) => optionalFromRaw(job.get(id)),
  }
}

/** Everything as conditions on a row, for counts, other sorts and bulk operations. */
function selection(query: AliasQuery, now: number, cap?: number): { parts: string[]; values: Values } {
  const { parts, values } = conditions(query, now)
  const { own, contacts, must } = texts(query)
  const limit = cap === undefined ? '' : ` ORDER BY rowid DESC LIMIT ${cap}`
  if (own !== undefined) {
    const more = contacts === undefined ? '' : ` UNION ${byContact('contacts')}`
    parts.push(
      `a.number IN (SELECT rowid FROM (SELECT rowid FROM alias_search WHERE alias_search MATCH :own${limit})${more})`,
    )
    values['own'] = own
    if (contacts !== undefined) values['contacts'] = contacts
  }
  if (must !== undefined) {
    parts.push(`a.number IN (${byContact('must')})`)
    values['must'] = must
  }
  return { parts, values }
}

type All = (sql: string, values: Values) => unknown[]

/** The pinned ones first, then the rest, each by the sort and the row's number. */
function readPage(all: All, request: PageRequest): AliasPage {
  const { limit, after } = request
  const rows: AliasRow[] = []
  const byAge = request.sort === '-created_at'
  for (const pinned of [1, 0]) {
    if (rows.length > limit || (after !== undefined && after[0] < pinned)) continue
    if (request.query.pinned === (pinned === 0)) continue
    const from = after?.[0] === pinned ? after : undefined
    const want = limit + 1 - rows.length
    rows.push(...(byAge ? newest(all, request, pinned, from, want) : sorted(all, request, pinned, from, want)))
  }
  const page = rows.slice(0, limit)
  const end = page.at(-1)
  const more = rows.length > limit && end !== undefined
  return { rows: page, next: more ? [end.pinned ? 1 : 0, valueOf(end, request.sort), end.number] : undefined }
}

function valueOf(row: AliasRow, sort: string): string | number {
  switch (sort.replace(/^-/, '')) {
    case 'email':
      return row.address.toLowerCase().normalize('NFC')
    case 'local_part':
      return row.localPart
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
    case 'active':
      return row.active ? 1 : 0
    default:
      return row.number
  }
}

/** The narrowest index that gives its rows by number, and the condition that lets SQLite use it. */
function leader(query: AliasQuery, pinned: number): { index: string; condition: readonly string[] } {
  if (pinned === 1) return { index: 'alias_pinned', condition: ['a.pinned = 1'] }
  if (query.deleted === 'only') return { index: 'alias_bin', condition: ['a.deleted_at IS NOT NULL'] }
  if (query.active === false) return { index: 'alias_off', condition: ['a.active = 0'] }
  if (query.leaked) return { index: 'alias_leaked', condition: ['a.leak_at IS NOT NULL'] }
  if (query.domains.length === 1)
    return {
      index: 'alias_number_of_domain',
      condition: ["a.domain_id = (SELECT id FROM domain WHERE name = json_extract(:domains, '$[0]'))"],
    }
  if (query.origin !== undefined) return { index: 'alias_auto', condition: ["a.origin = 'catch-all'"] }
  return { index: 'alias_by_number', condition: [] }
}

/** Newest first: the index gives its rows in that order, so a page ends as soon as it is full, however many match. */
function newest(all: All, request: PageRequest, pinned: number, after: Cursor | undefined, want: number): AliasRow[] {
  const { parts, values } = conditions(request.query, request.now)
  const { own, contacts, must } = texts(request.query)
  const given: Values = { ...values, before: after?.[2] ?? Number.MAX_SAFE_INTEGER, want }
  // The planner knows nothing of how many rows pass a filter: which index leads is said here, the rest only checks.
  const where = [...parts, `+a.pinned = ${pinned}`].join(' AND ')
  const byNumber = 'alias a INDEXED BY alias_by_number ON a.number'
  if (must !== undefined && own === undefined) {
    const sql = `SELECT a.* FROM (SELECT DISTINCT number AS n FROM (${byContact('must')})) CROSS JOIN ${byNumber} = n
       WHERE a.number < :before AND ${where} ORDER BY a.number DESC LIMIT :want`
    return rowsFrom(all(sql, { ...given, must }))
  }
  if (must !== undefined) return sorted(all, request, pinned, after, want)
  if (own === undefined) {
    const { index, condition } = leader(request.query, pinned)
    const sql = `SELECT a.* FROM alias a INDEXED BY ${index} WHERE ${[where, ...condition].join(' AND ')}
       AND a.number < :before ORDER BY a.number DESC LIMIT :want`
    return rowsFrom(all(sql, given))
  }
  // The few pinned ones are tried against the index; for the rest the index leads.
  const few = pinned === 1 ? '(SELECT number FROM alias INDEXED BY alias_pinned WHERE pinned = 1)' : undefined
  const inFew = few === undefined ? '' : `AND s.rowid IN ${few}`
  const found = rowsFrom(
    all(
      `SELECT a.* FROM alias_search s CROSS JOIN ${byNumber} = s.rowid
       WHERE alias_search MATCH :own ${inFew} AND s.rowid < :before AND ${where} ORDER BY s.rowid DESC LIMIT :want`,
      { ...given, own },
    ),
  )
  if (contacts === undefined) return found
  const sql = `SELECT a.* FROM (SELECT DISTINCT number AS n FROM (${byContact('contacts')})) CROSS JOIN ${byNumber} = n
     WHERE a.number < :before AND ${where} ORDER BY a.number DESC LIMIT :want`
  const known = new Set(found.map((row) => row.number))
  const others = rowsFrom(all(sql, { ...given, contacts })).filter((row) => !known.has(row.number))
  return [...found, ...others].sort((a, b) => b.number - a.number).slice(0, want)
}

function sorted(all: All, request: PageRequest, pinned: number, after: Cursor | undefined, want: number): AliasRow[] {
  const descending = request.sort.startsWith('-')
  const column = SORTS[request.sort.replace(/^-/, '')] ?? 'a.number'
  const { parts, values } = selection(request.query, request.now, MAX_SORTED)
  const given: Values = { ...values, want }
  parts.push(`+a.pinned = ${pinned}`)
  const sign = descending ? '<' : '>'
  if (after !== undefined) {
    parts.push(`(${column}, a.number) ${sign} (:value, :number)`)
    given['value'] = after[1]
    given['number'] = after[2]
  }
  const way = descending ? 'DESC' : 'ASC'
  const sql = `SELECT a.* FROM alias a WHERE ${parts.join(' AND ')} ORDER BY ${column} ${way}, a.number ${way} LIMIT :want`
  return rowsFrom(all(sql, given))
}
