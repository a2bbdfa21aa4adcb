// The stream of events before a reader that is slow or reads nothing: bounded memory, no look-ups in vain, and nothing lost without a word.
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { EventQueue, MOST_EVENTS } from '../../../main/api/event-queue.ts'
import { eventStreams } from '../../../main/api/event-stream.ts'
import { ApiError, type ApiParts } from '../../../main/api/parts.ts'
import { Announcer } from '../../../main/queue/announce.ts'

const settle = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))
const readers: ReadableStreamDefaultReader<Uint8Array>[] = []
afterEach(async () => {
  for (const one of readers.splice(0)) await one.cancel()
})

interface World {
  readonly announcer: Announcer
  readonly lookedUp: number[]
  readonly open: (who?: string, method?: string) => Promise<Response>
  mayStay: boolean
}

function world(): World {
  const announcer = new Announcer()
  const lookedUp: number[] = []
  const entry = (id: number): unknown => {
    lookedUp.push(id)
    return { id, alias: '', sender: '', attempts: [], to: [], verdicts: null, text: 'x'.repeat(10_000) }
  }
  const parts = { announcer, store: { log: { entry } }, state: () => ({ state: 'running' }) } as unknown as ApiParts
  const app = new Hono()
  app.onError((error) => new Response(error.message, { status: error instanceof ApiError ? error.status : 500 }))
  const answer = eventStreams(parts)
  const made: World = {
    ...{ announcer, lookedUp, mayStay: true },
    open: async (who = 'me', method = 'GET') => app.request(`/events?who=${who}`, { method }),
  }
  app.get('/events', (c) => {
    const set = c.set.bind(c) as (key: string, value: unknown) => void
    set('who', c.req.query('who'))
    set('mayStay', () => made.mayStay)
    return answer(c)
  })
  return made
}

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  readers.push(reader)
  return reader
}

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: RegExp): Promise<string> {
  let text = ''
  while (!wanted.test(text)) {
    const { done, value } = await reader.read()
    if (done) break
    text += Buffer.from(value).toString('utf8')
  }
  return text
}

describe('a reader that reads nothing', () => {
  it('costs ids alone, however much happens: nothing is looked up for it, and it is told to load afresh', async () => {
    const { announcer, lookedUp, open } = world()
    const reader = readerOf(await open())
    await readUntil(reader, /event: state/)
    for (let id = 1; id <= 200_000; id++) announcer.tell({ kind: 'log', id })
    await settle(500)
    // One may be on its way, and one waits to be taken.
    expect(lookedUp.length).toBeLessThan(5)
    const text = await readUntil(reader, /event: state/)
    expect(text).toContain('event: reload')
    expect(lookedUp.length).toBeLessThanOrEqual(MOST_EVENTS)
  })

  it('hears what happened meanwhile once, as it is then, and goes on', async () => {
    const { announcer, lookedUp, open } = world()
    const reader = readerOf(await open())
    await readUntil(reader, /event: state/)
    for (let round = 0; round < 50; round++) for (const id of [7, 8]) announcer.tell({ kind: 'log', id })
    announcer.tell({ kind: 'lock' })
    const text = await readUntil(reader, /event: state/)
    expect(text.match(/event: \w+/g)).toEqual(['event: log', 'event: log', 'event: lock', 'event: state'])
    expect(lookedUp).toEqual([7, 8])
    announcer.tell({ kind: 'alias', id: 'a' })
    expect(await readUntil(reader, /event: state/)).toContain('"id":"a"')
  })

  it('that goes away is forgotten, while something waits for it too', async () => {
    const { announcer, lookedUp, open } = world()
    const reader = readerOf(await open())
    await readUntil(reader, /event: state/)
    for (let id = 1; id <= 10; id++) announcer.tell({ kind: 'log', id })
    await settle(300)
    await reader.cancel()
    await settle(300)
    const before = lookedUp.length
    for (let id = 1; id <= 10; id++) announcer.tell({ kind: 'log', id })
    await settle(300)
    expect(lookedUp.length).toBe(before)
  })

  it('ends where it may no longer listen', async () => {
    const made = world()
    const reader = readerOf(await made.open())
    await readUntil(reader, /event: state/)
    made.mayStay = false
    made.announcer.tell({ kind: 'access' })
    expect((await reader.read()).done).toBe(true)
  })
})

describe('how many listen', () => {
  it('is bounded for each, and one that goes makes room', async () => {
    const { open } = world()
    // One that only asks for the head holds nothing.
    for (let i = 0; i < 30; i++) expect((await open('me', 'HEAD')).status).toBe(200)
    for (let i = 0; i < 20; i++) readerOf(await open())
    expect((await open()).status).toBe(429)
    const other = await open('other')
    expect(other.status).toBe(200)
    readerOf(other)
    await readers[0]?.cancel()
    await settle(300)
    const again = await open()
    expect(again.status).toBe(200)
    readerOf(again)
  })
})

describe('events that wait', () => {
  it('are bounded, and a lock is never among those that are dropped', () => {
    const queue = new EventQueue()
    queue.add({ kind: 'lock' })
    for (let id = 0; id < 10 * MOST_EVENTS; id++) {
      queue.add({ kind: 'mailbox', id })
      expect(queue.size).toBeLessThanOrEqual(MOST_EVENTS)
    }
    const { reload, events } = queue.take()
    expect(reload).toBe(true)
    expect(events.some(({ kind }) => kind === 'lock')).toBe(true)
    expect(queue.take()).toEqual({ reload: false, events: [] })
  })
})
