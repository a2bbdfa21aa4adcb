// Filters of the log, any of them together, over random rows: page by page there is every row that fits, once, and the pages' own
// look at an entry that comes live says the same.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fitsLog } from '../../../main/api/shapes-log.ts'
import type { LogEntry } from '../../../main/api/shapes.ts'
import { migrate, openDatabase, type Db } from '../../../main/store/database.ts'
import { logQueries, type LogFilter, type LogQueries } from '../../../main/store/queries/log.ts'
import { logWalk, type LogWalk } from '../../../main/store/queries/log-walk.ts'

let folder: string
let db: Db
let log: LogQueries
/** With small looks, so that few rows are many. */
let walk: LogWalk

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-filters-'))
  db = openDatabase({ file: path.join(folder, 'log.db'), key: Buffer.alloc(32, 7) })
  migrate(db)
  db.pragma('synchronous = OFF')
  log = logQueries(db)
  walk = logWalk(db, { candidates: 7, sample: 5, stretch: 40, rows: 10 })
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

const ALIASES = [
  ...['', 'postmaster', 'shop@mine.test', 'Shop@mine.test', 'x@other.test', 'x@sub.mine.test'],
  ...['"a@mine.test"@other.test', 'a@xn--mller-kva.example', 'ümlaut@mine.test'],
]
const PEOPLE = [
  ...['', 'news@shop.example', 'News@shop.example', 'a@mail.shop.example', 'b@notshop.example', 'me@box.test'],
  ...['Me@box.test', 'c@de', 'shop.example@far.test', 'Über@shop.example', 'd@far.de'],
]

const row = fc.record({
  gap: fc.oneof({ weight: 30, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 9_000 })),
  direction: fc.constantFrom('forward' as const, 'reply' as const, 'none' as const),
  outcome: fc.constantFrom('delivered', 'delivered', 'delivered', 'refused', 'held'),
  reason: fc.constantFrom('accepted', 'accepted', 'accepted', 'alias-disabled', 'not-ours'),
  alias: fc.constantFrom(...ALIASES),
  sender: fc.constantFrom(...PEOPLE),
  recipient: fc.constantFrom(...PEOPLE),
  deliveries: fc.array(fc.constantFrom(...PEOPLE.slice(1)), { maxLength: 3 }),
  subject: fc.constantFrom('', 'A needle', 'alias-disabled', 'Ümlaut', 'b '),
  peer: fc.constantFrom('', '192.0.2.1'),
  tls: fc.constantFrom('', 'TLSv1.2 ECDHE', 'TLSv1.3 TLS_AES'),
})
type Row = typeof row extends fc.Arbitrary<infer Made> ? Made : never

const VALUES = fc.record(
  {
    outcomes: fc.subarray(['delivered', 'refused', 'held', 'never']),
    reasons: fc.subarray(['accepted', 'alias-disabled', 'not-ours', 'never']),
    direction: fc.constantFrom('forward', 'reply', 'none'),
    alias: fc.constantFrom('shop@MINE.test', 'x@other.test', 'a@mine.test', 'Ümlaut@mine.test', 'y@'),
    domain: fc.constantFrom('mine.test', 'other.test', 'xn--mller-kva.example', 'never.test', 'test'),
    recipient: fc.constantFrom('ME@box.test', 'news@shop.example', 'never@far.test', 'Über@shop.example'),
    contact: fc.constantFrom(
      ...[
        'NEWS@shop.example',
        'shop.example',
        'example',
        'de',
        'far.de',
        'box.test',
        'c@de',
        'never.test',
        'hop.example',
      ],
    ),
    tls: fc.constantFrom('none', 'TLSv1.2', 'TLSv1.3'),
    text: fc.constantFrom('needle', 'shop', 'me', 'Ü', 'ümlaut', 'alias-disabled', '192.0', '" OR "shop', 'x@', '  '),
    from: fc.integer({ min: 0, max: 200 }),
    until: fc.integer({ min: 0, max: 200 }),
  },
  { noNullPrototype: true },
)
/** Some of them: all at once fit next to nothing. */
const filter: fc.Arbitrary<LogFilter> = fc
  .tuple(VALUES, fc.oneof(fc.constant(2), fc.constant(5), fc.constant(11)), fc.infiniteStream(fc.nat(10)))
  .map(([values, most, keys]) => {
    const wanted = new Set([...keys.take(most)])
    return Object.fromEntries(Object.entries(values).filter((_, i) => wanted.has(i)))
  })

type Entry = LogEntry & { readonly deliveries: readonly string[] }

function entriesOf(rows: readonly Row[]): Entry[] {
  let id = 0
  return rows.map(({ gap, ...one }, i) => {
    id += gap
    const to = [...new Set([one.recipient, ...one.deliveries].filter((address) => address !== ''))].sort()
    const rest = { at: i, text: '', size: 1, messageId: `<${i}@m>`, verdicts: null, attempts: [] }
    return { ...one, ...rest, id, to }
  })
}

