// The write-ahead log of a killed relay, cut at every frame: what was committed before the cut is read, what was behind it is named as lost, and
// nothing wrong is read.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openDatabase } from '../../main/store/database.ts'
import { salvage } from '../../main/store/salvage.ts'
import { scanDatabase, scanWal } from '../../main/store/scan.ts'
import { Failure } from '../../main/terms/failure.ts'
import { openVault } from '../../main/vault/vault.ts'
import { startRelay } from '../world/relay.ts'
import { sleep, type Context, type Figure, type Scenario } from './figures.ts'
import { emptyLedger, sendNumbered, initTo } from './ledger.ts'

const FILES = ['postern.db', 'postern.db-wal', 'postern.mark']

/** The log's entries by number: each row as text. */
function rowsOf(file: string, key: Buffer): Map<number, string> {
  const db = openDatabase({ file, key, readonly: true })
  try {
    const rows = db.prepare('SELECT id, at, outcome, reason, sender, recipient, size FROM log ORDER BY id').all() as {
      id: number
    }[]
    return new Map(rows.map((row) => [row.id, JSON.stringify(row)]))
  } finally {
    db.close()
  }
}

async function killedFolder(
  messages: number,
): Promise<{ base: string; key: Buffer; relay: Awaited<ReturnType<typeof startRelay>> }> {
  const relay = await startRelay({
    init: initTo('smtp://127.0.0.1:9?tls=none'),
  })
  await relay.json('queue', 'pause')
  await sendNumbered(
    { port: relay.port('smtp'), name: 'w', count: messages, recipient: 'shop@load.test', size: () => 300 },
    emptyLedger(),
  )
  await sleep(1000)
  await relay.stop('SIGKILL')
  process.env['XDG_CONFIG_HOME'] = path.join(relay.folder, 'config')
  const key = (await openVault(relay.data, undefined)).databaseKey
  return { base: relay.data, key, relay }
}

async function run(context: Context): Promise<readonly Figure[]> {
  const { base, key, relay } = await killedFolder(context.long ? 120 : 25)
  const work = path.join(relay.folder, 'cut')
  const file = path.join(work, 'postern.db')
  try {
    const log = readFileSync(path.join(base, 'postern.db-wal'))
    const { committed, frameSize } = scanWal(path.join(base, 'postern.db-wal'))
    const lay = (size: number): void => {
      rmSync(work, { recursive: true, force: true })
      mkdirSync(work)
      for (const name of FILES)
        if (existsSync(path.join(base, name))) copyFileSync(path.join(base, name), path.join(work, name))
      writeFileSync(`${file}-wal`, log.subarray(0, size))
    }
    lay(log.length)
    const whole = rowsOf(file, key)
    let [cuts, named, wrong, shrunk, last] = [0, 0, 0, 0, -1]
    for (let frame = 0; frame <= committed; frame++) {
      lay(32 + frame * frameSize)
      cuts++
      try {
        scanDatabase(file)
      } catch (error) {
        if (error instanceof Failure && (error.id === 'log-damaged' || error.id === 'log-missing')) named++
      }
      salvage(work, Date.now())
      const rows = rowsOf(file, key)
      for (const [id, text] of rows) if (whole.get(id) !== text) wrong++
      if (rows.size < last) shrunk++
      last = rows.size
    }
    return [
      { what: 'cuts, one at each frame', found: `${cuts}; named as damage ${named}`, held: named === cuts - 1 },
      { what: 'rows read that were never written so', found: String(wrong), held: wrong === 0 },
      {
        what: 'cuts that kept less than an earlier one',
        found: `${shrunk}; the last one keeps ${last} of ${whole.size} rows`,
        held: shrunk === 0 && last === whole.size,
      },
    ]
  } finally {
    await relay.destroy()
  }
}

export const logCut: Scenario = {
  name: 'log cut',
  promise: 'what was committed before the cut survives, the rest is named as lost',
  run,
}
