// A flipped byte anywhere in what a killed relay leaves behind is told by name or means nothing; it never becomes other data.
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  openSync,
  readSync,
  writeSync,
  closeSync,
  readdirSync,
} from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../main/store/database.ts'
import { nameStoreError } from '../../main/store/failures.ts'
import { scanDatabase, scanWal } from '../../main/store/scan.ts'
import { readSpool, type SpoolFile } from '../../main/store/spool.ts'
import { Failure } from '../../main/terms/failure.ts'
import { openVault } from '../../main/vault/vault.ts'
import { Wire } from '../world/dialogue.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const FLIPS = Number(process.env['POSTERN_FLIPS'] ?? 1000)
let relay: TestRelay
let key: Buffer
let want: string
let base: string

async function send(port: number, from: number, to: number): Promise<void> {
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO c.test')
  for (let i = from; i < to; i++) {
    await wire.say('MAIL FROM:<a@sender.test>')
    await wire.say(`RCPT TO:<shop${i}@damage.test>`)
    await wire.say('DATA')
    const body = `line ${i} `.repeat(i % 10 === 0 ? 20_000 : 20).replaceAll(/(.{70})/g, '$1\r\n')
    expect(await wire.say(`From: a@sender.test\r\nSubject: damage ${i}\r\n\r\n${body}\r\n.`)).toMatch(/^250/)
  }
  wire.close()
}

/** Everything in the database and the spool, as one text. */
async function dump(folder: string): Promise<string> {
  const file = path.join(folder, 'postern.db')
  rmSync(`${file}-shm`, { force: true })
  scanDatabase(file)
  const db = openDatabase({ file, key, readonly: true })
  try {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name")
      .pluck()
      .all() as string[]
    const rows = tables.map((name) => JSON.stringify([name, db.prepare(`SELECT * FROM "${name}"`).all()]))
    const spools = db.prepare('SELECT id, key, size FROM spool ORDER BY id').all() as SpoolFile[]
    for (const one of spools)
      for await (const piece of readSpool(path.join(folder, 'spool'), one)) rows.push(piece.toString('base64'))
    return rows.join('\n')
  } finally {
    db.close()
  }
}

beforeAll(async () => {
  relay = await startRelay({
    init: [
      '--domain',
      'damage.test',
      '--catch-all',
      '--route',
      'smtp://127.0.0.1:9?tls=none',
      '--recipient',
      'me@far.test',
    ],
  })
  await send(relay.port('smtp'), 0, 60)
  await relay.stop()
  await relay.serve()
  await send(relay.port('smtp'), 60, 120)
  // A commit that is on its way to the disk was never acknowledged: only a quiet relay leaves a log of which every byte counts.
  await quiet(path.join(relay.data, 'postern.mark'))
  await relay.stop('SIGKILL')
  process.env['XDG_CONFIG_HOME'] = path.join(relay.folder, 'config')
  key = (await openVault(relay.data, undefined)).databaseKey
  base = path.join(relay.folder, 'base')
  copyFolder(relay.data, base)
  want = await dump(base)
}, 60_000)

afterAll(async () => {
  await relay.destroy()
})

/** Waits until nothing was committed for a second. */
async function quiet(mark: string): Promise<void> {
  for (let last = '', same = 0; same < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const now = readFileSync(mark, 'utf8')
    same = now === last ? same + 1 : 0
    last = now
  }
}

function copyFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(path.join(to, 'spool'), { recursive: true })
  for (const name of ['postern.db', 'postern.db-wal', 'postern.mark', 'keys.json'])
    if (existsSync(path.join(from, name))) copyFileSync(path.join(from, name), path.join(to, name))
  for (const name of readdirSync(path.join(from, 'spool')))
    copyFileSync(path.join(from, 'spool', name), path.join(to, 'spool', name))
}

function flip(file: string, at: number): void {
  const handle = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  readSync(handle, byte, 0, 1, at)
  byte[0] = (byte[0] ?? 0) ^ (1 << (at % 8))
  writeSync(handle, byte, 0, 1, at)
  closeSync(handle)
}

async function outcome(): Promise<string> {
  try {
    return (await dump(base)) === want ? 'harmless' : 'WRONG DATA'
  } catch (error) {
    const named = nameStoreError(error)
    return named instanceof Failure && named.remedy !== '' ? named.id : `UNNAMED ${String(error)}`
  }
}

