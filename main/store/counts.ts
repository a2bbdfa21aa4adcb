// How many rows every table has: what a copy of the database is compared by.
import type { Db } from './database.ts'
import { Failure } from '../terms/failure.ts'

export type Counts = Readonly<Record<string, number>>

export function countRows(db: Db): Counts {
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
    .pluck()
    .all() as string[]
  const own = names.filter((name) => !name.startsWith('sqlite_'))
  return Object.fromEntries(
    own.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get() as number]),
  )
}

/** Throws where the copy is not sound, or does not hold what it is a copy of. Reads every page. */
export function checkCopy(db: Db, want: Counts | undefined, what: string): Counts {
  const [first] = db.pragma('integrity_check(1)') as { integrity_check: string }[]
  if (first?.integrity_check !== 'ok')
    throw new Failure('store', 'copy-damaged', `${what} is damaged: ${first?.integrity_check ?? 'no answer'}.`)
  const got = countRows(db)
  if (want !== undefined && JSON.stringify(got) !== JSON.stringify(want))
    throw new Failure('store', 'copy-incomplete', `${what} does not hold every row.`)
  return got
}