function write(entries: readonly Entry[]): void {
  db.exec('DELETE FROM delivery; DELETE FROM log; DELETE FROM log_search')
  const insert = db.prepare(
    `INSERT INTO log(id,at,direction,outcome,reason,text,alias,sender,recipient,subject,size,peer,tls,message_id)
     VALUES(:id,:at,:direction,:outcome,:reason,'',:alias,:sender,:recipient,:subject,1,:peer,:tls,:messageId)`,
  )
  const index = db.prepare(
    `INSERT INTO log_search(rowid,alias,sender,recipient,subject,peer,message_id)
     VALUES(:id,:alias,:sender,:recipient,:subject,:peer,:messageId)`,
  )
  const deliver = db.prepare(
    `INSERT INTO delivery(direction,forward_path,destination,log_id,state,queued_at,due_at)
     VALUES('forward','turned@later.test','mx',?,'queued',0,0)`,
  )
  const turn = db.prepare('UPDATE delivery SET forward_path=? WHERE id=?')
  const forget = db.prepare("DELETE FROM log_recipient WHERE address='turned@later.test'")
  for (const { id, at, direction, outcome, reason, deliveries, peer, tls, ...one } of entries) {
    const { alias, sender, recipient, subject, messageId } = one
    const texts = { alias, sender, recipient, subject, peer, messageId }
    insert.run({ ...texts, id, at, direction, outcome, reason, tls })
    index.run({ ...texts, id })
    for (const address of deliveries) turn.run(address, deliver.run(id).lastInsertRowid)
  }
  forget.run()
}

const key = (text: string): string => text.toLowerCase().normalize('NFC')
const behindAt = (address: string): string => (address.includes('@') ? address.slice(address.lastIndexOf('@') + 1) : '')

/** Said once more, in the plainest words. */
function fits(one: Entry, wanted: LogFilter): boolean {
  const { outcomes = [], reasons = [], direction, alias, domain, recipient, contact, tls, from, until } = wanted
  const text = key((wanted.text ?? '').trim())
  const other = key(one.direction === 'reply' ? one.recipient : one.sender)
  const version = one.tls === '' ? (one.peer === '' ? undefined : 'none') : one.tls.split(' ')[0]
  const texts = [one.alias, one.sender, one.recipient, one.subject, one.peer, one.messageId]
  return (
    (outcomes.length === 0 || outcomes.includes(one.outcome)) &&
    (reasons.length === 0 || reasons.includes(one.reason)) &&
    (direction === undefined || one.direction === direction) &&
    (alias === undefined || key(one.alias) === key(alias)) &&
    (domain === undefined || behindAt(one.alias) === domain) &&
    (recipient === undefined || one.to.some((address) => key(address) === key(recipient))) &&
    (contact === undefined ||
      (contact.includes('@')
        ? other === key(contact)
        : behindAt(other) === contact || behindAt(other).endsWith(`.${contact}`))) &&
    (tls === undefined || version === tls) &&
    (text === '' || one.reason === text || texts.some((field) => key(field).includes(text))) &&
    (from === undefined || one.at >= from) &&
    (until === undefined || one.at < until)
  )
}

function pages(wanted: LogFilter, limit: number, budget: number): number[] {
  const ids: number[] = []
  let before: number | undefined
  do {
    const found = walk({ filter: wanted, limit, before, budget })
    expect(found.rows.length).toBeLessThanOrEqual(limit)
    expect(found.next ?? 0).toBeLessThan(before ?? Number.MAX_SAFE_INTEGER)
    ids.push(...found.rows.map((one) => Number(one['id'])))
    before = found.next
  } while (before !== undefined)
  return ids
}

/** The same filter as the address of the page has it. */
const asPlace = ({ outcomes, reasons, text, from, until, ...rest }: LogFilter) => ({
  ...{ ...rest, outcome: outcomes?.join(','), reason: reasons?.join(','), q: text },
  ...{ from: from?.toString(), until: until?.toString() },
})

describe('filters of the log', () => {
  it('together find what fits, nothing else, and nothing twice', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 150 }),
        fc.array(filter, { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(0, 1_000),
        (rows, filters, limit, budget) => {
          const entries = entriesOf(rows)
          db.transaction(() => {
            write(entries)
          })()
          for (const wanted of filters) {
            const expected = entries.filter((one) => fits(one, wanted)).map(({ id }) => id)
            expect(pages(wanted, limit, budget), JSON.stringify(wanted)).toEqual(expected.toReversed())
            const live = entries.filter((one) => fitsLog(one, asPlace(wanted))).map(({ id }) => id)
            expect(live, JSON.stringify(wanted)).toEqual(expected)
          }
        },
      ),
      { numRuns: 120 },
    )
  }, 60_000)

  it('tell of each entry whom it goes to, as long as it is there', () => {
    const [one, other] = entriesOf([
      { ...fc.sample(row, 1)[0], gap: 1, recipient: '', deliveries: ['me@box.test', 'Me@box.test'] } as Row,
      { ...fc.sample(row, 1)[0], gap: 1, recipient: 'd@far.de', deliveries: [] } as Row,
    ])
    if (one === undefined || other === undefined) throw new Error('two rows')
    write([one, other])
    expect(log.entry(1)?.to).toEqual(['Me@box.test', 'me@box.test'])
    expect(log.entry(2)?.to).toEqual(['d@far.de'])
    db.exec('DELETE FROM log WHERE id = 1')
    expect(db.prepare('SELECT log_id FROM log_recipient').pluck().all()).toEqual([2])
  })
})
