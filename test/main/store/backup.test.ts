import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Backups, defaultBackupFolder, verifyBackup, type BackupPlace } from '../../../main/store/backup-jobs.ts'
import { openDatabase } from '../../../main/store/database.ts'
import { MIGRATIONS } from '../../../main/store/migrations/index.ts'
import { prepareStore } from '../../../main/store/prepare.ts'
import { holdSpool, removeSpool, SpoolWriter } from '../../../main/store/spool.ts'
import { openStore, type Store } from '../../../main/store/store.ts'
import { fixedClock } from '../../../main/terms/clock.ts'
import { createVault } from '../../../main/vault/vault.ts'

const scriptOf = (name: string): URL => pathToFileURL(path.resolve(import.meta.dirname, `../../../main/store/${name}`))
const DAY = 86_400_000
let home: string
let place: BackupPlace
let store: Store | undefined

beforeEach(async () => {
  home = mkdtempSync(path.join(os.tmpdir(), 'postern-backup-'))
  const folder = path.join(home, 'data')
  mkdirSync(folder)
  const vault = await createVault(folder, `file:${path.join(home, 'key')}`)
  place = { folder, vault, script: scriptOf('backup.worker.ts'), version: 'test' }
})
afterEach(async () => {
  await store?.close()
  store = undefined
  rmSync(home, { recursive: true, force: true })
})

describe('backups', () => {
  it('are made once a day, the last ones kept; one made by hand stays; a clock set back puts none off', async () => {
    const { folder, vault } = place
    store = await openStore({ folder, key: vault.databaseKey, writerScript: scriptOf('writer.worker.ts') })
    const clock = fixedClock(Date.UTC(2026, 10, 1))
    const backups = new Backups({ ...place, store, clock, onError: () => undefined })
    await backups.setSchedule({ keep: 2 })
    await backups.create(undefined)
    for (let day = 0; day < 4; day++) {
      await backups.round()
      await backups.round()
      clock.set(clock.now() + DAY)
    }
    const kinds = (): string[] => backups.list(undefined).map((one) => one.kind)
    expect(kinds()).toEqual(['daily', 'daily', 'manual'])
    clock.set(Date.UTC(2026, 9, 1))
    await backups.round()
    expect(backups.list(undefined).some((one) => one.createdAt === clock.now())).toBe(false) // the oldest goes first
    await backups.setSchedule({ every: 'off' })
    clock.set(Date.UTC(2027, 0, 1))
    await backups.round()
    expect(kinds()).toHaveLength(3)
  })

  it('one that is checked is made before the schema changes', async () => {
    const { folder, vault } = place
    const file = path.join(folder, 'postern.db')
    const old = openDatabase({ file, key: vault.databaseKey })
    old.exec(MIGRATIONS[0]?.sql ?? '')
    old.exec("INSERT INTO setting VALUES('name','value')")
    old.pragma('user_version=1')
    old.close()
    await prepareStore(place, Date.UTC(2026, 10, 1))
    const target = defaultBackupFolder(folder)
    const names = readdirSync(target)
    if (MIGRATIONS.length === 1) return expect(names).toEqual([])
    expect(names).toEqual(['postern-20261101-000000-before-migration.backup'])
    const { counts } = await verifyBackup(place, path.join(target, names[0] ?? ''), () => undefined)
    expect(counts['setting']).toBe(1)
    await prepareStore(place, Date.UTC(2026, 10, 1))
    store = await openStore({ folder, key: vault.databaseKey, writerScript: scriptOf('writer.worker.ts') })
    expect(store.directory.setting('name')).toBe('value')
  })

  it('keep the bodies that their snapshot names until they are done', async () => {
    const folder = path.join(home, 'spool')
    mkdirSync(folder)
    const writer = await SpoolWriter.create(folder)
    const { id } = await writer.finish()
    const release = holdSpool(folder)
    removeSpool(folder, id)
    expect(readdirSync(folder)).toHaveLength(1)
    release()
    expect(readdirSync(folder)).toEqual([])
  })
})
