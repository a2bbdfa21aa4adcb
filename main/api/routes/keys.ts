// The sources of the root key: list, add, remove, test and rotate them while the relay runs, without the others at hand.
import { Hono } from 'hono'
import { z } from 'zod'
import { Failure } from '../../terms/failure.ts'
import type { Asked, KeySource } from '../../vault/vault.ts'
import { readBody } from '../body.ts'
import { ApiError, type ApiParts } from '../parts.ts'

const given = z.strictObject({ passphrase: z.string().max(1000).optional(), recovery: z.string().max(200).optional() })
const newSource = given.extend({
  source: z.string().regex(/^(keychain|file|passphrase|recovery|file:.+|credential:.+)$/, {
    message: 'It is one of keychain, file, file:PATH, credential:NAME, passphrase and recovery.',
  }),
})

function askedOf({ passphrase, recovery }: z.infer<typeof given>): Asked {
  return {
    ...(passphrase === undefined ? {} : { passphrase: () => Promise.resolve(passphrase) }),
    ...(recovery === undefined ? {} : { recovery: () => Promise.resolve(recovery) }),
  }
}

/** What the vault says no to is the caller's to know: one sentence and its remedy, never what was given. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Failure && (error.room === 'vault' || error.room === 'store'))
      throw new ApiError(error.id === 'no-source' ? 404 : 422, `${error.message} ${error.remedy}`.trim())
    throw error
  }
}

export function keyRoutes(parts: Pick<ApiParts, 'vault'>): Hono {
  const routes = new Hono()
  const { vault } = parts
  routes.get('/keys', (c) => c.json({ data: vault.sources(), rekeyPlanned: vault.plannedKey() !== undefined }))
  routes.post('/keys', async (c) => {
    const body = await readBody(c.req.raw, newSource)
    return c.json(
      { data: await answered(vault.addSource(body.source as Exclude<KeySource, undefined>, askedOf(body))) },
      201,
    )
  })
  // Whoever answers here has the database open under its old key: until it ends, nothing of the plan was done.
  routes.delete('/keys/rekey', (c) => {
    if (!vault.forgetRekey()) throw new ApiError(409, 'No re-key is planned: there is nothing to call off.')
    return c.body(null, 204)
  })
  routes.delete('/keys/:id', async (c) => {
    await answered(vault.removeSource(c.req.param('id')))
    return c.body(null, 204)
  })
  routes.post('/keys/:id/test', async (c) => {
    const body = await readBody(c.req.raw, given)
    await answered(vault.testSource(c.req.param('id'), askedOf(body)))
    return c.json({ data: { opens: true } })
  })
  routes.post('/keys/:id/rotate', async (c) => {
    const body = await readBody(c.req.raw, given)
    return c.json({ data: await answered(vault.rotateSource(c.req.param('id'), askedOf(body))) })
  })
  // The intent is durable when this answers; the database gets its new key when the folder is opened next.
  routes.post('/keys/rekey', (c) => {
    vault.planRekey()
    return c.json({ data: { planned: true } }, 202)
  })
  return routes
}
