// One data folder, one relay. The lock is SQLite's own lock on a file that holds nothing: the system takes it away when the
// process ends, however it ends, so there is no stale lock to clear by hand.
import Database from 'better-sqlite3'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'

export interface FolderLock {
  release(): void
}

/** Takes the lock of a folder. Throws `folder-in-use` where another process has it. */
export function lockFolder(folder: string): FolderLock {
  const db = new Database(path.join(folder, 'lock'), { timeout: 0 })
  try {
    db.pragma('locking_mode=EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
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
