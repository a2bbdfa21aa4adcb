// The alias search against a list that is looked through by hand: for random aliases, questions, sorts and page sizes the pages together
// hold exactly what should be found, in order, once, also where the time is over after every stretch.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAliasSearch } from '../../../main/aliases/search-grammar.ts'
import { migrate, openDatabase, type Db } from '../../../main/store/database.ts'
import { searchQueries, SORTS, type Cursor } from '../../../main/store/queries/search.ts'
import type { AliasRow } from '../../../main/store/rows.ts'

const NOW = 1_800_000_000_000
const DAY = 86_400_000
const SIZE = 400
const DOMAINS = ['zeta.test', 'alpha.test', 'münchen.test']
const WORDS = ['amazon', 'Garten', 'ÄRZTE', 'shop', 'news', 'abc', 'mail', '日本語', "o'neil", '50%_off', '"quoted"']

interface Model {
  readonly row: AliasRow
  readonly domain: string
  readonly text: string
  readonly labels: readonly string[]
  readonly contacts: readonly string[]
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-search-'))
let db: Db
let models: Model[]

/** Deterministic: the same aliases in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
}

function fill(): void {
  const next = numbers(7)
  const word = (): string => WORDS[next(WORDS.length)] ?? ''
  for (const [i, name] of DOMAINS.entries())
    db.prepare('INSERT INTO domain(id,name,created_at,updated_at) VALUES(?,?,1,1)').run(`d${(i * 2) % 3}`, name)
  const columns = [
    'active',
    'pinned',
    'forwarded',
    'blocked',
    'last_forwarded',
    'last_blocked',
    'deleted_at',
    'leak_at',
    'labels',
    'origin',
  ]
  const alias = db.prepare(
    `INSERT INTO alias(id,address,address_key,local_part,domain_id,description,created_at,updated_at,${columns.join(',')})
     VALUES(?,?,?,?,?,?,?,?,${columns.map(() => '?').join(',')})`,
  )
  const contact = db.prepare(
    'INSERT INTO contact(id,alias_id,address,address_key,display_name,reply_address,created_at) VALUES(?,?,?,?,?,?,1)',
  )
  for (let i = 0; i < SIZE; i++) {
    const domain = next(3)
    const local = `${word().replaceAll(/[^a-z]/g, '')}x${i}`
    const address = `${local}@${DOMAINS[(domain * 2) % 3] ?? ''}`
    const label = next(6) === 0 ? '|work|' : next(6) === 0 ? '|Ärger|work|' : ''
    const used = next(3) === 0 ? null : NOW - next(200) * DAY
    alias.run(
      ...[
        `a${i}`,
        address,
        address,
        local,
        `d${domain}`,
        next(4) === 0 ? null : `${word()} ${word()} ${i}`,
        i,
        NOW - next(50),
      ],
      ...[next(5) === 0 ? 0 : 1, next(25) === 0 ? 1 : 0, next(6), next(4) === 0 ? next(30) : 0, used, null],
      ...[next(12) === 0 ? NOW : null, next(15) === 0 ? NOW : null, label, next(3) === 0 ? 'catch-all' : 'made'],
    )
    if (next(3) === 0) {
      const from = `${word().replaceAll(/[^a-z]/g, '')}${next(40)}@sender.example`
      contact.run(`c${i}`, `a${i}`, from, from, word(), `r${i}@x.test`)
    }
  }
}

function readModels(): Model[] {
  const search = searchQueries(db)
  const name = db.prepare('SELECT name FROM domain WHERE id=?').pluck()
  const contacts = db.prepare('SELECT address || char(10) || display_name FROM contact WHERE alias_id=?').pluck()
  return Array.from({ length: SIZE }, (_, i) => {
    const row = search.byNumber(i + 1)
    if (row === undefined) throw new Error('missing')
    const text = `${row.address}\n${row.description ?? ''}\n${row.labels}`.toLowerCase()
    return {
      ...{ row, text, domain: name.get(row.domainId) as string, labels: row.labels.toLowerCase().split('|') },
      contacts: (contacts.all(row.id) as string[]).map((one) => one.toLowerCase()),
    }
  })
}

const length = (text: string): number => Array.from(text).length
const lastUsed = (row: AliasRow): number => Math.max(row.lastForwarded ?? 0, row.lastReplied ?? 0, row.lastSent ?? 0)

function matches(question: string, { row, text, domain, labels, contacts }: Model): boolean {
  const query = parseAliasSearch(question)
  const words = query.words.map((one) => one.toLowerCase())
  const compare = (bound: typeof query.used, more: boolean, less: boolean): boolean =>
    bound === undefined || (bound.than === 'more' ? more : less)
  const used = NOW - (query.used?.value ?? 0) * DAY
  const byWords =
    words.some((one) => length(one) >= 3) || query.labels.length > 0
      ? words.every((one) => text.includes(one)) ||
        (query.labels.length === 0 && contacts.some((one) => words.every((part) => one.includes(part))))
      : words.every((one) => row.address.toLowerCase().startsWith(one))
  return (
    byWords &&
    query.labels.every((one) => labels.includes(one.toLowerCase())) &&
    (query.from.length === 0 || contacts.some((one) => query.from.every((part) => one.includes(part.toLowerCase())))) &&
    (query.domains.length === 0 || query.domains.includes(domain)) &&
    (query.deleted === 'with' || (query.deleted === 'only') === (row.deletedAt !== null)) &&
    (query.active === undefined || query.active === row.active) &&
    (query.pinned === undefined || query.pinned === row.pinned) &&
    (query.origin === undefined || row.origin === 'catch-all') &&
    (!query.unused || lastUsed(row) === 0) &&
    (!query.leaked || row.leakAt !== null) &&
    compare(query.used, lastUsed(row) < used, lastUsed(row) >= used) &&
    compare(query.blocked, row.blocked > (query.blocked?.value ?? 0), row.blocked < (query.blocked?.value ?? 0)) &&
    compare(
      query.forwarded,
      row.forwarded > (query.forwarded?.value ?? 0),
      row.forwarded < (query.forwarded?.value ?? 0),
    )
  )
}

const KEYS: Readonly<Record<string, (model: Model) => string | number>> = {
  created_at: ({ row }) => row.number,
  email: ({ row }) => row.address,
  local_part: ({ row }) => row.localPart,
  domain: ({ domain }) => domain,
  emails_forwarded: ({ row }) => row.forwarded,
  emails_blocked: ({ row }) => row.blocked,
  emails_replied: ({ row }) => row.replied,
  emails_sent: ({ row }) => row.sent,
  last_used: ({ row }) => lastUsed(row),
  last_forwarded: ({ row }) => row.lastForwarded ?? 0,
  last_blocked: ({ row }) => row.lastBlocked ?? 0,
  last_replied: ({ row }) => row.lastReplied ?? 0,
  last_sent: ({ row }) => row.lastSent ?? 0,
  updated_at: ({ row }) => row.updatedAt,
  deleted_at: ({ row }) => row.deletedAt ?? 0,
  active: ({ row }) => (row.active ? 1 : 0),
}

function expected(question: string, sort: string): number[] {
  const name = sort.replace(/^-/, '')
  const sign = sort.startsWith('-') ? -1 : 1
  const key = KEYS[name]
  if (key === undefined) throw new Error(`no model of the sort ${name}`)
  // Within a domain the newest come first, whichever way the domains go.
  const byNumber = name === 'domain' ? -1 : sign
  return models
    .filter((one) => matches(question, one))
    .sort((a, b) => {
      if (a.row.pinned !== b.row.pinned) return a.row.pinned ? -1 : 1
      const [left, right] = [key(a), key(b)]
      if (left !== right) return left < right ? -sign : sign
      return byNumber * (a.row.number - b.row.number)
    })
    .map((one) => one.row.number)
}

function allPages(question: string, sort: string, limit: number, budget: number): number[] {
  const search = searchQueries(db)
  const found: number[] = []
  let after: Cursor | undefined
  for (let round = 0; ; round++) {
    if (round > SIZE + 10) throw new Error('the pages have no end')
    const page = search.page({ query: parseAliasSearch(question), sort, limit, after, now: NOW, budget })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    found.push(...page.rows.map((row) => row.number))
    if (page.next === undefined) return found
    after = page.next
  }
}

const pieces = [
  ...[
    'amazon',
    'GARTEN',
    'ärzte',
    'Ärz',
    'sho',
    'x1',
    'ab',
    'a',
    '日本語',
    "o'neil",
    '50%_off',
    '%',
    '""',
    'shop 1',
    'news',
  ],
  ...[
    'domain:zeta.test',
    'domain:alpha.test',
    'tag:work',
    'tag:ärger',
    'is:active',
    'is:off',
    'is:pinned',
    'is:catchall',
  ],
  ...[
    'is:unused',
    'is:leaked',
    'is:deleted',
    'used:>90d',
    'used:<30d',
    'blocked:>10',
    'forwarded:<3',
    'from:shop',
    'from:3@',
    'from:zz',
  ],
  ...['*', 'NEAR', 'AND', '(', '-', 'sender.example', 'nothing-has-this'],
]

beforeAll(() => {
  db = openDatabase({ file: path.join(folder, 'search.db'), key: Buffer.alloc(32, 1) })
  migrate(db)
  db.transaction(fill)()
  models = readModels()
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the alias search', () => {
  it('has a sort for every one that is modelled here', () => {
    expect(Object.keys(SORTS).sort()).toEqual(Object.keys(KEYS).sort())
  })

  it.each(pieces)('finds by %s what is there, in every order', (piece) => {
    for (const sort of Object.keys(SORTS))
      for (const sign of ['', '-'])
        expect(allPages(piece, sign + sort, 30, 1000), sign + sort).toEqual(expected(piece, sign + sort))
  })

  it('finds the same whatever the question, the page and the time it has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
        fc.constantFrom(...Object.keys(SORTS)),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(-1, 1000),
        (parts, name, down, limit, budget) => {
          const question = parts.join(' ')
          const sort = `${down ? '-' : ''}${name}`
          expect(allPages(question, sort, limit, budget)).toEqual(expected(question, sort))
        },
      ),
      { numRuns: 400, seed: 11 },
    )
  })

  it('counts, numbers and lists by offset what the pages hold', async () => {
    const search = searchQueries(db)
    for (const piece of pieces) {
      const query = parseAliasSearch(piece)
      const all = expected(piece, '-created_at')
      expect(search.count(query, NOW, 10_000), piece).toEqual({ count: all.length, isExact: true })
      // All of them are counted already; anything else is counted up to the cap.
      const few = piece.replaceAll('"', '') === '' ? all.length : Math.min(3, all.length)
      expect(search.count(query, NOW, 3), piece).toEqual({ count: few, isExact: few === all.length })
      const ascending = [...all].sort((a, b) => a - b)
      expect(search.numbers(query, NOW, 0, SIZE, SIZE)).toEqual(ascending)
      expect(search.numbers(query, NOW, 100, 300, 5)).toEqual(ascending.filter((n) => n > 100 && n <= 300).slice(0, 5))
      expect(search.countBetween(query, NOW, 100, 301)).toBe(ascending.filter((n) => n >= 100 && n < 301).length)
      const listed = await search.list({ query, sort: '-created_at', limit: 9, offset: 12, now: NOW })
      expect(listed.map((row) => row.number)).toEqual(all.slice(12, 21))
    }
  })

  it('takes no text for a question in the language of the index', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: 'binary' }), (text) => {
        const found = allPages(text, '-created_at', 50, 1000)
        expect(found).toEqual(expected(text, '-created_at'))
      }),
      { numRuns: 300, seed: 5 },
    )
  })
})
