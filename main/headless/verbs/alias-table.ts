// `postern alias import FILE` and `postern alias export`: aliases as CSV, ours and those of other services.
import { readFileSync, writeFileSync } from 'node:fs'
import type { ImportResult } from '../../api/actions/alias-import.ts'
import { aliasLine, TABLE_HEAD, type ExportedAlias } from '../../api/actions/alias-table.ts'
import { csvLine, parseCsv } from '../../terms/csv.ts'
import { UsageError, type Flag, type Input } from '../arguments.ts'
import type { Client } from '../client.ts'
import { printLine, safe } from '../print.ts'

/** Rows of one call. */
const STEP = 200
/** A table of a million aliases is some 100 MB. */
const MAX_FILE = 200 * 1024 * 1024
const SHOWN = 50

export const TABLE_FLAGS: Readonly<Record<string, Flag>> = {
  'dry-run': { type: 'boolean', help: 'import: say what would happen, and do nothing' },
  update: { type: 'boolean', help: 'import: change aliases that are there already' },
  to: { type: 'string', value: 'FILE', help: 'export: the file, instead of the terminal' },
}

export async function exportAliases(client: Client, input: Input): Promise<unknown> {
  const to = input.text('to')
  const pieces = [csvLine(TABLE_HEAD)]
  let count = 0
  const query = new URLSearchParams({ q: input.text('search') ?? '' })
  for (let after: number | null = 0; after !== null;) {
    query.set('after', String(after))
    const page: { data: ExportedAlias[]; next: number | null } = await client.call(
      'GET',
      `/app/alias-export?${query.toString()}`,
    )
    count += page.data.length
    pieces.push(...page.data.map(aliasLine))
    after = page.next
  }
  if (to === undefined) {
    process.stdout.write(pieces.join(''))
    return undefined
  }
  writeFileSync(to, pieces.join(''), { mode: 0o600, flag: 'wx' })
  return { file: to, aliases: count }
}

interface Sum {
  readonly created: number
  readonly updated: number
  readonly skipped: number
  readonly refused: number
  readonly problems: readonly ImportResult[]
}

export async function importAliasFile(client: Client, input: Input, file: string | undefined): Promise<Sum> {
  if (file === undefined) throw new UsageError('postern alias import FILE.csv [--dry-run] [--update]')
  const text = readFileSync(file === '-' ? 0 : file)
  if (text.length > MAX_FILE) throw new UsageError('The table is bigger than 200 MB; split it.')
  const [head, ...rows] = parseCsv(text.toString('utf8'))
  if (head === undefined) throw new UsageError('The table is empty.')
  const sum = { created: 0, updated: 0, skipped: 0, refused: 0 }
  const problems: ImportResult[] = []
  for (let at = 0; at < rows.length; at += STEP) {
    const body = {
      ...{ head, rows: rows.slice(at, at + STEP), line: at + 2, dryRun: input.has('dry-run') },
      existing: input.has('update') ? 'update' : 'skip',
    }
    const { data } = await client.call<{ data: ImportResult[] }>('POST', '/app/alias-import', body)
    for (const one of data) {
      sum[one.result]++
      if (one.why !== '') problems.push(one)
    }
    if (!input.json && process.stderr.isTTY)
      process.stderr.write(`\r${Math.min(at + STEP, rows.length)} of ${rows.length}`)
  }
  if (!input.json && process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return { ...sum, problems }
}

export function showTableResult(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if ('file' in value && 'aliases' in value) {
    printLine(`Wrote ${String(value.aliases)} aliases to ${safe(value.file)}.`)
    return
  }
  const { problems, ...sum } = value as Sum
  printLine(`${sum.created} created, ${sum.updated} changed, ${sum.skipped} left as they are, ${sum.refused} refused.`)
  for (const one of problems.slice(0, SHOWN)) printLine(`  line ${one.line}  ${safe(one.alias)}  ${safe(one.why)}`)
  if (problems.length > SHOWN) printLine(`  and ${problems.length - SHOWN} more; --json has them all`)
}
