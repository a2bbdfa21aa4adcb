// Trust on the wire, for the pages and the command line: what the DNS says and what that is worth.
import { Hono } from 'hono'
import { z } from 'zod'
import { rdataText } from '../../dns/rdata.ts'
import type { Answer } from '../../dns/resolver.ts'
import { parseName } from '../../dns/name.ts'
import { parseType } from '../../dns/types.ts'
import { parseDomain, type Domain } from '../../terms/address.ts'
import { readBody } from '../body.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'

export type DnsAnswer = Omit<Answer, 'data'> & { readonly records: readonly string[] }

function answerOut({ data, ...answer }: Answer): DnsAnswer {
  return { ...answer, records: data.map((rdata) => rdataText(parseType(answer.type) ?? 0, rdata)) }
}

const newLevel = z.strictObject({ level: z.enum(['none', 'opportunistic', 'encrypted', 'verified']) })

function domainOf(text: string): Domain {
  const domain = parseDomain(text)
  if (domain === undefined) throw new ApiError(400, `"${text.slice(0, 100)}" is no domain name.`)
  return domain
}

export function trustRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { trust, writer } = parts.store
  routes.get('/dns/lookup', async (c) => {
    const name = c.req.query('name') ?? ''
    const type = c.req.query('type') ?? 'A'
    if (parseName(name) === undefined) throw new ApiError(400, 'Say which name: ?name=example.org')
    if (parseType(type) === undefined) throw new ApiError(400, `"${type.slice(0, 20)}" is no record type.`)
    return c.json({ data: answerOut(await parts.lookup(name, type)) })
  })
  routes.get('/tls/test', async (c) => c.json({ data: await parts.testTls(domainOf(c.req.query('domain') ?? '')) }))
  routes.get('/tls/policies', (c) => c.json({ data: trust.tlsOverrides() }))
  routes.put('/tls/policies/:domain', async (c) => {
    const { level } = await readBody(c.req.raw, newLevel)
    await writer.run('setTlsOverride', domainOf(c.req.param('domain')), level, parts.clock.now())
    return c.json({ data: trust.tlsOverrides() })
  })
  routes.delete('/tls/policies/:domain', async (c) => {
    const domain = domainOf(c.req.param('domain'))
    if ((await writer.run('setTlsOverride', domain, undefined, parts.clock.now())) === 0) throw notFound('The domain')
    return c.body(null, 204)
  })
  return routes
}
