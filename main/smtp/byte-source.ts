// Reading a socket by asking for it: nothing is read ahead but one small buffer, so a client that sends faster than the disk
// takes it is slowed down by TCP itself.
import type { Socket } from 'node:net'

/** Above this the socket is paused. */
const HIGH_WATER = 128 * 1024

export class ByteSource {
  private readonly chunks: Buffer[] = []
  private size = 0
  private ended = false
  private wake: (() => void) | undefined
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
    this.chunks.push(chunk)
    this.size += chunk.length
    this.received += chunk.length
    this.lastByteAt = this.now()
    if (this.size > HIGH_WATER) this.socket.pause()
    this.wake?.()
  }

  private readonly onEnd = (): void => {
    this.ended = true
    this.wake?.()
  }

  /** True while bytes wait that nobody has read: a client that pipelines. */
  get hasBuffered(): boolean {
    return this.size > 0
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

  /** Lets go of the socket, so that TLS can take it over. */
  detach(): void {
    this.socket.off('data', this.onData)
    this.socket.off('end', this.onEnd)
    this.socket.off('close', this.onEnd)
  }
}
