// Making a backup and opening one. Both are plain synchronous work on files and run in a thread of their own (backup.worker.ts), or in a
// command that does nothing else. Mail goes on meanwhile: the database is copied by a reader of its own snapshot.
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { faultPoint } from './fault.ts'
import { Failure } from '../terms/failure.ts'
import { fsyncFolder } from '../vault/durable-file.ts'
import { backupDamaged, BackupReader, BackupWriter, type BackupHeader } from './backup-file.ts'
import { checkCopy, countRows, type Counts } from './counts.ts'
import { openDatabase } from './database.ts'
import { nameStoreError } from './failures.ts'
import { readSpool, spoolPath, type SpoolFile } from './spool.ts'

/** What it is doing, and how far it is with it in octets. */
export interface Progress {
  readonly phase: 'copying' | 'writing' | 'checking' | 'restoring' | 'stopping'
  readonly done: number
  readonly total: number
}
export type Report = (progress: Progress) => void

export interface BackupInput {
  readonly folder: string
  readonly file: string
  readonly header: BackupHeader
  readonly databaseKey: Uint8Array
  readonly backupKey: Uint8Array
}

export interface BackupResult {
  readonly size: number
  readonly counts: Counts
  readonly spoolFiles: number
  /** Stored bodies that were lost before: their messages are in the backup without them. */
  readonly lost: readonly string[]
}

const BLOCK = 1024 * 1024
/** Where a backup is put together and opened again: inside the data folder, everything in it encrypted. */
export const WORK = 'backup-work'

export function spoolFilesOf(file: string, key: Buffer): { counts: Counts; spools: readonly SpoolFile[] } {
  const db = openDatabase({ file, key, readonly: true })
  try {
    const spools = db.prepare('SELECT id, key, size FROM spool ORDER BY id').all() as SpoolFile[]
    return { counts: countRows(db), spools }
  } finally {
    db.close()
  }
}

/** Copies the database as of one moment. What is deleted in it, or free, is not copied. */
export function copyDatabase(file: string, key: Buffer, to: string): void {
  const db = openDatabase({ file, key, readonly: true })
  try {
    db.prepare('VACUUM INTO ?').run(to)
  } finally {
    db.close()
  }
}

function sizeOf(file: string): number | undefined {
  try {
    return statSync(file).size
  } catch {
    return undefined
  }
}

interface Part {
  readonly name: string
  readonly file: string
  readonly size: number
}

function partsOf(work: string, folder: string, spools: readonly SpoolFile[]): { parts: Part[]; lost: string[] } {
  const database = path.join(work, 'postern.db')
  const parts: Part[] = [{ name: 'postern.db', file: database, size: statSync(database).size }]
  const lost: string[] = []
  for (const { id } of spools) {
    const file = spoolPath(path.join(folder, 'spool'), id)
    const size = sizeOf(file)
    if (size === undefined) lost.push(id)
    else parts.push({ name: `spool/${id}.body`, file, size })
  }
  return { parts, lost }
}

function writeParts(writer: BackupWriter, parts: readonly Part[], report: Report): void {
  const total = parts.reduce((sum, one) => sum + one.size, 0)
  const block = Buffer.alloc(BLOCK)
  let done = 0
  for (const { name, file, size } of parts) {
    writer.entry({ name, size })
    const handle = openSync(file, 'r')
    try {
      for (let at = 0; at < size;) {
        const read = readSync(handle, block, 0, Math.min(BLOCK, size - at), at)
        if (read === 0) throw new Failure('store', 'file-shrank', `${name} became shorter while it was read.`)
        writer.write(block.subarray(0, read))
        at += read
        done += read
        report({ phase: 'writing', done, total })
      }
    } finally {
      closeSync(handle)
    }
  }
}

/**
 * Makes one: copied, written beside, fsynced, opened again and checked; only then it gets its name. Spool files must not be removed
 * meanwhile (`holdSpool`). A crash, or being stopped, leaves `….part` and the work folder, which whoever stopped it, or else the next one,
 * takes away.
 */
