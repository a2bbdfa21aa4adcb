// One SMTP conversation with a far server: nodemailer's connection, with our TLS decisions and bounds around it.
// Connections are kept for a moment, since mail to one place tends to come together.
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { Failure, messageOf } from '../terms/failure.ts'
import { TLS_OPTIONS } from '../tls/certificate.ts'
import type { Requirement } from './decide-tls.ts'
import { NO_UTF8, offers } from './extensions.ts'
import type { DeliveryOutcome, Outgoing } from './outgoing.ts'
import { verifyPeer, type Level, type PeerVerdict } from './peer.ts'
import { HandshakeError, PolicyError, secureSocket, seenFailure, seenSession } from './seen-session.ts'
import type { SeenSession } from './session-policy.ts'

export interface Target {
  /** The name that a certificate has to bear; also the SNI. */
  readonly host: string
  /** The address to connect to. */
  readonly address: string
  readonly port: number
  /** TLS from the first octet (RFC 8314 §3). */
  readonly implicit: boolean
  readonly requirement: Requirement
  /** SHA-256 of keys, base64, one of which the server's has to be; empty where any will do. */
  readonly pins: readonly string[]
  /** Whom to believe about certificates, where not whom everybody believes. */
  readonly ca: string | undefined
  readonly credentials: { readonly user: string; readonly password: string } | undefined
  /** Our EHLO name. */
  readonly ehlo: string
  /** Told once for each connection that got as far as TLS, or was refused it. */
  readonly onSession?: ((seen: SeenSession) => void) | undefined
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

interface Open {
  readonly connection: SMTPConnection
  readonly used: number
  readonly level: Level
}

interface Idle extends Open {
  readonly timer: NodeJS.Timeout
}

function describe(target: Target): string {
  const address = target.address.includes(':') ? `[${target.address}]` : target.address
  return target.host === target.address ? `${address}:${target.port}` : `${target.host} (${address}):${target.port}`
}

function tlsOf(connection: SMTPConnection): string {
  const socket = secureSocket(connection)
  return socket === undefined ? '' : `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().name}`
}

/** A connection that breaks tells so by its error and by its end: it is one session. */
const told = new WeakSet<SMTPConnection>()

function tell(target: Target, connection: SMTPConnection, seen: SeenSession | undefined): void {
  if (seen === undefined || told.has(connection)) return
  told.add(connection)
  target.onSession?.(seen)
}

/** RFC 7672 §8.1: the name that the TLSA records stand at. RFC 6066 §3: an address is no name. */
function sniOf({ requirement, host }: Target): { readonly servername?: string } {
  const name = (requirement.level === 'dane' ? requirement.names[0] : undefined) ?? host
  return isIP(name) === 0 ? { servername: name } : {}
}

/** What a connection proved, for `postern tls test`. */
export interface Probe {
  readonly ok: boolean
  readonly level: Level | undefined
  readonly tls: string
  readonly text: string
}

export class SmtpClients {
  private readonly idle = new Map<string, Idle[]>()
  private readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  /** Delivers one message. Never rejects: what went wrong is in the outcome. */
  async deliver(target: Target, mail: Outgoing): Promise<DeliveryOutcome> {
    const { address, port, host, implicit, requirement, pins, credentials } = target
    // A connection serves only who asks the same of it.
    const key = JSON.stringify([address, port, host, implicit, requirement, pins, credentials?.user])
    let kept = this.take(key)
    if (kept !== undefined) {
      const outcome = await this.sendFitting(target, kept, mail, key)
      // A kept connection that the far side closed meanwhile says nothing about the message: it gets a fresh one.
      if (outcome.reason !== 'connection-lost') return outcome
      kept = undefined
    }
    let opened: Open
    try {
      opened = await this.open(target)
    } catch (error) {
      return { ...failureOf(error, target, ''), reached: false }
    }
    return this.sendFitting(target, opened, mail, key)
  }

