// npm run bench -- log: pages of the log by each of its filters at a million entries in an encrypted database: a common value, a rare one, one that
// fits nothing, and several together. Of each every page is asked for, up to 25, and what came is checked against what was put in.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { migrate, openDatabase, type Db } from '../../main/store/database.ts'
import { logQueries, type LogFilter, type LogQueries } from '../../main/store/queries/log.ts'

const ENTRIES = Number(process.env['BENCH_ENTRIES'] ?? 1_000_000)
/** One transaction over all would keep every changed page in memory. */
const BATCH = 20_000
const SHOPS = ['amazon', 'zalando', 'github', 'bookshop', 'garden', 'railway', 'cinema', 'bakery', 'museum', 'clinic']
const OUTCOMES = ['delivered', 'delivered', 'delivered', 'delivered', 'refused', 'held', 'failed', 'discarded']
const START = 1_700_000_000_000
const MOST_PAGES = 25
const ROUNDS = 4

const isReply = (i: number): boolean => i % 20 === 0
const shopOf = (i: number): string => (i % 100_000 === 11 ? 'rareshop' : (SHOPS[i % 10] ?? ''))
const strangerOf = (i: number): string => `news${i % 5000}@mail.${shopOf(i)}.example`
const domainOf = (i: number): string => (i % 200_000 === 7 ? 'rare.test' : i % 3 === 0 ? 'second.test' : 'mine.test')
const tlsOf = (i: number): string => (i % 250_000 === 99 ? 'TLSv1.2 ECDHE' : i % 9 === 0 ? '' : 'TLSv1.3 TLS_AES_256')
const mailboxOf = (i: number): string => (i % 150_000 === 1 ? 'rare' : i % 2 === 0 ? 'me' : 'work')

function fill(db: Db): void {
  const insert = db.prepare(
    `INSERT INTO log(id,at,direction,outcome,reason,text,alias,sender,recipient,subject,size,peer,tls,message_id)
     VALUES(?,?,?,?,?,'One sentence that says why.',?,?,?,?,4096,'192.0.2.7',?,?)`,
  )
  const index = db.prepare(
    `INSERT INTO log_search(rowid,alias,sender,recipient,subject,peer,message_id) VALUES(?,?,?,?,?,'192.0.2.7',?)`,
  )
  const deliver = db.prepare(
    `INSERT INTO delivery(direction,forward_path,destination,log_id,state,queued_at,due_at)
     VALUES('forward',?,'mx',?,'delivered',0,0)`,
  )
  const one = (i: number): void => {
    const outcome = OUTCOMES[i % 8] ?? ''
    const alias = `${SHOPS[i % 10] ?? ''}.${(i * 7919) % 100_003}@${domainOf(i)}`
    const [sender, recipient] = isReply(i) ? ['me@box.test', strangerOf(i)] : [strangerOf(i), '']
    const texts = [alias, sender, recipient, `Order ${i}`]
    const [id, messageId] = [i + 1, `${i}@far.example`]
    const direction = isReply(i) ? 'reply' : 'forward'
    const reason = outcome === 'refused' ? 'alias-disabled' : outcome
    insert.run(id, START + i * 2_000, direction, outcome, reason, ...texts, tlsOf(i), messageId)
    index.run(id, ...texts, messageId)
    if (!isReply(i) && outcome !== 'refused') deliver.run(`${mailboxOf(i)}@box.test`, id)
  }
  const some = db.transaction((first: number) => {
    for (let i = first; i < Math.min(first + BATCH, ENTRIES); i++) one(i)
  })
  for (let first = 0; first < ENTRIES; first += BATCH) some(first)
}

type Case = readonly [name: string, filter: LogFilter, fits: (i: number) => boolean]

const goesTo = (i: number, mailbox: string): boolean =>
  isReply(i) ? false : OUTCOMES[i % 8] !== 'refused' && mailboxOf(i) === mailbox

