// What a far end does wrong at each verb, and what becomes of the message: only a refusal of the message itself is for good, everything else is
// tried again, and nothing is waited for without an end.
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { SmtpClients, type Target } from '../../../main/delivery/smtp-client.ts'
import type { Outgoing } from '../../../main/delivery/outgoing.ts'
import { GOOD, misbehave, VERBS, WAYS, type Verb, type Way } from '../../torture/far-end.ts'
import type { Address } from '../../../main/terms/address.ts'

/** Silence is waited for longer than a test is. */
const LOUD = WAYS.filter((way) => way !== 'nothing' && way !== 'drop before 250')

function converse(socket: net.Socket, verb: Verb, way: Way): void {
  let text = ''
  let inData = false
  const answer = (name: string): void => {
    if (name === verb) misbehave(socket, way)
    else socket.write(GOOD[name] ?? '500 what\r\n')
  }
  const line = (name: string): void => {
    const isRefused = name === 'DATA' && (verb === 'RCPT' || verb === 'MAIL')
    inData = name === 'DATA' && verb !== 'DATA' && !isRefused
    if (name === 'QUIT') socket.end('221 bye\r\n')
    else if (name === 'RSET') socket.write('250 ok\r\n')
    else if (isRefused) socket.write('554 5.5.1 no valid recipients\r\n')
    else answer(name === 'HELO' ? 'EHLO' : name)
  }
  answer('greeting')
  socket.on('error', () => undefined)
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    for (;;) {
      if (inData && verb === 'body' && text.length > 200) {
        misbehave(socket, way)
        socket.end()
        return
      }
      const end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const name = text.slice(0, 4).toUpperCase()
      text = text.slice(end + (inData ? 5 : 2))
      if (inData) answer('end')
      else line(name)
      if (name !== 'DATA') inData = false
    }
  })
}

const mail: Outgoing = {
  reversePath: 'a@b.test' as Address,
  forwardPath: 'me@far.test' as Address,
  header: Buffer.from('Subject: x\r\n\r\n'),
  async *body() {
    yield await Promise.resolve(Buffer.from(`${'x'.repeat(70)}\r\n`.repeat(50)))
  },
  size: 3600,
  needsUtf8: false,
}

async function deliver(verb: Verb, way: Way): Promise<string> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    converse(socket, verb, way)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clients = new SmtpClients(() => Date.now())
  const { port } = server.address() as net.AddressInfo
  const target: Target = {
    ...{
      address: '127.0.0.1',
      host: 'far.test',
      port,
      ehlo: 'mail.here.test',
      implicit: false,
      requirement: { level: 'none', why: 'loopback' },
    },
    ...{ pins: [], ca: undefined, credentials: undefined },
  }
  try {
    const { outcome, answer } = await clients.deliver(target, mail)
    return `${outcome} ${answer}`
  } finally {
    clients.close()
    for (const one of sockets) one.destroy()
    server.close()
  }
}

describe('a far end that does wrong', () => {
  it.each(VERBS.flatMap((verb) => LOUD.map((way) => [way, verb] as const)))('%s at %s', async (way, verb) => {
    const isAboutTheMessage = way === '5xx' && verb !== 'greeting' && verb !== 'EHLO'
    const found = await deliver(verb, way)
    expect(found).toMatch(isAboutTheMessage ? /^failed 550 5\.7\.1/ : /^deferred /)
    if (way === '4xx') expect(found).toContain('451 4.3.0 not now')
  })
})
