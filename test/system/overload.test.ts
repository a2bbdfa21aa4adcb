// More than there is room for, and the same twice: put off with the right answer, recognised, and forgotten when it is over.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { isRoot } from '../world/programs.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'

let relay: TestRelay | undefined
let sink: Sink | undefined
let unmount: (() => void) | undefined

afterEach(async () => {
  await relay?.stop('SIGKILL')
  unmount?.()
  unmount = undefined
  await relay?.destroy()
  await sink?.close()
})

async function world(before: (relay: TestRelay) => void = () => undefined): Promise<{ relay: TestRelay; sink: Sink }> {
  sink = await startSink()
  relay = new TestRelay()
  before(relay)
  const route = `smtp://127.0.0.1:${sink.port}`
  const ran = await relay.run(
    'init',
    '--domain',
    'load.test',
    '--recipient',
    'me@far.test',
    '--route',
    route,
    '--catch-all',
  )
  expect(ran.code, ran.err).toBe(0)
  await relay.serve()
  return { relay, sink }
}

const MESSAGE = 'From: a@sender.test\r\nMessage-ID: <one@sender.test>\r\nSubject: once\r\n\r\nbody\r\n.'

/** Sends one message; `after` is what the client says when it has its answer, nothing where the connection just ends. */
async function deliver(
  port: number,
  after: string | undefined,
  message = MESSAGE,
  to = 'shop@load.test',
): Promise<string> {
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO client.test')
  await wire.say('MAIL FROM:<a@sender.test>')
  await wire.say(`RCPT TO:<${to}>`)
  await wire.say('DATA')
  const answer = await wire.say(message)
  if (after !== undefined) await wire.say(after)
  wire.close()
  // The far end of the connection has to see its end.
  await new Promise((resolve) => setTimeout(resolve, 200))
  return answer
}

interface State {
  readonly counters: Readonly<Record<string, number>>
  readonly queue: { readonly queued: number }
  readonly state: string
}

describe('a sender that never saw our 250', () => {
  it('sends it again and is answered 250, and it is delivered once, also when we died meanwhile', async () => {
    const { relay, sink } = await world()
    expect(await deliver(relay.port('smtp'), undefined)).toMatch(/^250/)
    expect(await deliver(relay.port('smtp'), undefined)).toMatch(/^250/)
    await relay.stop('SIGKILL')
    await relay.serve()
    expect(await deliver(relay.port('smtp'), 'QUIT')).toMatch(/^250/)
    await sink.waitFor(1)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(sink.mails).toHaveLength(1)
    const { counters } = await relay.json<State>('status')
    expect(counters['duplicates-recognised']).toBe(2)
    const log = await relay.json<{ reason: string }[]>('log', '--search', 'duplicate')
    expect(log).toHaveLength(2)
    // The last of them said QUIT: it knows, and what it sends from now on it means.
    await expect.poll(async () => deliver(relay.port('smtp'), 'QUIT'), PATIENT).toMatch(/^250/)
    await sink.waitFor(2)
  })

  it('is not taken for one that went on, that writes to others, says something else, or has no Message-ID', async () => {
    const { relay, sink } = await world()
    const port = relay.port('smtp')
    await deliver(port, 'RSET')
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await deliver(port, undefined)
    await deliver(port, undefined, MESSAGE, 'other@load.test')
    await deliver(port, undefined, MESSAGE.replace('body', 'another body'))
    await deliver(port, undefined, MESSAGE.replace('one@', 'two@'))
    const nameless = MESSAGE.replace('Message-ID: <one@sender.test>\r\n', '')
    await deliver(port, undefined, nameless)
    await deliver(port, undefined, nameless)
    await sink.waitFor(7)
    expect((await relay.json<State>('status')).counters['duplicates-recognised'] ?? 0).toBe(0)
  })
})

describe('a paused queue', () => {
  it('still takes mail, says that it is paused, stays so over a restart, and delivers when it is resumed', async () => {
    const { relay, sink } = await world()
    await relay.json('queue', 'pause')
    expect(await deliver(relay.port('smtp'), 'QUIT')).toMatch(/^250/)
    expect(await relay.json<State>('status')).toMatchObject({ state: 'paused', queue: { queued: 1 } })
    await relay.json('queue', 'retry')
    await relay.stop()
    await relay.serve()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(sink.mails).toHaveLength(0)
    expect((await relay.json<State>('status')).state).toBe('paused')
    await relay.json('queue', 'resume')
    await sink.waitFor(1)
    expect((await relay.json<State>('status')).state).toBe('running')
  })

  it('one mail is sent to another recipient, another one by another route', async () => {
    const { relay, sink } = await world()
    const second = await startSink()
    await relay.json('recipient', 'add', 'you@far.test')
    await relay.json('queue', 'pause')
    await deliver(relay.port('smtp'), 'QUIT')
    await deliver(relay.port('smtp'), 'QUIT', MESSAGE.replace('one@', 'two@'))
    const waiting = await relay.json<{ id: number }[]>('queue', 'list')
    await relay.json('queue', 'reroute', String(waiting[0]?.id), '--to', 'you@far.test')
    await relay.json('queue', 'reroute', String(waiting[1]?.id), '--route', `smtp://127.0.0.1:${second.port}`)
    expect((await relay.run('queue', 'reroute', String(waiting[1]?.id), '--route', 'ftp://x')).code).toBe(1)
    expect((await relay.run('queue', 'reroute', '999', '--to', 'you@far.test')).code).toBe(1)
    await relay.json('queue', 'resume')
    await sink.waitFor(1)
    await second.waitFor(1)
    expect([sink.mails[0]?.to, second.mails[0]?.to]).toEqual([['you@far.test'], ['me@far.test']])
    await second.close()
  })
})

