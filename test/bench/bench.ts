// npm run bench: what the relay does in a second, next to Postfix doing a plain relay of the same messages in the same run.
// Nothing here passes or fails by time: machines differ. Every count is checked at the sink, or the figure is not printed.
import { readFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { freePort, postfixMissing, startPostfix } from '../world/postfix.ts'
import { TestRelay } from '../world/relay.ts'
import { Wire } from '../world/dialogue.ts'
import { benchSearch } from './search.ts'
import { benchLog } from './log.ts'
import { benchQueue } from './queue.ts'
import { storeCost } from './store-cost.ts'

const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 2000)
const SESSIONS = 20
const LENGTH = 10_240

interface Figures {
  readonly accepted: number
  readonly delivered: number
  readonly p50: number
  readonly p99: number
  readonly memory: number
}

function line(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A sink that only counts, in a process of its own, so that it takes no time from anybody's event loop. */
async function startCounter(): Promise<{ port: number; count(): number; reset(): void; stop(): void }> {
  const port = await freePort()
  const script = path.join(import.meta.dirname, 'counter.mjs')
  const child = spawn(process.execPath, [script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let total = 0
  let offset = 0
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      for (const word of chunk.toString().split('\n')) if (word !== '') total = word === 'ready' ? 0 : Number(word)
      resolve()
    })
  })
  return {
    port,
    count: () => total - offset,
    reset: () => {
      offset = total
    },
    stop: () => child.kill(),
  }
}

/** Sends the messages over parallel sessions; milliseconds from the final dot to the answer, for each. */
async function load(port: number, to: string): Promise<{ seconds: number; latencies: number[] }> {
  const body = `${'x'.repeat(76)}\r\n`.repeat(Math.floor(LENGTH / 78))
  // Each with an id of its own: what is the same and comes again after a lost answer is delivered once.
  const message = (id: string): string =>
    `From: Bench <a@sender.test>\r\nTo: ${to}\r\nSubject: bench\r\nMessage-ID: <${id}@sender.test>\r\n\r\n${body}.`
  const latencies: number[] = []
  const start = performance.now()
  const worker = async (number: number, count: number): Promise<void> => {
    const wire = await Wire.open(port)
    await wire.reply()
    await wire.say('EHLO bench.test')
    for (let i = 0; i < count; i++) {
      await wire.say('MAIL FROM:<a@sender.test>')
      await wire.say(`RCPT TO:<${to}>`)
      await wire.say('DATA')
      const text = message(`${number}.${i}`)
      const sent = performance.now()
      const answer = await wire.say(text)
      latencies.push(performance.now() - sent)
      if (!answer.startsWith('250')) throw new Error(`not accepted: ${answer}`)
    }
    wire.close()
  }
  await Promise.all(Array.from({ length: SESSIONS }, (_, i) => worker(i, MESSAGES / SESSIONS)))
  return { seconds: (performance.now() - start) / 1000, latencies: latencies.sort((a, b) => a - b) }
}

async function until(count: () => number, want: number): Promise<void> {
  const deadline = Date.now() + 180_000
  while (count() < want) {
    if (Date.now() > deadline) throw new Error(`only ${count()} of ${want} arrived at the sink`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function measure(
  port: number,
  to: string,
  sink: { count(): number; reset(): void },
  memory: () => number,
): Promise<Figures> {
  sink.reset()
  const start = performance.now()
  const { seconds, latencies } = await load(port, to)
  await until(() => sink.count(), MESSAGES)
  const whole = (performance.now() - start) / 1000
  await new Promise((resolve) => setTimeout(resolve, 300))
  if (sink.count() !== MESSAGES) throw new Error(`${sink.count()} arrived, ${MESSAGES} were sent`)
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0
  return { accepted: MESSAGES / seconds, delivered: MESSAGES / whole, p50: at(0.5), p99: at(0.99), memory: memory() }
}

async function relayFigures(sink: { port: number; count(): number; reset(): void }): Promise<Figures> {
  const relay = new TestRelay()
  try {
    const route = `smtp://127.0.0.1:${sink.port}?tls=none`
    await relay.run('init', '--domain', 'bench.test', '--recipient', 'me@far.test', '--route', route, '--catch-all')
    await relay.serve()
    return await measure(relay.port('smtp'), 'shop@bench.test', sink, () => relay.memory())
  } finally {
    await relay.destroy()
  }
}

function postfixMemory(queue: string): number {
  const pid = Number(readFileSync(path.join(queue, 'pid', 'master.pid'), 'utf8'))
  let total = 0
  const add = (process: number): void => {
    total += Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${process}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024
    const children = readFileSync(`/proc/${process}/task/${process}/children`, 'utf8').trim()
    for (const child of children.split(' ')) if (child !== '') add(Number(child))
  }
  add(pid)
  return total
}

async function postfixFigures(sink: { port: number; count(): number; reset(): void }): Promise<Figures | string> {
  const missing = postfixMissing()
  if (missing !== undefined) return missing
  const postfix = await startPostfix([`relayhost = [127.0.0.1]:${sink.port}`])
  try {
    return await measure(postfix.port, 'shop@bench.test', sink, () => postfixMemory(postfix.queue))
  } catch (error) {
    return `postfix did not relay: ${String(error)}`
  } finally {
    postfix.stop()
  }
}

function show(name: string, figures: Figures): void {
  const { accepted, delivered, p50, p99, memory } = figures
  line(
    `${name.padEnd(9)} ${accepted.toFixed(0).padStart(6)} accepted/s  ${delivered.toFixed(0).padStart(6)} delivered/s  p50 ${p50.toFixed(1).padStart(6)} ms  p99 ${p99.toFixed(1).padStart(6)} ms  ${(memory / 1048576).toFixed(0).padStart(5)} MB`,
  )
}

if (process.argv.includes('queue')) process.exit(await benchQueue((text) => process.stdout.write(`${text}\n`)))
if (process.argv.includes('log')) {
  benchLog(line)
  process.exit()
}
if (process.argv.includes('search')) {
  benchSearch()
  process.exit(0)
}

const sink = await startCounter()
try {
  line(`${MESSAGES} messages of ${LENGTH} octets over ${SESSIONS} sessions; every one counted at the sink.`)
  const ours = await relayFigures(sink)
  show('Postern', ours)
  const theirs = await postfixFigures(sink)
  if (typeof theirs === 'string') line(`Postfix   left out: ${theirs}`)
  else {
    show('Postfix', theirs)
    const ratio = (a: number, b: number): string => (a / b).toFixed(2)
    line(
      `Ratio     accepted ${ratio(ours.accepted, theirs.accepted)}, delivered ${ratio(ours.delivered, theirs.delivered)}, p50 ${ratio(ours.p50, theirs.p50)}, memory ${ratio(ours.memory, theirs.memory)} (Postern to Postfix)`,
    )
    line(
      'Postern looks for SPF, DKIM and DMARC, rewrites and signs each message twice (RSA-2048 and Ed25519); Postfix only relays.',
    )
  }
} finally {
  sink.stop()
}
line('\nWhat encryption costs, and the start of a large folder:')
await storeCost(line)
line('\nLook-up and search:')
benchSearch()