export async function makeBackup(input: BackupInput, report: Report): Promise<BackupResult> {
  const key = Buffer.from(input.databaseKey)
  const work = path.join(input.folder, WORK)
  const part = `${input.file}.part`
  try {
    rmSync(work, { recursive: true, force: true })
    rmSync(part, { force: true })
    mkdirSync(work, { mode: 0o700 })
    const source = path.join(input.folder, 'postern.db')
    const copy = path.join(work, 'postern.db')
    report({ phase: 'copying', done: 0, total: statSync(source).size })
    copyDatabase(source, key, copy)
    const { counts, spools } = spoolFilesOf(copy, key)
    const { parts, lost } = partsOf(work, input.folder, spools)
    const writer = new BackupWriter(part, input.header, Buffer.from(input.backupKey))
    try {
      writeParts(writer, parts, report)
      writer.entry({ name: 'end', counts, lost })
    } catch (error) {
      writer.abandon()
      throw error
    }
    writer.finish()
    rmSync(copy)
    await openBackup({ file: part, folder: work, ...pick(input) }, (progress) => {
      report({ ...progress, phase: 'checking' })
    })
    faultPoint('in-backup')
    renameSync(part, input.file)
    fsyncFolder(path.dirname(input.file))
    return { size: statSync(input.file).size, counts, spoolFiles: parts.length - 1, lost }
  } catch (error) {
    rmSync(part, { force: true })
    throw nameStoreError(error)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function pick({ databaseKey, backupKey }: BackupInput): Pick<OpenInput, 'databaseKey' | 'backupKey'> {
  return { databaseKey, backupKey }
}

export interface OpenInput {
  readonly file: string
  /** An empty folder; everything is written into it. */
  readonly folder: string
  readonly databaseKey: Uint8Array
  readonly backupKey: Uint8Array
}

/** Only names that we write: nothing in a backup can name a place outside the folder. */
const ENTRY_NAME = /^(?:postern\.db|spool\/[0-9a-f]{32}\.body)$/

function extractOne(reader: BackupReader, to: string, size: number, progress: () => void): void {
  const handle = openSync(to, 'wx', 0o600)
  try {
    for (let left = size; left > 0;) {
      const bytes = reader.read(Math.min(left, BLOCK))
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
      left -= bytes.length
      progress()
    }
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function extract(reader: BackupReader, input: OpenInput, report: Report): { counts: Counts; lost: readonly string[] } {
  for (;;) {
    const entry = reader.entry()
    if (entry['name'] === 'end') {
      reader.end()
      return { counts: entry['counts'] as Counts, lost: entry['lost'] as string[] }
    }
    const { name, size } = entry
    if (typeof name !== 'string' || !ENTRY_NAME.test(name) || typeof size !== 'number') throw backupDamaged(input.file)
    extractOne(reader, path.join(input.folder, name), size, () => {
      report({ phase: 'restoring', done: reader.done, total: reader.size })
    })
  }
}

/** Restores one into a folder and checks it: every chunk, every page, every row count, every stored body. */
export async function openBackup(input: OpenInput, report: Report): Promise<BackupResult> {
  const reader = new BackupReader(input.file)
  const spoolFolder = path.join(input.folder, 'spool')
  try {
    reader.open(Buffer.from(input.backupKey))
    mkdirSync(spoolFolder, { recursive: true, mode: 0o700 })
    const { counts, lost } = extract(reader, input, report)
    const key = Buffer.from(input.databaseKey)
    const db = openDatabase({ file: path.join(input.folder, 'postern.db'), key, readonly: true })
    try {
      checkCopy(db, counts, 'The copy of the database')
      const spools = db.prepare('SELECT id, key, size FROM spool').all() as SpoolFile[]
      for (const one of spools) if (!lost.includes(one.id)) for await (const _ of readSpool(spoolFolder, one));
      fsyncFolder(spoolFolder)
      fsyncFolder(input.folder)
      return { size: reader.size, counts, spoolFiles: spools.length - lost.length, lost }
    } finally {
      db.close()
    }
  } finally {
    reader.close()
  }
}
