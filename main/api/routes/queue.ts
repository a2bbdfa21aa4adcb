// What waits: the queue, and the mail that is kept for the user to decide on.
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { bulkHeld, dropHeld, keepHeld, releaseHeld } from '../actions/held.ts'
import { pause, reroute, resume } from '../actions/queue.ts'
import type { HeldRow } from '../../store/rows.ts'
import { readBody } from '../body.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'
import { rawMessage } from './pages.ts'

const KINDS = ['held', 'failed', 'bounce'] as const
const kind = z.enum(KINDS)
const release = z.strictObject({
  to: z.string().max(400).optional(),
  allow: z.boolean().default(false),
  /** A reply: as it is, whatever of the user's address shows in it. */
  asIs: z.boolean().default(false),
  /** A reply: with the user's own address in it. */
  realAddress: z.boolean().default(false),
  /** A reply: without the attachments that hold it, or with them, to this contact always. */
  attachments: z.enum(['remove', 'always']).optional(),
})
const bulk = z.strictObject({
  action: z.enum(['release', 'drop', 'keep']),
  /** Either these, or all of one kind. */
  ids: z.array(z.number().int().min(1)).min(1).max(1000).optional(),
  kind: kind.optional(),
})
const pauseAsked = z.strictObject({ until: z.number().int().nullable().default(null) })
const rerouted = z.strictObject({ to: z.string().max(400).optional(), route: z.string().max(400).optional() })

export function number(c: Context): number {
  const id = Number(c.req.param('id'))
  if (!Number.isSafeInteger(id) || id < 1) throw new ApiError(400, 'An id is a whole number.')
  return id
}

function positive(c: Context, name: string): number | undefined {
  const given = c.req.query(name)
  if (given === undefined) return undefined
  const value = Number(given)
  if (!Number.isSafeInteger(value) || value < 1) throw new ApiError(400, `${name} is a whole number.`)
  return value
}

export function queueRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { store } = parts
  routes.get('/queue', (c) => c.json({ data: store.mail.queue(200), destinations: store.mail.destinations(200) }))
  routes.post('/queue/retry', async (c) => {
    const { destination } = await readBody(c.req.raw, z.strictObject({ destination: z.string().max(400).optional() }))
    const now = parts.clock.now()
    const done =
      destination === undefined
        ? await store.writer.run('wakeAll', now)
        : await store.writer.run('wakeDestination', destination, now)
    parts.hurryQueue()
    return c.json({ data: { retried: done } })
  })
  for (const [path, of] of [
    ['/queue', 'sending'],
    ['/receiving', 'receiving'],
  ] as const) {
    routes.post(`${path}/pause`, async (c) => {
      const { until } = await readBody(c.req.raw, pauseAsked)
      return c.json({ data: await pause(parts, of, until) })
    })
    routes.post(`${path}/resume`, async (c) => c.json({ data: await resume(parts, of) }))
  }
  routes.get('/queue/:id', (c) => {
    const row = store.mail.delivery(number(c))
    if (row === undefined) throw notFound('The delivery')
    return c.json({ data: { ...row, log: store.log.entry(row.logId) ?? null } })
  })
  routes.post('/queue/:id/retry', async (c) => {
    const done = await store.writer.run('retryNow', [number(c)], parts.clock.now())
    if (done === 0) throw notFound('A waiting delivery with this id')
    parts.hurryQueue()
    return c.json({ data: { retried: done } })
  })
  routes.post('/queue/:id/reroute', async (c) => {
    await reroute(parts, number(c), await readBody(c.req.raw, rerouted))
    return c.json({ data: { rerouted: true } })
  })
  routes.delete('/queue/:id', async (c) => {
    const result = await store.writer.run('dropDelivery', number(c), parts.clock.now())
    if (result.logId === null) throw notFound('A waiting delivery with this id')
    parts.announcer.tell({ kind: 'log', id: result.logId })
    return c.body(null, 204)
  })
  return routes
}

/** The row, with what one reads: the alias by its address, and where the mail would go. */
export function heldOut({ store }: ApiParts, row: HeldRow) {
  const { aliasId } = row
  const { awaits, ...envelope } = { awaits: undefined, ...row.envelope }
  const known = aliasId === null ? undefined : store.directory.aliasById(aliasId)?.address
  const alias = known ?? awaits?.create.address ?? ''
  return {
    ...row,
    envelope,
    alias,
    direction: envelope.direction,
    to: envelope.direction === 'none' ? '' : envelope.to,
  }
}

export function heldRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { mail } = parts.store
  const find = (c: Context) => {
    const row = mail.held(number(c))
    if (row === undefined) throw notFound('The held message')
    return row
  }
  routes.get('/held', (c) => {
    const only = kind.safeParse(c.req.query('kind'))
    if (c.req.query('kind') !== undefined && !only.success)
      throw new ApiError(400, `kind is one of ${KINDS.join(', ')}.`)
    const limit = Math.min(positive(c, 'limit') ?? 200, 200)
    const data = mail.heldList(limit, positive(c, 'before'), only.success ? only.data : undefined)
    return c.json({
      data: data.map((row) => heldOut(parts, row)),
      next: data.length < limit ? null : (data.at(-1)?.id ?? null),
    })
  })
  routes.post('/held/bulk', async (c) => c.json({ data: await bulkHeld(parts, await readBody(c.req.raw, bulk)) }))
  routes.get('/held/:id', (c) => {
    const row = find(c)
    const message = mail.message(row.messageId)
    return c.json({
      data: { ...heldOut(parts, row), headers: message?.header.toString('utf8') ?? '', size: message?.size ?? 0 },
    })
  })
  routes.get('/held/:id/raw', (c) => {
    const row = find(c)
    const message = mail.message(row.messageId)
    if (message === undefined) throw notFound('The message')
    return rawMessage(parts, c, message.header, message.id, `held-${row.id}`)
  })
  routes.post('/held/:id/release', async (c) => {
    const row = find(c)
    await releaseHeld(parts, row, await readBody(c.req.raw, release))
    return c.json({ data: { released: true } })
  })
  routes.post('/held/:id/keep', async (c) => {
    const { keep } = await readBody(c.req.raw, z.strictObject({ keep: z.boolean().default(true) }))
    return c.json({ data: await keepHeld(parts, find(c), keep) })
  })
  routes.delete('/held/:id', async (c) => {
    await dropHeld(parts, find(c))
    return c.body(null, 204)
  })
  return routes
}
