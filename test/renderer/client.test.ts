import { z } from 'zod'
import { describe, expect, test, vi } from 'vitest'
import { makeClient } from '../../renderer/api/client.ts'
import type { Fetch } from '../../renderer/api/client.ts'
import { listen } from '../../renderer/api/live.ts'
import type { EventStream, LiveHandlers } from '../../renderer/api/live.ts'
import { sampleLog } from '../stand-in/samples.ts'

const shape = z.object({ n: z.number() })
const answering =
  (status: number, body: unknown): Fetch =>
  async () =>
    new Response(status === 204 ? null : JSON.stringify(body), { status })

describe('client', () => {
  test('gives what has the agreed shape', async () => {
    expect(await makeClient(answering(200, { n: 1 })).read('/x', shape)).toEqual({ n: 1 })
  })
  test.each([
    ['signed-out', 401, { message: 'Unauthenticated.' }, 'Unauthenticated.'],
    ['refused', 422, { message: 'No.', errors: { a: ['Bad.'] } }, 'No.'],
    ['refused', 404, 'no json shape', 'The relay refused (404).'],
    ['broken', 500, {}, 'The relay could not answer (500).'],
    ['broken', 200, { n: 'one' }, 'The relay answered in a way that this page does not understand.'],
  ])('%s: %i %j', async (kind, status, body, message) => {
    await expect(makeClient(answering(status, body)).read('/x', shape)).rejects.toMatchObject({ kind, message })
  })
  test('names the fields that the relay objects to', async () => {
    const client = makeClient(answering(422, { message: 'No.', errors: { local_part: ['Taken.'] } }))
    await expect(client.tell('POST', '/x')).rejects.toMatchObject({ fields: { local_part: ['Taken.'] } })
  })
  test('a relay that does not answer is "unreachable"', async () => {
    const client = makeClient(() => Promise.reject(new TypeError('fetch failed')))
    await expect(client.read('/x', shape)).rejects.toMatchObject({ kind: 'unreachable' })
  })
  test('changes carry JSON and the CSRF token, reading does not', async () => {
    const fetcher = vi.fn<Fetch>(async () => new Response('{"n":1}'))
    const client = makeClient(fetcher)
    client.setCsrf('secret')
    await client.send('POST', '/x', { a: 1 }, shape)
    await client.read('/x', shape)
    expect(fetcher.mock.calls[0]?.[1]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', 'x-postern-csrf': 'secret' },
      redirect: 'error',
    })
    expect(fetcher.mock.calls[1]?.[1].headers).toEqual({ accept: 'application/json' })
  })
})

class FakeStream implements EventStream {
  readyState = 0
  closed = false
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>()
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener)
  }
  close(): void {
    this.closed = true
  }
  emit(type: string, data = ''): void {
    this.listeners.get(type)?.(new MessageEvent(type, { data }))
  }
}

describe('live events', () => {
  const set = () => {
    const streams: FakeStream[] = []
    const handlers = {
      onOpen: vi.fn(),
      onLost: vi.fn(),
      onLog: vi.fn(),
      onMailbox: vi.fn(),
      onAlias: vi.fn(),
      onState: vi.fn(),
    } satisfies LiveHandlers
    const stop = listen(handlers, () => {
      const stream = new FakeStream()
      streams.push(stream)
      return stream
    })
    return { streams, handlers, stop }
  }

  test('pass on what has the agreed shape and drop the rest', () => {
    const { streams, handlers } = set()
    streams[0]?.emit('log', JSON.stringify(sampleLog(1)))
    streams[0]?.emit('log', '{"id":"one"}')
    streams[0]?.emit('log', 'no json')
    streams[0]?.emit('alias', '{"id":"x"}')
    expect(handlers.onLog.mock.calls).toEqual([[sampleLog(1)]])
    expect(handlers.onAlias.mock.calls).toEqual([['x']])
  })

  test('a stream that was refused is tried again, later each time; one that broke is left to the browser', () => {
    vi.useFakeTimers()
    const { streams, handlers, stop } = set()
    streams[0]?.emit('error')
    vi.advanceTimersByTime(60_000)
    expect(streams).toHaveLength(1)
    const refuse = (): void => {
      const stream = streams.at(-1)
      if (stream !== undefined) stream.readyState = 2
      stream?.emit('error')
    }
    refuse()
    vi.advanceTimersByTime(1_000)
    expect(streams).toHaveLength(2)
    refuse()
    vi.advanceTimersByTime(1_000)
    expect(streams).toHaveLength(2)
    vi.advanceTimersByTime(1_000)
    expect(streams).toHaveLength(3)
    expect(handlers.onLost).toHaveBeenCalledTimes(3)
    stop()
    expect(streams.at(-1)?.closed).toBe(true)
    vi.useRealTimers()
  })
})
