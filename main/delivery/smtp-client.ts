// One SMTP conversation with a far server: nodemailer's connection, with our TLS decisions and bounds around it.
// Connections are kept for a moment, since mail to one place tends to come together.
import { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { Failure, messageOf } from '../terms/failure.ts'
import type { DeliveryOutcome, Outgoing } from './outgoing.ts'
import type { RouteTls } from './route.ts'

export interface Target {
  /** The name that a certificate has to bear; also the SNI. */
  readonly host: string
  /** The address to connect to. */
  readonly address: string
  readonly port: number
  readonly tls: RouteTls
  /** Whether the certificate must fit. */
  readonly verify: boolean
  readonly credentials: { readonly user: string; readonly password: string } | undefined
  /** Our EHLO name. */
  readonly ehlo: string
}

const CONNECT_TIMEOUT = 30_000 // RFC 5321 §4.5.3.2 has no connect timeout; half a minute finds a host that is there
const GREETING_TIMEOUT = 60_000
/** RFC 5321 §4.5.3.2.6: ten minutes for the answer to the final dot. */
const SOCKET_TIMEOUT = 10 * 60_000
const IDLE_LIFE = 2000
const MAX_IDLE_PER_TARGET = 10
const MAX_MESSAGES = 100

interface SmtpError extends Error {
  readonly code?: string
  readonly response?: string | false
  readonly responseCode?: number
  readonly command?: string
}

interface Idle {
  readonly connection: SMTPConnection
  readonly used: number
  readonly timer: NodeJS.Timeout
}

const TLS_OPTIONS = { minVersion: 'TLSv1.2' } as const

function describe(target: Target): string {
  const address = target.address.includes(':') ? `[${target.address}]` : target.address
  return target.host === target.address ? `${address}:${target.port}` : `${target.host} (${address}):${target.port}`
}

function tlsOf(connection: SMTPConnection): string {
  const socket = connection._socket
  if (!connection.secure || !socket || !('getCipher' in socket)) return ''
  const secure = socket as TLSSocket
  return `${secure.getProtocol() ?? 'TLS'} ${secure.getCipher().name}`
}

export class SmtpClients {
  private readonly idle = new Map<string, Idle[]>()

  /** Delivers one message. Never rejects: what went wrong is in the outcome. */
  async deliver(target: Target, mail: Outgoing): Promise<DeliveryOutcome> {
    const key = JSON.stringify([target.address, target.port, target.tls, target.host, target.credentials?.user])
    let kept = this.take(key)
    if (kept !== undefined) {
      const outcome = await this.send(target, kept, mail, key)
      // A kept connection that the far side closed meanwhile says nothing about the message: it gets a fresh one.
      if (outcome.reason !== 'connection-lost') return outcome
      kept = undefined
    }
    let connection: SMTPConnection
    try {
      connection = await this.open(target)
    } catch (error) {
      return { ...failureOf(error, target, ''), reached: false }
    }
    return this.send(target, { connection, used: 0 }, mail, key)
  }

  private take(key: string): { connection: SMTPConnection; used: number } | undefined {
    const entry = this.idle.get(key)?.pop()
    if (entry === undefined) return undefined
    clearTimeout(entry.timer)
    return entry.connection.destroyed ? undefined : entry
  }

  private keep(key: string, connection: SMTPConnection, used: number): void {
    const list = this.idle.get(key) ?? []
    if (used >= MAX_MESSAGES || list.length >= MAX_IDLE_PER_TARGET || connection.destroyed) {
      connection.quit()
      return
    }
    const timer = setTimeout(() => {
      const now = (this.idle.get(key) ?? []).filter((one) => one.connection !== connection)
      if (now.length === 0) this.idle.delete(key)
      else this.idle.set(key, now)
      connection.quit()
    }, IDLE_LIFE)
    list.push({ connection, used, timer })
    this.idle.set(key, list)
  }

  private open(target: Target): Promise<SMTPConnection> {
    const connection = new SMTPConnection({
      host: target.address,
      port: target.port,
      name: target.ehlo,
      servername: target.host,
      secure: target.tls === 'implicit',
      requireTLS: target.tls === 'required',
      ignoreTLS: target.tls === 'none',
      opportunisticTLS: target.tls === 'opportunistic',
      tls: { ...TLS_OPTIONS, rejectUnauthorized: target.verify, servername: target.host },
      connectionTimeout: CONNECT_TIMEOUT,
      greetingTimeout: GREETING_TIMEOUT,
      socketTimeout: SOCKET_TIMEOUT,
      maxResponseSize: 64 * 1024,
      allowInternalNetworkInterfaces: true,
      logger: false,
    })
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        connection.close()
        reject(error)
      }
      connection.once('error', fail)
      connection.connect((error?: Error | null) => {
        if (error !== undefined && error !== null) return
        const ready = (): void => {
          connection.off('error', fail)
          connection.on('error', () => {
            // Told to whoever sends; an idle connection that ends is dropped when it is taken.
          })
          resolve(connection)
        }
        if (target.credentials === undefined) ready()
        else this.login(connection, target.credentials, ready, fail)
      })
    })
  }

  private login(
    connection: SMTPConnection,
    credentials: { readonly user: string; readonly password: string },
    ready: () => void,
    fail: (error: Error) => void,
  ): void {
    // contract.md: credentials never without TLS.
    if (!connection.secure) {
      fail(Object.assign(new Error('The server offers no TLS; the password is not sent.'), { code: 'ETLS' }))
      return
    }
    connection.login({ user: credentials.user, pass: credentials.password }, (error) => {
      if (error === null) ready()
      else fail(error)
    })
  }

  private send(
    target: Target,
    { connection, used }: { connection: SMTPConnection; used: number },
    mail: Outgoing,
    key: string,
  ): Promise<DeliveryOutcome> {
    const tls = tlsOf(connection)
    const source: { broken?: unknown } = {}
    const message = Readable.from(bytesOf(mail, source))
    const envelope = {
      from: mail.reversePath ?? '',
      to: [mail.forwardPath as string],
      size: mail.size,
      use8BitMime: true,
      smtpUtf8: mail.needsUtf8,
      ...(mail.dsn === undefined ? {} : { dsn: mail.dsn }),
    }
    return new Promise((resolve) => {
      let done = false
      const finish = (outcome: DeliveryOutcome, keep: boolean): void => {
        if (done) return
        done = true
        connection.off('error', lost)
        message.destroy()
        if (keep) this.keep(key, connection, used + 1)
        else connection.close()
        resolve(outcome)
      }
      const lost = (error: Error): void => {
        finish(source.broken === undefined ? failureOf(error, target, tls) : ourFault(source.broken), false)
      }
      connection.once('error', lost)
      connection.send(envelope, message, (error, info) => {
        // The connection is closed in the middle of the message: no dot, so the far side has nothing.
        if (source.broken !== undefined) finish(ourFault(source.broken), false)
        else if (error !== null) finish(failureOf(error, target, tls), false)
        else
          finish(
            {
              outcome: 'delivered',
              reason: 'delivered',
              answer: oneLine(info.response),
              destination: describe(target),
              tls,
            },
            true,
          )
      })
    })
  }

  /** Ends the connections that are kept. */
  close(): void {
    for (const list of this.idle.values())
      for (const { connection, timer } of list) {
        clearTimeout(timer)
        connection.quit()
      }
    this.idle.clear()
  }
}

