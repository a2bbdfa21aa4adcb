// The DNS resolver: what is known of it, which others there are to choose from, and whether one of them could be worked with.
import { Hono } from 'hono'
import { z } from 'zod'
import { PUBLIC_RESOLVERS } from '../../dns/public-resolvers.ts'
import { readResolver } from '../actions/settings.ts'
import { readBody } from '../body.ts'
import type { ApiParts } from '../parts.ts'
import type { ResolverCheckShown, ResolversShown } from '../shapes-owner.ts'

/** As the setting takes it; null for the system's. */
const wanted = z.strictObject({ value: z.string().max(400).nullable() })

export function resolverRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const shown = (): ResolversShown => ({
    ...parts.resolvers.shown(),
    dnssec: parts.state().dnssec,
    choices: PUBLIC_RESOLVERS.map((one) => ({ ...one })),
  })
  routes.get('/resolvers', (c) => c.json({ data: shown() }))
  routes.post('/resolvers/look', async (c) => {
    await parts.resolvers.look()
    return c.json({ data: shown() })
  })
  routes.post('/resolvers/try', async (c) => {
    const { value } = await readBody(c.req.raw, wanted)
    const found = await parts.resolvers.try(value === null ? undefined : readResolver(parts, value))
    const answer: ResolverCheckShown = { kind: found.kind, reason: found.kind === 'good' ? '' : found.reason }
    return c.json({ data: answer })
  })
  return routes
}
