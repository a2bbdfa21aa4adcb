// A database of a person who has used this for years: a hundred thousand aliases, a million entries of the log, put in directly.
import path from 'node:path'
import { migrate, openDatabase, type Db } from '../../main/store/database.ts'
import { openVault } from '../../main/vault/vault.ts'

const BATCH = 50_000
const SHOPS = ['amazon', 'zalando', 'github', 'bookshop', 'garden', 'railway', 'cinema', 'bakery', 'museum', 'clinic']
const OUTCOMES = ['delivered', 'delivered', 'delivered', 'delivered', 'refused', 'held', 'failed', 'discarded']
const MINUTE = 60_000

export interface Filling {
  readonly folder: string
  /** Where the key store of this test is. */
  readonly config: string
  readonly aliases: number
  readonly entries: number
}

function batches(db: Db, count: number, one: (i: number) => void): void {
  const some = db.transaction((first: number) => {
    for (let i = first; i < Math.min(first + BATCH, count); i++) one(i)
  })
  for (let i = 0; i < count; i += BATCH) some(i)
}

/** The address of the alias with this number. */
export const addressOf = (i: number, domain: string): string =>
  `${SHOPS[i % 10] ?? ''}.${(i * 7919) % 1_000_003}@${domain}`

function fillAliases(db: Db, count: number, now: number): void {
  const domain = db.prepare('SELECT id, name FROM domain LIMIT 1').get() as { id: string; name: string }
  const insert = db.prepare(
    `INSERT INTO alias(id,address,address_key,local_part,domain_id,description,labels,active,pinned,forwarded,blocked,
       last_forwarded,created_at,updated_at) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
  )
  batches(db, count, (i) => {
    const address = addressOf(i, domain.name)
    const at = now - (count - i) * MINUTE
    insert.run(
      ...[`bench-${i}`, address, address, address.slice(0, address.lastIndexOf('@')), domain.id],
      ...[`Account number ${i}`, i % 50 === 0 ? '|work|' : '', i % 20 === 0 ? 0 : 1, i % 20_000 === 0 ? 1 : 0],
      ...[i % 300, i % 97 === 0 ? 20 : 0, i % 4 === 0 ? null : at, at, at],
    )
  })
}

function fillLog(db: Db, count: number, now: number): void {
  const { name } = db.prepare('SELECT name FROM domain LIMIT 1').get() as { name: string }
  const insert = db.prepare(
    `INSERT INTO log(id,at,direction,outcome,reason,text,alias,sender,recipient,subject,size,peer,tls,message_id)
     VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
  )
  const index = db.prepare(
    'INSERT INTO log_search(rowid,alias,sender,recipient,subject,peer,message_id) VALUES(?,?,?,?,?,?,?)',
  )
  batches(db, count, (i) => {
    const id = i + 1
    const outcome = OUTCOMES[i % OUTCOMES.length] ?? ''
    const texts = [
      ...[addressOf(i % 100_000, name), `news${i % 5000}@${SHOPS[i % 10] ?? ''}.example`, 'me@far.test'],
      ...[`Order ${i}`, '192.0.2.7', `${i}@far.example`],
    ]
    const [alias, sender, recipient, subject, peer, messageId] = texts
    insert.run(
      ...[id, now - (count - i) * 2_000, i % 20 === 0 ? 'reply' : 'forward', outcome],
      ...[outcome === 'refused' ? 'alias-disabled' : outcome, 'One sentence that says why.', alias, sender, recipient],
      ...[subject, 4096, peer, 'TLSv1.3', messageId],
    )
    index.run(id, ...texts)
  })
}

/** Into the data of a relay that does not run. */
export async function fill({ folder, config, aliases, entries }: Filling): Promise<void> {
  const before = process.env['XDG_CONFIG_HOME']
  process.env['XDG_CONFIG_HOME'] = config
  try {
    const vault = await openVault(folder, undefined)
    const db = openDatabase({ file: path.join(folder, 'postern.db'), key: vault.databaseKey })
    migrate(db)
    const now = Date.now()
    fillAliases(db, aliases, now)
    fillLog(db, entries, now)
    db.close()
  } finally {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME']
    else process.env['XDG_CONFIG_HOME'] = before
  }
}
