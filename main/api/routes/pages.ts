// What the pages read: state, log, mailbox, and the stream of what happens.
import { Readable } from 'node:stream'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { readSpool } from '../../store/spool.ts'
import { check } from '../body.ts'
import { eventStreams } from '../event-stream.ts'
import { notFound, type ApiParts } from '../parts.ts'
import { mailboxOut } from '../rows-out.ts'

const pageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

function query(c: Context): z.infer<typeof pageQuery> {
  const raw = { before: c.req.query('before'), limit: c.req.query('limit') }
  return check(pageQuery, Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined)))
}

function nextOf(rows: readonly { readonly id: number }[], limit: number): number | null {
  return rows.length < limit ? null : (rows.at(-1)?.id ?? null)
}

/** A stored message as a file: never shown inline, never sniffed. */
export function rawMessage(parts: ApiParts, c: Context, header: Buffer, messageId: number, name: string): Response {
  const message = parts.store.mail.message(messageId)
  if (message === undefined) throw notFound('The message')
  c.header('Content-Type', 'message/rfc822')
  c.header('Content-Disposition', `attachment; filename="${name}.eml"`)
  const { body, spoolId, spoolKey, spoolSize } = message
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield header
    if (body !== null) yield body
    else if (spoolId !== null && spoolKey !== null && spoolSize !== null)
      yield* readSpool(parts.store.spoolFolder, { id: spoolId, key: spoolKey, size: spoolSize })
  }
  return c.body(Readable.toWeb(Readable.from(bytes())) as ReadableStream)
}

export function pageRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/state', (c) => c.json(parts.state()))
  routes.get('/mailbox', (c) => {
    const { before, limit } = query(c)
    const rows = parts.store.mail.mailbox(limit, before)
    return c.json({ data: rows.map(mailboxOut), next: nextOf(rows, limit) })
  })
  routes.get('/mailbox/:id/raw', (c) => {
    const item = parts.store.mail.mailboxItem(Number(c.req.param('id')))
    if (item === undefined) throw notFound('The message')
    return rawMessage(parts, c, item.header, item.messageId, `message-${item.id}`)
  })
  routes.get('/events', eventStreams(parts))
  return routes
}