const CASES: readonly Case[] = [
  ['nothing asked', {}, () => true],
  ['domain, common', { domain: 'mine.test' }, (i) => domainOf(i) === 'mine.test'],
  ['domain, rare', { domain: 'rare.test' }, (i) => domainOf(i) === 'rare.test'],
  ['domain, none', { domain: 'never.test' }, () => false],
  ['recipient, common', { recipient: 'me@box.test' }, (i) => goesTo(i, 'me')],
  ['recipient, rare', { recipient: 'rare@box.test' }, (i) => goesTo(i, 'rare')],
  ['recipient, none', { recipient: 'never@box.test' }, () => false],
  [
    'contact, an address',
    { contact: 'news77@mail.bakery.example' },
    (i) => strangerOf(i) === 'news77@mail.bakery.example',
  ],
  ['contact, a common domain', { contact: 'amazon.example' }, (i) => shopOf(i) === 'amazon'],
  ['contact, a rare domain', { contact: 'rareshop.example' }, (i) => shopOf(i) === 'rareshop'],
  ['contact, none', { contact: 'shop.example' }, () => false],
  ['TLS, common', { tls: 'TLSv1.3' }, (i) => tlsOf(i).startsWith('TLSv1.3')],
  ['TLS, in clear', { tls: 'none' }, (i) => tlsOf(i) === ''],
  ['TLS, rare', { tls: 'TLSv1.2' }, (i) => tlsOf(i).startsWith('TLSv1.2')],
  ['text, common', { text: 'order' }, () => true],
  ['text, rare', { text: 'order 77777' }, (i) => String(i).startsWith('77777')],
  ['text, none', { text: 'zzzz' }, () => false],
  [
    'domain and outcome',
    { domain: 'second.test', outcomes: ['held'] },
    (i) => domainOf(i) === 'second.test' && OUTCOMES[i % 8] === 'held',
  ],
  [
    'contact and recipient, never together',
    { contact: 'amazon.example', recipient: 'work@box.test' },
    (i) => shopOf(i) === 'amazon' && goesTo(i, 'work'),
  ],
  [
    'all of them',
    {
      ...{ text: 'order', domain: 'mine.test', recipient: 'work@box.test', contact: 'zalando.example' },
      ...{ tls: 'TLSv1.3', outcomes: ['delivered', 'held'], direction: 'forward' },
    },
    (i) =>
      domainOf(i) === 'mine.test' &&
      goesTo(i, 'work') &&
      shopOf(i) === 'zalando' &&
      tlsOf(i).startsWith('TLSv1.3') &&
      ['delivered', 'held'].includes(OUTCOMES[i % 8] ?? ''),
  ],
]

/** Every page up to a number of them, each with its time. */
function walk(log: LogQueries, filter: LogFilter, times: number[]): { ids: number[]; pages: number; ended: boolean } {
  const ids: number[] = []
  let before: number | undefined
  let pages = 0
  do {
    const start = performance.now()
    const found = log.find({ filter, limit: 100, before })
    times.push(performance.now() - start)
    ids.push(...found.rows.map(({ id }) => id))
    before = found.next
    pages++
  } while (before !== undefined && pages < MOST_PAGES)
  return { ids, pages, ended: before === undefined }
}

/** The newest that fit, as many as came; all of them where the walk ended. */
function check([name, , fits]: Case, ids: readonly number[], ended: boolean): void {
  let at = 0
  const last = ids.at(-1) ?? ENTRIES + 1
  for (let i = ENTRIES - 1; i >= (ended ? 0 : last - 1) && i >= 0; i--)
    if (fits(i) && ids[at++] !== i + 1) throw new Error(`${name}: ${i + 1} is missing`)
  if (at !== ids.length) throw new Error(`${name}: ${ids.length} entries came, ${at} fit`)
}

export function benchLog(line: (text: string) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-log-'))
  const file = path.join(folder, 'log.db')
  const key = Buffer.alloc(32, 7)
  try {
    const writing = openDatabase({ file, key })
    migrate(writing)
    // How it was filled is not what is measured: without the care that mail needs.
    writing.pragma('synchronous = OFF')
    writing.pragma('cache_size = -262144')
    fill(writing)
    writing.close()
    const db = openDatabase({ file, key, readonly: true })
    const log = logQueries(db)
    line(`${ENTRIES} entries of the log, pages of 100`)
    for (const one of CASES) {
      const times: number[] = []
      const { ids, pages, ended } = walk(log, one[1], times)
      check(one, ids, ended)
      for (let i = 1; i < ROUNDS; i++) walk(log, one[1], times)
      times.sort((a, b) => a - b)
      const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1)
      line(`  ${one[0].padEnd(38)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  (${ids.length} on ${pages} pages)`)
    }
    db.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
