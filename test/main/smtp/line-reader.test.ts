// Lines and bytes as they come off a socket: the result depends on no chunk, and neither the work nor the memory on how small they are.
import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ByteSource } from '../../../main/smtp/byte-source.ts'
import { readLine, type Line } from '../../../main/smtp/line-reader.ts'

class FakeSocket extends EventEmitter {
  paused = false
  pause(): void {
    this.paused = true
  }
  resume(): void {
    this.paused = false
  }
  isPaused(): boolean {
    return this.paused
  }
}

function source(): { readonly socket: FakeSocket; readonly bytes: ByteSource } {
  const socket = new FakeSocket()
  return { socket, bytes: new ByteSource(socket as unknown as Socket, () => 0) }
}

function cut(text: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, i = 0; at < text.length; i++) {
    const size = sizes.length === 0 ? text.length : (sizes[i % sizes.length] ?? 1)
    chunks.push(Buffer.from(text.subarray(at, at + size)))
    at += size
  }
  return chunks
}

async function lines(bytes: ByteSource, max: number): Promise<string[]> {
  const found: string[] = []
  for (;;) {
    const line: Line = await readLine(bytes, max)
    found.push(line.kind === 'line' ? `line ${line.text.toString('latin1')}` : line.kind)
    if (line.kind === 'end' || line.kind === 'too-long') return found
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a line', () => {
  it('is the same however its bytes were cut, whether they wait or come one by one', async () => {
    const text = fc
      .array(fc.constantFrom('\r\n', '\r\n', '\r', '\n', '\0', 'A', 'EHLO x.test', 'x'.repeat(30)), { maxLength: 40 })
      .map((parts) => Buffer.from(parts.join(''), 'latin1'))
    const sizes = fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(text, sizes, fc.boolean(), async (whole, some, waits) => {
        const one = source()
        one.socket.emit('data', Buffer.from(whole))
        one.socket.emit('end')
        const other = source()
        const feed = async (): Promise<void> => {
          for (const chunk of cut(whole, some)) {
            other.socket.emit('data', chunk)
            if (!waits) await new Promise((resolve) => setImmediate(resolve))
          }
          other.socket.emit('end')
        }
        const fed = feed()
        expect(await lines(other.bytes, 64)).toEqual(await lines(one.bytes, 64))
        await fed
      }),
    )
  })

  it.each([2048, 12_288])('of %i octets that come one at a time is copied a fixed number of times', async (size) => {
    const concats = vi.spyOn(Buffer, 'concat')
    const copies = vi.spyOn(Buffer.prototype, 'copy')
    const { socket, bytes } = source()
    const read = readLine(bytes, size)
    for (let i = 0; i < size - 2; i++) {
      socket.emit('data', Buffer.from('x'))
      await Promise.resolve()
    }
    socket.emit('data', Buffer.from('\r\n'))
    expect(await read).toMatchObject({ kind: 'line' })
    const joined = concats.mock.calls.flatMap(([list]) => list.map(({ length }) => length))
    const moved = copies.mock.results.map(({ value }) => Number(value))
    const copied = [...joined, ...moved].reduce((sum, one) => sum + one, 0)
    expect(copied).toBeGreaterThan(0)
    expect(copied).toBeLessThan(6 * size)
  })
})

describe('bytes that wait', () => {
  it('take about as much memory as they are, however small the chunks they came in', async () => {
    const { socket, bytes } = source()
    let sent = 0
    for (; !socket.paused; sent++) socket.emit('data', Buffer.from([sent & 0xff]))
    expect(sent).toBeGreaterThan(32 * 1024)
    expect(bytes.pieces).toBeLessThan(10)
    // Nothing was lost, changed or put out of order.
    const all: Buffer[] = []
    for (let size = 0; size < sent; size += all.at(-1)?.length ?? 0) all.push((await bytes.read()) ?? Buffer.alloc(0))
    expect(Buffer.concat(all).every((octet, i) => octet === (i & 0xff))).toBe(true)
    expect(new Set(all.map((one) => one.buffer)).size).toBeLessThan(10)
    expect(socket.paused).toBe(false)
  })

  it('are not written over by what comes when they have been read', async () => {
    const { socket, bytes } = source()
    const kept: Buffer[] = []
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < 50; i++) socket.emit('data', Buffer.from([round]))
      kept.push((await bytes.read()) ?? Buffer.alloc(0))
      const more = await bytes.read()
      if (more !== undefined) {
        kept.push(more.subarray(0, 10))
        bytes.unread(more.subarray(10))
        socket.emit('data', Buffer.from([round]))
      }
      while (bytes.hasBuffered) kept.push((await bytes.read()) ?? Buffer.alloc(0))
    }
    const rounds = Buffer.concat(kept)
    expect(rounds.length).toBe(200 * 51)
    expect(rounds.every((octet, i) => octet === Math.floor(i / 51))).toBe(true)
  })
})
