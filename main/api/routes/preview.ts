// The leak preview over the API. behaviour.md 4.5
import { Hono } from 'hono'
import { z } from 'zod'
import { Failure } from '../../terms/failure.ts'
import { readBody } from '../body.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'

/** A message of 18 MiB, in base64 and JSON. */
const MAX_PREVIEW = 25 * 1024 * 1024

const request = z.strictObject({
  /** The message, base64. */
  message: z.string(),
  as: z.enum(['forward', 'reply']),
  alias: z.string().max(320).optional(),
})

async function orSay<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Failure) throw new ApiError(422, `${error.message} ${error.remedy}`)
    throw error
  }
}

export function previewRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.post('/preview', async (c) => {
    const { message, as, alias } = await readBody(c.req.raw, request, MAX_PREVIEW)
    return c.json({ data: await orSay(parts.previewer.message(Buffer.from(message, 'base64'), as, alias)) })
  })
  routes.get('/held/:id/preview', async (c) => {
    const row = parts.store.mail.held(Number(c.req.param('id')))
    if (row === undefined) throw notFound('The held message')
    return c.json({ data: await orSay(parts.previewer.held(row)) })
  })
  return routes
}
