// `250` is a promise: what was accepted arrives, whatever happens to the process in between.
import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { findProgram, runProgram } from '../world/programs.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay | undefined
let sink: Sink | undefined

afterEach(async () => {
  await relay?.destroy()
  await sink?.close()
})

async function world(): Promise<{ relay: TestRelay; sink: Sink }> {
  sink = await startSink()
  const route = `smtp://127.0.0.1:${sink.port}`
  relay = await startRelay({
    init: ['--domain', 'load.test', '--recipient', 'me@far.test', '--route', route, '--catch-all'],
  })
  return { relay, sink }
}

const ID = /^X-Id: (\d+-\d+)\r$/m

/** Sends numbered messages until the relay dies or `count` are through; the numbers that got their 250. */
async function client(port: number, worker: number, count: number, accepted: Set<string>): Promise<void> {
  let wire: Wire
  try {
    wire = await Wire.open(port)
  } catch {
    return
  }
  try {
    await wire.reply()
    await wire.say('EHLO client.test')
    for (let i = 0; i < count; i++) {
      const id = `${worker}-${i}`
      await wire.say('MAIL FROM:<a@sender.test>')
      await wire.say('RCPT TO:<shop@load.test>')
      await wire.say('DATA')
      const answer = await wire.say(`From: a@sender.test\r\nSubject: load\r\nX-Id: ${id}\r\n\r\n${'x'.repeat(70)}\r\n.`)
      if (!answer.startsWith('250')) return
      accepted.add(id)
    }
  } finally {
    wire.close()
  }
}

function arrived(at: Sink): string[] {
  return at.mails.map((mail) => ID.exec(mail.raw.subarray(0, 8192).toString('latin1'))?.[1] ?? '?')
}

describe('under load', () => {
  it('2000 messages of smtp-source arrive exactly once', async (context) => {
    const source = findProgram('smtp-source')
    if (source === undefined) return context.skip('smtp-source (Debian: postfix) is not installed')
    const { relay, sink } = await world()
    const args = ['-s', '20', '-l', '10240', '-m', '2000', '-f', 'a@sender.test', '-t', 'shop@load.test']
    const ran = await runProgram(source, [...args, `127.0.0.1:${relay.port('smtp')}`])
    expect(ran).toMatchObject({ code: 0, out: '' })
    await sink.waitFor(2000, 60_000)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(sink.mails).toHaveLength(2000)
    const state = await relay.json<{ queue: object }>('status')
    expect(state.queue).toEqual({ queued: 0, inFlight: 0, failed: 0 })
  }, 120_000)

  it('killed in the middle three times, all that got 250 arrives, and repeats are only what was in flight', async () => {
    const { relay, sink } = await world()
    const accepted = new Set<string>()
    const inFlight = 40 // what the runner has under way at most
    for (let round = 0; round < 3; round++) {
      const clients = Array.from({ length: 10 }, (_, i) => client(relay.port('smtp'), round * 10 + i, 1000, accepted))
      // By what was done and not by the clock: a busy machine is killed in the middle of its work all the same.
      await expect.poll(() => accepted.size, { timeout: 30_000, interval: 10 }).toBeGreaterThan(40 * (round + 1))
      await relay.stop('SIGKILL')
      await Promise.all(clients)
      await relay.serve()
    }
    expect(accepted.size).toBeGreaterThan(120)
    const until = Date.now() + 60_000
    const missing = (): string[] => {
      const here = new Set(arrived(sink))
      return [...accepted].filter((id) => !here.has(id))
    }
    while (missing().length > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 200))
    expect(missing()).toEqual([])
    const all = arrived(sink)
    expect(all.length - new Set(all).size).toBeLessThanOrEqual(3 * inFlight)
  }, 120_000)
})

