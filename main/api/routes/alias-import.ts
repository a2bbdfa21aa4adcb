// Aliases in and out as tables.
import { Hono } from 'hono'
import { z } from 'zod'
import { parseAliasSearch } from '../../aliases/search-grammar.ts'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { importAliases } from '../actions/alias-import.ts'
import { aliasLine, TABLE_HEAD } from '../actions/alias-table.ts'
import { customLocalPart } from '../actions/aliases.ts'
import { findDomain } from '../actions/domains.ts'
import { policyOut } from '../actions/policy.ts'
import { readBody } from '../body.ts'
import { csvLine, parseCsv } from '../../terms/csv.ts'
import { ApiError, type ApiParts } from '../parts.ts'
import { aliasOut } from './addy-shape.ts'

/** Rows of one call; a long table comes in several. */
export const IMPORT_ROWS = 200
const MAX_BODY = 2 * 1024 * 1024
/** The pages' own bound; the command line takes a table apart itself. */
const MAX_TABLE = 8 * 1024 * 1024
const EXPORT_STEP = 500

const request = z.strictObject({
  head: z.array(z.string().max(200)).min(1).max(100),
  rows: z.array(z.array(z.string().max(10_000)).max(100)).max(IMPORT_ROWS),
  line: z.number().int().min(1).default(2),
  existing: z.enum(['skip', 'update']).default('skip'),
  dryRun: z.boolean().default(false),
})

/** Page by page, between other work. */
async function* exportLines(parts: ApiParts, q: string): AsyncGenerator<Buffer, void, void> {
  const { search } = parts.store
  const query = parseAliasSearch(q)
  const [now, last] = [parts.clock.now(), search.lastNumber()]
  yield Buffer.from(csvLine(TABLE_HEAD))
  for (let after = 0; ;) {
    const numbers = search.numbers(query, now, after, last, EXPORT_STEP)
    const end = numbers.at(-1)
    if (end === undefined) return
    const rows = numbers.map((number) => search.byNumber(number)).filter((row) => row !== undefined)
    yield Buffer.from(rows.map((row) => aliasLine({ ...aliasOut(parts, row), ...policyOut(parts, row) })).join(''))
    after = end
    await nextTurn()
  }
}

/** What keeps a name from becoming an alias; empty where nothing does. */
function whyNot(parts: ApiParts, domain: string, localPart: string): string {
  try {
    customLocalPart(parts, { domain: findDomain(parts, domain), localPart })
    return ''
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return Object.values(error.errors ?? {})[0]?.[0] ?? error.message
  }
}

export function aliasImportRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.post('/alias-import', async (c) => {
    const results = await importAliases(parts, await readBody(c.req.raw, request, MAX_BODY))
    return c.json({ data: results })
  })
  /** Takes a table apart, for pages that then send its rows. */
  routes.post('/alias-table', async (c) => {
    const { text } = await readBody(c.req.raw, z.strictObject({ text: z.string() }), MAX_TABLE + 1024 * 1024)
    const [head, ...rows] = parseCsv(text)
    if (head === undefined) throw new ApiError(422, 'The table is empty.')
    return c.json({ data: { head, rows } })
  })
  routes.get('/alias-export.csv', (c) => {
    c.header('Content-Type', 'text/csv; charset=utf-8')
    c.header('Content-Disposition', 'attachment; filename="aliases.csv"')
    return c.body(Readable.toWeb(Readable.from(exportLines(parts, c.req.query('q') ?? ''))) as ReadableStream)
  })
  routes.get('/alias-name', (c) => {
    const why = whyNot(parts, c.req.query('domain') ?? '', c.req.query('local') ?? '')
    return c.json({ data: { free: why === '', why } })
  })
  /** In the order they were made, by the number of the last one. */
  routes.get('/alias-export', (c) => {
    const { search } = parts.store
    const after = Number(c.req.query('after') ?? 0)
    const query = parseAliasSearch(c.req.query('q') ?? '')
    const numbers = search.numbers(query, parts.clock.now(), after, search.lastNumber(), 1000)
    const rows = numbers.map((number) => search.byNumber(number)).filter((row) => row !== undefined)
    return c.json({
      data: rows.map((row) => ({ ...aliasOut(parts, row), ...policyOut(parts, row) })),
      next: numbers.at(-1) ?? null,
    })
  })
  return routes
}
