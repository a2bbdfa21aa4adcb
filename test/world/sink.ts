// The mailbox provider on the other side: takes every mail and remembers it byte for byte. Can be told to refuse.
import { SMTPServer } from 'smtp-server'

export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly secure: boolean
  readonly helo: string
}

export interface Sink {
  readonly port: number
  readonly mails: Received[]
  /** Waits until `count` mails are there. */
  waitFor(count: number, timeout?: number): Promise<readonly Received[]>
  /** What RCPT answers from now on; undefined accepts. */
  refuse(error: { readonly code: number; readonly message: string } | undefined): void
  close(): Promise<void>
}

export async function startSink(
  options: { port?: number; host?: string; key?: string; cert?: string; login?: { user: string; pass: string } } = {},
): Promise<Sink> {
  const mails: Received[] = []
  let refusal: { readonly code: number; readonly message: string } | undefined
  let wake: () => void = () => undefined
  const tls = options.key === undefined ? {} : { key: options.key, cert: options.cert }
  const server = new SMTPServer({
    ...tls,
    disabledCommands: [
      ...(options.key === undefined ? ['STARTTLS'] : []),
      ...(options.login === undefined ? ['AUTH'] : []),
    ],
    authOptional: options.login === undefined,
    logger: false,
    size: 200 * 1024 * 1024,
    onAuth(auth, _session, done) {
      if (auth.username === options.login?.user && auth.password === options.login?.pass)
        done(null, { user: auth.username })
      else done(new Error('bad login'))
    },
    onRcptTo(_address, _session, done) {
      if (refusal === undefined) done()
      else done(Object.assign(new Error(refusal.message), { responseCode: refusal.code }))
    },
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (chunk: Buffer) => pieces.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((one) => one.address),
          raw: Buffer.concat(pieces),
          secure: session.secure,
          helo: String(session.hostNameAppearsAs),
        })
        done()
        wake()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails,
    refuse(error) {
      refusal = error
    },
    async waitFor(count, timeout = 15_000) {
      const until = Date.now() + timeout
      while (mails.length < count) {
        if (Date.now() > until) throw new Error(`${mails.length} of ${count} mails arrived within ${timeout} ms`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 100)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return mails
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}
