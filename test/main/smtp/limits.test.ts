// The bounds of the door, each one crossed: the clock is the test's own, so that minutes take none.
import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Door } from '../../../main/smtp/door.ts'
import type { MessageSink } from '../../../main/smtp/handler.ts'
import type { DoorLimits } from '../../../main/smtp/limits.ts'
import { bytes } from '../../../main/terms/brand.ts'
import { REPLIES } from '../../../main/terms/reply.ts'
import { Wire } from '../../world/dialogue.ts'
import { openOwnDoor, type OwnDoor } from '../../world/own-door.ts'

const MINUTE = 60_000
const doors: Door[] = []
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close(0)
})

async function open(limits: Partial<DoorLimits> = {}, sink: Partial<MessageSink> = {}): Promise<OwnDoor> {
  const opened = await openOwnDoor({ limits, sink })
  doors.push(opened.door)
  return opened
}

/** A client that has said DATA and may go on. */
async function inData(port: number): Promise<Wire> {
  const wire = await Wire.open(port)
  await wire.reply()
  for (const line of ['EHLO x.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>']) await wire.say(line)
  expect(await wire.say('DATA')).toMatch(/^354/)
  return wire
}

const settle = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

describe('time', () => {
  it('a client that says nothing for two minutes is let go', async () => {
    const { port, refused, pass } = await open()
    const wire = await Wire.open(port)
    await wire.reply()
    pass(2 * MINUTE + 1)
    expect(await wire.reply()).toMatch(/^421 4\.4\.2/)
    expect(refused).toEqual(['idle-timeout'])
  })

  it('a byte now and then does not keep a command open for longer than five minutes', async () => {
    const { port, refused, pass } = await open()
    const wire = await Wire.open(port)
    await wire.reply()
    for (let i = 0; i < 5; i++) {
      wire.send('N')
      await settle(30)
      pass(MINUTE)
      await settle(30)
    }
    expect(refused).toEqual([])
    pass(1000)
    expect(await wire.reply()).toMatch(/^421 4\.4\.2/)
  })

  it('a message that comes with less than 500 octets a second is cut off, one that is faster is not', async () => {
    const { port, refused, events, pass } = await open()
    const slow = await inData(port)
    const fast = await inData(port)
    slow.send('x'.repeat(100))
    fast.send(`${'x'.repeat(900)}\r\n`.repeat(100))
    await settle(50)
    pass(70_000)
    expect(await slow.reply()).toMatch(/^421 4\.4\.2 Data came too slowly/)
    expect(refused).toEqual(['data-too-slow'])
    await expect.poll(() => events).toContain('abandoned')
    expect(await fast.say('.')).toMatch(/^250/)
    fast.close()
  })

  it('a message takes half an hour at most, a session an hour, however much comes', async () => {
    const { port, refused, pass } = await open()
    const wire = await inData(port)
    for (let i = 0; i < 16 && refused.length === 0; i++) {
      wire.send(`${'x'.repeat(60_000)}\r\n`.repeat(2))
      await settle(40)
      pass(119_000)
      await settle(1100)
    }
    expect(refused).toEqual(['data-too-slow'])
    const other = await Wire.open(port)
    await other.reply()
    pass(60 * MINUTE + 1)
    expect(await other.reply()).toMatch(/^421/)
  }, 40_000)
})

describe('memory', () => {
  it('a disk that takes nothing stops the socket: a client cannot fill our memory', async () => {
    let release: () => void = () => undefined
    const stuck = new Promise<void>((resolve) => {
      release = resolve
    })
    const { port } = await open({ messageSize: bytes(200 * 1024 * 1024) }, { write: () => stuck })
    const socket = net.connect(port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.resume()
    socket.write('EHLO x.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n')
    await settle(300)
    const block = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(1000))
    for (let i = 0; i < 100; i++) socket.write(block)
    await settle(1500)
    // What left this end is in the kernel's buffers and ours: some megabytes at most, of 100.
    const left = socket.bytesWritten - socket.writableLength
    expect(left).toBeLessThan(16 * 1024 * 1024)
    release()
    socket.destroy()
  })

  it('answers that nobody reads, lines and messages without an end are all bounded', async () => {
    const { port, refused } = await open({ messageSize: bytes(100_000) })
    const long = await Wire.open(port)
    await long.reply()
    long.send('x'.repeat(10_000))
    expect(await long.reply()).toMatch(/^500 5\.5\.2 Line too long/)
    const endless = await inData(port)
    for (let i = 0; i < 400; i++) endless.send(`${'x'.repeat(998)}\r\n`)
    expect(await endless.reply()).toMatch(/^552 5\.3\.4/)
    expect(refused).toContain('too-big')
  })

  it('connections are counted, in all', async () => {
    const { port } = await open({ connections: 2 })
    const first = await Wire.open(port)
    const second = await Wire.open(port)
    await first.reply()
    await second.reply()
    const third = await Wire.open(port)
    expect(await third.reply()).toMatch(/^421 4\.7\.0/)
    first.close()
    second.close()
  })
})

describe('what a client shows to have read', () => {
  it.each([
    [
      'a command behind our answer',
      async (wire: Wire) => {
        await wire.say('NOOP')
      },
      ['followed'],
    ],
    [
      'the end of the connection',
      async (wire: Wire) => {
        wire.close()
        await settle(100)
      },
      ['ended'],
    ],
  ])('%s', async (_, act, expected) => {
    const { port, events } = await open()
    const wire = await inData(port)
    expect(await wire.say('.')).toMatch(/^250/)
    await act(wire)
    await expect.poll(() => events).toEqual(expected)
    wire.close()
  })

  it('a command that was sent before we answered shows nothing', async () => {
    const { port, events } = await open({}, { finish: () => settle(200).then(() => REPLIES.accepted) })
    const wire = await inData(port)
    wire.send('x\r\n.\r\nQUIT\r\n')
    expect(await wire.reply()).toMatch(/^250/)
    await expect.poll(() => events).toEqual(['ended'])
  })
})
