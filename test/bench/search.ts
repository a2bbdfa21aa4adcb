// npm run bench -- search: look-up by address, search and first page, as the relay asks them, at 10 k, 100 k and 1 M aliases
// in an encrypted database. Every answer is checked for what it should hold before its time counts.
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseAliasSearch } from '../../main/aliases/search-grammar.ts'
import { migrate, openDatabase, type Db } from '../../main/store/database.ts'
import { directoryQueries } from '../../main/store/queries/directory.ts'
import { searchQueries } from '../../main/store/queries/search.ts'
import type { AddressKey } from '../../main/terms/address.ts'

/** A million takes some minutes to fill; `BENCH_ALIASES=100000` leaves it out. */
const SIZES = (process.env['BENCH_ALIASES'] ?? '10000,100000,1000000').split(',').map(Number)
/** One transaction over all would keep every changed page in memory. */
const BATCH = 20_000
const SHOPS = ['amazon', 'zalando', 'github', 'bookshop', 'garden', 'railway', 'cinema', 'bakery', 'museum', 'clinic']
const DOMAINS = ['mine.test', 'other.test', 'third.example']

function line(text: string): void {
  process.stdout.write(`${text}\n`)
}

function fill(db: Db, size: number): void {
  const at = 1_700_000_000_000
  for (const [i, name] of DOMAINS.entries())
    db.prepare('INSERT INTO domain(id,name,created_at,updated_at) VALUES(?,?,?,?)').run(`d${i}`, name, at, at)
  const insert = db.prepare(
    `INSERT INTO alias(id,address,address_key,local_part,domain_id,description,labels,active,pinned,forwarded,blocked,
       last_forwarded,created_at,updated_at) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
  )
  const contact = db.prepare(
    'INSERT INTO contact(id,alias_id,address,address_key,display_name,reply_address,created_at) VALUES(?,?,?,?,?,?,?)',
  )
  const some = db.transaction((first: number) => {
    for (let i = first; i < Math.min(first + BATCH, size); i++) {
      const shop = SHOPS[i % 10] ?? ''
      const domain = i % 3
      const local = `${shop}.${(i * 2_654_435_761) % 4_294_967_296}.${i}`
      const address = `${local}@${DOMAINS[domain] ?? ''}`
      const used = i % 4 === 0 ? null : at + (i % 1000) * 86_400_000
      const label = i % 50 === 0 ? '|work|' : ''
      const description = `Account at ${shop} number ${i}`
      insert.run(
        ...[`a${i}`, address, address, local, `d${domain}`, description, label, i % 20 === 0 ? 0 : 1],
        ...[i % 10_000 === 0 ? 1 : 0, i % 300, i % 97 === 0 ? 20 : 0, used, at + i, at + i],
      )
      const from = `news${i % 5000}@${shop}.example`
      contact.run(`c${i}`, `a${i}`, from, from, `${shop} news`, `r${i}@${DOMAINS[domain] ?? ''}`, at + i)
    }
  })
  for (let first = 0; first < size; first += BATCH) some(first)
}

/** A gigabyte that is still on its way to the disk is in the way of whoever reads. */
function settle(file: string): void {
  const descriptor = openSync(file, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

/** Read from one end to the other, twice: a system that takes rarely used pages back lets go of those that were read once. */
function readThrough(file: string): void {
  const buffer = Buffer.alloc(1024 * 1024)
  for (let i = 0; i < 2; i++) {
    const descriptor = openSync(file, 'r')
    while (readSync(descriptor, buffer, 0, buffer.length, null) > 0);
    closeSync(descriptor)
  }
}

interface Figure {
  readonly p50: number
  readonly p99: number
}

function measure(rounds: number, act: (round: number) => void): Figure {
  for (let i = 0; i < Math.min(rounds / 5, 1000); i++) act(i)
  const times: number[] = []
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    act(i)
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

/** What people look for: something rare, something common, parts of words, filters, contacts. */
const QUERIES: readonly string[] = [
  ...['amazon', 'zalando', 'number 77', 'account', 'garden 1234', '.99', 'ount at mus', 'mine.test', 'nothing-like-it'],
  ...['tag:work', 'tag:work cinema', 'is:off', 'is:pinned', 'is:unused railway', 'blocked:>10', 'blocked:>10 github'],
  ...[
    'domain:other.test',
    'domain:other.test bakery',
    'from:news77@',
    'from:clinic',
    'used:>90d',
    'used:>90d bookshop',
  ],
  ...['"account at amazon"', 'am', 'z', 'is:leaked', 'is:deleted'],
]

function benchSize(folder: string, size: number): void {
  const file = path.join(folder, `search-${size}.db`)
  const key = Buffer.alloc(32, 7)
  const writing = openDatabase({ file, key })
  migrate(writing)
  // How it was filled is not what is measured: without the care that mail needs.
  writing.pragma('synchronous = OFF')
  writing.pragma('cache_size = -262144')
  const started = performance.now()
  fill(writing, size)
  const filled = (performance.now() - started) / 1000
  writing.close()
  settle(file)
  const db = openDatabase({ file, key, readonly: true })
  try {
    const directory = directoryQueries(db)
    const search = searchQueries(db)
    const now = 1_700_000_000_000 + 1000 * 86_400_000
    const find = (i: number): void => {
      const n = (i * 104_729 + 7919) % size
      const address = `${SHOPS[n % 10] ?? ''}.${(n * 2_654_435_761) % 4_294_967_296}.${n}@${DOMAINS[n % 3] ?? ''}`
      if (directory.alias(address as AddressKey)?.number !== n + 1) throw new Error(`${address} was not found`)
    }
    // As the system left the file behind the filling: what it has let go of meanwhile comes from the disk.
    const cold = measure(5000, find)
    readThrough(file)
    const lookup = measure(15_000, (i) => find(i + 500_000))
    const page = (text: string) =>
      search.page({ query: parseAliasSearch(text), sort: '-created_at', limit: 50, after: undefined, now })
    const first = measure(200, () => {
      if (page('').rows.length !== 50) throw new Error('the first page is not full')
    })
    const each = QUERIES.map((text) => ({ text, figure: measure(20, () => page(text)), hits: page(text).rows.length }))
    const whole = measure(QUERIES.length * 20, (i) => page(QUERIES[i % QUERIES.length] ?? ''))
    const counted = measure(
      20,
      (i) => search.count(parseAliasSearch(QUERIES[i % QUERIES.length] ?? ''), now, 10_000).count,
    )
    const show = ({ p50, p99 }: Figure): string => `p50 ${p50.toFixed(3)} ms  p99 ${p99.toFixed(3)} ms`
    line(`${size} aliases and contacts (filled in ${filled.toFixed(0)} s)`)
    line(`  look-up by address  ${show(lookup)}  (the file in the system's memory)`)
    line(`  the same, cold      ${show(cold)}`)
    line(`  first page          ${show(first)}`)
    line(`  search, all kinds   ${show(whole)}`)
    line(`  count up to 10,000  ${show(counted)}`)
    for (const { text, figure, hits } of each.sort((a, b) => b.figure.p99 - a.figure.p99).slice(0, 6))
      line(`    slowest: ${text.padEnd(22)} ${show(figure)} (${hits} on the page)`)
  } finally {
    db.close()
  }
}

export function benchSearch(): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-search-'))
  try {
    for (const size of SIZES) benchSize(folder, size)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) benchSearch()
