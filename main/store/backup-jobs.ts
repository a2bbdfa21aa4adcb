// Backups as the relay makes them: one at a time, in a thread of their own, daily by themselves, the last seven days kept.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../terms/clock.ts'
import { Failure } from '../terms/failure.ts'
import { fsyncFolder } from '../vault/durable-file.ts'
import { keyringText, parseKeyring, purposeOfDatabase } from '../vault/keyring.ts'
import type { Vault } from '../vault/vault.ts'
import { backupPurpose, readBackupHeader, type BackupHeader } from './backup-file.ts'
import { WORK, type BackupResult, type Progress, type Report } from './backup.ts'
import type { BackupTask, BackupWork } from './backup.worker.ts'
import { revive } from './failures.ts'
import { SCHEMA_VERSION } from './migrations/index.ts'
import { holdSpool } from './spool.ts'
import type { Store } from './store.ts'

export interface BackupInfo {
  readonly file: string
  readonly kind: BackupHeader['kind']
  readonly createdAt: number
  readonly size: number
  readonly folderId: string
}

export interface Schedule {
  /** An absolute folder. */
  readonly to: string
  readonly every: 'day' | 'off'
  readonly keep: number
}

export interface BackupPlace {
  readonly folder: string
  readonly vault: Vault
  /** The script of the thread. */
  readonly script: URL
  readonly version: string
}

export const SUFFIX = '.backup'
const DAY = 86_400_000
const LOOK_EVERY = 5 * 60_000
/** After one that failed: the disk may have room again by then. */
const AGAIN = 3_600_000

export function defaultBackupFolder(folder: string): string {
  return path.join(path.resolve(folder), 'backups')
}

function stopped(): Failure {
  return new Failure('store', 'backup-stopped', 'The backup was stopped; nothing of it is left.', { permanent: false })
}

/**
 * Rejects with `backup-stopped` where `signal` said so before it was done: only when the thread has ended, so that it writes no more. The thread
 * is asked to stop and not torn down: it may be in the middle of SQLite, and a thread that is ended there has taken whole processes with it.
 */
function runTask(script: URL, task: BackupWork, report: Report, signal?: AbortSignal): Promise<BackupResult> {
  if (signal?.aborted === true) return Promise.reject(stopped())
  return new Promise((resolve, reject) => {
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const worker = new Worker(script, { workerData: { ...task, stop } satisfies BackupTask, name: 'backup' })
    // What it waits for in SQLite itself (a copy of the database) comes to its end first.
    signal?.addEventListener('abort', () => Atomics.store(stop, 0, 1), { once: true })
    let cause: Error = new Failure('store', 'backup-ended', 'The backup ended before it was done.', {
      permanent: false,
    })
    worker.on('message', (message: { progress?: Progress; result?: BackupResult }) => {
      if (message.progress !== undefined) report(message.progress)
      if (message.result !== undefined && signal?.aborted !== true) resolve(message.result)
    })
    worker.once('error', (error) => (cause = revive(error)))
    worker.once('exit', () => {
      // Nothing happens here where the result was taken.
      reject(signal?.aborted === true ? stopped() : cause)
    })
  })
}

/** `postern-20261122-031500-daily.backup`; a second one of the same second gets a number. */
function newName(folder: string, kind: BackupHeader['kind'], now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')
  const kindPart = kind === 'manual' ? '' : `-${kind}`
  for (let i = 1; ; i++) {
    const file = path.join(folder, `postern-${stamp}${kindPart}${i === 1 ? '' : `-${i}`}${SUFFIX}`)
    if (!existsSync(file)) return file
  }
}

/** What a backup of this folder left behind that a crash cut short. Of other folders one may be being made at this moment. */
function clearParts(folder: string, folderId: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(`${SUFFIX}.part`)) continue
    const file = path.join(folder, name)
    try {
      if (readBackupHeader(file).folderId === folderId) rmSync(file, { force: true })
    } catch {
      // Cut off in its header, or none of ours: nobody can say whose it is.
    }
  }
}

