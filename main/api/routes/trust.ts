// Trust on the wire, for the pages and the command line: what the DNS says and what that is worth.
import { Hono } from 'hono'
import { rdataText } from '../../dns/rdata.ts'
import type { Answer } from '../../dns/resolver.ts'
import { parseName } from '../../dns/name.ts'
import { parseType } from '../../dns/types.ts'
import { ApiError, type ApiParts } from '../parts.ts'

export type DnsAnswer = Omit<Answer, 'data'> & { readonly records: readonly string[] }

function answerOut({ data, ...answer }: Answer): DnsAnswer {
  return { ...answer, records: data.map((rdata) => rdataText(parseType(answer.type) ?? 0, rdata)) }
}

export function trustRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/dns/lookup', async (c) => {
    const name = c.req.query('name') ?? ''
    const type = c.req.query('type') ?? 'A'
    if (parseName(name) === undefined) throw new ApiError(400, 'Say which name: ?name=example.org')
    if (parseType(type) === undefined) throw new ApiError(400, `"${type.slice(0, 20)}" is no record type.`)
    return c.json({ data: answerOut(await parts.lookup(name, type)) })
  })
  return routes
}
