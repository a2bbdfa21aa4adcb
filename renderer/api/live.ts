// The relay's server-sent events, kept open. A stream that breaks is opened again; who listens then reads everything anew, since
// what happened in between was missed.
import { z } from 'zod'
import { appState, logEntry, mailboxItem } from '../../main/api/shapes.ts'
import type { AppState, LogEntry, MailboxItem } from '../../main/api/shapes.ts'

const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 30_000

export interface LiveHandlers {
  /** The stream is open: from now on nothing is missed. */
  onOpen(): void
  onLost(): void
  onLog(entry: LogEntry): void
  onMailbox(item: MailboxItem): void
  onAlias(id: string): void
  onState(state: AppState): void
}

/** The part of EventSource that is used here. */
export interface EventStream {
  readonly readyState: number
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void
  close(): void
}

const aliasEvent = z.object({ id: z.string() })
const CLOSED = 2

function parsed<T>(shape: z.ZodType<T>, use: (value: T) => void): (event: MessageEvent<string>) => void {
  return (event) => {
    let raw: unknown
    try {
      raw = JSON.parse(event.data)
    } catch {
      return
    }
    const value = shape.safeParse(raw)
    if (value.success) use(value.data)
  }
}

/** Listens until the returned function is called. */
export function listen(handlers: LiveHandlers, open: (path: string) => EventStream): () => void {
  let stream: EventStream | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_RETRY_MS
  const connect = (): void => {
    const current = open('/app/events')
    stream = current
    current.addEventListener('open', () => {
      wait = FIRST_RETRY_MS
      handlers.onOpen()
    })
    current.addEventListener('error', () => {
      handlers.onLost()
      // The browser tries again by itself after a broken connection, not after an answer that was no stream.
      if (current.readyState !== CLOSED) return
      timer = setTimeout(connect, wait)
      wait = Math.min(wait * 2, LAST_RETRY_MS)
    })
    // More happened at once than the relay keeps for one listener.
    current.addEventListener('reload', () => handlers.onOpen())
    current.addEventListener(
      'log',
      parsed(logEntry, (entry) => handlers.onLog(entry)),
    )
    current.addEventListener(
      'mailbox',
      parsed(mailboxItem, (item) => handlers.onMailbox(item)),
    )
    current.addEventListener(
      'alias',
      parsed(aliasEvent, ({ id }) => handlers.onAlias(id)),
    )
    current.addEventListener(
      'state',
      parsed(appState, (state) => handlers.onState(state)),
    )
  }
  connect()
  return () => {
    clearTimeout(timer)
    stream?.close()
  }
}
