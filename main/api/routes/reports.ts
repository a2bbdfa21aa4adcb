// What other servers reported about our domains: DMARC aggregate reports and TLS reports.
import { Hono } from 'hono'
import type { ReportRow } from '../../store/queries/reports.ts'
import { parseDomain } from '../../terms/address.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'
import { number } from './queue.ts'

const PAGE = 100

function kindOf(text: string | undefined): ReportRow['kind'] | undefined {
  if (text === undefined || text === 'dmarc' || text === 'tls') return text
  throw new ApiError(400, 'A report is of the kind dmarc or tls.')
}

function before(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const id = Number(text)
  if (!Number.isSafeInteger(id) || id < 1) throw new ApiError(400, 'before is the id of a report.')
  return id
}

export function reportRoutes({ store }: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/reports', (c) => {
    const named = c.req.query('domain')
    const domain = named === undefined ? undefined : parseDomain(named)
    if (named !== undefined && domain === undefined) throw new ApiError(400, 'The domain is no domain name.')
    const filter = { kind: kindOf(c.req.query('kind')), domain, before: before(c.req.query('before')), limit: PAGE }
    return c.json({ data: store.reports.list(filter) })
  })
  routes.get('/reports/:id', (c) => {
    const row = store.reports.find(number(c))
    if (row === undefined) throw notFound('The report')
    return c.json({ data: { ...row, detail: JSON.parse(row.detail) as unknown } })
  })
  return routes
}
