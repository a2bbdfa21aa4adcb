// The aliases page: search, filters, sorts and pages by key; bulk changes to all that match; addy.io's bulk calls.
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { parseAliasSearch, searchNotes } from '../../aliases/search-grammar.ts'
import { BULK_ACTIONS } from '../../store/commands/bulk.ts'
import { SORTS, type Cursor } from '../../store/queries/search.ts'
import { bulkByIds, previewBulk, startBulk, stopBulk, undoBulk } from '../actions/bulk.ts'
import { policyOut } from '../actions/policy.ts'
import { check, readBody } from '../body.ts'
import { wantProof, type Env } from '../caller.ts'
import { invalid, notFound, type ApiParts } from '../parts.ts'
import { aliasOut } from './addy-shape.ts'

/** What a search finds is counted exactly up to here, if its time suffices; beyond it the page says "more than". */
const COUNTED = 10_000
const SHOWN_JOBS = 50

const page = z.object({
  q: z.string().max(400).default(''),
  sort: z
    .string()
    .refine((value) => value.replace(/^-/, '') in SORTS, 'The sort is not one of the known ones.')
    .default('-created_at'),
  after: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** Counting takes longer than finding the first page: who shows that page asks for the count behind it. */
  count: z.enum(['with', 'later']).default('with'),
})
const counted = z.object({ q: z.string().max(400).default('') })
const cursor = z.tuple([z.number(), z.union([z.string(), z.number()]), z.number()])

function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined
  try {
    return cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch {
    throw invalid('after', 'That is not where a page ended.')
  }
}

const bulk = z.strictObject({
  q: z.string().max(400),
  action: z.enum(BULK_ACTIONS),
  argument: z.string().max(1000).optional(),
  /** What the preview counted; without it this is a preview. */
  count: z.number().int().min(0).optional(),
})

export function searchRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/aliases', (c) => {
    const { q, sort, after, limit, count } = check(page, c.req.query())
    const { search } = parts.store
    const query = parseAliasSearch(q)
    const now = parts.clock.now()
    const found = search.page({ query, sort, limit, after: readCursor(after), now })
    // A page that holds everything has counted it.
    const isWhole = after === undefined && found.next === undefined
    const total = isWhole
      ? { count: found.rows.length, isExact: true }
      : count === 'with'
        ? search.count(query, now, COUNTED)
        : undefined
    return c.json({
      data: found.rows.map((row) => ({ ...aliasOut(parts, row), ...policyOut(parts, row) })),
      next: found.next === undefined ? null : Buffer.from(JSON.stringify(found.next)).toString('base64url'),
      total: total?.count ?? null,
      totalIsExact: total?.isExact ?? false,
      understood: query,
      notes: searchNotes(q),
    })
  })
  routes.get('/alias-count', (c) => {
    const { q } = check(counted, c.req.query())
    const { count, isExact } = parts.store.search.count(parseAliasSearch(q), parts.clock.now(), COUNTED)
    return c.json({ total: count, totalIsExact: isExact })
  })
  routes.post('/bulk', async (c) => {
    const { count, ...input } = await readBody(c.req.raw, bulk)
    if (count === undefined) return c.json({ data: await previewBulk(parts, input) })
    if (input.action === 'forget') wantProof(parts, c as unknown as Context<Env>)
    const id = await startBulk(parts, { ...input, count })
    return c.json({ data: parts.store.search.job(id) }, 201)
  })
  routes.get('/bulk', (c) => c.json({ data: parts.store.search.jobs(SHOWN_JOBS) }))
  routes.get('/bulk/:id', (c) => {
    const job = parts.store.search.job(c.req.param('id'))
    if (job === undefined) throw notFound('The bulk operation')
    return c.json({ data: job })
  })
  routes.post('/bulk/:id/stop', async (c) => {
    const job = parts.store.search.job(c.req.param('id'))
    if (job?.state !== 'running') throw notFound('A bulk operation that runs')
    await stopBulk(parts, job.id)
    return c.json({ data: parts.store.search.job(job.id) })
  })
  routes.post('/bulk/:id/undo', async (c) => {
    const job = parts.store.search.job(c.req.param('id'))
    if (job === undefined || job.state === 'running') throw notFound('A bulk operation that has ended')
    return c.json({ data: { undone: await undoBulk(parts, job.id) } })
  })
  return routes
}

const DONE = [
  ['activate', 'activated'],
  ['deactivate', 'deactivated'],
  ['pin', 'pinned'],
  ['unpin', 'unpinned'],
  ['delete', 'deleted'],
  ['restore', 'restored'],
  ['forget', 'forgotten'],
] as const

/** POST /api/v1/aliases/{get,activate,…}/bulk */
export function addyBulkRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const ids = z.array(z.string().max(64)).min(1).max(1000)
  routes.post('/aliases/get/bulk', async (c) => {
    const body = await readBody(c.req.raw, z.object({ ids }))
    const rows = body.ids.map((id) => parts.store.directory.aliasById(id)).filter((row) => row !== undefined)
    return c.json({ data: rows.map((row) => aliasOut(parts, row)) })
  })
  for (const [action, done] of DONE)
    routes.post(`/aliases/${action}/bulk`, async (c) => {
      const body = await readBody(c.req.raw, z.object({ ids }))
      const found = await bulkByIds(parts, body.ids, action, '')
      if (found.length === 0) throw notFound('Any of the aliases')
      return c.json({ message: `${found.length} alias(es) ${done}.`, ids: found })
    })
  routes.post('/aliases/recipients/bulk', async (c) => {
    const body = await readBody(c.req.raw, z.object({ ids, recipient_ids: z.array(z.string()).max(10).default([]) }))
    for (const id of body.recipient_ids)
      if (parts.store.directory.recipient(id) === undefined)
        throw invalid('recipient_ids', 'One of the recipients was not found.')
    const found = await bulkByIds(parts, body.ids, 'recipients', JSON.stringify(body.recipient_ids))
    return c.json({ message: `Recipients of ${found.length} alias(es) set.`, ids: found })
  })
  return routes
}
