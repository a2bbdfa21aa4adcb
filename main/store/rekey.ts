// A full re-key of the database: every page under a new key, in a new file beside the old one, checked, and put in its place by one rename.
// The intent (the new key, wrapped) stands in keys.json before anything is done, so after a crash the database opens with the old key or
// with the planned one, and which one it is says how far it came.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fsyncFolder } from '../vault/durable-file.ts'
import type { Vault } from '../vault/vault.ts'
import { copyDatabase } from './backup.ts'
import { emptyLog } from './checkpoint.ts'
import { checkCopy, countRows } from './counts.ts'
import { openDatabase } from './database.ts'
import { scanDatabase } from './scan.ts'
import { writeCleanMark } from './shutdown-mark.ts'

function opensWith(file: string, key: Buffer): boolean {
  try {
    openDatabase({ file, key, readonly: true }).close()
    return true
  } catch {
    return false
  }
}

function makeCopy(file: string, beside: string, oldKey: Buffer, newKey: Buffer): void {
  copyDatabase(file, oldKey, beside)
  const old = openDatabase({ file, key: oldKey, readonly: true })
  const want = countRows(old)
  old.close()
  const copy = openDatabase({ file: beside, key: oldKey, scratch: true })
  copy.pragma(`rekey='raw:${newKey.toString('hex')}'`)
  copy.close()
  const again = openDatabase({ file: beside, key: newKey, readonly: true })
  try {
    checkCopy(again, want, 'The database under its new key')
  } finally {
    again.close()
  }
  const handle = openSync(beside, 'r+')
  fsyncSync(handle)
  closeSync(handle)
}

/** Carries out a planned re-key; true where there was one. The folder's lock must be held and the database closed. */
export function finishRekey(folder: string, vault: Vault): boolean {
  const planned = vault.plannedKey()
  if (planned === undefined) return false
  const file = path.join(folder, 'postern.db')
  const beside = `${file}-rekey`
  for (const name of [beside, `${beside}-journal`]) rmSync(name, { force: true })
  scanDatabase(file)
  if (existsSync(file) && !opensWith(file, planned)) {
    const { databaseKey } = vault
    const db = openDatabase({ file, key: databaseKey })
    emptyLog(db, file)
    db.close()
    makeCopy(file, beside, databaseKey, planned)
    // The new file has no free pages and may be smaller: the mark must not take it for one that was cut off.
    writeCleanMark(file, Math.min(statSync(file).size, statSync(beside).size))
    // Dies before this line: all of it is done again. After: the planned key opens the database, and only the list is left to do.
    renameSync(beside, file)
    fsyncFolder(folder)
  }
  vault.finishRekey()
  return true
}
