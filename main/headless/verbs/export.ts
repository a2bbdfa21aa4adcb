// `postern export --to FOLDER`: everything the user has, as JSON and CSV, with a page that says what each file is.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../../terms/failure.ts'
import { csvCell } from '../../terms/csv.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { printJson, printLine } from '../print.ts'

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: number
}
type Row = Readonly<Record<string, string | number | null>>

const MEANING: Readonly<Record<string, string>> = {
  domain: 'your domains and how they take mail',
  domain_pattern: 'which new addresses of a domain are made by themselves',
  alias: 'your aliases, with their counters; origin says who made them',
  alias_recipient: 'which recipients an alias goes to, in order',
  alias_organisation: 'which organisation an alias belongs to',
  recipient: 'your real mailboxes and how mail is rewritten for them',
  contact: 'who wrote to an alias, and the address by which you answer',
  block: 'what is refused',
  log: 'the activity log; attempts and verdicts are JSON within',
  setting: 'the settings of the relay; passwords are left out',
  dkim_key: 'the signing keys; the private ones only with --private-keys',
  certificate: 'the TLS certificates; the private keys only with --private-keys',
  report: 'what others reported about your domains; detail is JSON',
  token: 'names and scopes of API tokens; the tokens themselves are stored nowhere',
  app_password: 'names of app passwords; the passwords themselves are stored nowhere',
}

class OutFile {
  private readonly handle: number
  constructor(file: string) {
    this.handle = openSync(file, 'wx', 0o600)
  }
  write(text: string): void {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length;) at += writeSync(this.handle, bytes, at)
  }
  close(): void {
    fsyncSync(this.handle)
    closeSync(this.handle)
  }
}

async function writeTable(client: Client, folder: string, table: Table, query: string): Promise<number> {
  const json = new OutFile(path.join(folder, `${table.name}.json`))
  const csv = new OutFile(path.join(folder, `${table.name}.csv`))
  csv.write(`${table.columns.join(',')}\r\n`)
  let count = 0
  json.write('[')
  for (;;) {
    const { data } = await client.call<{ data: Row[] }>('GET', `/app/export/${table.name}?offset=${count}${query}`)
    if (data.length === 0) break
    for (const row of data) {
      json.write(`${count === 0 ? '' : ','}\n${JSON.stringify(row)}`)
      csv.write(`${table.columns.map((column) => csvCell(row[column])).join(',')}\r\n`)
      count++
    }
  }
  json.write('\n]\n')
  json.close()
  csv.close()
  return count
}

function writeReadme(folder: string, tables: readonly Table[]): void {
  const file = new OutFile(path.join(folder, 'README.txt'))
  file.write(
    'An export of Postern. Each table is there twice: NAME.json (an array of objects, exact) and NAME.csv (RFC 4180, UTF-8; a text that\n' +
      "begins like a formula has a ' in front, so that no spreadsheet runs it). Times are milliseconds since 1970-01-01 UTC; switches are\n" +
      '0 and 1; ids tie the tables together (alias.domain_id is domain.id, and so on). Mail itself is not here: it is in the backups.\n\n',
  )
  for (const { name, columns, rows } of tables)
    file.write(`${name} (${rows})\n    ${MEANING[name] ?? 'a table of this version'}\n    ${columns.join(', ')}\n\n`)
  file.close()
}

async function exportAll(input: Input): Promise<void> {
  const to = input.text('to')
  if (to === undefined) throw new UsageError('postern export --to FOLDER')
  const folder = path.resolve(to)
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Failure('headless', 'folder-not-empty', `${folder} is not empty.`, {
      remedy: 'Name a new folder with --to.',
    })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const query = input.has('private-keys') ? '&private-keys=true' : ''
  await withClient(input, async (client) => {
    const { data } = await client.call<{ data: Table[] }>('GET', `/app/export?${query.slice(1)}`)
    const written: Table[] = []
    for (const table of data) written.push({ ...table, rows: await writeTable(client, folder, table, query) })
    writeReadme(folder, written)
    const counts = Object.fromEntries(written.map((one) => [one.name, one.rows]))
    if (input.json) printJson({ folder, rows: counts })
    else {
      printLine(
        `Wrote ${written.length} tables to ${folder}: ${written.map((one) => `${one.name} ${one.rows}`).join(', ')}.`,
      )
      printLine('These files are in clear. README.txt says what each of them is.')
    }
  })
}

export const exportVerb: Verb = {
  name: 'export',
  summary: 'Writes everything you have (aliases, contacts, domains, rules, log) as JSON and CSV.',
  usage: 'export --to FOLDER [--private-keys]',
  flags: {
    ...CLIENT_FLAGS,
    to: { type: 'string', value: 'FOLDER', help: 'a new or empty folder' },
    'private-keys': { type: 'boolean', help: 'with the private keys of DKIM and TLS' },
  },
  run: exportAll,
}
