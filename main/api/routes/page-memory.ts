// What the pages remember between visits, on every device alike: views that were saved. Never a secret.
import { Hono } from 'hono'
import { z } from 'zod'
import { readBody } from '../body.ts'
import { ApiError, type ApiParts } from '../parts.ts'

const NAMES = ['alias-views', 'activity-views'] as const
const MAX_VALUE = 64 * 1024
const body = z.strictObject({ value: z.json() })

export function pageMemoryRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const nameOf = (given: string): string => {
    const name = NAMES.find((one) => one === given)
    if (name === undefined) throw new ApiError(404, 'The pages remember no such thing.')
    return name
  }
  routes.get('/memory/:name', (c) => {
    const stored = parts.store.pages.memory(nameOf(c.req.param('name')))
    return c.json({ value: stored === undefined ? null : (JSON.parse(stored) as unknown) })
  })
  routes.put('/memory/:name', async (c) => {
    const name = nameOf(c.req.param('name'))
    const { value } = await readBody(c.req.raw, body, MAX_VALUE)
    await parts.store.writer.run('rememberPage', name, value === null ? null : JSON.stringify(value))
    return c.json({ value })
  })
  return routes
}
