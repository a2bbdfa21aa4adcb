// Clients that send and do not read: their answers wait in bounded memory, they are let go, and others are served meanwhile.
import net from 'node:net'
import tls from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import type { Door } from '../../../main/smtp/door.ts'
import { ANSWERS_WAITING, DOOR_LIMITS } from '../../../main/smtp/limits.ts'
import { Wire } from '../../world/dialogue.ts'
import { openOwnDoor, type OwnDoor, type OwnDoorOptions } from '../../world/own-door.ts'

const doors: Door[] = []
const sockets: net.Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const door of doors.splice(0)) await door.close(0)
})

async function open(options: OwnDoorOptions): Promise<OwnDoor> {
  const opened = await openOwnDoor(options)
  doors.push(opened.door)
  return opened
}

const settle = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))
/** An answer is one line, or the eight of EHLO. */
const ONE_ANSWER = 400

/** Sends the same for as long as it is taken, and reads nothing. */
function flood(socket: net.Socket, block: Buffer): void {
  sockets.push(socket)
  socket.on('error', () => undefined)
  socket.pause()
  const push = (): void => {
    while (socket.writable && socket.write(block));
    socket.once('drain', push)
  }
  push()
}

function connected(port: number): Promise<net.Socket> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket))
  })
}

/** Resolves when so many sessions are there and none of them gets on any more, or when far too much waits for them. */
async function stuck(door: Door, sessions: number): Promise<void> {
  await expect.poll(() => door.sessionCount, { timeout: 60_000 }).toBe(sessions)
  const far = sessions * 20 * ANSWERS_WAITING
  for (let quiet = 0, before = -1; quiet < 5 && door.answersWaiting < far; quiet++) {
    await settle(100)
    if (door.answersWaiting !== before) quiet = 0
    before = door.answersWaiting
  }
}

async function secured(port: number, implicit: boolean): Promise<tls.TLSSocket> {
  const plain = await connected(port)
  if (!implicit) {
    const heard = (): Promise<unknown> => new Promise((resolve) => plain.once('data', resolve))
    await heard()
    for (const line of ['EHLO x.test', 'STARTTLS']) {
      plain.write(`${line}\r\n`)
      await heard()
    }
  }
  return new Promise((resolve, reject) => {
    const secure = tls.connect({ socket: plain, rejectUnauthorized: false }, () => resolve(secure))
    secure.on('error', reject)
  })
}

describe('a client that sends commands and reads no answer', () => {
  // No bound on commands here: it is back-pressure alone that has to hold.
  const limits = { connections: 250, idleCommands: Infinity, deferrals: Infinity }

  it.each([
    [40, 'EHLO x.test'],
    [3, 'NOOP'],
    [3, 'HELP'],
    [3, 'RSET'],
    [3, 'VRFY me'],
  ])(
    '%i of them: no more of "%s" is read than they read answers, and an honest client is served',
    async (count, verb) => {
      const { door, port, refused, pass } = await open({ limits })
      const block = Buffer.from(`${verb}\r\n`.repeat(2000))
      const all = await Promise.all(Array.from({ length: count }, () => connected(port)))
      for (const socket of all) flood(socket, block)
      await stuck(door, count)
      expect(door.answersWaiting).toBeGreaterThan(count * ANSWERS_WAITING * 0.5)
      expect(door.answersWaiting).toBeLessThanOrEqual(count * (ANSWERS_WAITING + ONE_ANSWER))
      const honest = await Wire.open(port)
      await honest.reply()
      for (const line of ['EHLO y.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>'])
        expect(await honest.say(line)).toMatch(/^250/)
      expect(await honest.say('DATA')).toMatch(/^354/)
      expect(await honest.say('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250/)
      honest.close()
      pass(DOOR_LIMITS.idle + 1)
      // The honest one is gone as well; whoever does not read is told nothing, but the user is.
      await expect.poll(() => door.connectionCount).toBe(0)
      expect(refused).toEqual(Array.from({ length: count }, () => 'answers-unread'))
      expect(door.sessionCount).toBe(0)
    },
  )

  it.each([
    ['implicit TLS', true],
    ['STARTTLS', false],
  ])('nor behind %s', async (_, implicitTls) => {
    const { door, port, refused, pass } = await open({ limits, implicitTls, listener: 'submission' })
    const all = await Promise.all(Array.from({ length: 5 }, () => secured(port, implicitTls)))
    for (const socket of all) flood(socket, Buffer.from('EHLO x.test\r\n'.repeat(2000)))
    await stuck(door, 5)
    expect(door.answersWaiting).toBeGreaterThan(ANSWERS_WAITING)
    expect(door.answersWaiting).toBeLessThanOrEqual(5 * (ANSWERS_WAITING + ONE_ANSWER))
    pass(DOOR_LIMITS.idle + 1)
    await expect.poll(() => door.connectionCount).toBe(0)
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'answers-unread'))
  })

  it('goes on where it was when it reads after all: each command has its answer, in order', async () => {
    const { door, port } = await open({ limits })
    const socket = await connected(port)
    sockets.push(socket)
    socket.pause().setEncoding('latin1')
    const pairs = 50_000
    socket.write('EHLO x.test\r\nVRFY x\r\n'.repeat(pairs))
    await stuck(door, 1)
    expect(door.answersWaiting).toBeGreaterThan(0)
    const heard: string[] = []
    socket.on('data', (text: string) => heard.push(text))
    socket.write('QUIT\r\n')
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
    const last = heard
      .join('')
      .split('\r\n')
      .filter((line) => /^\d{3} /.test(line))
    const codes = last.map((line) => line.slice(0, 3))
    expect(codes.slice(0, 3)).toEqual(['220', '250', '252'])
    expect(codes.length).toBe(2 * pairs + 2)
    expect(codes.findIndex((code, i) => i > 0 && i <= 2 * pairs && code !== (i % 2 === 1 ? '250' : '252'))).toBe(-1)
    expect(codes.at(-1)).toBe('221')
  })
})

