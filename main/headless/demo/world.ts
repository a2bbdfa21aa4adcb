// The other side of the demo: a small world outside on free loopback ports. A server that takes mail (smtp-server, as a user of
// that package would run it) and a client that sends some (nodemailer).
import { SMTPServer } from 'smtp-server'
import nodemailer from 'nodemailer'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
}

export interface World {
  readonly port: number
  /** The next mail that arrives for `recipient`; rejects after `timeout` milliseconds. */
  next(recipient: string, timeout: number): Promise<ReceivedMail>
  close(): Promise<void>
}

const MAX_MAIL = 1024 * 1024

export async function startWorld(): Promise<World> {
  const received: ReceivedMail[] = []
  let wake: () => void = () => undefined
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      let size = 0
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= MAX_MAIL) pieces.push(chunk)
      })
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        received.push({ from, to: rcptTo.map((one) => one.address), raw: Buffer.concat(pieces) })
        done()
        wake()
      })
    },
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    async next(recipient, timeout) {
      const until = Date.now() + timeout
      for (;;) {
        const at = received.findIndex((one) => one.to.includes(recipient))
        const [mail] = at < 0 ? [] : received.splice(at, 1)
        if (mail !== undefined) return mail
        if (Date.now() > until) throw new Error(`no mail for ${recipient} within ${timeout / 1000} seconds`)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 250)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
      }),
  }
}

export interface SendOptions {
  readonly port: number
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly message: string
  readonly login?: { readonly user: string; readonly pass: string }
}

/** Sends one message; the server's answer to it. With a login: STARTTLS first, as a mail program does. */
export async function send(options: SendOptions): Promise<string> {
  const { port, login, envelope, message } = options
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port,
    name: 'mail.shop.example',
    ignoreTLS: login === undefined,
    requireTLS: login !== undefined,
    tls: { rejectUnauthorized: false },
    ...(login === undefined ? {} : { auth: login }),
  })
  try {
    const sent: unknown = await transport.sendMail({
      envelope: { from: envelope.from, to: [...envelope.to] },
      raw: message,
    })
    return typeof sent === 'object' && sent !== null && 'response' in sent ? String(sent.response) : ''
  } finally {
    transport.close()
  }
}
