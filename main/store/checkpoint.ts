// Emptying the log: everything into the main file, the mark, and only then the log away. A crash at any line leaves files that the scan
// understands: a clean mark beside a log that is still there claims nothing of it.
import { statSync } from 'node:fs'
import { faultPoint } from './fault.ts'
import type { Db } from './database.ts'
import { writeCleanMark } from './shutdown-mark.ts'

/** False where a reader is in the way; then the log stays, and the next start looks through it. */
export function emptyLog(db: Db, file: string): boolean {
  const [state] = db.pragma('wal_checkpoint(FULL)') as { busy: number; log: number; checkpointed: number }[]
  if (state === undefined || state.busy !== 0 || state.log !== state.checkpointed) return false
  faultPoint('in-checkpoint')
  writeCleanMark(file, statSync(file).size)
  faultPoint('checkpoint-marked')
  db.pragma('wal_checkpoint(TRUNCATE)')
  return true
}
