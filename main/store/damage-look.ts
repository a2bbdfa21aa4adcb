// Reads every page of a database that is in use, by a connection of its own: what one read could not make sense of may have been the disk's
// bad moment, or it is damage.
import { openDatabase } from './database.ts'
import { nameStoreError } from './failures.ts'
import { Failure } from '../terms/failure.ts'

export interface LookInput {
  readonly file: string
  readonly databaseKey: Uint8Array
}

/** What is damaged, in a sentence; undefined where every page authenticates and every tree is whole. */
export function lookThrough({ file, databaseKey }: LookInput): string | undefined {
  try {
    const db = openDatabase({ file, key: Buffer.from(databaseKey), readonly: true })
    try {
      const [first] = db.pragma('integrity_check(1)') as { integrity_check: string }[]
      return first?.integrity_check === 'ok'
        ? undefined
        : `The database is damaged (${first?.integrity_check ?? 'no answer'}).`
    } finally {
      db.close()
    }
  } catch (error) {
    const named = nameStoreError(error)
    if (named instanceof Failure && named.id === 'database-damaged') return named.message
    throw named
  }
}
