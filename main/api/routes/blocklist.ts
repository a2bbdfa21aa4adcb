// addy.io's blocklist: addresses and domains that are refused everywhere. api-compat.md
import { Hono } from 'hono'
import { z } from 'zod'
import type { BlockRow } from '../../store/queries/policy.ts'
import { addBlock } from '../actions/policy.ts'
import { readBody } from '../body.ts'
import { invalid, notFound, type ApiParts } from '../parts.ts'
import { time, USER_ID } from './addy-shape.ts'

const entry = z.object({ type: z.enum(['email', 'domain']), value: z.string().min(1).max(320) })
const MANY = 500
const many = z.union([
  z.object({ entries: z.array(entry).min(1).max(MANY) }),
  z.object({ type: z.enum(['email', 'domain']), values: z.array(z.string().min(1).max(320)).min(1).max(MANY) }),
])

function out(row: BlockRow) {
  return {
    id: row.id,
    user_id: USER_ID,
    type: row.kind === 'address' ? 'email' : 'domain',
    value: row.value,
    blocked: row.hits,
    last_blocked: row.lastHit === null ? null : time(row.lastHit),
    created_at: time(row.createdAt),
    updated_at: time(row.createdAt),
  }
}

/** Those that addy.io has a word for. */
const isListed = (row: BlockRow): boolean => row.aliasId === null && (row.kind === 'address' || row.kind === 'domain')

async function add(parts: ApiParts, { type, value }: z.infer<typeof entry>): Promise<BlockRow> {
  return addBlock(parts, { value, kind: type === 'email' ? 'address' : 'domain' })
}

async function remove(parts: ApiParts, id: string): Promise<boolean> {
  const row = parts.store.policy.block(id)
  if (row === undefined || !isListed(row)) return false
  await parts.store.writer.run('removeBlock', row.id)
  return true
}

function listed(parts: ApiParts): BlockRow[] {
  const rows: BlockRow[] = []
  let after: string | undefined
  for (;;) {
    const page = parts.store.policy.blocks(MANY, after)
    rows.push(...page.filter(isListed))
    if (page.length < MANY) return rows
    after = page.at(-1)?.id
  }
}

export function blocklistRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/blocklist', (c) => c.json({ data: listed(parts).map(out) }))
  routes.post('/blocklist', async (c) => c.json({ data: out(await add(parts, await readBody(c.req.raw, entry))) }, 201))
  routes.post('/blocklist/store/bulk', async (c) => {
    const body = await readBody(c.req.raw, many)
    const entries = 'entries' in body ? body.entries : body.values.map((value) => ({ type: body.type, value }))
    const rows = new Map<string, BlockRow>()
    for (const one of entries) {
      const row = await add(parts, one)
      rows.set(row.id, row)
    }
    return c.json({ message: `${rows.size} entries blocked.`, data: [...rows.values()].map(out) }, 201)
  })
  routes.post('/blocklist/delete/bulk', async (c) => {
    const { ids } = await readBody(c.req.raw, z.object({ ids: z.array(z.string().max(64)).min(1).max(MANY) }))
    const gone: string[] = []
    for (const id of new Set(ids)) if (await remove(parts, id)) gone.push(id)
    if (gone.length === 0) throw invalid('ids', 'None of them is on the blocklist.')
    return c.json({ message: `${gone.length} entries removed.`, ids: gone })
  })
  routes.delete('/blocklist/:id', async (c) => {
    if (!(await remove(parts, c.req.param('id')))) throw notFound('The entry')
    return c.body(null, 204)
  })
  return routes
}
