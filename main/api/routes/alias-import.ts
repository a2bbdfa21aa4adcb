// Aliases in and out as tables.
import { Hono } from 'hono'
import { z } from 'zod'
import { parseAliasSearch } from '../../aliases/search-grammar.ts'
import { importAliases } from '../actions/alias-import.ts'
import { policyOut } from '../actions/policy.ts'
import { readBody } from '../body.ts'
import { aliasOut } from './addy-shape.ts'
import type { ApiParts } from '../parts.ts'

/** Rows of one call; a long table comes in several. */
export const IMPORT_ROWS = 200
const MAX_BODY = 2 * 1024 * 1024

const request = z.strictObject({
  head: z.array(z.string().max(200)).min(1).max(100),
  rows: z.array(z.array(z.string().max(10_000)).max(100)).max(IMPORT_ROWS),
  line: z.number().int().min(1).default(2),
  existing: z.enum(['skip', 'update']).default('skip'),
  dryRun: z.boolean().default(false),
})

export function aliasImportRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.post('/alias-import', async (c) => {
    const results = await importAliases(parts, await readBody(c.req.raw, request, MAX_BODY))
    return c.json({ data: results })
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
