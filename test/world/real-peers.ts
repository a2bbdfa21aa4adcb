// Run in a network namespace of its own (`unshare --net`): a relay with peers of many addresses, all of them on its loopback interface. Strangers
// come as if from this machine, then with their own addresses; one /64 comes with more connections than one peer may have, while nobody reads.
// Prints what came of it as JSON.
import { spawnSync } from 'node:child_process'
import net from 'node:net'
import { startRelay } from './relay.ts'

function must(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

const V4 = '198.51.100.7'
const ends = Array.from({ length: 40 }, (_, i) => (i + 1).toString(16))
const SUBNET = '2001:db8:1:1::'
const NEIGHBOUR = '2001:db8:1:2::1'
must('ip', 'link', 'set', 'lo', 'up')
must('ip', 'addr', 'add', `${V4}/32`, 'dev', 'lo')
for (const address of [...ends.map((end) => `${SUBNET}${end}`), NEIGHBOUR])
  must('ip', '-6', 'addr', 'add', `${address}/128`, 'dev', 'lo', 'nodad')

interface Status {
  readonly state: string
  readonly troubles: readonly string[]
}

const relay = await startRelay({
  init: ['--domain', 'mine.org', '--recipient', 'me@far.test', '--catch-all', '--key', 'file'],
  serve: ['--smtp', '[::]:0'],
})
const port = relay.ready?.listeners.find(({ host }) => host === '::')?.port ?? 0

/** Names a recipient, coming from an address; the answers to MAIL and RCPT. */
async function handIn(from: string, helo: string, sender: string): Promise<readonly string[]> {
  const socket = net.connect({ port, host: from.includes(':') ? '::1' : '127.0.0.1', localAddress: from })
  const heard: string[] = []
  const lines = [`EHLO ${helo}`, `MAIL FROM:<${sender}>`, 'RCPT TO:<shop@mine.org>', 'QUIT']
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    for (let end = /^\d{3} .*\r\n/m.exec(text); end !== null; end = /^\d{3} .*\r\n/m.exec(text)) {
      heard.push(end[0].slice(0, 9).trim())
      text = text.slice(end.index + end[0].length)
      const next = lines.shift()
      if (next !== undefined) socket.write(`${next}\r\n`)
    }
  })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return heard.slice(2, 4)
}

const troubles = async (): Promise<Status> => {
  const { state, troubles: found } = await relay.json<Status>('status')
  return { state, troubles: found }
}

/** So many of these addresses get a greeting while all of them stay. */
async function greeted(addresses: readonly string[]): Promise<number> {
  const sockets = addresses.map((localAddress) => net.connect({ port, host: '::1', localAddress }))
  const first = sockets.map(
    (socket) =>
      new Promise<string>((resolve) => {
        socket.on('error', () => resolve(''))
        socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1').slice(0, 3)))
      }),
  )
  const answers = await Promise.all(first)
  for (const socket of sockets) socket.destroy()
  // The far end has to see that they are gone.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  return answers.filter((one) => one === '220').length
}

try {
  await relay.json('setting', 'set', 'sender-hourly-limit', '2')
  const steps: Record<string, unknown> = {}
  const local = []
  for (let i = 0; i < 4; i++) local.push((await handIn('127.0.0.1', 'localhost', 'cron@mine.org')).join(' '))
  steps['a program of this machine'] = { answers: local, ...(await troubles()) }
  steps['a stranger as this machine'] = {
    ...{ answers: await handIn('127.0.0.1', 'mail-1.google.com', 'ann@gmail.com') },
    ...(await troubles()),
  }
  const { out } = await relay.run('status')
  steps['status'] = out.split('\n').find((line) => line.startsWith('Trouble'))
  const hiding = []
  for (let i = 0; i < 3; i++) hiding.push((await handIn('127.0.0.1', 'localhost', 'bot@spam.net')).join(' '))
  steps['one that hides as well'] = hiding
  await handIn('::1', 'mail-2.google.com', 'bob@gmail.com')
  const log = await relay.json<{ outcome: string; reason: string; peer: string }[]>('log', '--reason', 'peers-hidden')
  steps['log'] = log.map(({ outcome, reason, peer }) => ({ outcome, reason, peer }))
  steps['a stranger with an address'] = {
    ...{ answers: await handIn(V4, 'mail-3.google.com', 'eve@gmail.com') },
    ...(await troubles()),
  }
  steps['one /64'] = await greeted(ends.map((end) => `${SUBNET}${end}`))
  steps['two subnets'] = await greeted([...ends.slice(0, 30).map((end) => `${SUBNET}${end}`), NEIGHBOUR])
  console.log(JSON.stringify({ steps }))
} finally {
  await relay.destroy()
}
process.exit(0)
