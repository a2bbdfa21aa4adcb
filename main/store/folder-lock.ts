// One data folder, one relay. The lock is SQLite's own lock on a file that holds nothing: the system takes it away when the
// process ends, however it ends, so there is no stale lock to clear by hand.
import Database from 'better-sqlite3'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'
import { codeOf, nameStoreError } from './failures.ts'

export interface FolderLock {
  release(): void
}

/** Takes the lock of a folder. Throws `folder-in-use` where another process has it. */
export function lockFolder(folder: string): FolderLock {
  try {
    accessSync(folder, constants.W_OK) // SQLite says only that it cannot open a file
  } catch (cause) {
    throw nameStoreError(cause)
  }
  const db = new Database(path.join(folder, 'lock'), { timeout: 0 })
  try {
    db.pragma('locking_mode=EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    // A full or read-only disk takes no lock either, and is told as what it is.
    if (!codeOf(cause).startsWith('SQLITE_BUSY')) throw nameStoreError(cause)
    throw new Failure('store', 'folder-in-use', `Another Postern has ${folder} open.`, {
      remedy: 'Stop it first, or talk to it: every command works while it runs.',
      cause,
    })
  }
  return {
    release() {
      db.close()
    },
  }
}
