// What the pages read: state, log, mailbox, and the stream of what happens.
import { Readable } from 'node:stream'
import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { LogRow } from '../../store/rows.ts'
import { readSpool } from '../../store/spool.ts'
import { addressKey, parseAddress } from '../../terms/address.ts'
import { check } from '../body.ts'
import type { Env } from '../caller.ts'
import { notFound, type ApiParts } from '../parts.ts'
import type { LogEntry, MailboxItem } from '../shapes.ts'
import type { MailboxRow } from '../../store/queries/mail.ts'

const pageQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export function logOut(row: LogRow): LogEntry {
  return { ...row, verdicts: row.verdicts, attempts: [...row.attempts], to: [...row.to] }
}

export function mailboxOut(row: MailboxRow): MailboxItem {
  const { id, at, alias, sender, recipient, subject, size, read } = row
  return { id, at, alias, from: sender, to: recipient, subject, size, read }
}

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

/** Whether the user muted who sent it. Only what is told live needs to know. */
function isMuted({ store }: ApiParts, row: LogRow): boolean {
  const [alias, sender] = [parseAddress(row.alias), parseAddress(row.sender)]
  if (alias === undefined || sender === undefined) return false
  const found = store.directory.alias(addressKey(alias))
  return found !== undefined && store.directory.contactByAddress(found.id, addressKey(sender))?.muted === true
}

/** The most events that wait for one slow reader; beyond that it is told to load afresh. */
const MAX_WAITING = 1000
const HEARTBEAT = 20_000

function events(parts: ApiParts, c: Context): Response {
  return streamSSE(c, async (stream) => {
    let waiting: { event: string; data: string }[] = []
    let wake: () => void = () => undefined
    let stateDirty = true
    const push = (event: string, data: unknown): void => {
      if (waiting.length >= MAX_WAITING) waiting = [{ event: 'reload', data: '{}' }]
      else waiting.push({ event, data: JSON.stringify(data) })
    }
    const stop = parts.announcer.listen((event) => {
      if (event.kind === 'log') {
        const row = parts.store.log.entry(event.id)
        if (row !== undefined) push('log', { ...logOut(row), muted: isMuted(parts, row) })
      } else if (event.kind === 'mailbox') {
        const row = parts.store.mail.mailboxItem(event.id)
        if (row !== undefined) push('mailbox', mailboxOut(row))
      } else if (event.kind === 'alias') push('alias', { id: event.id })
      else if (event.kind === 'lock') push('lock', {})
      stateDirty = true
      wake()
    })
    let open = true
    stream.onAbort(() => {
      open = false
      wake()
    })
    let id = 0
    const { mayStay } = (c as unknown as Context<Env>).var
    const goesOn = (): boolean => open && mayStay()
    while (goesOn()) {
      if (stateDirty) {
        stateDirty = false
        push('state', parts.state())
      }
      const batch = waiting
      waiting = []
      for (const one of batch) await stream.writeSSE({ ...one, id: String(++id) })
      if (waiting.length > 0) continue
      // A quarter of a second between looks at the state: a burst of mail is one change to the eye.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          push('ping', {})
          resolve()
        }, HEARTBEAT)
        wake = () => {
          clearTimeout(timer)
          setTimeout(resolve, 100)
        }
      })
    }
    stop()
  })
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
  routes.get('/events', (c) => events(parts, c))
  return routes
}
