// npm run bench -- queue: a hundred thousand messages wait for destinations that nobody answers at. How long the start takes, how much
// memory it needs, and what that does to new mail, next to the same relay with an empty queue.
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { openVault } from '../../main/vault/vault.ts'
import { openStore } from '../../main/store/store.ts'
import { Wire } from '../world/dialogue.ts'
import { TestRelay } from '../world/relay.ts'
import { accept, writerScript } from './store-cost.ts'

const QUEUED = Number(process.env['BENCH_QUEUED'] ?? 100_000)
const DESTINATIONS = 1000
const BODY = 2048
const NEW_MAIL = 1000
const SESSIONS = 10
const MIB = 1024 * 1024

async function makeRelay(): Promise<TestRelay> {
  const relay = new TestRelay({ env: { POSTERN_SMTP: '127.0.0.1:0' } })
  const route = 'smtp://127.0.0.1:9?tls=none'
  await relay.run('init', '--domain', 'bench.test', '--catch-all', '--recipient', 'me@far.test', '--route', route)
  await relay.json('recipient', 'add', 'inbox@mailbox.test')
  await relay.json('alias', 'add', 'live@bench.test')
  await relay.json('alias', 'set', 'live@bench.test', '--recipients', 'inbox@mailbox.test')
  return relay
}

/** Half of it for one destination, the rest for a thousand others. */
async function fill(relay: TestRelay): Promise<void> {
  const before = process.env['XDG_CONFIG_HOME']
  process.env['XDG_CONFIG_HOME'] = path.join(relay.folder, 'config')
  try {
    const vault = await openVault(relay.data, undefined)
    const store = await openStore({ folder: relay.data, key: vault.databaseKey, writerScript })
    const domainId = store.directory.domains()[0]?.id ?? ''
    const at = Date.now()
    for (let i = 0; i < QUEUED; i += 500)
      await Promise.all(
        Array.from({ length: Math.min(500, QUEUED - i) }, (_, n) => {
          const input = accept(`${i}-${n}`, randomBytes(BODY), domainId)
          const route = n % 2 === 0 ? 'smtp://127.0.0.1:9?tls=none' : `far${(i + n) % DESTINATIONS}.test`
          return store.writer.run('accept', { ...input, route, message: { ...input.message, receivedAt: at } })
        }),
      )
    await store.close()
  } finally {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME']
    else process.env['XDG_CONFIG_HOME'] = before
  }
}

async function session(port: number, number: number): Promise<void> {
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO bench.test')
  for (let i = 0; i < NEW_MAIL / SESSIONS; i++) {
    await wire.say('MAIL FROM:<s@y.test>')
    await wire.say('RCPT TO:<live@bench.test>')
    await wire.say('DATA')
    const header = `From: s@y.test\r\nMessage-ID: <${number}-${i}@y.test>\r\nSubject: new\r\n\r\n`
    const answer = await wire.say(`${header}${'x'.repeat(70)}\r\n.`)
    if (!answer.startsWith('250')) throw new Error(answer)
  }
  wire.close()
}

interface Measured {
  readonly start: number
  /** While the queue is tried, and with new mail beside it. */
  readonly atWork: number
  readonly memory: number
  /** New messages a second: accepted, and in the mailbox. */
  readonly accepted: number
  readonly delivered: number
}

async function measure(relay: TestRelay): Promise<Measured> {
  const before = performance.now()
  await relay.serve()
  const wire = await Wire.open(relay.port('smtp'))
  await wire.reply()
  const start = (performance.now() - before) / 1000
  wire.close()
  let memory = relay.memory()
  const watching = setInterval(() => (memory = Math.max(memory, relay.memory())), 200)
  // The queue is tried meanwhile: forty at a time, and nobody answers.
  await new Promise((resolve) => setTimeout(resolve, 5000))
  const atWork = memory
  const from = performance.now()
  await Promise.all(Array.from({ length: SESSIONS }, (_, number) => session(relay.port('smtp'), number)))
  const accepted = NEW_MAIL / ((performance.now() - from) / 1000)
  for (;;) {
    const log = await relay.json<{ outcome: string }[]>('log', '--search', 'live@bench.test', '--limit', '200')
    if (log.every((one) => one.outcome === 'delivered')) break
  }
  const delivered = NEW_MAIL / ((performance.now() - from) / 1000)
  await new Promise((resolve) => setTimeout(resolve, 5000))
  clearInterval(watching)
  return { start, atWork, memory, accepted, delivered }
}

/** Prints the figures; the number that misses its bound. */
export async function benchQueue(line: (text: string) => void): Promise<number> {
  const empty = await makeRelay()
  const full = await makeRelay()
  try {
    const without = await measure(empty)
    await empty.stop()
    await fill(full)
    const with_ = await measure(full)
    const { queue } = await full.json<{ queue: { queued: number; inFlight: number } }>('status')
    if (queue.queued + queue.inFlight !== QUEUED) throw new Error(`the queue holds ${JSON.stringify(queue)}`)
    const show = (what: string, { start, atWork, memory, accepted, delivered }: Measured): void => {
      const figures = `start ${start.toFixed(2)} s, memory ${(atWork / MIB).toFixed(0)} MB, ${(memory / MIB).toFixed(0)} MB with new mail`
      line(
        `${what.padEnd(16)} ${figures}, new mail ${accepted.toFixed(0)}/s accepted, ${delivered.toFixed(0)}/s delivered`,
      )
    }
    show('Empty queue', without)
    show(`${QUEUED} queued`, with_)
    const missed = [with_.start > 2, with_.atWork > 200 * MIB, with_.accepted < 0.8 * without.accepted]
    return missed.filter(Boolean).length
  } finally {
    await empty.destroy()
    await full.destroy()
  }
}
