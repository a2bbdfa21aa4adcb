// A far end that misbehaves in every way at every verb. What is promised stays promised: each message is delivered, waits, or is kept as failed.
import net from 'node:net'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { pick, sleep, type Context, type Figure, type Scenario } from './figures.ts'
import { emptyLedger, idOf, sendNumbered, initTo } from './ledger.ts'

export const VERBS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'body', 'end'] as const
export const WAYS = ['4xx', '5xx', 'nothing', 'half a line', 'close', 'garbage', 'drop before 250'] as const
export type Verb = (typeof VERBS)[number]
export type Way = (typeof WAYS)[number]

interface Evil {
  readonly port: number
  readonly arrived: Map<string, number>
  /** How often each misdeed was done. */
  readonly done: Map<string, number>
  behave(): void
  close(): Promise<void>
}

export const GOOD: Readonly<Record<string, string>> = {
  greeting: '220 evil.test\r\n',
  EHLO: '250-evil.test\r\n250 PIPELINING\r\n',
  MAIL: '250 2.1.0 ok\r\n',
  RCPT: '250 2.1.5 ok\r\n',
  DATA: '354 go\r\n',
  end: '250 2.0.0 taken\r\n',
}

/** Does the misdeed; true where the conversation can go on. */
export function misbehave(socket: net.Socket, way: Way): void {
  if (way === '4xx') socket.write('451 4.3.0 not now\r\n')
  else if (way === '5xx') socket.write('550 5.7.1 never\r\n')
  else if (way === 'half a line') socket.end('25')
  else if (way === 'garbage') socket.end(Buffer.from([0xff, 0, 0x0d, 0x32, 0x35, 0x0a, 0x0d, 0x0a]))
  else if (way === 'nothing') socket.setTimeout(0)
  else socket.destroy()
}

interface Book {
  readonly arrived: Map<string, number>
  readonly done: Map<string, number>
}

/** One connection, which is good or does one thing wrong. */
class Conversation {
  private text = ''
  private inData = false
  private readonly socket: net.Socket
  private readonly book: Book
  private readonly verb: Verb | undefined
  private readonly way: Way
  private readonly brief: boolean

  constructor(socket: net.Socket, book: Book, mood: { verb: Verb | undefined; way: Way; brief: boolean }) {
    this.socket = socket
    this.book = book
    this.verb = mood.verb
    this.way = mood.way
    this.brief = mood.brief
    this.answer('greeting')
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.text += chunk
      while (this.inData ? this.readBody() : this.readLine());
    })
  }

  /** Does the misdeed where this is its place. */
  private turn(name: Verb): boolean {
    if (name !== this.verb) return false
    const key = `${this.way} at ${name}`
    this.book.done.set(key, (this.book.done.get(key) ?? 0) + 1)
    misbehave(this.socket, this.way)
    return true
  }

  private answer(name: Verb): void {
    if (!this.turn(name)) this.socket.write(GOOD[name] ?? '500 what\r\n')
  }

  private readBody(): boolean {
    if (this.text.length > 500 && this.turn('body')) {
      // An answer before its time, and then the end: whoever waits for another one would wait for ten minutes.
      this.socket.end()
      this.text = ''
      return false
    }
    const end = this.text.indexOf('\r\n.\r\n')
    if (end < 0) return false
    const id = idOf({ raw: Buffer.from(this.text.slice(0, end + 2), 'latin1') })
    this.text = this.text.slice(end + 5)
    this.inData = false
    // Taken, and the far end knows it: what the near end is told is another matter.
    const told = this.verb !== 'end' || this.way === 'drop before 250'
    if (told) this.book.arrived.set(id, (this.book.arrived.get(id) ?? 0) + 1)
    this.answer('end')
    // One message a connection: the next one meets another mood.
    if (this.brief) this.socket.end()
    return true
  }

  private readLine(): boolean {
    const line = this.text.indexOf('\r\n')
    if (line < 0) return false
    const name = this.text.slice(0, 4).toUpperCase()
    this.text = this.text.slice(line + 2)
    if (name === 'QUIT') this.socket.end('221 bye\r\n')
    else if (name === 'RSET') this.socket.write('250 ok\r\n')
    else {
      // RFC 2920 §3.1: with pipelining DATA comes also where every recipient was refused.
      const isRefused = name === 'DATA' && (this.verb === 'RCPT' || this.verb === 'MAIL')
      this.inData = name === 'DATA' && this.verb !== 'DATA' && !isRefused
      if (isRefused) this.socket.write('554 5.5.1 no valid recipients\r\n')
      else this.answer(name === 'EHLO' || name === 'HELO' ? 'EHLO' : (name as Verb))
    }
    return true
  }
}