async function* bytesOf(mail: Outgoing, source: { broken?: unknown }): AsyncGenerator<Buffer> {
  yield mail.header
  try {
    for await (const chunk of mail.body()) yield chunk
  } catch (error) {
    source.broken = error
    throw error
  }
}

/** The message itself could not be read: damage stays damage, however often it is tried. */
function ourFault(error: unknown): DeliveryOutcome {
  const known = error instanceof Failure
  const outcome = known && error.permanent ? 'failed' : 'deferred'
  const answer = known ? `${error.message} ${error.remedy}`.trim() : messageOf(error)
  return { outcome, reason: known ? error.id : 'cannot-read', answer, destination: 'here', tls: '' }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').slice(0, 500)
}

/** Commands whose refusal speaks of this message; any other one speaks of the server or of our set-up. */
const ABOUT_THE_MESSAGE = new Set(['MAIL FROM', 'RCPT TO', 'DATA', 'API'])

function failureOf(error: unknown, target: Target, tls: string): DeliveryOutcome {
  const { code, response, responseCode, command } = error as SmtpError
  const answer = typeof response === 'string' && response !== '' ? oneLine(response) : messageOf(error)
  const base = { answer, destination: describe(target), tls }
  const said = typeof responseCode === 'number' && responseCode > 0
  if (said && responseCode >= 500 && ABOUT_THE_MESSAGE.has(command ?? ''))
    return { ...base, outcome: 'failed', reason: 'refused-by-server' }
  if (said) return { ...base, outcome: 'deferred', reason: 'deferred-by-server' }
  // RFC 1870 §6.1: the server said in EHLO how much it takes, and this is more.
  if (code === 'EMESSAGE') return { ...base, answer: `5.3.4 ${answer}`, outcome: 'failed', reason: 'too-big-there' }
  if (code === 'ETLS') return { ...base, outcome: 'deferred', reason: 'tls-failed' }
  if (code === 'EAUTH' || code === 'ENOAUTH') return { ...base, outcome: 'deferred', reason: 'login-refused' }
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'ETIMEDOUT')
    return { ...base, outcome: 'deferred', reason: 'connection-lost' }
  return { ...base, outcome: 'deferred', reason: 'connection-failed' }
}
