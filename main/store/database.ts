// Opening the database file: encrypted and authenticated page by page (AEGIS-256), durable on power loss, and nothing of
// it ever in a temporary file. Every open goes through here, so that no connection can forget one of the settings.
import Database from 'better-sqlite3'
import { existsSync, statSync } from 'node:fs'
import { Failure } from '../terms/failure.ts'
import { faultPoint } from './fault.ts'
import { codeOf, nameStoreError } from './failures.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts'
import { scanDatabase } from './scan.ts'

export type Db = Database.Database

export interface OpenOptions {
  readonly file: string
  /** 32 bytes. */
  readonly key: Buffer
  readonly readonly?: boolean
  /** Plain SQLite, for the bench that measures what encryption costs. */
  readonly unencrypted?: boolean
  /** A copy that is thrown away if anything goes wrong: no journal, so nothing of it is written twice. */
  readonly scratch?: boolean
}

const SMALLEST_CACHE = 16_000
const LARGEST_CACHE = 48_000

/**
 * Kilobytes of pages that a connection keeps. Every miss is a read and an AEGIS round over 4 KB, so the inner pages of the indexes should
 * stay: a thirty-second of the file holds them. Only from 500 MB on is that more than the 16 MB of everybody, and only who reads has it.
 */
function cacheKilobytes({ file, readonly }: OpenOptions): number {
  const size = readonly === true ? (statSync(file, { throwIfNoEntry: false })?.size ?? 0) : 0
  return Math.round(Math.min(LARGEST_CACHE, Math.max(SMALLEST_CACHE, size / 32_000)))
}

/** Opens an existing or a new database file. Throws `database-damaged` where the first page does not authenticate. */
export function openDatabase(options: OpenOptions): Db {
  if (options.readonly === true && !existsSync(options.file))
    throw new Failure('store', 'database-missing', `The database ${options.file} is not there.`, {
      remedy: 'Restore it from a backup, or make a new folder with: postern init',
    })
  let db: Db
  try {
    db = new Database(options.file, { readonly: options.readonly === true, timeout: 5000 })
  } catch (cause) {
    throw nameStoreError(cause)
  }
  try {
    if (options.unencrypted !== true) {
      db.pragma("cipher='aegis'")
      db.pragma(`key='raw:${options.key.toString('hex')}'`)
    }
    db.pragma('temp_store=MEMORY') // sorts and indexes of SQLite's own must not reach the disk in clear
    db.pragma('foreign_keys=ON')
    db.pragma(`cache_size=-${cacheKilobytes(options)}`)
    // The first read: fails where the key is wrong or the first page is damaged.
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    if (options.scratch === true) db.pragma('journal_mode=OFF')
    else if (options.readonly !== true) {
      db.pragma('journal_mode=WAL')
      db.pragma('synchronous=FULL') // WAL databases open at NORMAL elsewhere: not durable on power loss
      db.pragma('secure_delete=ON')
      db.pragma('journal_size_limit=67108864')
    }
    return db
  } catch (cause) {
    db.close()
    throw openFailure(cause)
  }
}

/** The key is authenticated before it comes here: what does not open with it is damaged, or is not this folder's. */
function openFailure(cause: unknown): unknown {
  if (codeOf(cause) !== 'SQLITE_NOTADB') return nameStoreError(cause)
  return new Failure(
    'store',
    'database-damaged',
    'The database cannot be opened: its first page does not authenticate. It is damaged, or of another folder.',
    {
      remedy: 'Nothing was changed. Put the right postern.db back, or restore a backup: postern backup restore FILE',
      cause,
    },
  )
}

/** The schema of a database that is not open elsewhere, without changing anything; 0 where there is none. */
export function schemaVersion(options: Pick<OpenOptions, 'file' | 'key' | 'unencrypted'>): number {
  if (!existsSync(options.file)) return 0
  scanDatabase(options.file)
  const db = openDatabase({ ...options, readonly: true })
  try {
    const version = db.pragma('user_version', { simple: true }) as number
    checkSchema(version)
    return version
  } finally {
    db.close()
  }
}

function checkSchema(version: number): void {
  if (version > SCHEMA_VERSION)
    throw new Failure('store', 'future-schema', 'The data folder was written by a newer version of Postern.', {
      remedy: 'Nothing was changed. Install that version again, or restore a backup made by this one.',
    })
}

/** Brings the schema up to date. Throws `future-schema` where a newer version wrote it. */
export function migrate(db: Db): void {
  const version = db.pragma('user_version', { simple: true }) as number
  checkSchema(version)
  for (const migration of MIGRATIONS.slice(version)) {
    db.transaction(() => {
      db.exec(migration.sql)
      faultPoint('in-migration')
      db.pragma(`user_version=${migration.version}`)
    }).immediate()
  }
}
