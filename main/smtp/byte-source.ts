// Reading a socket by asking for it: nothing is read ahead but one small buffer, so a client that sends faster than the disk
// takes it is slowed down by TCP itself.
import type { Socket } from 'node:net'

/** Above this the socket is paused. One read of Node's takes 64 KiB: so much waits while as much is being worked on. */
const HIGH_WATER = 32 * 1024
/** Octets that are read and dropped after the end of a session. */
const DISCARDED = 64 * 1024
/** Waiting chunks smaller than this are joined: a Buffer of one octet takes about 100 octets of memory. */
const SMALL = 1024
const SLAB = 8 * 1024

export class ByteSource {
  private readonly chunks: Buffer[] = []
  private size = 0
  private ended = false
  private wake: (() => void) | undefined
  /** Small chunks are joined here. Octets before `used` are never overwritten. */
  private slab: Buffer = Buffer.alloc(0)
  private used = 0
  /** When the last byte came, by the clock that was handed in. */
  lastByteAt: number
  /** Octets received in all. */
  received = 0

  private readonly socket: Socket
  private readonly now: () => number

  constructor(socket: Socket, now: () => number) {
    this.socket = socket
    this.now = now
    this.lastByteAt = now()
    socket.on('data', this.onData)
    socket.once('end', this.onEnd)
    socket.once('close', this.onEnd)
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.chunks.length > 0 && chunk.length < SMALL) this.join(chunk)
    else this.chunks.push(chunk)
    this.size += chunk.length
    this.received += chunk.length
    this.lastByteAt = this.now()
    if (this.size > HIGH_WATER) this.socket.pause()
    this.wake?.()
  }

  /** Appends a small chunk to the last chunk if that lies at the end of the slab, else adds a chunk. Each octet is copied once. */
  private join(chunk: Buffer): void {
    if (this.slab.length - this.used < chunk.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB)
      this.used = 0
    }
    const from = this.used
    chunk.copy(this.slab, from)
    this.used += chunk.length
    const last = this.chunks.at(-1)
    const start = last?.buffer === this.slab.buffer ? last.byteOffset : -1
    if (last !== undefined && start >= 0 && start + last.length === from)
      this.chunks[this.chunks.length - 1] = this.slab.subarray(start, this.used)
    else this.chunks.push(this.slab.subarray(from, this.used))
  }

  private readonly onEnd = (): void => {
    this.ended = true
    this.wake?.()
  }

  /** True while bytes wait that nobody has read: a client that pipelines. */
  get hasBuffered(): boolean {
    return this.size > 0
  }

  /** In how many pieces they wait. */
  get pieces(): number {
    return this.chunks.length
  }

  /** The next bytes; undefined once the other side has said its last. */
  async read(): Promise<Buffer | undefined> {
    while (this.chunks.length === 0) {
      if (this.ended) return undefined
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
      this.wake = undefined
    }
    const chunk = this.chunks.shift()
    if (chunk === undefined) return undefined
    this.size -= chunk.length
    if (this.size <= HIGH_WATER && this.socket.isPaused()) this.socket.resume()
    return chunk
  }

  /** Puts bytes back in front. */
  unread(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.chunks.unshift(chunk)
    this.size += chunk.length
  }

  /**
   * Drops up to DISCARDED octets that still arrive. Closing a socket with unread bytes sends a reset, and the client might lose our last
   * response (RFC 1122 §4.2.2.13).
   */
  discard(): void {
    this.socket.off('data', this.onData)
    this.chunks.length = 0
    this.size = 0
    let thrown = 0
    this.socket.on('data', (chunk: Buffer) => {
      thrown += chunk.length
      if (thrown > DISCARDED) this.socket.pause()
    })
    this.socket.resume()
  }

  /** Lets go of the socket, so that TLS can take it over: what comes from now on waits in the socket itself. */
  detach(): void {
    this.socket.off('data', this.onData)
    this.socket.off('end', this.onEnd)
    this.socket.off('close', this.onEnd)
    this.socket.pause()
  }
}