/** Nothing is left of one that was stopped: not what it had written, nor the whole of it where its name had just been given. */
function clearStopped(folder: string, file: string): void {
  for (const one of [`${file}.part`, file]) rmSync(one, { force: true })
  rmSync(path.join(folder, WORK), { recursive: true, force: true })
  fsyncFolder(path.dirname(file))
}

/** Makes one and checks it. `to` is a folder, or the name of a new file. */
export async function createBackup(
  place: BackupPlace,
  what: { readonly kind: BackupHeader['kind']; readonly to: string; readonly now: number },
  report: Report,
  signal?: AbortSignal,
): Promise<BackupInfo & BackupResult> {
  const { folder, vault, script, version } = place
  const named = what.to.endsWith(SUFFIX)
  mkdirSync(named ? path.dirname(what.to) : what.to, { recursive: true, mode: 0o700 })
  const file = named ? what.to : newName(what.to, what.kind, what.now)
  if (existsSync(file))
    throw new Failure('store', 'backup-exists', `${file} is there already.`, { remedy: 'Name another file.' })
  clearParts(path.dirname(file), vault.folderId)
  const backupKey = randomBytes(32)
  const id = randomBytes(16).toString('hex')
  const ring = vault.keyring()
  const header: BackupHeader = {
    id,
    kind: what.kind,
    createdAt: what.now,
    folderId: vault.folderId,
    schema: SCHEMA_VERSION,
    version,
    keyring: keyringText(ring),
    wrapped: vault.wrap(backupKey, backupPurpose({ id, folderId: vault.folderId })),
  }
  const release = holdSpool(path.join(folder, 'spool'))
  try {
    const input = { folder, file, header, backupKey, databaseKey: vault.databaseKey }
    const result = await runTask(script, { task: 'make', input }, report, signal)
    return { ...result, file, kind: what.kind, createdAt: what.now, folderId: vault.folderId }
  } catch (error) {
    // The file was not there before: what is there now came of this.
    if (signal?.aborted === true) clearStopped(folder, file)
    throw error
  } finally {
    release()
  }
}

/** The keys of a backup of this vault's folder. */
export function backupKeys(header: BackupHeader, vault: Vault): { backupKey: Buffer; databaseKey: Buffer } {
  const ring = parseKeyring(header.keyring, 'the backup')
  return {
    backupKey: vault.unwrap(header.wrapped, backupPurpose(header)),
    databaseKey: vault.unwrap(ring.databaseKey, purposeOfDatabase(ring.folderId)),
  }
}

/** Restores one into a folder inside the data folder, checks it, and takes that away again. */
export async function verifyBackup(
  place: BackupPlace,
  file: string,
  report: Report,
  signal?: AbortSignal,
): Promise<BackupInfo & BackupResult> {
  const header = readBackupHeader(file)
  const work = path.join(place.folder, WORK)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { mode: 0o700 })
  try {
    const input = { file, folder: work, ...backupKeys(header, place.vault) }
    const checking: Report = (progress) => {
      report({ ...progress, phase: 'checking' })
    }
    const result = await runTask(place.script, { task: 'open', input }, checking, signal)
    return { ...result, file, kind: header.kind, createdAt: header.createdAt, folderId: header.folderId }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Every backup in a folder, newest first. A file that is none, or is damaged in its header, is left out. */
export function listBackups(folder: string): readonly BackupInfo[] {
  if (!existsSync(folder)) return []
  const found: BackupInfo[] = []
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(SUFFIX)) continue
    try {
      const file = path.join(folder, name)
      const { kind, createdAt, size, folderId } = readBackupHeader(file)
      found.push({ file, kind, createdAt, size, folderId })
    } catch {
      // `verify` says what is wrong with it.
    }
  }
  return found.sort((a, b) => b.createdAt - a.createdAt)
}

export interface BackupParts extends BackupPlace {
  readonly store: Store
  readonly clock: Clock
  readonly onError: (error: unknown, what: string) => void
}

