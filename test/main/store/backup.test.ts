import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

  it(
    'one that is stopped, whenever, leaves nothing or is whole; the next one is made as ever',
    { timeout: 60_000 },
    async () => {
      const { folder, vault } = place
      store = await openStore({ folder, key: vault.databaseKey, writerScript: scriptOf('writer.worker.ts') })
      for (let i = 0; i < 400; i++) await store.writer.run('setting', `filler-${i}`, 'x'.repeat(20_000))
      const clock = fixedClock(Date.UTC(2026, 10, 1))
      const backups = new Backups({ ...place, store, clock, onError: () => undefined })
      const target = defaultBackupFolder(folder)
      expect(backups.cancel()).toBe(false)
      const started = performance.now()
      await backups.create(undefined)
      const whole = performance.now() - started
      const [first = ''] = readdirSync(target)
      const rounds = 12
      let stopped = 0
      for (let i = 0; i <= rounds; i++) {
        clock.set(clock.now() + 60_000)
        const work = backups.create(undefined).then(
          ({ file }) => path.basename(file),
          (error: unknown) => (error instanceof Error && 'id' in error ? error.id : error),
        )
        await new Promise((resolve) => setTimeout(resolve, (whole * i) / rounds))
        const wasRunning = backups.cancel()
        if (wasRunning) expect(backups.progress?.phase).toBe('stopping')
        const result = await work
        expect(backups.progress).toBeUndefined()
        const left = readdirSync(target).filter((name) => name !== first)
        expect(readdirSync(folder)).not.toContain('backup-work')
        if (result === 'backup-stopped') {
          stopped++
          expect(left, `stopped after ${i}/${rounds}`).toEqual([])
        } else {
          expect(left).toEqual([result])
          await backups.verify(path.join(target, String(result)))
          rmSync(path.join(target, String(result)))
        }
      }
      expect(stopped).toBeGreaterThan(rounds / 3)
      const { file } = await backups.create(undefined)
      const checking = backups.verify(file)
      expect(backups.cancel()).toBe(true)
      await expect(checking).rejects.toMatchObject({ id: 'backup-stopped' })
      expect(existsSync(file)).toBe(true)
      await backups.verify(file)
      const last = backups.create(undefined)
      await Promise.all([backups.stop(), expect(last).rejects.toMatchObject({ id: 'backup-stopped' })])
      expect(readdirSync(target)).toHaveLength(2)
    },
  )

  it('what a crash left of one goes with the next; that of another folder stays', async () => {
    const { folder, vault } = place
    store = await openStore({ folder, key: vault.databaseKey, writerScript: scriptOf('writer.worker.ts') })
    const backups = new Backups({ ...place, store, clock: fixedClock(Date.UTC(2026, 10, 1)), onError: () => undefined })
    const { file } = await backups.create(undefined)
    const target = path.dirname(file)
    const [mine, other] = ['mine', 'other'].map((name) => path.join(target, `${name}.backup.part`))
    const bytes = readFileSync(file)
    writeFileSync(mine ?? '', bytes.subarray(0, bytes.length - 100))
    writeFileSync(
      other ?? '',
      Buffer.from(bytes.toString('latin1').replaceAll(vault.folderId, '0123456789abcdef'), 'latin1'),
    )
    await backups.create(undefined)
    expect(readdirSync(target).filter((name) => name.endsWith('.part'))).toEqual(['other.backup.part'])
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
