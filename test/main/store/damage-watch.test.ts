import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DamageWatch } from '../../../main/store/damage-watch.ts'
import { openStore, type Store } from '../../../main/store/store.ts'
import { fixedClock } from '../../../main/terms/clock.ts'
import type { Failure } from '../../../main/terms/failure.ts'
import { createVault, type Vault } from '../../../main/vault/vault.ts'

const scriptOf = (name: string): URL => pathToFileURL(path.resolve(import.meta.dirname, `../../../main/store/${name}`))
const damage = (): Error => Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' })

let home: string
let folder: string
let vault: Vault
let store: Store
const clock = fixedClock(Date.UTC(2026, 10, 22))

beforeEach(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'postern-damage-'))
  folder = path.join(home, 'data')
  mkdirSync(folder)
  vault = await createVault(folder, `file:${path.join(home, 'key')}`)
  store = await openStore({ folder, key: vault.databaseKey, writerScript: scriptOf('writer.worker.ts') })
})
afterEach(async () => {
  await store.close()
  rmSync(home, { recursive: true, force: true })
})

/** What it says, and what it found: undefined as long as it found nothing. */
function watched() {
  const said: string[] = []
  const watch = new DamageWatch({
    place: { folder, vault, script: scriptOf('backup.worker.ts') },
    clock,
    tell: (error) => said.push(error instanceof Error ? error.message : String(error)),
  })
  const seen: { failure?: Failure } = {}
  void watch.found.then((failure) => (seen.failure = failure))
  return { watch, said, seen }
}

const SOUND = 'Every page of the database could be read.'

it('looks only where an error speaks of damage, and not again for every message that meets it', async () => {
  const { watch, said, seen } = watched()
  watch.onError(new Error('connection reset'), 'session')
  watch.onError(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }), 'queue')
  await watch.stop()
  expect(said).toEqual(['connection reset', 'full'])
  watch.onError(damage(), 'queue')
  watch.onError(damage(), 'queue')
  await watch.stop()
  expect(said.filter((one) => one === SOUND)).toHaveLength(1)
  watch.onError(damage(), 'queue')
  await watch.stop()
  expect(said.filter((one) => one === SOUND)).toHaveLength(1)
  clock.set(clock.now() + 11 * 60_000)
  watch.onError(damage(), 'queue')
  await watch.stop()
  expect(said.filter((one) => one === SOUND)).toHaveLength(2)
  expect(seen.failure).toBeUndefined()
})

it('one bit of any page but those in the log is found, while the store is open', async () => {
  const file = path.join(folder, 'postern.db')
  await store.close()
  const pages = statSync(file).size / 4096
  const flip = (page: number): void => {
    const handle = openSync(file, 'r+')
    const byte = Buffer.alloc(1)
    readSync(handle, byte, 0, 1, page * 4096 + 1000)
    byte[0] = (byte[0] ?? 0) ^ 4
    writeSync(handle, byte, 0, 1, page * 4096 + 1000)
    closeSync(handle)
  }
  store = await openStore({ folder, key: vault.databaseKey, writerScript: scriptOf('writer.worker.ts') })
  expect(pages).toBeGreaterThan(20)
  for (const page of [1, Math.floor(pages / 4), Math.floor(pages / 2), pages - 1]) {
    flip(page)
    const { watch, seen } = watched()
    watch.onError(damage(), 'queue')
    await watch.stop()
    expect([page, seen.failure?.id]).toEqual([page, 'database-damaged'])
    expect(seen.failure?.message).toMatch(/^The database [^(]* damaged \([^(]*\)\.$/)
    flip(page)
  }
})
