// Killed in the middle of a change of the schema, at each step of the way from the oldest one: nothing is lost, and the next start goes on.
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { openDatabase, type Db } from '../../main/store/database.ts'
import { MIGRATIONS } from '../../main/store/migrations/index.ts'
import { openVault } from '../../main/vault/vault.ts'
import { TestRelay } from '../world/relay.ts'
import { startSink } from '../world/sink.ts'
import type { Context, Figure, Scenario } from './figures.ts'
import { emptyLedger, idOf, sendNumbered, initTo } from './ledger.ts'

/** The schema that existed first. */
const OLDEST = 1

const columnsOf = (db: Db, table: string): string[] =>
  db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]

/** Copies what a fresh folder holds into a database of the oldest schema. */
function downgrade(file: string, key: Buffer): void {
  const now = openDatabase({ file, key })
  const old = openDatabase({ file: `${file}.old`, key })
  for (const { sql } of MIGRATIONS.slice(0, OLDEST)) old.exec(sql)
  old.pragma(`user_version=${OLDEST}`)
  old.pragma('foreign_keys=OFF')
  const tables = ['domain', 'recipient', 'setting', 'dkim_key', 'certificate', 'alias'].filter(
    (name) => columnsOf(old, name).length > 0,
  )
  for (const table of tables) {
    const shared = columnsOf(now, table).filter((one) => columnsOf(old, table).includes(one))
    const insert = old.prepare(
      `INSERT INTO ${table}(${shared.join(',')}) VALUES(${shared.map((one) => `:${one}`).join(',')})`,
    )
    for (const row of now.prepare(`SELECT ${shared.join(',')} FROM ${table}`).all()) insert.run(row)
  }
  now.close()
  old.close()
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
}

async function oldFolder(route: string): Promise<TestRelay> {
  const relay = new TestRelay({ env: { POSTERN_TEST: '1' } })
  const made = await relay.run('init', ...initTo(route))
  if (made.code !== 0) throw new Error(made.err)
  for (let i = 0; i < 20; i++) await relay.json('alias', 'add', `old${i}@load.test`)
  process.env['XDG_CONFIG_HOME'] = path.join(relay.folder, 'config')
  const key = (await openVault(relay.data, undefined)).databaseKey
  const file = path.join(relay.data, 'postern.db')
  downgrade(file, key)
  const { renameSync } = await import('node:fs')
  renameSync(`${file}.old`, file)
  for (const end of ['-wal', '-shm']) rmSync(`${file}.old${end}`, { force: true })
  rmSync(path.join(relay.data, 'postern.mark'), { force: true })
  return relay
}

async function run(context: Context): Promise<readonly Figure[]> {
  const sink = await startSink()
  const relay = await oldFolder(`smtp://127.0.0.1:${sink.port}`)
  try {
    let deaths = 0
    // Dies at the first step; then each time one step further.
    for (let step = 1; step <= MIGRATIONS.length - OLDEST; step++) {
      relay.setEnv('POSTERN_FAULT', `in-migration:${Math.min(step, 2)}`)
      await relay.serve().catch(() => deaths++)
      await relay.stop('SIGKILL')
    }
    relay.setEnv('POSTERN_FAULT', '')
    await relay.serve()
    const aliases = await relay.json<unknown[]>('alias', 'list')
    const ledger = emptyLedger()
    await sendNumbered(
      { port: relay.port('smtp'), name: 'm', count: 5, recipient: 'old1@load.test', size: () => 500 },
      ledger,
    )
    await sink.waitFor(5)
    const delivered = sink.mails.filter((one) => ledger.accepted.has(idOf(one))).length
    const backups = readdirSync(path.join(relay.data), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /backup/i.test(name),
    )
    context.say(`migrations: ${deaths} deaths`)
    return [
      {
        what: `deaths on the way from schema ${OLDEST} to ${MIGRATIONS.length}`,
        found: String(deaths),
        held: deaths === MIGRATIONS.length - OLDEST,
      },
      { what: 'aliases afterwards, of 20', found: String(aliases.length), held: aliases.length === 20 },
      { what: 'mail goes on', found: `${delivered} of 5`, held: delivered === 5 },
      { what: 'verified backups made before', found: String(backups.length), held: backups.length > 0 },
    ]
  } finally {
    await relay.destroy()
    await sink.close()
  }
}

export const migration: Scenario = {
  name: 'migration',
  promise: 'a change of the schema that dies is as if it had not begun',
  run,
}
