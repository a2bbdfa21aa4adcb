// Seven addresses with 30 connections each held every place of a listener for an hour, and every other client got 421. Who holds the most
// gives way now, with connections that do nothing; transactions go on.
import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Door } from '../../../main/smtp/door.ts'
import { DOOR_LIMITS } from '../../../main/smtp/limits.ts'
import { Wire } from '../../world/dialogue.ts'
import { openOwnDoor, type OwnDoor, type OwnDoorOptions } from '../../world/own-door.ts'

const HOST = '127.0.0.1'
const HONEST = '127.0.0.99'
const doors: Door[] = []
const wires: Wire[] = []
const sockets: net.Socket[] = []
afterEach(async () => {
  for (const wire of wires.splice(0)) wire.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const door of doors.splice(0)) await door.close(0)
})

async function open(options: OwnDoorOptions = {}): Promise<OwnDoor> {
  const opened = await openOwnDoor(options)
  doors.push(opened.door)
  return opened
}

async function connect(port: number, from: string, lines: readonly string[] = []): Promise<Wire> {
  const wire = await Wire.open(port, HOST, from)
  wires.push(wire)
  if (lines.length > 0) await wire.reply()
  for (const line of lines) expect(await wire.say(line)).toMatch(/^[23]/)
  return wire
}

/** Seven peers, 210 connections, of which 200 have a place. */
async function fill(port: number, lines: readonly string[]): Promise<Wire[]> {
  const all: Wire[] = []
  for (let i = 0; i < 200; i++) all.push(await connect(port, `127.0.6.${(i % 7) + 1}`, lines))
  return all
}

const ENVELOPE = ['EHLO x.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>']

/** Sends a message from an address of its own; the answer to each step. */
async function sendMail(port: number, from = HONEST): Promise<string> {
  const wire = await connect(port, from)
  const greeting = await wire.reply()
  if (!greeting.startsWith('220')) return greeting
  for (const line of [...ENVELOPE, 'DATA']) await wire.say(line)
  return wire.say('Subject: x\r\n\r\nx\r\n.')
}

describe('a listener that is full', () => {
  it.each(['inbound', 'submission'] as const)('%s: takes a new peer for the oldest idle one', async (listener) => {
    const { door, port, refused } = await open({ listener })
    const held = await fill(port, ['EHLO x.test', 'NOOP'])
    expect(door.connectionCount).toBe(DOOR_LIMITS.connections)
    const honest = await connect(port, HONEST)
    expect(await honest.reply()).toMatch(/^220/)
    expect(await honest.say('EHLO y.test')).toMatch(/^250/)
    // 127.0.6.1 to .4 hold 29 each, the others 28: the first connection of all is the oldest one.
    expect(await held[0]?.reply()).toBe('421 4.3.2 Too busy, idle connections are closed')
    expect(await held[0]?.end()).toBe(true)
    expect(await held[1]?.say('NOOP')).toMatch(/^250/)
    expect(door.connectionCount).toBe(DOOR_LIMITS.connections)
    expect(refused).toEqual([])
  })

  it('serves a whole crowd of honest clients, each of which keeps its connection', async () => {
    const { door, port } = await open()
    await fill(port, ['EHLO x.test'])
    for (let i = 0; i < 30; i++) expect(await sendMail(port, `127.0.7.${i + 1}`)).toMatch(/^250/)
    expect(door.connectionCount).toBe(DOOR_LIMITS.connections)
    // The attacker comes back with as many as each honest client has, and with more: nobody honest is displaced for it.
    for (let i = 0; i < 30; i++) await connect(port, '127.0.6.1')
    const own = wires.slice(200, 230)
    for (const wire of own) expect(await wire.say('NOOP')).toMatch(/^250/)
  })

  it('displaces no transaction, no message on its way and nobody who holds as few', async () => {
    const { port, pass } = await open({ limits: { connections: 4 } })
    const begun = await connect(port, '127.0.6.1', ENVELOPE)
    const sending = await connect(port, '127.0.6.1', [...ENVELOPE, 'DATA'])
    const other = await connect(port, '127.0.6.1', ENVELOPE)
    const few = await connect(port, '127.0.6.2', ['EHLO x.test'])
    const second = await connect(port, '127.0.6.2')
    expect(await second.reply()).toMatch(/^421 4\.7\.0/)
    // The only one that is idle.
    expect(await sendMail(port)).toMatch(/^250/)
    expect(await few.reply()).toMatch(/^421 4\.3\.2/)
    for (const wire of [begun, other]) expect(await wire.say('DATA')).toMatch(/^354/)
    for (const wire of [begun, sending, other]) expect(await wire.say('x\r\n.')).toMatch(/^250/)
    pass(0)
  })

  it('takes MAIL for no excuse: an envelope that takes longer than a minute gives way', async () => {
    const { port, pass } = await open({ limits: { connections: 3 } })
    const slow: Wire[] = []
    for (let i = 0; i < 3; i++) slow.push(await connect(port, '127.0.6.1', ENVELOPE))
    expect(await sendMail(port)).toMatch(/^421 4\.7\.0/)
    pass(DOOR_LIMITS.envelope + 1)
    for (const wire of slow) for (const line of ['RSET', 'MAIL FROM:<a@b.test>']) await wire.say(line)
    expect(await sendMail(port)).toMatch(/^250/)
    expect(await slow[0]?.reply()).toMatch(/^421 4\.3\.2/)
  })

  it('displaces clients that do not read, and TLS handshakes that never end', async () => {
    const { door, port } = await open({ limits: { connections: 6, idleCommands: Infinity } })
    for (let i = 0; i < 3; i++) {
      const socket = net.connect({ port, host: HOST, localAddress: '127.0.6.1' })
      sockets.push(socket)
      socket.on('error', () => undefined)
      socket.pause()
      socket.write('EHLO x.test\r\n'.repeat(400_000))
    }
    for (let i = 0; i < 3; i++) await connect(port, '127.0.6.1', ['EHLO x.test', 'STARTTLS'])
    await expect.poll(() => door.answersWaiting).toBeGreaterThan(3 * 16_000)
    for (let i = 0; i < 5; i++) {
      const wire = await connect(port, `127.0.7.${i + 1}`, ['EHLO y.test'])
      expect(await wire.say('NOOP')).toMatch(/^250/)
    }
    await expect.poll(() => door.connectionCount).toBe(6)
  })

  it('behind implicit TLS, displaces handshakes', async () => {
    const { door, port } = await open({ implicitTls: true, limits: { connections: 3 } })
    const silent: Wire[] = []
    for (let i = 0; i < 3; i++) silent.push(await connect(port, '127.0.6.1'))
    await connect(port, HONEST)
    expect(await silent[0]?.end()).toBe(true)
    expect(door.connectionCount).toBe(3)
  })
})

describe('a client that sends no mail', () => {
  it('is let go after three minutes, whatever else it says; one that sends mail is not', async () => {
    const { port, pass, refused } = await open()
    const idle = await connect(port, HOST, ['EHLO x.test'])
    const sender = await connect(port, HOST, ['EHLO x.test'])
    for (let passed = 0; passed < DOOR_LIMITS.withoutMail; passed += 60_000) {
      expect(await idle.say('NOOP')).toMatch(/^250/)
      for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']) await sender.say(line)
      expect(await sender.say('x\r\n.')).toMatch(/^250/)
      pass(60_000)
    }
    pass(1)
    expect(await idle.reply()).toMatch(/^421 4\.4\.2/)
    expect(refused).toEqual(['idle-timeout'])
    expect(await sender.say('NOOP')).toMatch(/^250/)
  })
})
