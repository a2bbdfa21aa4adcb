// The filters of the log against plain arithmetic over the same rows, page by page, and their bound on time.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate, openDatabase, type Db } from '../../../main/store/database.ts'
import { logQueries, type LogFilter, type LogQueries } from '../../../main/store/queries/log.ts'

const ROWS = 30_000
const MINUTE = 60_000
const START = 1_700_000_000_000
const OUTCOMES = ['delivered', 'delivered', 'delivered', 'refused', 'held', 'failed', 'discarded']

interface Row {
  readonly id: number
  readonly at: number
  readonly outcome: string
  readonly reason: string
  readonly direction: string
  readonly alias: string
  readonly sender: string
  readonly subject: string
}

const rows: Row[] = Array.from({ length: ROWS }, (_, i) => ({
  id: i + 1,
  at: START + i * MINUTE,
  outcome: OUTCOMES[i % OUTCOMES.length] ?? '',
  reason: i % 7 === 3 ? 'alias-disabled' : 'accepted',
  direction: i % 10 === 0 ? 'reply' : 'forward',
  alias: `Shop${i % 300}@mine.test`,
  sender: `news${i % 1000}@far.example`,
  subject: i % 5000 === 17 ? 'A needle' : 'Hay',
}))

let folder: string
let db: Db
let log: LogQueries

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-log-'))
  db = openDatabase({ file: path.join(folder, 'log.db'), key: Buffer.alloc(32, 7) })
  migrate(db)
  const insert = db.prepare(
    `INSERT INTO log(id,at,direction,outcome,reason,text,alias,sender,recipient,subject,size,peer,tls,message_id)
     VALUES(:id,:at,:direction,:outcome,:reason,'',:alias,:sender,'me@far.test',:subject,1,'192.0.2.1','','')`,
  )
  const index = db.prepare(
    `INSERT INTO log_search(rowid,alias,sender,recipient,subject,peer,message_id)
     VALUES(:id,:alias,:sender,'me@far.test',:subject,'192.0.2.1','')`,
  )
  db.transaction(() => {
    for (const row of rows) {
      insert.run(row)
      index.run({ id: row.id, alias: row.alias, sender: row.sender, subject: row.subject })
    }
  })()
  log = logQueries(db)
})
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Every page to the end; no page may hold what another had. */
function all(filter: LogFilter, limit: number, budget?: number): number[] {
  const ids: number[] = []
  let before: number | undefined
  do {
    const found = log.find({ filter, limit, before, budget })
    expect(found.rows.length).toBeLessThanOrEqual(limit)
    ids.push(...found.rows.map((row) => row.id))
    expect(found.next ?? 0).toBeLessThan(before ?? Number.MAX_SAFE_INTEGER)
    before = found.next
  } while (before !== undefined)
  return ids
}

const wanted = (fits: (row: Row) => boolean): number[] =>
  rows.filter(fits).map((row) => row.id).reverse() // prettier-ignore

describe('the log by filters', () => {
  const cases: readonly (readonly [string, LogFilter, (row: Row) => boolean])[] = [
    ['an outcome', { outcomes: ['held'] }, (row) => row.outcome === 'held'],
    [
      'several outcomes',
      { outcomes: ['refused', 'discarded'] },
      (row) => row.outcome === 'refused' || row.outcome === 'discarded',
    ],
    ['a reason', { reasons: ['alias-disabled'] }, (row) => row.reason === 'alias-disabled'],
    ['a direction', { direction: 'reply' }, (row) => row.direction === 'reply'],
    ['an alias, in any case', { alias: 'shop7@MINE.test' }, (row) => row.alias === 'Shop7@mine.test'],
    ['a rare word', { text: 'needle' }, (row) => row.subject === 'A needle'],
    ['two letters', { text: 'ne', outcomes: ['held'] }, (row) => row.outcome === 'held'],
    ['the id of a reason as text', { text: 'alias-disabled' }, (row) => row.reason === 'alias-disabled'],
    [
      'a text and an outcome',
      { text: 'news12@far', outcomes: ['delivered'] },
      (row) => row.sender === 'news12@far.example' && row.outcome === 'delivered',
    ],
    [
      'a text and an alias',
      { text: 'news7@', alias: 'shop7@mine.test' },
      (row) => row.sender === 'news7@far.example' && row.alias === 'Shop7@mine.test',
    ],
    [
      'a time',
      { from: START + 100 * MINUTE, until: START + 350 * MINUTE },
      (row) => row.at >= START + 100 * MINUTE && row.at < START + 350 * MINUTE,
    ],
    [
      'a time, an outcome and a direction',
      { from: START + 29_000 * MINUTE, outcomes: ['delivered'], direction: 'reply' },
      (row) => row.at >= START + 29_000 * MINUTE && row.outcome === 'delivered' && row.direction === 'reply',
    ],
    ['nothing that is there', { outcomes: ['nothing'] }, () => false],
    ['what would be an operator of the index', { text: '" OR "news' }, () => false],
  ]
  it.each(cases)('finds by %s what is there, page by page', (_, filter, fits) => {
    expect(all(filter, 197)).toEqual(wanted(fits))
  })

  it('ends a page where its time is over, and goes on from there', () => {
    const found = log.find({ filter: { text: 'ay', outcomes: ['held'] }, limit: 1_000_000, budget: 0 })
    expect(found.next).toBeGreaterThan(1)
    expect(all({ text: 'ay', outcomes: ['held'] }, 1_000_000, 0)).toEqual(
      wanted((row) => row.outcome === 'held' && row.subject === 'Hay'),
    )
  })

  it('finds what was written while the clock was half an hour behind', () => {
    db.exec(`UPDATE log SET at = at - 1800000 WHERE id = 500`)
    const at = START + 499 * MINUTE - 1_800_000
    expect(all({ from: at, until: at + 1 }, 10)).toEqual([500, 470])
    db.exec(`UPDATE log SET at = at + 1800000 WHERE id = 500`)
  })
})
