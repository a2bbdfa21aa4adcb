// Too much of everything: connections that say nothing, that speak one byte at a time in every state, that send and read nothing, a message without
// an end, a header without one, a million recipients. The relay stays within its memory and goes on serving others.
import { readFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { PUBLIC_LIMITS } from '../../main/headless/http-bounds.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startSink } from '../world/sink.ts'
import { Wire } from '../world/dialogue.ts'
import { deafClients, fetchPage } from './deaf-clients.ts'
import { sleep, type Context, type Figure, type Scenario } from './figures.ts'
import { atOthers, type OtherServer } from './other-servers.ts'
import { heavyFigures } from './heavy-messages.ts'
import { emptyLedger, sendNumbered, initTo } from './ledger.ts'

const MIB = 1024 * 1024
/** What the relay may have in memory whatever comes, in octets. */
const MOST = 400 * MIB

interface Server {
  readonly port: number
  /** Octets. */
  memory(): number
}

interface Watch {
  peak: number
  stop(): void
}

function watchMemory(server: Server): Watch {
  const watch: Watch = { peak: server.memory(), stop: () => clearInterval(timer) }
  const timer = setInterval(() => (watch.peak = Math.max(watch.peak, server.memory())), 100)
  return watch
}

/** Opens a connection and says what gets it into a state; answers are thrown away. */
function hold(port: number, start: string): net.Socket {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.resume()
  socket.on('connect', () => socket.write(start))
  return socket
}

const EHLO = 'EHLO slow.test\r\n'
const MAIL = `${EHLO}MAIL FROM:<a@sender.test>\r\n`
const RCPT = `${MAIL}RCPT TO:<shop@load.test>\r\n`
const STATES = [
  '',
  'EH',
  EHLO,
  `${EHLO}MAIL FR`,
  MAIL,
  RCPT,
  `${RCPT}DATA\r\n`,
  `${RCPT}DATA\r\nSubject: x\r\n\r\nbody`,
  `${EHLO}STARTTLS\r\n`,
  `${EHLO}AUTH PLAIN\r\n`,
]

/** One honest client while all that goes on: milliseconds until it is through, or that it was turned away. */
async function honest(port: number, name: string): Promise<string> {
  const ledger = emptyLedger()
  const before = performance.now()
  for (let i = 0; i < 40; i++) {
    await sendNumbered(
      { port, name: `${name}${i}`, count: 1, recipient: 'shop@load.test', size: () => 1000, patience: 5000 },
      ledger,
    )
    if (ledger.accepted.size > 0) return `${Math.round(performance.now() - before)} ms`
    await sleep(500)
  }
  return 'never'
}

async function crowd(
  server: Server,
  title: string,
  count: number,
  starts: readonly string[],
  dribble: boolean,
): Promise<Figure[]> {
  const { port } = server
  const watch = watchMemory(server)
  const sockets: net.Socket[] = []
  for (let i = 0; i < count; i++) {
    sockets.push(hold(port, starts[i % starts.length] ?? ''))
    if (i % 100 === 99) await sleep(20)
  }
  for (let round = 0; round < 5; round++) {
    if (dribble) for (const one of sockets) if (!one.destroyed) one.write('x')
    await sleep(400)
  }
  const open = sockets.filter((one) => !one.destroyed).length
  for (const one of sockets) one.destroy()
  const served = await honest(port, title.replaceAll(/\W/g, ''))
  watch.stop()
  return [
    {
      what: title,
      found: `${open} of ${count} still open, peak memory ${Math.round(watch.peak / MIB)} MB`,
      held: watch.peak < MOST,
    },
    { what: `${title}: an honest client behind them`, found: served, held: served !== 'never' },
  ]
}

/** Sends pieces until the far end closes or all is sent; how many octets it took. */
async function pour(
  port: number,
  start: string,
  piece: Buffer,
  total: number,
): Promise<{ taken: number; answer: string }> {
  const socket = net.connect(port, '127.0.0.1')
  let answer = ''
  const far = { closed: false }
  socket.setEncoding('latin1').on('data', (text: string) => (answer = (answer + text).slice(-300)))
  let wake: () => void = () => undefined
  const room = (): Promise<void> => new Promise((resolve) => (wake = resolve))
  const end = (): void => {
    far.closed = true
    wake()
  }
  socket
    .on('error', end)
    .on('close', end)
    .on('drain', () => wake())
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(start)
  await sleep(300)
  let taken = 0
  while (taken < total && !far.closed) {
    taken += piece.length
    if (!socket.write(piece)) await Promise.race([room(), sleep(60_000)])
  }
  await sleep(500)
  socket.destroy()
  const last = answer.trim().split('\r\n').at(-1) ?? ''
  return { taken, answer: last }
}

async function pourings(server: Server, context: Context): Promise<Figure[]> {
  const { port } = server
  const start = `${RCPT}DATA\r\n`
  const line = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(800))
  const field = Buffer.from(`X-Field: ${'y'.repeat(66)}\r\n`.repeat(800))
  const huge = context.long ? 1024 * MIB : 200 * MIB
  const figures: Figure[] = []
  for (const [title, piece, total] of [
    ['a message without an end', Buffer.concat([Buffer.from('\r\n'), line]), huge],
    ['a header of 100 MB', field, 100 * MIB],
    ['one line of 100 MB', Buffer.from('z'.repeat(64 * 1024)), 100 * MIB],
  ] as const) {
    const watch = watchMemory(server)
    const { taken, answer } = await pour(port, start, piece, total)
    watch.stop()
    figures.push({
      what: title,
      found: `${Math.round(taken / MIB)} MB of ${Math.round(total / MIB)} sent, "${answer.slice(0, 60)}", peak memory ${Math.round(watch.peak / MIB)} MB`,
      held: watch.peak < MOST && !answer.startsWith('250'),
    })
  }
  return figures
}