describe('the end of a run', () => {
  it('SIGTERM: the running transaction finishes, a new session is turned away, the queue is safe', async () => {
    const { relay, sink } = await world()
    sink.refuse({ code: 451, message: 'not now' })
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO client.test')
    await wire.say('MAIL FROM:<a@sender.test>')
    await wire.say('RCPT TO:<shop@load.test>')
    await wire.say('DATA')
    const ended = relay.stop('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await wire.say('From: a@sender.test\r\nSubject: last\r\n\r\nx\r\n.')).toMatch(/^250/)
    expect(await wire.reply()).toMatch(/^421/)
    expect(await ended).toBe(0)
    const queue = await relay.json<{ id: number; state: string }[]>('queue', 'list')
    expect(queue).toHaveLength(1)
    sink.refuse(undefined)
    await relay.serve()
    await relay.json('queue', 'retry')
    await sink.waitFor(1)
  })

  it('an idle session is told 421 at once', async () => {
    const { relay } = await world()
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    const ended = relay.stop('SIGTERM')
    expect(await wire.reply()).toMatch(/^421 4\.3\.2/)
    expect(await ended).toBe(0)
  })
})

describe('what the far server says', () => {
  it('4xx is tried again, 5xx is kept for the user', async () => {
    const { relay, sink } = await world()
    sink.refuse({ code: 451, message: 'greylisted' })
    const one = new Set<string>()
    await client(relay.port('smtp'), 1, 1, one)
    await expect
      .poll(async () => (await relay.json<{ lastAnswer: string }[]>('queue', 'list'))[0]?.lastAnswer, PATIENT)
      .toContain('greylisted')
    sink.refuse({ code: 550, message: 'no such user' })
    const [waiting] = await relay.json<{ id: number; attempts: number }[]>('queue', 'list')
    expect(waiting?.attempts).toBe(1)
    await relay.json('queue', 'retry', String(waiting?.id))
    await expect
      .poll(async () => await relay.json<{ kind: string; text: string }[]>('held', 'list'), PATIENT)
      .toHaveLength(1)
    const [failed] = await relay.json<{ id: number; kind: string; text: string }[]>('held', 'list')
    expect(failed?.kind).toBe('failed')
    expect(failed?.text).toContain('no such user')
    sink.refuse(undefined)
    await relay.json('held', 'release', String(failed?.id))
    await sink.waitFor(1)
  })

  it('a server that closes before it greets defers, and does not keep the delivery for ever', async () => {
    const server = net.createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as net.AddressInfo
    relay = await startRelay({
      init: [
        '--domain',
        'load.test',
        '--recipient',
        'me@far.test',
        '--route',
        `smtp://127.0.0.1:${port}`,
        '--catch-all',
      ],
    })
    await client(relay.port('smtp'), 1, 1, new Set())
    const here = relay
    await expect
      .poll(async () => (await here.json<{ state: string; attempts: number }[]>('queue', 'list'))[0], PATIENT)
      .toMatchObject({ state: 'queued', attempts: 1 })
    server.close()
  })

  it('a server that is not there defers; the message waits', async () => {
    relay = await startRelay({
      init: ['--domain', 'load.test', '--recipient', 'me@far.test', '--route', 'smtp://127.0.0.1:9', '--catch-all'],
    })
    const one = new Set<string>()
    await client(relay.port('smtp'), 1, 1, one)
    expect(one.size).toBe(1)
    const here = relay
    await expect
      .poll(
        async () => (await here.json<{ lastAnswer: string; state: string }[]>('queue', 'list'))[0]?.lastAnswer,
        PATIENT,
      )
      .toContain('ECONNREFUSED')
  })
})

describe('a large message', () => {
  it('of 50 MB passes unchanged in flat memory', async () => {
    const { relay, sink } = await world()
    await client(relay.port('smtp'), 1, 1, new Set())
    const before = relay.memory()
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, relay.memory())), 20)
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO client.test')
    await wire.say('MAIL FROM:<a@sender.test> SIZE=55000000')
    await wire.say('RCPT TO:<shop@load.test>')
    await wire.say('DATA')
    wire.send('From: a@sender.test\r\nSubject: big\r\n\r\n')
    const block = Buffer.from(`${'0123456789abcdef'.repeat(4)}\r\n`.repeat(16_000))
    for (let sent = 0; sent < 50 * 1024 * 1024; sent += block.length) await wire.write(block)
    expect(await wire.say('.')).toMatch(/^250/)
    await sink.waitFor(2, 60_000)
    clearInterval(watch)
    const mail = sink.mails.find((one) => one.raw.length > 1_000_000)
    expect(mail?.raw.length).toBeGreaterThan(50 * 1024 * 1024)
    const grown = (peak - before) / 1024 / 1024
    console.log(`50 MB message: resident memory grew by ${grown.toFixed(1)} MB`)
    expect(grown).toBeLessThan(60)
  }, 90_000)
})