describe('after kill -9', () => {
  it(
    `${FLIPS} flipped bytes over database, log, mark and spool: each is named or harmless`,
    { timeout: 600_000 },
    async () => {
      const spool = readdirSync(path.join(base, 'spool')).map((name) => path.join('spool', name))
      const kinds: [string, readonly string[], number][] = [
        ['database', ['postern.db'], 0.4],
        ['log', ['postern.db-wal'], 0.38],
        ['spool', spool, 0.2],
        ['mark', ['postern.mark'], 0.02],
      ]
      expect(spool.length).toBeGreaterThan(5)
      const log = scanWal(path.join(base, 'postern.db-wal'))
      const used = 32 + log.committed * log.frameSize
      const figures: Record<string, Record<string, number>> = {}
      for (const [kind, files, share] of kinds) {
        const table: Record<string, number> = (figures[kind] = {})
        for (let i = 0; i < Math.round(FLIPS * share); i++) {
          const file = path.join(base, files[randomInt(files.length)] ?? '')
          const at = randomInt(statSync(file).size)
          flip(file, at)
          const result = await outcome()
          flip(file, at)
          expect(result, `${kind} at ${at}`).not.toMatch(/WRONG|UNNAMED/)
          // What an older round of the log left behind this one's end is unused space; everything before it is told.
          if (kind === 'log') expect(result, `log at ${at}`).toBe(at < used ? 'log-damaged' : 'harmless')
          table[result] = (table[result] ?? 0) + 1
        }
      }
      console.log(`flipped bytes: ${JSON.stringify(figures)}`)
      expect(await outcome()).toBe('harmless')
      // Every byte of the spool is authenticated.
      expect(figures['spool']).toEqual({ 'spool-damaged': Math.round(FLIPS * 0.2) })
    },
  )

  it('a log cut before an acknowledged commit, an empty one and a missing one are damage; a torn tail behind it is not', async () => {
    const wal = path.join(base, 'postern.db-wal')
    const good = readFileSync(wal)
    const { committed, frameSize } = scanWal(wal)
    const used = 32 + committed * frameSize
    writeFileSync(wal, Buffer.concat([good, Buffer.alloc(1000, 7)]))
    expect(await outcome()).toBe('harmless')
    for (const size of [used - frameSize, used - 100, 32, 10]) {
      writeFileSync(wal, good.subarray(0, size))
      expect(await outcome()).toBe('log-damaged')
    }
    writeFileSync(wal, '')
    expect(await outcome()).toBe('log-missing')
    rmSync(wal)
    expect(await outcome()).toBe('log-missing')
    writeFileSync(wal, good)
    expect(await outcome()).toBe('harmless')
  })
})

describe('what a start says, and leaves as it is', () => {
  function broken(change: (folder: string) => void): Buffer {
    copyFolder(base, relay.data)
    change(relay.data)
    return readFileSync(path.join(relay.data, 'postern.db'))
  }
  async function said(): Promise<string> {
    const { code, err } = await relay.run('status')
    expect(code).toBe(1)
    expect(err.trim().split('\n')).toHaveLength(1)
    return err
  }

  it('damaged log, then salvage: the files kept aside, the rest goes on', async () => {
    broken((folder) => flip(path.join(folder, 'postern.db-wal'), 24 + 4096 + 500))
    // The first where commits stand behind the damage, the second where it is in the last one of a log that began anew.
    const named =
      /write-ahead log postern.db-wal is damaged: (frame 2 of \d+|it was committed up to frame) .*backup salvage/
    expect(await said()).toMatch(named)
    expect((await relay.run('backup', 'salvage')).out).toContain('kept in')
    expect(await relay.run('status')).toMatchObject({ code: 0 })
  })

  it('damaged page, damaged first page, truncated file, missing log, other key, future schema', async () => {
    const cases: [string, (folder: string) => void, RegExp][] = [
      ['first page', (f) => flip(path.join(f, 'postern.db'), 200), /first page does not authenticate.*backup restore/],
      [
        'truncated',
        (f) => truncateSync(path.join(f, 'postern.db'), 8192),
        /database.*(damaged|cut off).*backup restore/,
      ],
      ['missing log', (f) => rmSync(path.join(f, 'postern.db-wal')), /write-ahead log .* is missing/],
      ['key list', (f) => writeFileSync(path.join(f, 'keys.json'), '{"version":1'), /keys.json is damaged/],
    ]
    for (const [name, change, sentence] of cases) {
      broken(() => undefined)
      // A log in which the page stands again makes its damage harmless: only a folder that was closed shows it.
      if (name !== 'missing log') expect(await relay.run('status')).toMatchObject({ code: 0 })
      change(relay.data)
      const before = readFileSync(path.join(relay.data, 'postern.db'))
      expect(await said(), name).toMatch(sentence)
      expect(readFileSync(path.join(relay.data, 'postern.db')).equals(before), name).toBe(true)
    }
    const other = path.join(relay.folder, 'other.key')
    writeFileSync(other, `key-1 ${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 })
    broken(() => undefined)
    expect((await relay.run('status', '--key', `file:${other}`)).err).toMatch(
      /The key does not open this data folder\. Use the key/,
    )
    broken((folder) => {
      const db = openDatabase({ file: path.join(folder, 'postern.db'), key })
      db.pragma('user_version=9999')
      db.close()
      rmSync(path.join(folder, 'postern.mark'))
    })
    expect(await said()).toMatch(/written by a newer version/)
  })

  it('a full disk and one mounted read-only are told as what they are; with room again everything is there', async (context) => {
    const mount = path.join(relay.folder, 'small')
    mkdirSync(mount)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mount]).status === 0
    if (!mounted) return context.skip('mounting a small disk needs root')
    const run = (...args: string[]) => relay.run(...args, '--data', path.join(mount, 'data'))
    try {
      expect(await run('init', '--domain', 'small.test', '--catch-all')).toMatchObject({ code: 0 })
      const fill = path.join(mount, 'fill')
      spawnSync('dd', ['if=/dev/zero', `of=${fill}`, 'bs=1k'])
      for (const command of [
        ['alias', 'add', 'x@small.test'],
        ['backup', 'create'],
      ])
        expect((await run(...command)).err, command.join(' ')).toMatch(/^postern: The disk is full\. Free some space/)
      rmSync(fill)
      expect(await run('alias', 'add', 'x@small.test')).toMatchObject({ code: 0 })
      spawnSync('mount', ['-o', 'remount,ro', mount])
      expect((await run('status')).err).toMatch(/^postern: The disk does not take writes .* Mount it for writing/)
      spawnSync('mount', ['-o', 'remount,rw', mount])
      expect((await run('alias', 'list')).out).toContain('x@small.test')
    } finally {
      spawnSync('umount', [mount])
    }
  })
})