function startEvil(random: () => number, silent: boolean): Promise<Evil> {
  const book: Book = { arrived: new Map(), done: new Map() }
  const sockets = new Set<net.Socket>()
  let isEvil = true
  const loud = WAYS.filter((way) => way !== 'nothing')
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    const verb = isEvil && random() < 0.8 ? pick(VERBS, random) : undefined
    // Silence behind the greeting is waited for ten minutes, as RFC 5321 §4.5.3.2 asks: too long to be tried here.
    const way = pick(silent && verb === 'greeting' ? WAYS : loud, random)
    new Conversation(socket, book, { verb, way, brief: isEvil })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        ...book,
        behave: () => (isEvil = false),
        close: () =>
          new Promise((ended) => {
            for (const one of sockets) one.destroy()
            server.close(() => ended())
          }),
      })
    })
  })
}

/** Everything that still waits is tried now, and what failed for good is sent again. */
async function untilDelivered(
  relay: TestRelay,
  accepted: ReadonlySet<string>,
  evil: Evil,
  patience: number,
): Promise<void> {
  for (const until = Date.now() + patience; Date.now() < until;) {
    for (const { id, kind } of await relay.json<{ id: number; kind: string }[]>('held', 'list'))
      if (kind === 'failed') await relay.run('held', 'release', String(id))
    await relay.run('queue', 'retry')
    await sleep(300)
    if ([...accepted].every((id) => evil.arrived.has(id))) return
  }
}

async function run(context: Context): Promise<readonly Figure[]> {
  const evil = await startEvil(context.random, context.long)
  const route = `smtp://127.0.0.1:${evil.port}?tls=none`
  const relay = await startRelay({
    init: initTo(route),
  })
  const ledger = emptyLedger()
  const rounds = context.long ? 40 : 6
  try {
    for (let round = 0; round < rounds; round++) {
      const load = {
        port: relay.port('smtp'),
        name: `f${round}`,
        count: 4,
        recipient: 'shop@load.test',
        size: () => 3000,
      }
      await sendNumbered(load, ledger)
      for (let again = 0; again < 4; again++) {
        await sleep(100)
        await relay.run('queue', 'retry')
      }
    }
    evil.behave()
    await untilDelivered(relay, ledger.accepted, evil, context.long ? 400_000 : 60_000)
    const lost = [...ledger.accepted].filter((id) => !evil.arrived.has(id))
    if (lost.length > 0)
      context.say(
        JSON.stringify([
          await relay.json('queue', 'list'),
          await relay.json('held', 'list'),
          await relay.json('recipient', 'list'),
        ]),
      )
    const misdeeds = [...evil.done.values()].reduce((sum, one) => sum + one, 0)
    const drops = [...evil.done]
      .filter(([name]) => name === 'drop before 250 at end')
      .reduce((sum, [, count]) => sum + count, 0)
    const twice = [...evil.arrived.values()].reduce((sum, one) => sum + one - 1, 0)
    return [
      {
        what: 'misdeeds done',
        found: `${misdeeds} of ${evil.done.size} kinds (${VERBS.length} verbs x ${WAYS.length} ways)`,
        held: evil.done.size > 10,
      },
      { what: 'messages promised', found: `${ledger.accepted.size}, lost ${lost.length}`, held: lost.length === 0 },
      {
        what: 'came twice',
        found: `${twice}, where the far end dropped ${drops} times before its 250`,
        held: twice <= drops,
      },
    ]
  } finally {
    await relay.destroy()
    await evil.close()
  }
}

export const farEnd: Scenario = {
  name: 'far end',
  promise: 'whatever the far end does, a message is delivered, waits, or is kept as failed',
  run,
}
