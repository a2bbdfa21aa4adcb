// Writes responses no faster than the client reads them, so that only a bounded number of octets waits in memory.
import type { Socket } from 'node:net'
import { ANSWERS_WAITING } from './limits.ts'

export class Answers {
  private readonly socket: Socket
  private text = ''

  constructor(socket: Socket) {
    this.socket = socket
  }

  add(text: string): void {
    this.text += text
  }

  /** True when the client has to read before its next command is read. */
  get isFull(): boolean {
    return this.text.length >= ANSWERS_WAITING
  }

  /** Octets that the kernel has not accepted yet. */
  get waiting(): number {
    return this.text.length + this.socket.writableLength
  }

  /** Writes without waiting: for the last response of a session. */
  send(): void {
    void this.flush()
  }

  /** Resolves when the kernel has accepted every octet, or the socket is closed. Never rejects. */
  flush(): Promise<void> {
    const { socket, text } = this
    this.text = ''
    if (!socket.writable || (text === '' && socket.writableLength === 0)) return Promise.resolve()
    return new Promise((resolve) => {
      socket.write(text, () => {
        resolve()
      })
    })
  }
}