  /** Sends what the server can take; what it cannot, it never sees. */
  private async sendFitting(target: Target, opened: Open, mail: Outgoing, key: string): Promise<DeliveryOutcome> {
    const { connection, level } = opened
    const refuse = (outcome: DeliveryOutcome): DeliveryOutcome => {
      this.keep(key, opened)
      return { ...outcome, level }
    }
    // RFC 6531 §3.2: an address beyond ASCII must not be sent to a server that has not offered SMTPUTF8.
    if (mail.needsUtf8 && !offers(connection, 'SMTPUTF8'))
      return refuse({ ...NO_UTF8, destination: describe(target), tls: tlsOf(connection) })
    if (mail.sevenBit === undefined || offers(connection, '8BITMIME')) return this.send(target, opened, mail, key)
    let plain: Outgoing
    try {
      plain = await mail.sevenBit()
    } catch (error) {
      return refuse({ ...ourFault(error), destination: describe(target), tls: tlsOf(connection) })
    }
    return this.send(target, opened, plain, key)
  }

  /** Connects, looks at what the server proves, and leaves. */
  async probe(target: Target): Promise<Probe> {
    try {
      const { connection, level } = await this.open(target)
      const tls = tlsOf(connection)
      connection.quit()
      return { ok: true, level, tls, text: `${describe(target)} gives what is asked for` }
    } catch (error) {
      const { answer } = failureOf(error, target, '')
      return { ok: false, level: undefined, tls: '', text: `${describe(target)}: ${answer}` }
    }
  }

  private take(key: string): Open | undefined {
    const entry = this.idle.get(key)?.pop()
    if (entry === undefined) return undefined
    clearTimeout(entry.timer)
    return entry.connection.destroyed ? undefined : entry
  }

  private keep(key: string, { connection, used, level }: Open): void {
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
    list.push({ connection, used, level, timer })
    this.idle.set(key, list)
  }

