// What is finished or looked at before the store of a folder is opened: a restore or a re-key that a crash cut short, the files after an
// unclean end, and a backup before the schema changes. The folder's lock is held.
import path from 'node:path'
import { createBackup, defaultBackupFolder, type BackupPlace } from './backup-jobs.ts'
import { finishRestore, hasRestore } from './backup-restore.ts'
import { schemaVersion } from './database.ts'
import { lockFolder } from './folder-lock.ts'
import { SCHEMA_VERSION } from './migrations/index.ts'
import { finishRekey } from './rekey.ts'

/** Comes before anything asks whether the folder is a relay's: in the middle of an exchange it looks like an empty one. */
export function finishInterrupted(folder: string): void {
  if (!hasRestore(folder)) return
  const lock = lockFolder(folder)
  try {
    finishRestore(folder)
  } finally {
    lock.release()
  }
}

/** Throws what is wrong with the files, by its name; then they are as they were. */
export async function prepareStore(place: BackupPlace, now: number): Promise<void> {
  const { folder, vault } = place
  const file = path.join(folder, 'postern.db')
  finishRekey(folder, vault)
  const version = schemaVersion({ file, key: vault.databaseKey })
  if (version === 0 || version === SCHEMA_VERSION) return
  await createBackup(place, { kind: 'before-migration', to: defaultBackupFolder(folder), now }, () => undefined)
}
