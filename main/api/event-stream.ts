// The events of the relay as a stream (server-sent events), for the pages, the window and `postern log --follow`. A stream is written only as fast
// as it is read; meanwhile the ids of new events wait in a queue.
import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import type { LogRow } from '../store/rows.ts'
import { addressKey, parseAddress } from '../terms/address.ts'
import type { Env } from './caller.ts'
import { EventQueue, type TellingEvent } from './event-queue.ts'
import { ApiError, type ApiParts } from './parts.ts'
import { logOut, mailboxOut } from './rows-out.ts'

const HEARTBEAT = 20_000
/** Milliseconds from the first event to the next write, so that a burst of mail is one update. */
const SETTLE = 100
/** Open streams per session, token or other caller. A browser opens six connections to one host. */
const MOST_STREAMS = 20

/** Whether the user muted who sent it. Only what is told live needs to know. */
function isMuted({ store }: ApiParts, row: LogRow): boolean {
  const [alias, sender] = [parseAddress(row.alias), parseAddress(row.sender)]
  if (alias === undefined || sender === undefined) return false
  const found = store.directory.alias(addressKey(alias))
  return found !== undefined && store.directory.contactByAddress(found.id, addressKey(sender))?.muted === true
}

/** The data of an event; undefined if the row was deleted meanwhile. */
function dataOf(parts: ApiParts, event: TellingEvent): unknown {
  switch (event.kind) {
    case 'log': {
      const row = parts.store.log.entry(event.id)
      return row === undefined ? undefined : { ...logOut(row), muted: isMuted(parts, row) }
    }
    case 'mailbox': {
      const row = parts.store.mail.mailboxItem(event.id)
      return row === undefined ? undefined : mailboxOut(row)
    }
    case 'alias':
      return { id: event.id }
    case 'lock':
      return {}
  }
}

class Reader {
  private readonly parts: ApiParts
  private readonly stream: SSEStreamingApi
  private readonly queue = new EventQueue()
  private stateDirty = true
  private open = true
  private sent = 0
  private wake: () => void = () => undefined

  constructor(parts: ApiParts, stream: SSEStreamingApi) {
    this.parts = parts
    this.stream = stream
    stream.onAbort(() => {
      this.open = false
      this.wake()
    })
  }

  /** Resolves when the reader is gone, or its session or token ended. */
  async run(mayStay: () => boolean): Promise<void> {
    const stop = this.parts.announcer.listen((event) => {
      this.queue.add(event)
      this.stateDirty = true
      this.wake()
    })
    try {
      while (this.goesOn(mayStay)) {
        const isNews = this.stateDirty
        this.stateDirty = false
        const { reload, events } = this.queue.take()
        if (reload) await this.say('reload', {})
        for (const event of events) {
          if (!this.goesOn(mayStay)) return
          await this.say(event.kind, dataOf(this.parts, event))
        }
        if (isNews) await this.say('state', this.parts.state())
        if ((await this.pause()) === 'quiet') {
          await this.say('ping', {})
          // A full disk or an expired certificate is no event: it shows in the state alone.
          this.stateDirty = true
        }
      }
    } finally {
      stop()
    }
  }

  private goesOn(mayStay: () => boolean): boolean {
    return this.open && mayStay()
  }

  /** Resolves when the reader has read it, or is gone. */
  private async say(event: string, data: unknown): Promise<void> {
    if (data === undefined || !this.open) return
    this.sent++
    await this.stream.writeSSE({ event, data: JSON.stringify(data), id: String(this.sent) })
  }

  /** Resolves SETTLE after the next event, or after HEARTBEAT without one. */
  private pause(): Promise<'quiet' | 'woken'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve('quiet')
      }, HEARTBEAT)
      this.wake = () => {
        this.wake = () => undefined
        clearTimeout(timer)
        setTimeout(() => {
          resolve('woken')
        }, SETTLE)
      }
      // Events that came while the last batch was being read.
      if (this.stateDirty || !this.open) this.wake()
    })
  }
}

/** Answers `GET /app/events`. */
export function eventStreams(parts: ApiParts): (c: Context) => Response {
  const open = new Map<string, number>()
  return (c) => {
    // The body of a HEAD response is never read, so the stream would never end.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    const { mayStay, who } = (c as unknown as Context<Env>).var
    const mine = open.get(who) ?? 0
    if (mine >= MOST_STREAMS) throw new ApiError(429, 'Too many event streams are open. Close some of your windows.')
    open.set(who, mine + 1)
    return streamSSE(c, async (stream) => {
      try {
        await new Reader(parts, stream).run(mayStay)
      } finally {
        const left = (open.get(who) ?? 1) - 1
        if (left > 0) open.set(who, left)
        else open.delete(who)
      }
    })
  }
}