/** Names recipients until it is told to stop; how many the relay took. */
async function recipients(server: Server, count: number): Promise<Figure> {
  const watch = watchMemory(server)
  const wire = await Wire.open(server.port)
  let taken = 0
  let asked = 0
  try {
    await wire.reply()
    await wire.say('EHLO many.test')
    await wire.say('MAIL FROM:<a@sender.test>')
    for (; asked < count; asked++) {
      const answer = await wire.say(`RCPT TO:<n${asked}@load.test>`)
      if (answer.startsWith('250')) taken++
      if (answer === '' || answer.startsWith('421')) break
    }
  } catch {
    // The connection ended.
  }
  wire.close()
  watch.stop()
  return {
    what: `${count} recipients of one message`,
    found: `${taken} taken, connection ended after ${asked}, peak memory ${Math.round(watch.peak / MIB)} MB`,
    held: taken <= 100 && watch.peak < MOST,
  }
}

async function overloadOf(server: Server, context: Context): Promise<readonly Figure[]> {
  const slow = context.long ? 2000 : 300
  const silent = context.long ? 10_000 : 500
  const figures = [
    ...(await crowd(server, `${slow} slow connections in every state`, slow, STATES, true)),
    ...(await crowd(server, `${silent} connections that say nothing`, silent, [''], false)),
    ...(await pourings(server, context)),
    await recipients(server, 1_000_000),
  ]
  const after = await honest(server.port, 'after')
  return [...figures, { what: 'an honest client afterwards', found: after, held: after !== 'never' }]
}

const SAID = ['EHLO deaf.test', 'NOOP', 'HELP', 'RSET', 'VRFY me', 'XYZZY']

/** What gathers for clients that send commands and read no answer. */
async function deafToMail(server: Server, context: Context): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const said of context.long ? SAID : SAID.slice(0, 1)) {
    const honestly = async (): Promise<{ text: string; held: boolean }> => {
      const text = await honest(server.port, `deaf${said.replaceAll(/\W/g, '')}`)
      return { text, held: text !== 'never' }
    }
    const block = Buffer.from(`${said}\r\n`.repeat(3000))
    const attack = { what: said, clients: 200, block, time: context.long ? 20_000 : 5000, honest: honestly }
    figures.push(...(await deafClients(server, attack)))
  }
  return figures
}

/** The same before the pages, as many as one address may have beyond this machine: their largest file, asked for without end. */
async function deafToPages(relay: TestRelay, context: Context): Promise<readonly Figure[]> {
  const manifest = path.join(import.meta.dirname, '..', '..', 'dist', 'renderer', 'manifest.json')
  const names = Object.keys(JSON.parse(readFileSync(manifest, 'utf8')) as object)
  const page = `/${names.find((one) => /index-.*\.js$/.test(one)) ?? 'index.html'}`
  const port = relay.port('http')
  return deafClients(
    { port, memory: () => relay.memory() },
    {
      ...{
        what: 'requests for a page',
        clients: PUBLIC_LIMITS.connectionsPerAddress,
        time: context.long ? 20_000 : 5000,
      },
      block: Buffer.from(`GET ${page} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`.repeat(500)),
      honest: () => fetchPage(port, page),
    },
  )
}

/** Another server promises nothing here: its lines only compare. */
async function overloadAnother(server: OtherServer, context: Context): Promise<readonly Figure[]> {
  const figures = await overloadOf(server, context)
  return figures.map(({ what, found }) => ({ what: `${server.name}: ${what}`, found, held: undefined }))
}

async function run(context: Context): Promise<readonly Figure[]> {
  const sink = await startSink()
  const relay = await startRelay({ init: initTo(`smtp://127.0.0.1:${sink.port}`) })
  const server: Server = { port: relay.port('smtp'), memory: () => relay.memory() }
  const attacked = async (): Promise<readonly Figure[]> => {
    const figures = await overloadOf(server, context)
    // Room for one more than those who attack.
    await relay.json('setting', 'set', 'connections', '300')
    await relay.stop()
    await relay.serve()
    const again: Server = { port: relay.port('smtp'), memory: () => relay.memory() }
    return [...figures, ...(await deafToMail(again, context)), ...(await deafToPages(relay, context))]
  }
  const ours = await attacked().finally(async () => {
    await relay.destroy()
    await sink.close()
  })
  const all = [...ours, ...(await heavyFigures(context.long))]
  return context.long ? [...all, ...(await atOthers((server) => overloadAnother(server, context)))] : all
}

export const overload: Scenario = {
  name: 'overload',
  promise: 'bounded memory whatever a client does, and others are served',
  run,
}
