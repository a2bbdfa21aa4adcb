// npm run bench: what the relay does in a second, next to Postfix doing a plain relay of the same messages in the same run.
// Nothing here passes or fails by time: machines differ. Every count is checked at the sink, or the figure is not printed.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { findProgram, isRoot } from '../world/programs.ts'
import { TestRelay } from '../world/relay.ts'
import { Wire } from '../world/dialogue.ts'

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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
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
  const body = `${`${'x'.repeat(76)}\r\n`.repeat(Math.floor(LENGTH / 78))}`
  const message = `From: Bench <a@sender.test>\r\nTo: ${to}\r\nSubject: bench\r\nMessage-ID: <1@sender.test>\r\n\r\n${body}.`
  const latencies: number[] = []
  const start = performance.now()
  const worker = async (count: number): Promise<void> => {
    const wire = await Wire.open(port)
    await wire.reply()
    await wire.say('EHLO bench.test')
    for (let i = 0; i < count; i++) {
      await wire.say('MAIL FROM:<a@sender.test>')
      await wire.say(`RCPT TO:<${to}>`)
      await wire.say('DATA')
      const sent = performance.now()
      const answer = await wire.say(message)
      latencies.push(performance.now() - sent)
      if (!answer.startsWith('250')) throw new Error(`not accepted: ${answer}`)
    }
    wire.close()
  }
  await Promise.all(Array.from({ length: SESSIONS }, () => worker(MESSAGES / SESSIONS)))
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

/** A Postfix of our own in a folder of our own: relays everything for bench.test to the sink, does nothing else. */
async function postfixFigures(sink: { port: number; count(): number; reset(): void }): Promise<Figures | string> {
  const postfix = findProgram('postfix')
  if (postfix === undefined) return 'postfix (Debian: postfix) is not installed'
  if (!isRoot()) return 'postfix needs root'
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-postfix-'))
  const config = path.join(folder, 'etc')
  const queue = path.join(folder, 'queue')
  const data = path.join(folder, 'data')
  for (const one of [config, queue, data]) mkdirSync(one)
  spawnQuiet('chown', ['postfix', data])
  spawnQuiet('chmod', ['755', folder])
  const port = await freePort()
  const settings = [
    'compatibility_level = 3.6',
    `queue_directory = ${queue}`,
    `data_directory = ${data}`,
    'mail_owner = postfix',
    'setgid_group = postdrop',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'mydestination =',
    'local_recipient_maps =',
    'mynetworks = 127.0.0.0/8',
    `relayhost = [127.0.0.1]:${sink.port}`,
    'smtpd_relay_restrictions = permit_mynetworks,reject',
    'myhostname = bench.invalid',
    'alias_maps =',
    'alias_database =',
    'maillog_file = /dev/stdout',
    'maillog_file_prefixes = /dev',
    'default_process_limit = 100',
    'smtp_tls_security_level = none',
    'smtpd_tls_security_level = none',
  ]
  writeFileSync(path.join(config, 'main.cf'), `${settings.join('\n')}\n`)
  const master = readFileSync('/etc/postfix/master.cf', 'utf8').replace(
    /^smtp +inet.*$/m,
    `127.0.0.1:${port} inet n - n - - smtpd`,
  )
  writeFileSync(path.join(config, 'master.cf'), master.replaceAll(/^(\S+\s+(?:unix|inet)\s+\S+\s+\S+\s+)y/gm, '$1n'))
  const child: ChildProcess = spawn(postfix, ['-c', config, 'start-fg'], { stdio: 'ignore' })
  try {
    await until(() => (canConnect(port) ? 1 : 0), 1)
    return await measure(port, 'shop@bench.test', sink, () => postfixMemory(queue))
  } catch (error) {
    return `postfix did not relay: ${String(error)}`
  } finally {
    spawnQuiet(postfix, ['-c', config, 'stop'])
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
function spawnQuiet(file: string, args: readonly string[]): void {
  spawnSync(file, [...args], { stdio: 'ignore' })
}

function canConnect(port: number): boolean {
  return (
    spawnSync(process.execPath, [
      '-e',
      `require('net').connect(${port},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))`,
    ]).status === 0
  )
}

function show(name: string, figures: Figures): void {
  const { accepted, delivered, p50, p99, memory } = figures
  line(
    `${name.padEnd(9)} ${accepted.toFixed(0).padStart(6)} accepted/s  ${delivered.toFixed(0).padStart(6)} delivered/s  p50 ${p50.toFixed(1).padStart(6)} ms  p99 ${p99.toFixed(1).padStart(6)} ms  ${(memory / 1048576).toFixed(0).padStart(5)} MB`,
  )
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
