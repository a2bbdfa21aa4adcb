// Everything the user set up and the log, table by table, for an export. New tables come along by themselves; what is a secret, a message or
// only the relay's own bookkeeping is named here and stays.
import type { Db } from './database.ts'
import type { Raw } from './rows.ts'

export interface ExportedTable {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
}

export interface ExportQueries {
  tables(withPrivateKeys: boolean): readonly ExportedTable[]
  /** `undefined` where there is no such table to export. */
  page(table: string, withPrivateKeys: boolean, limit: number, offset: number): readonly Raw[] | undefined
}

/** Mail itself is in the backup; the rest is made anew or means nothing outside. */
const LEFT_OUT =
  /^(message|spool|delivery|held|mailbox|reply_seen|message_id_map|forgotten|bulk_.*|log_search.*|sqlite_.*|.*_search.*)$/
const SECRET = /hash|secret|password|^wrapped$/
const PRIVATE = /^private_key$/

export function exportQueries(db: Db): ExportQueries {
  const names = (): string[] =>
    (
      db
        .prepare("SELECT name FROM sqlite_schema WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
        .pluck()
        .all() as string[]
    ).filter((name) => !LEFT_OUT.test(name))
  const columns = (table: string, withPrivateKeys: boolean): string[] =>
    (db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]).filter(
      (name) => !SECRET.test(name) && (withPrivateKeys || !PRIVATE.test(name)),
    )
  // A setting whose name says that it is a secret is one.
  const where = (table: string): string =>
    table === 'setting'
      ? "WHERE key NOT LIKE '%password%' AND key NOT LIKE '%secret%' AND key NOT LIKE '%key%' AND key NOT LIKE 'clock-%'"
      : ''
  return {
    tables: (withPrivateKeys) =>
      names().map((name) => ({
        name,
        columns: columns(name, withPrivateKeys),
        rows: db
          .prepare(`SELECT count(*) FROM "${name}" ${where(name)}`)
          .pluck()
          .get() as number,
      })),
    page(table, withPrivateKeys, limit, offset) {
      if (!names().includes(table)) return undefined
      const list = columns(table, withPrivateKeys)
        .map((one) => `"${one}"`)
        .join(',')
      return db
        .prepare(`SELECT ${list} FROM "${table}" ${where(table)} ORDER BY 1 LIMIT ? OFFSET ?`)
        .all(limit, offset) as Raw[]
    },
  }
}