export class Backups {
  private readonly parts: BackupParts
  private timer: NodeJS.Timeout | undefined
  private failedAt: number | undefined
  private busy: Progress | undefined
  private running: AbortController | undefined
  private ended: Promise<unknown> = Promise.resolve()

  constructor(parts: BackupParts) {
    this.parts = parts
  }

  /** What is going on; undefined where nothing is. */
  get progress(): Progress | undefined {
    return this.busy
  }

  get schedule(): Schedule {
    const { directory } = this.parts.store
    return {
      to: directory.setting('backup-folder') ?? defaultBackupFolder(this.parts.folder),
      every: directory.setting('backup-every') === 'off' ? 'off' : 'day',
      keep: Number(directory.setting('backup-keep') ?? 7),
    }
  }

  async setSchedule(change: Partial<Schedule>): Promise<Schedule> {
    const { writer } = this.parts.store
    if (change.to !== undefined) await writer.run('setting', 'backup-folder', path.resolve(change.to))
    if (change.every !== undefined) await writer.run('setting', 'backup-every', change.every)
    if (change.keep !== undefined) await writer.run('setting', 'backup-keep', String(change.keep))
    return this.schedule
  }

  /** Stops what is being made or checked; false where nothing is. It has ended when `progress` says so. */
  cancel(): boolean {
    if (this.running === undefined || this.busy === undefined) return false
    this.busy = { ...this.busy, phase: 'stopping' }
    this.running.abort()
    return true
  }

  private async alone<T>(work: (report: Report, signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.busy !== undefined)
      throw new Failure('store', 'backup-busy', 'A backup is being made or checked.', {
        permanent: false,
        remedy: 'Try again when it is done.',
      })
    this.busy = { phase: 'copying', done: 0, total: 0 }
    const running = new AbortController()
    this.running = running
    const job = work((progress) => {
      if (!running.signal.aborted) this.busy = progress
    }, running.signal)
    this.ended = job.catch(() => undefined)
    try {
      return await job
    } finally {
      this.busy = undefined
      this.running = undefined
    }
  }

  create(to: string | undefined, kind: BackupHeader['kind'] = 'manual'): Promise<BackupInfo & BackupResult> {
    const now = this.parts.clock.now()
    const what = { kind, now, to: to ?? this.schedule.to }
    return this.alone((report, signal) => createBackup(this.parts, what, report, signal))
  }

  verify(file: string): Promise<BackupInfo & BackupResult> {
    return this.alone((report, signal) => verifyBackup(this.parts, file, report, signal))
  }

  list(folder: string | undefined): readonly BackupInfo[] {
    return listBackups(folder ?? this.schedule.to)
  }

  start(): void {
    this.timer = setInterval(() => {
      this.round().catch((error: unknown) => {
        this.failedAt = this.parts.clock.now()
        this.parts.onError(error, 'backup')
      })
    }, LOOK_EVERY)
    this.timer.unref()
  }

  /** The relay ends: what is being made is stopped, and none of it left when this resolves. The next start makes the daily one. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.cancel()
    await this.ended
  }

  /** Makes the daily one where it is due, and takes the oldest ones of ours away. */
  async round(): Promise<void> {
    const { to, every, keep } = this.schedule
    const now = this.parts.clock.now()
    if (every === 'off' || this.busy !== undefined || (this.failedAt ?? 0) + AGAIN > now) return
    const ours = (): readonly BackupInfo[] =>
      listBackups(to).filter((one) => one.kind === 'daily' && one.folderId === this.parts.vault.folderId)
    const [newest] = ours()
    // One from the future is a clock that was set back: it does not put the next one off for ever.
    if (newest !== undefined && newest.createdAt <= now && newest.createdAt + DAY > now) return
    await this.create(to, 'daily')
    this.failedAt = undefined
    for (const { file } of ours().slice(keep)) rmSync(file, { force: true })
    fsyncFolder(to)
  }
}