  private open(target: Target): Promise<Open> {
    const { level: asked } = target.requirement
    const servername = sniOf(target)
    const connection = new SMTPConnection({
      host: target.address,
      port: target.port,
      name: target.ehlo,
      ...servername,
      secure: target.implicit,
      requireTLS: asked !== 'none' && asked !== 'opportunistic',
      ignoreTLS: asked === 'none',
      opportunisticTLS: asked === 'opportunistic',
      // Who is there is looked at behind the handshake, before a word about the message: peer.ts.
      tls: {
        ...{ ...TLS_OPTIONS, rejectUnauthorized: false, ...servername },
        ...(target.ca === undefined ? {} : { ca: target.ca }),
      },
      connectionTimeout: CONNECT_TIMEOUT,
      greetingTimeout: GREETING_TIMEOUT,
      socketTimeout: SOCKET_TIMEOUT,
      maxResponseSize: 64 * 1024,
      allowInternalNetworkInterfaces: true,
      logger: false,
    })
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        const upgrading = connection.upgrading || (target.implicit && !connection.secure)
        const cause = upgrading && !(error instanceof PolicyError) ? new HandshakeError(messageOf(error)) : error
        tell(target, connection, seenFailure(connection, cause))
        connection.close()
        reject(cause)
      }
      // One that only ends would leave us waiting for ever.
      const ended = afterwards(() => {
        fail(closedByServer())
      })
      connection.once('error', fail)
      connection.once('end', ended)
      connection.connect((error?: Error | null) => {
        // A server that closes before it greets is told here and nowhere else.
        if (error !== undefined && error !== null) {
          fail(error)
          return
        }
        const verdict = this.verdictOf(connection, target)
        if ('problem' in verdict) {
          fail(new PolicyError(`${target.host} ${verdict.problem}`))
          return
        }
        tell(target, connection, seenSession(connection, 'done', ''))
        const ready = (): void => {
          connection.off('error', fail)
          connection.off('end', ended)
          connection.on('error', () => {
            // Told to whoever sends; an idle connection that ends is dropped when it is taken.
          })
          resolve({ connection, used: 0, level: verdict.level })
        }
        if (target.credentials === undefined) ready()
        else this.login(connection, target.credentials, ready, fail)
      })
    })
  }

  private verdictOf(connection: SMTPConnection, { requirement, pins }: Target): PeerVerdict {
    return verifyPeer(secureSocket(connection), requirement, this.now(), pins)
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

  private send(target: Target, opened: Open, mail: Outgoing, key: string): Promise<DeliveryOutcome> {
    const { connection, used, level } = opened
    const tls = tlsOf(connection)
    // It may have ended while the message was written anew; then nobody would ever be told of its end.
    if (connection.destroyed) return Promise.resolve({ ...failureOf(closedByServer(), target, tls), level })
    const source: { broken?: unknown } = {}
    const message = Readable.from(bytesOf(mail, source))
    const envelope = {
      from: mail.reversePath ?? '',
      to: [mail.forwardPath as string],
      size: mail.size,
      use8BitMime: true,
      smtpUtf8: mail.needsUtf8 || mail.hasUtf8 === true,
      ...(mail.dsn === undefined ? {} : { dsn: mail.dsn }),
      requireTLSExtensionEnabled: mail.requireTls === true,
    }
    return new Promise((resolve) => {
      let done = false
      const finish = (outcome: DeliveryOutcome, keep: boolean): void => {
        if (done) return
        done = true
        connection.off('error', lost)
        connection.off('end', ended)
        message.destroy()
        if (keep) this.keep(key, { connection, used: used + 1, level })
        else connection.close()
        resolve({ ...outcome, level })
      }
      const lost = (error: Error): void => {
        finish(source.broken === undefined ? failureOf(error, target, tls) : ourFault(source.broken), false)
      }
      const ended = afterwards(() => {
        lost(closedByServer())
      })
      connection.once('error', lost)
      connection.once('end', ended)
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

const closedByServer = (): Error =>
  Object.assign(new Error('The server closed the connection'), { code: 'ECONNECTION' })

/** The end of a connection is told before the answer that led to it: the answer comes first here. */
function afterwards(work: () => void): () => void {
  return () => {
    setImmediate(work)
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

/** The id of what was not proved, for the log. */
function reasonOf(requirement: Requirement): string {
  switch (requirement.level) {
    case 'dane':
      return 'dane-failed'
    case 'mta-sts':
      return 'mta-sts-failed'
    case 'refuse':
      return requirement.reason
    default:
      return 'tls-failed'
  }
}

/** Commands whose refusal speaks of this message; any other one speaks of the server or of our set-up. */
const ABOUT_THE_MESSAGE = new Set(['MAIL FROM', 'RCPT TO', 'DATA', 'API'])

function failureOf(error: unknown, target: Target, tls: string): DeliveryOutcome {
  const { code, response, responseCode, command } = error as SmtpError
  const answer = typeof response === 'string' && response !== '' ? oneLine(response) : messageOf(error)
  const base = { answer, destination: describe(target), tls }
  // Before what the server said: a refused STARTTLS is no word about the message.
  if (code === 'ETLS') return { ...base, outcome: 'deferred', reason: reasonOf(target.requirement) }
  const said = typeof responseCode === 'number' && responseCode > 0
  if (said && responseCode >= 500 && ABOUT_THE_MESSAGE.has(command ?? ''))
    return { ...base, outcome: 'failed', reason: 'refused-by-server' }
  if (said) return { ...base, outcome: 'deferred', reason: 'deferred-by-server' }
  // RFC 1870 §6.1: the server said in EHLO how much it takes, and this is more.
  // With an answer it is one that nobody understands, and says nothing for good.
  if (code === 'EMESSAGE' && (response === undefined || response === ''))
    return { ...base, answer: `5.3.4 ${answer}`, outcome: 'failed', reason: 'too-big-there' }
  if (code === 'EPOLICY') return { ...base, outcome: 'deferred', reason: reasonOf(target.requirement) }
  // RFC 8689 §4.2.1
  if (code === 'EREQUIRETLS') return { ...base, outcome: 'failed', reason: 'requiretls', answer: `5.7.30 ${answer}` }

  if (code === 'EAUTH' || code === 'ENOAUTH') return { ...base, outcome: 'deferred', reason: 'login-refused' }
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'ETIMEDOUT')
    return { ...base, outcome: 'deferred', reason: 'connection-lost' }
  return { ...base, outcome: 'deferred', reason: 'connection-failed' }
}
