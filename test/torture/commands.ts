// Streams of bytes where commands should be: mutated dialogues, cut anywhere, with STARTTLS and pipelining in the middle. The relay answers or hangs
// up, and serves the next one.
import net from 'node:net'
import { startRelay } from '../world/relay.ts'
import { Wire } from '../world/dialogue.ts'
import { pick, sleep, type Context, type Figure, type Scenario } from './figures.ts'

const WORDS = [
  ...[
    'EHLO x.test',
    'HELO x',
    'MAIL FROM:<a@b.test>',
    'MAIL FROM:<>',
    'RCPT TO:<shop@load.test>',
    'RCPT TO:<postmaster>',
    'DATA',
    'RSET',
    'NOOP',
  ],
  ...[
    'QUIT',
    'VRFY x',
    'EXPN x',
    'HELP',
    'STARTTLS',
    'AUTH PLAIN AGEAYg==',
    'BDAT 5 LAST',
    'XCLIENT ADDR=1.2.3.4',
    'GET / HTTP/1.1',
    '.',
    '',
  ],
  ...[
    'MAIL FROM:<a@b.test> SIZE=99999999999999999999',
    'MAIL FROM:<a@b.test> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=+41',
    'RCPT TO:<a@b> NOTIFY=NEVER',
  ],
  ...[
    'Subject: x',
    'X'.repeat(3000),
    '\0',
    '\x80\xff',
    'RCPT TO:<"a b"@load.test>',
    'RCPT TO:<@x,@y:z@load.test>',
    'mail from:a@b.test',
  ],
]
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\0', '', '\r\n.\r\n', ' \r\n']

function stream(random: () => number): Buffer {
  let text = random() < 0.7 ? 'EHLO x.test\r\n' : ''
  for (let i = 0; i < 2 + random() * 20; i++) text += pick(WORDS, random) + pick(ENDS, random)
  const bytes = Buffer.from(text, 'latin1')
  for (let i = 0; i < random() * 4; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return bytes
}

/** Sends a stream in pieces; how long until the far end had nothing more to say, and whether every line of it was a reply. */
function play(port: number, bytes: Buffer, random: () => number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    let text = ''
    const end = (): void => {
      socket.destroy()
      resolve(text.split('\r\n').every((line) => line === '' || /^\d{3}[ -]/.test(line)))
    }
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
    socket.on('error', end).on('close', end)
    socket.on('connect', () => {
      for (let at = 0; at < bytes.length;) {
        const size = 1 + Math.floor(random() * 60)
        socket.write(bytes.subarray(at, at + size))
        at += size
      }
      // TLS or silence may follow: what was said by then counts.
      setTimeout(end, 60)
    })
  })
}

async function run(context: Context): Promise<readonly Figure[]> {
  const relay = await startRelay({ init: ['--domain', 'load.test', '--recipient', 'me@far.test', '--catch-all'] })
  const count = context.long ? 20_000 : 500
  let odd = 0
  const before = relay.process?.pid
  try {
    for (let done = 0; done < count; done += 20) {
      const results = await Promise.all(
        Array.from({ length: 20 }, () => play(relay.port('smtp'), stream(context.random), context.random)),
      )
      odd += results.filter((one) => !one).length
    }
    await sleep(200)
    const wire = await Wire.open(relay.port('smtp'))
    const greeting = await wire.reply()
    wire.close()
    const told = relay.output.split('\n').filter((line) => line.startsWith('postern: '))
    const alive = greeting.startsWith('220') && relay.process?.pid === before && relay.process?.exitCode === null
    return [
      {
        what: 'streams of broken commands',
        found: `${count}, answered otherwise than in reply lines: ${odd}`,
        held: odd === 0,
      },
      { what: 'the same process serves the next one', found: greeting.slice(0, 40), held: alive },
      {
        what: 'errors it told of itself',
        found: `${told.length}${told.length === 0 ? '' : `, the first: ${told[0] ?? ''}`}`,
        held: told.length === 0,
      },
    ]
  } finally {
    await relay.destroy()
  }
}

export const commands: Scenario = {
  name: 'commands',
  promise: 'no stream of bytes ends the process or gets anything but a reply',
  run,
}