describe('mail that is kept for the user', () => {
  it('is listed by kind, kept, downloaded, released to somebody else with the sender allowed, and dropped in bulk', async () => {
    const { relay, sink } = await world()
    await relay.json('recipient', 'add', 'you@far.test')
    sink.refuse({ code: 550, message: '5.7.1 no' })
    for (const id of ['a', 'b', 'c', 'd']) await deliver(relay.port('smtp'), 'QUIT', MESSAGE.replace('one@', `${id}@`))
    interface Held {
      readonly id: number
      readonly expiresAt: number | null
      readonly text: string
    }
    const list = async (kind: string): Promise<readonly Held[]> => relay.json<Held[]>('held', 'list', '--kind', kind)
    await expect.poll(async () => (await list('failed')).length, PATIENT).toBe(4)
    expect(await list('held')).toEqual([])
    const [first, second, third, fourth] = (await list('failed')).map((one) => String(one.id))
    await relay.json('held', 'keep', first ?? '')
    expect((await list('failed'))[0]?.expiresAt).toBeNull()
    await relay.json('held', 'keep', first ?? '', '--off')
    expect((await list('failed'))[0]?.expiresAt).toBeGreaterThan(Date.now() + 6 * 86_400_000)
    const file = path.join(relay.folder, 'kept.eml')
    await relay.json('held', 'download', second ?? '', '--out', file)
    expect(readFileSync(file, 'utf8')).toContain('Subject: once\r\n\r\nbody\r\n')
    expect((await relay.run('held', 'download', second ?? '', '--out', file)).code).not.toBe(0)
    sink.refuse(undefined)
    await relay.json('held', 'release', first ?? '', '--to', 'you@far.test', '--allow')
    await sink.waitFor(1)
    expect(sink.mails[0]?.to).toEqual(['you@far.test'])
    expect((await relay.run('held', 'release', first ?? '')).code).toBe(1) // once
    const [contact] = await relay.json<{ standing: string }[]>('contact', 'list', '--alias', 'shop@load.test')
    expect(contact?.standing).toBe('allowed')
    expect(await relay.json('held', 'release', second ?? '', third ?? '', '9999')).toMatchObject({
      ...{ done: 2, failed: [{ id: 9999 }] },
    })
    await sink.waitFor(3)
    expect((await relay.run('held', 'drop')).code).toBe(2)
    expect(await relay.json('held', 'drop', '--all', '--kind', 'failed')).toEqual({ done: 1, failed: [] })
    expect(fourth).toBeDefined()
    expect(await list('failed')).toEqual([])
  })
})

describe('a disk that fills up', () => {
  it('puts mail off with 452 before it is full, at MAIL and during DATA, and takes it again by itself', async (context) => {
    if (!isRoot()) return context.skip('a small disk needs root')
    const disk = { mounted: false }
    const { relay, sink } = await world((made) => {
      mkdirSync(made.data, { recursive: true })
      disk.mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=0700', 'tmpfs', made.data]).status === 0
      if (disk.mounted) unmount = () => spawnSync('umount', ['-l', made.data])
    })
    if (!disk.mounted) return context.skip('no tmpfs can be mounted here')
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO client.test')
    expect(await wire.say('MAIL FROM:<a@sender.test> SIZE=1000')).toMatch(/^250/)
    await wire.say('RSET')
    // Announced, and there is no room for it: nothing of it is sent.
    const { bavail, bsize } = statfsSync(relay.data)
    const left = bavail * bsize
    expect(await wire.say(`MAIL FROM:<a@sender.test> SIZE=${left - 1_000_000}`)).toMatch(/^(452 4\.3\.1|552)/)
    // Not announced: found out on the way.
    const ballast = path.join(relay.data, 'ballast')
    writeFileSync(ballast, Buffer.alloc(left - 40 * 1024 * 1024))
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await wire.say('MAIL FROM:<a@sender.test>')).toMatch(/^250/)
    await wire.say('RCPT TO:<shop@load.test>')
    await wire.say('DATA')
    await wire.write(Buffer.from('Subject: big\r\n\r\n'))
    const block = Buffer.from('x'.repeat(998).concat('\r\n').repeat(1000))
    for (let i = 0; i < 60; i++) await wire.write(block)
    expect(await wire.say('.')).toMatch(/^452 4\.3\.1/)
    writeFileSync(path.join(relay.data, 'more'), Buffer.alloc(26 * 1024 * 1024))
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await wire.say('MAIL FROM:<a@sender.test>')).toMatch(/^452 4\.3\.1/)
    rmSync(path.join(relay.data, 'more'))
    rmSync(ballast)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await wire.say('MAIL FROM:<a@sender.test>')).toMatch(/^250/)
    wire.close()
    expect(await deliver(relay.port('smtp'), 'QUIT')).toMatch(/^250/)
    await sink.waitFor(1)
    const log = await relay.json<object[]>('log', '--search', 'disk-full')
    expect(log.length).toBeGreaterThan(0)
  })
})
