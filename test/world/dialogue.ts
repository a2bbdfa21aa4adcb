// SMTP dialogues as text: `C:` what we say, `S:` how the answer must begin. `C!` sends raw bytes (with \r \n \0 escapes) and no
// line end of its own; `E` waits for the server to end the connection. They can be run against any server.
import net from 'node:net'

export class Wire {
  private readonly socket: net.Socket
  private buffer = ''
  private ended = false
  private wake: () => void = () => undefined

  private constructor(socket: net.Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.buffer += text
      this.wake()
    })
    const end = (): void => {
      this.ended = true
      this.wake()
    }
    socket.on('close', end)
    socket.on('end', end)
    socket.on('error', end)
  }

  /** `from`: the address of this machine that the connection comes from; the system's choice where undefined. */
  static async open(port: number, host = '127.0.0.1', from?: string): Promise<Wire> {
    const socket = net.connect({ port, host, ...(from === undefined ? {} : { localAddress: from }) })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new Wire(socket)
  }

  send(text: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
  }

  /** The same with back-pressure, for what is large. */
  write(data: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed || this.socket.write(data)) resolve()
      else this.socket.once('drain', resolve)
    })
  }

  private async until<T>(look: () => T | undefined, timeout = 10_000): Promise<T> {
    const deadline = Date.now() + timeout
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (Date.now() > deadline) throw new Error(`timeout; so far: ${JSON.stringify(this.buffer)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100)
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** One whole reply, all its lines; `''` where the connection ended instead. */
  reply(timeout?: number): Promise<string> {
    return this.until(() => {
      const lines = this.buffer.split('\r\n')
      for (let i = 0; i < lines.length - 1; i++) {
        if (!/^\d{3} /.test(lines[i] ?? '')) continue
        this.buffer = lines.slice(i + 1).join('\r\n')
        return lines.slice(0, i + 1).join('\n')
      }
      return this.ended ? '' : undefined
    }, timeout)
  }

  /** Sends and waits until what came in matches; for protocols that are not SMTP. */
  exchange(text: string, until: RegExp): Promise<string> {
    if (text !== '') this.send(text)
    return this.until(() => {
      if (!until.test(this.buffer)) return this.ended ? '' : undefined
      const all = this.buffer
      this.buffer = ''
      return all
    })
  }

  async say(line: string): Promise<string> {
    this.send(`${line}\r\n`)
    return this.reply()
  }

  end(): Promise<true> {
    return this.until(() => (this.ended ? true : undefined))
  }

  close(): void {
    this.socket.destroy()
  }
}

function unescape(text: string): string {
  return text.replaceAll('\\r', '\r').replaceAll('\\n', '\n').replaceAll('\\0', '\0')
}

/** Runs a dialogue; throws at the first answer that is not as written. */
export async function runDialogue(port: number, script: string): Promise<void> {
  const wire = await Wire.open(port)
  try {
    for (const raw of script.split('\n')) {
      const line = raw.trim()
      if (line === '' || line.startsWith('#')) continue
      if (line.startsWith('C: ')) wire.send(`${unescape(line.slice(3))}\r\n`)
      else if (line === 'C:') wire.send('\r\n')
      else if (line.startsWith('C! ')) wire.send(unescape(line.slice(3)))
      else if (line === 'E') await wire.end()
      else if (line.startsWith('S: ')) {
        const answer = await wire.reply()
        const want = line.slice(3)
        if (!answer.split('\n').some((one) => one.startsWith(want)))
          throw new Error(`wanted "${want}", got "${answer}"`)
      } else throw new Error(`not a line of a dialogue: ${line}`)
    }
  } finally {
    wire.close()
  }
}
