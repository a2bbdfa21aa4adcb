// Restoring: everything is put together and checked beside what is there, inside the data folder; then an intent is written, and the old
// files change places with the new ones by renames. A crash before the intent leaves the old folder as it was; after it, the next start or
// the same command finishes the exchange. The old files are kept in a folder of their own.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { Failure } from '../terms/failure.ts'
import { fsyncFolder, writeDurably } from '../vault/durable-file.ts'
import { keyringFile, parseKeyring, readKeyring, writeKeyring, type Keyring } from '../vault/keyring.ts'
import { unlock, type Asked, type KeySource, type Vault } from '../vault/vault.ts'
import { BackupReader } from './backup-file.ts'
import { backupKeys } from './backup-jobs.ts'
import { openBackup, type BackupResult, type Report } from './backup.ts'
import { nameStoreError } from './failures.ts'
import { lockFolder } from './folder-lock.ts'
import { SCHEMA_VERSION } from './migrations/index.ts'

const NEW = 'restore-new'
const INTENT = 'restore.json'
/** What changes places. The log and the mark belong to the old database and go with it. */
const NAMES = ['postern.db-wal', 'postern.db-shm', 'postern.mark', 'postern.db', 'spool', 'keys.json'] as const

const intent = z.object({ phase: z.enum(['aside', 'in']), aside: z.string().regex(/^before-restore-[0-9-]+$/) })

function writeIntent(folder: string, value: z.infer<typeof intent>): void {
  writeDurably(path.join(folder, INTENT), `${JSON.stringify(value)}\n`)
}

export function hasRestore(folder: string): boolean {
  return existsSync(path.join(folder, INTENT))
}

/** Finishes an exchange that was begun; nothing where there is none. The folder's lock must be held. */
export function finishRestore(folder: string): string | undefined {
  if (!hasRestore(folder)) return undefined
  const { phase, aside } = intent.parse(JSON.parse(readFileSync(path.join(folder, INTENT), 'utf8')))
  const at = (...names: string[]): string => path.join(folder, ...names)
  if (phase === 'aside') {
    mkdirSync(at(aside), { recursive: true, mode: 0o700 })
    for (const name of NAMES)
      if (existsSync(at(name)) && !existsSync(at(aside, name))) renameSync(at(name), at(aside, name))
    fsyncFolder(at(aside))
    fsyncFolder(folder)
    // From here on what stands in the folder is new: a second run must not move it away.
    writeIntent(folder, { phase: 'in', aside })
  }
  for (const name of NAMES) if (existsSync(at(NEW, name))) renameSync(at(NEW, name), at(name))
  fsyncFolder(folder)
  unlinkSync(at(INTENT))
  rmSync(at(NEW), { recursive: true, force: true })
  fsyncFolder(folder)
  return at(aside)
}

export interface RestoreInput {
  readonly file: string
  readonly folder: string
  readonly key: KeySource
  readonly asked: Asked
  /** What is to open the folder on this machine; a key file where nothing of the backup's own does. */
  readonly newKey: KeySource
  readonly now: number
  /** Asked before anything is done where the folder is a relay's; false ends it. */
  readonly confirm: () => Promise<boolean>
}

export interface Restored extends BackupResult {
  readonly createdAt: number
  /** Where the old files are; undefined where there were none. */
  readonly aside: string | undefined
  /** What opens the folder on this machine from now on, where something had to be made. */
  readonly addedSource: string | undefined
}

/** Sources whose keys are here open it; where none is, one is made, so that the relay starts without the recovery key at hand. */
async function makeOpenable(vault: Vault, input: RestoreInput): Promise<string | undefined> {
  // The ones of the other machine go: their keys are there, and their places may be needed here.
  const unattended = vault.sources().filter((one) => one.kind !== 'recovery' && one.kind !== 'passphrase')
  for (const one of input.newKey === undefined ? unattended : []) {
    try {
      await vault.testSource(one.id, {})
      return undefined
    } catch {
      // Of the other machine.
    }
  }
  if (input.newKey === undefined && vault.sources().some((one) => one.kind === 'passphrase')) return undefined
  const added = await vault.addSource(input.newKey ?? 'file', input.asked)
  for (const one of unattended) await vault.removeSource(one.id, { keepKey: true })
  return added.description
}

/** The sources of today where the folder is the same one: they wrap the same root key, and what was removed since stays removed. */
function sourcesOfToday(folder: string, ring: Keyring): Keyring | undefined {
  try {
    const today = readKeyring(folder)
    return today.folderId === ring.folderId ? { ...ring, sources: today.sources } : undefined
  } catch {
    return undefined // an empty folder, or one whose list is why a backup is restored
  }
}

async function unlockFor(input: RestoreInput, ring: Keyring): Promise<Vault> {
  const today = sourcesOfToday(input.folder, ring)
  if (today !== undefined) {
    try {
      return await unlock(prepare(input, today), today, input.key, input.asked)
    } catch {
      // The sources of the backup's own time may still open it.
    }
  }
  return unlock(prepare(input, ring), ring, input.key, input.asked)
}

function prepare(input: RestoreInput, ring: Keyring): string {
  const fresh = path.join(input.folder, NEW)
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  const { nextDatabaseKey: _planned, ...bare } = ring
  writeKeyring(fresh, bare)
  return fresh
}

/** Where the old files go: a name that nothing has, also where two restores come within the same millisecond. */
function freeName(folder: string, now: number): string {
  const base = `before-restore-${new Date(now).toISOString().slice(0, 23).replaceAll(/\D/g, '-')}`
  for (let i = 0; ; i++) {
    const name = i === 0 ? base : `${base}-${i}`
    if (!existsSync(path.join(folder, name))) return name
  }
}

/** Restores a backup. Throws where it cannot be opened or does not check; then nothing was changed. */
export async function restoreBackup(input: RestoreInput, report: Report): Promise<Restored | undefined> {
  const { folder, file } = input
  const reader = new BackupReader(file)
  const { header } = reader
  reader.close()
  if (header.schema > SCHEMA_VERSION)
    throw new Failure('store', 'future-schema', 'The backup was made by a newer version of Postern.', {
      remedy: 'Install that version, or use an older backup.',
    })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  try {
    finishRestore(folder)
    if (existsSync(keyringFile(folder)) && !(await input.confirm())) return undefined
    const vault = await unlockFor(input, parseKeyring(header.keyring, 'the backup'))
    const fresh = path.join(folder, NEW)
    const result = await openBackup({ file, folder: fresh, ...backupKeys(header, vault) }, report)
    const addedSource = await makeOpenable(vault, input)
    fsyncFolder(fresh)
    const aside = freeName(folder, input.now)
    // Dies before this line: the old folder is as it was. After: the exchange is finished by whoever comes next.
    writeIntent(folder, { phase: 'aside', aside })
    const old = finishRestore(folder)
    const kept = old !== undefined && existsSync(path.join(old, 'postern.db')) ? old : undefined
    if (kept === undefined && old !== undefined) rmSync(old, { recursive: true, force: true })
    return { ...result, createdAt: header.createdAt, aside: kept, addedSource }
  } catch (error) {
    if (!hasRestore(folder)) rmSync(path.join(folder, NEW), { recursive: true, force: true })
    throw nameStoreError(error)
  } finally {
    lock.release()
  }
}
