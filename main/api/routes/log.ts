// The activity log: pages of what fits filters, one entry with what became of it, and the whole as a file.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { LogFilter } from '../../store/queries/log.ts'
import { addressKey, domainOf, parseAddress, parseDomain } from '../../terms/address.ts'
import { csvLine } from '../../terms/csv.ts'
import { check } from '../body.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'
import type { LogEntry } from '../shapes.ts'
import { TLS_VERSIONS, type LogTrace } from '../shapes-log.ts'
import { logOut } from '../rows-out.ts'

const MAX_TIME = 8_640_000_000_000_000
const words = z
  .string()
  .max(1000)
  .transform((text) => text.split(',').filter((one) => one !== ''))
  .optional()
const time = z.coerce.number().int().min(0).max(MAX_TIME).optional()
/** In any spelling; the log holds A-labels. */
const domain = z
  .string()
  .max(320)
  .transform((text, context) => {
    const name = parseDomain(text.trim())
    if (name === undefined) context.addIssue('Not a domain: write one like example.com.')
    return name ?? ''
  })
const recipient = z
  .string()
  .max(640)
  .transform((text, context) => {
    const found = parseAddress(text.trim())
    if (found === undefined) context.addIssue('Not an address: write a whole one like me@example.com.')
    return found ?? ''
  })
const contact = z
  .string()
  .max(640)
  .transform((text, context) => {
    const value = text.trim()
    const found = value.lastIndexOf('@') > 0 ? parseAddress(value) : parseDomain(value.replace(/^@/, ''))
    if (found === undefined)
      context.addIssue('Neither an address nor a domain: write one like shop@example.com or example.com.')
    return found ?? ''
  })
const filters = z.object({
  outcome: words,
  reason: words,
  direction: z.enum(['forward', 'reply', 'none']).optional(),
  alias: z.string().max(320).optional(),
  domain: domain.optional(),
  recipient: recipient.optional(),
  contact: contact.optional(),
  tls: z.enum(TLS_VERSIONS).optional(),
  q: z.string().max(200).optional(),
  /** The same as `q`. */
  search: z.string().max(200).optional(),
  from: time,
  until: time,
})
const page = filters.extend({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const exported = filters.extend({ format: z.enum(['csv', 'ndjson']).default('csv') })

/** What is asked for and is not empty. */
const given = (c: Context): Record<string, string> =>
  Object.fromEntries(Object.entries(c.req.query()).filter(([, value]) => value !== ''))

function filterOf({ outcome, reason, q, search, ...rest }: z.infer<typeof filters>): LogFilter {
  return { outcomes: outcome, reasons: reason, text: q ?? search, ...rest }
}

function trace(parts: ApiParts, id: number): LogTrace {
  const { log, directory, policy } = parts.store
  const row = Number.isSafeInteger(id) ? log.entry(id) : undefined
  if (row === undefined) throw notFound('The entry of the log')
  const [aliasAddress, sender] = [parseAddress(row.alias), parseAddress(row.sender)]
  const alias = aliasAddress === undefined ? undefined : directory.alias(addressKey(aliasAddress))
  const contact =
    alias === undefined || sender === undefined ? undefined : directory.contactByAddress(alias.id, addressKey(sender))
  const block = (kind: 'address' | 'domain', value: string | undefined): string | null =>
    value === undefined ? null : (policy.blockByValue(kind, value, null)?.id ?? null)
  return {
    entry: logOut(row),
    deliveries: [...log.deliveriesOf(id)],
    held: log.heldOf(id) ?? null,
    alias: alias === undefined ? null : { id: alias.id, active: alias.active },
    contact: contact === undefined ? null : { id: contact.id, blocked: contact.blocked, muted: contact.muted },
    blocks: {
      address: block('address', sender === undefined ? undefined : addressKey(sender)),
      domain: block('domain', sender === undefined ? undefined : domainOf(sender)),
    },
  }
}

const COLUMNS = [
  ...(['id', 'at', 'direction', 'outcome', 'reason', 'text', 'alias', 'sender', 'recipient', 'subject'] as const),
  ...(['size', 'peer', 'tls', 'messageId'] as const),
]

function csvOf(entry: LogEntry): string {
  const { verdicts } = entry
  const checked = verdicts === null ? ['', '', ''] : [verdicts.spf, verdicts.dkim, verdicts.dmarc]
  const cells = COLUMNS.map((column) => (column === 'at' ? new Date(entry.at).toISOString() : entry[column]))
  return csvLine([...cells, ...checked, entry.to.join(', ')])
}

const EXPORT_STEP = 500

/** Page by page, between other work: nothing of a long log is kept. */
async function* exportLines(
  parts: ApiParts,
  filter: LogFilter,
  format: 'csv' | 'ndjson',
): AsyncGenerator<Buffer, void, void> {
  if (format === 'csv') yield Buffer.from(csvLine([...COLUMNS, 'spf', 'dkim', 'dmarc', 'to']))
  let before: number | undefined
  do {
    const found = parts.store.log.find({ filter, limit: EXPORT_STEP, before })
    const lines = found.rows.map((row) => (format === 'csv' ? csvOf(logOut(row)) : `${JSON.stringify(logOut(row))}\n`))
    if (lines.length > 0) yield Buffer.from(lines.join(''))
    before = found.next
    await nextTurn()
  } while (before !== undefined)
}

export function logRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/log', (c) => {
    const { before, limit, ...asked } = check(page, given(c))
    const { rows, next } = parts.store.log.find({ filter: filterOf(asked), limit, before })
    return c.json({ data: rows.map(logOut), next: next ?? null })
  })
  routes.get('/log-export', (c) => {
    const { format, ...asked } = check(exported, given(c))
    c.header('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
    c.header('Content-Disposition', `attachment; filename="activity.${format}"`)
    const lines = exportLines(parts, filterOf(asked), format)
    return c.body(Readable.toWeb(Readable.from(lines)) as ReadableStream)
  })
  routes.get('/log/:id', (c) => {
    const id = Number(c.req.param('id'))
    if (!Number.isSafeInteger(id) || id < 1) throw new ApiError(400, 'An id is a whole number.')
    return c.json({ data: trace(parts, id) })
  })
  return routes
}
