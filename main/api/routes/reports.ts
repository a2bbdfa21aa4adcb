// DMARC aggregate reports and TLS reports: what others reported about our domains, and what we reported to others.
import { Hono } from 'hono'
import type { ReportRow } from '../../store/queries/reports.ts'
import type { SentReportRow } from '../../store/queries/reports-sent.ts'
import { parseDomain } from '../../terms/address.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'

const PAGE = 100
/** The ids of both kinds stand in one list: `s` is in front of those that were sent. */
const SENT = 's'

function kindOf(text: string | undefined): ReportRow['kind'] | undefined {
  if (text === undefined || text === 'dmarc' || text === 'tls') return text
  throw new ApiError(400, 'A report is of the kind dmarc or tls.')
}

function directionOf(text: string | undefined): 'received' | 'sent' {
  if (text === undefined || text === 'received' || text === 'sent') return text ?? 'received'
  throw new ApiError(400, 'The direction of a report is received or sent.')
}

function idOf(text: string): number | undefined {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0
  return id > 0 ? id : undefined
}

function before(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const id = idOf(text.startsWith(SENT) ? text.slice(1) : text)
  if (id === undefined) throw new ApiError(400, 'before is the id of a report.')
  return id
}

const DAY = 86_400_000

/** The day in milliseconds, as the received ones have it. */
function sentOne({ id, day, ...row }: SentReportRow) {
  return { ...row, id: `${SENT}${id}`, direction: 'sent', beginsAt: day * DAY, endsAt: (day + 1) * DAY - 1000 }
}

export function reportRoutes({ store }: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/reports', (c) => {
    const named = c.req.query('domain')
    const domain = named === undefined ? undefined : parseDomain(named)
    if (named !== undefined && domain === undefined) throw new ApiError(400, 'The domain is no domain name.')
    const filter = { kind: kindOf(c.req.query('kind')), domain, before: before(c.req.query('before')), limit: PAGE }
    if (directionOf(c.req.query('direction')) === 'sent')
      return c.json({ data: store.reportsSent.list(filter).map(sentOne) })
    return c.json({ data: store.reports.list(filter).map((row) => ({ ...row, direction: 'received' })) })
  })
  routes.get('/reports/:id', (c) => {
    const text = c.req.param('id')
    const sent = text.startsWith(SENT)
    const id = idOf(sent ? text.slice(1) : text)
    if (id === undefined) throw notFound('The report')
    if (sent) {
      const row = store.reportsSent.find(id)
      if (row === undefined) throw notFound('The report')
      return c.json({ data: sentOne(row) })
    }
    const row = store.reports.find(id)
    if (row === undefined) throw notFound('The report')
    return c.json({ data: { ...row, direction: 'received', detail: JSON.parse(row.detail) as unknown } })
  })
  return routes
}
