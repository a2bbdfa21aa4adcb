// Checking a backup without its folder at hand: on another machine, with the recovery key.
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseKeyring } from '../vault/keyring.ts'
import { unlock, type Asked, type KeySource } from '../vault/vault.ts'
import { readBackupHeader } from './backup-file.ts'
import { backupKeys } from './backup-jobs.ts'
import { openBackup, type BackupResult, type Report } from './backup.ts'

/** Restores it into a folder beside it, checks it, and takes that away again. Everything in between is encrypted. */
export async function verifyWith(
  input: { readonly file: string; readonly key: KeySource; readonly asked: Asked },
  report: Report,
): Promise<BackupResult> {
  const header = readBackupHeader(input.file)
  const ring = parseKeyring(header.keyring, 'the backup')
  const vault = await unlock(path.dirname(input.file), ring, input.key, input.asked)
  const folder = mkdtempSync(path.join(path.dirname(input.file), '.postern-check-'))
  try {
    return await openBackup({ file: input.file, folder, ...backupKeys(header, vault) }, (progress) => {
      report({ ...progress, phase: 'checking' })
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
