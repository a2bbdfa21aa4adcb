// The mailbox provider on the other side: takes every mail and remembers it byte for byte. Can be told to refuse.
import { SMTPServer } from 'smtp-server'

export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly secure: boolean
  readonly helo: string
}

export interface Refusal {
  readonly code: number
  readonly message: string
  /** Only this recipient. */
  readonly only?: string
}

export interface Sink {
  readonly port: number
  readonly mails: Received[]
  /** Waits until `count` mails are there. */
  waitFor(count: number, timeout?: number): Promise<readonly Received[]>
  /** What RCPT answers from now on; undefined accepts. */
  refuse(error: Refusal | undefined): void
  close(): Promise<void>
}

export interface SinkOptions {
  readonly port?: number
  readonly host?: string
  readonly key?: string
  readonly cert?: string
  readonly login?: { readonly user: string; readonly pass: string }
  /** It offers neither 8BITMIME nor SMTPUTF8. */
  readonly sevenBit?: boolean
}

interface State {
  readonly mails: Received[]
  refusal: Refusal | undefined
  wake: () => void
}

function makeServer(options: SinkOptions, state: State): SMTPServer {
  const { key, cert, login } = options
  return new SMTPServer({
    ...(key === undefined ? {} : { key, cert }),
    disabledCommands: [...(key === undefined ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    authOptional: login === undefined,
    logger: false,
    size: 200 * 1024 * 1024,
    ...(options.sevenBit === true ? { hide8BITMIME: true, hideSMTPUTF8: true } : {}),
    onAuth(auth, _session, done) {
      if (auth.username === login?.user && auth.password === login?.pass) done(null, { user: auth.username })
      else done(new Error('bad login'))
    },
    onRcptTo({ address }, _session, done) {
      if (state.refusal === undefined || (state.refusal.only ?? address) !== address) done()
      else done(Object.assign(new Error(state.refusal.message), { responseCode: state.refusal.code }))
    },
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (chunk: Buffer) => pieces.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const { secure, hostNameAppearsAs: helo } = session
        state.mails.push({ from, to: rcptTo.map((one) => one.address), raw: Buffer.concat(pieces), secure, helo })
        done()
        state.wake()
      })
    },
  })
}

async function waitForMails(state: State, count: number, timeout: number): Promise<readonly Received[]> {
  const until = Date.now() + timeout
  while (state.mails.length < count) {
    if (Date.now() > until) throw new Error(`${state.mails.length} of ${count} mails arrived within ${timeout} ms`)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 100)
      state.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  return state.mails
}

export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const state: State = { mails: [], refusal: undefined, wake: () => undefined }
  const server = makeServer(options, state)
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mails: state.mails,
    refuse(error) {
      state.refusal = error
    },
    waitFor: (count, timeout = 15_000) => waitForMails(state, count, timeout),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}
