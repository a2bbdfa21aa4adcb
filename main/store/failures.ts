// What SQLite says, as what it is: one sentence, one remedy. The files stay as they are.
import { Failure, messageOf } from '../terms/failure.ts'

const RESTORE = 'Nothing was changed. Restore a backup: postern backup restore FILE'

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** An error of the database or of the disk under it by its name; anything else as it is. */
export function nameStoreError(error: unknown): unknown {
  if (error instanceof Failure) return error
  const code = codeOf(error)
  const message = messageOf(error)
  const failure = (id: string, text: string, remedy: string, permanent: boolean): Failure =>
    new Failure('store', id, text, { permanent, remedy, cause: error })
  if (code.startsWith('SQLITE_CORRUPT'))
    return failure('database-damaged', `The database is damaged (${message}).`, RESTORE, true)
  if (code === 'SQLITE_NOTADB')
    return failure(
      'database-damaged',
      `The database is damaged: a page does not authenticate (${message}).`,
      RESTORE,
      true,
    )
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return failure('disk-full', 'The disk is full.', 'Free some space; nothing that was accepted is lost.', false)
  if (code.startsWith('SQLITE_READONLY') || code === 'EROFS')
    return failure(
      'disk-read-only',
      `The disk does not take writes (${message}).`,
      'Mount it for writing, or check who owns the data folder.',
      false,
    )
  if (code.startsWith('SQLITE_CANTOPEN') || code === 'EACCES' || code === 'EPERM')
    return failure(
      'disk-no-access',
      `The data folder cannot be opened for writing (${message}).`,
      'Check who owns it and whether its disk is mounted for writing.',
      false,
    )
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO')
    return failure(
      'disk-error',
      `The disk fails (${message}).`,
      'Check its health, and make a backup to another one.',
      false,
    )
  return error
}

/** A failure that came from another thread, where only its fields survive the way. */
export function revive(error: unknown): Error {
  const named = nameStoreError(error)
  if (named instanceof Failure) return named
  if (!(named instanceof Error)) return new Error(messageOf(error))
  if (!('room' in named && 'id' in named && 'remedy' in named)) return named
  return new Failure('store', String(named.id), named.message, { remedy: String(named.remedy), cause: error })
}