describe('commands that bring no mail', () => {
  it('five hundred of them end the session, and the log says so', async () => {
    const { port, refused } = await open({})
    const wire = await Wire.open(port)
    await wire.reply()
    expect(await wire.say('EHLO x.test')).toMatch(/^250/)
    for (let i = 1; i < 500; i++) expect(await wire.say(['NOOP', 'RSET', 'HELP'][i % 3] ?? '')).toMatch(/^2/)
    expect(await wire.say('NOOP')).toBe('421 4.7.0 Too many commands without a message')
    expect(await wire.end()).toBe(true)
    expect(refused).toEqual(['too-many-commands'])
  })

  it('a transaction that is begun and given up again and again is as good as none', async () => {
    const { port } = await open({})
    const wire = await Wire.open(port)
    await wire.reply()
    await wire.say('EHLO x.test')
    let answer = ''
    let rounds = 0
    for (; !answer.startsWith('421'); rounds++) {
      await wire.say('MAIL FROM:<a@b.test>')
      await wire.say('RCPT TO:<c@d.test>')
      answer = await wire.say('RSET')
    }
    expect(rounds).toBe(DOOR_LIMITS.idleCommands)
  })

  it('a sender that keeps its connection may send without end, with RSET and NOOP between its messages', async () => {
    const { port } = await open({})
    const wire = await Wire.open(port)
    await wire.reply()
    await wire.say('EHLO x.test')
    for (let i = 0; i < 300; i++) {
      for (const line of ['NOOP', 'RSET', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>'])
        expect(await wire.say(line)).toMatch(/^250/)
      await wire.say('DATA')
      expect(await wire.say('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250/)
    }
    expect(await wire.say('QUIT')).toMatch(/^221/)
  })
})

describe('a TLS handshake', () => {
  it('counts from the moment its socket is accepted', async () => {
    const { door, port } = await open({ implicitTls: true, limits: { connections: 3 } })
    const all = await Promise.all(Array.from({ length: 6 }, () => connected(port)))
    sockets.push(...all)
    const ended = all.map((socket) => {
      socket.on('error', () => undefined)
      return new Promise<boolean>((resolve) => {
        socket.resume().once('close', () => resolve(true))
        setTimeout(() => resolve(false), 1000)
      })
    })
    expect((await Promise.all(ended)).filter((one) => one)).toHaveLength(3)
    expect(door.connectionCount).toBe(3)
    expect(door.sessionCount).toBe(0)
  })

  it.each([
    ['that says nothing', ''],
    ['that comes an octet at a time', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(400, '\x00')],
  ])('%s has its own deadline, which no octet puts off', async (_, hello) => {
    const { door, port } = await open({ implicitTls: true, limits: { handshake: 700 as typeof DOOR_LIMITS.handshake } })
    const socket = await connected(port)
    sockets.push(socket)
    socket.on('error', () => undefined)
    const from = performance.now()
    const closed = new Promise((resolve) => socket.resume().once('close', resolve))
    const octets = Buffer.from(hello, 'latin1').values()
    const timer = setInterval(() => {
      const { value } = octets.next()
      if (value !== undefined && !socket.destroyed) socket.write(Buffer.of(value))
    }, 50)
    await closed
    clearInterval(timer)
    expect(performance.now() - from).toBeGreaterThan(600)
    await expect.poll(() => door.connectionCount).toBe(0)
  })

  it('behind STARTTLS too, and its session is counted to the end', async () => {
    const { door, port, refused } = await open({ limits: { handshake: 500 as typeof DOOR_LIMITS.handshake } })
    const wire = await Wire.open(port)
    await wire.reply()
    await wire.say('EHLO x.test')
    expect(await wire.say('STARTTLS')).toMatch(/^220/)
    expect(door.connectionCount).toBe(1)
    await wire.end()
    expect(refused).toEqual(['tls-failed'])
    await expect.poll(() => door.connectionCount).toBe(0)
  })

  it.each([true, false])(
    'that succeeds leaves nothing counted behind its session (implicit: %s)',
    async (implicitTls) => {
      const { door, port } = await open({ implicitTls })
      const secure = await secured(port, implicitTls)
      expect(door.connectionCount).toBe(1)
      secure.resume().end('QUIT\r\n')
      await expect.poll(() => door.connectionCount).toBe(0)
    },
  )

  it('does not hold up the end of the relay', async () => {
    const { door, port } = await openOwnDoor({ implicitTls: true })
    sockets.push(await connected(port), await connected(port))
    await settle(100)
    const from = performance.now()
    await door.close(60_000)
    expect(performance.now() - from).toBeLessThan(30_000)
    await expect.poll(() => door.connectionCount).toBe(0)
  })
})

describe('silence behind AUTH', () => {
  it('is no longer than before any other line', async () => {
    const { port, refused, pass } = await open({ implicitTls: true, listener: 'submission' })
    const secure = await secured(port, true)
    sockets.push(secure)
    let heard = ''
    secure.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
    secure.write('EHLO x.test\r\n')
    await expect.poll(() => heard).toMatch(/^250 /m)
    secure.write('AUTH LOGIN\r\n')
    await expect.poll(() => heard).toMatch(/^334 /m)
    pass(DOOR_LIMITS.idle + 1)
    await expect.poll(() => refused).toEqual(['idle-timeout'])
    await expect.poll(() => heard).toMatch(/^421 4\.4\.2/m)
  })
})
