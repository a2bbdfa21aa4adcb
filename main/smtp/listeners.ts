// Which doors are open: the inbound ones, and submission once somebody may use it. contract.md "Ports and routes"
import type { SecureContext } from 'node:tls'
import type { Store } from '../store/store.ts'
import { Failure, messageOf } from '../terms/failure.ts'
import { Door } from './door.ts'
import type { DoorLimits } from './limits.ts'
import type { MailHandler } from './handler.ts'

export interface ListenerOptions {
  /** `HOST:PORT` each; the loopback default where empty. */
  readonly smtp?: readonly string[]
  /** `HOST:PORT` for STARTTLS, `smtps://HOST:PORT` for TLS from the first byte. */
  readonly submission?: readonly string[]
}

export interface ListenerParts {
  readonly store: Store
  readonly hostname: () => string
  readonly secureContext: (name?: string) => SecureContext
  readonly limits: DoorLimits
  readonly handler: MailHandler
  readonly now: () => number
  readonly onError: (error: unknown, what: string) => void
}

export interface OpenListener {
  readonly kind: 'smtp' | 'submission'
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'implicit'
  readonly note: string
}

interface Endpoint {
  readonly host: string
  readonly port: number
  readonly implicitTls: boolean
}

const DEFAULT_SMTP = '127.0.0.1:2525'
const DEFAULT_SUBMISSION = '127.0.0.1:2587'
/** How many ports behind the default one are tried. */
const PORTS_TRIED = 50

/** Reads `HOST:PORT`, `[V6]:PORT` or `smtps://HOST:PORT`. */
export function parseEndpoint(text: string): Endpoint {
  const implicitTls = text.startsWith('smtps://')
  const rest = implicitTls ? text.slice('smtps://'.length) : text
  const colon = rest.lastIndexOf(':')
  const host = rest.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const port = Number(rest.slice(colon + 1))
  if (colon < 1 || host === '' || !Number.isInteger(port) || port < 0 || port > 65_535 || rest.slice(colon + 1) === '')
    throw new Failure('smtp', 'bad-endpoint', `"${text.slice(0, 100)}" is no HOST:PORT.`, {
      remedy: 'Write it like 127.0.0.1:2525 or [::1]:2525.',
    })
  return { host, port, implicitTls }
}

export class Listeners {
  readonly open: OpenListener[] = []
  private readonly doors: Door[] = []
  private readonly options: ListenerOptions
  private readonly parts: ListenerParts
  private submissionOpen = false

  constructor(options: ListenerOptions, parts: ListenerParts) {
    this.options = options
    this.parts = parts
  }

  async start(): Promise<void> {
    const asked = this.options.smtp ?? []
    if (asked.length === 0) await this.openNear('smtp', parseEndpoint(DEFAULT_SMTP))
    for (const one of asked) await this.openAt('smtp', parseEndpoint(one), '')
    await this.openSubmission()
  }

  /** Opens submission where it was asked for, or where there is an app password and it is not open yet. */
  async openSubmission(): Promise<void> {
    if (this.submissionOpen) return
    const asked = this.options.submission ?? []
    if (asked.length === 0 && this.parts.store.access.appPasswords().length === 0) return
    this.submissionOpen = true
    if (asked.length === 0) await this.openNear('submission', parseEndpoint(DEFAULT_SUBMISSION))
    for (const one of asked) await this.openAt('submission', parseEndpoint(one), '')
  }

  private async openNear(kind: OpenListener['kind'], wanted: Endpoint): Promise<void> {
    for (let port = wanted.port; port < wanted.port + PORTS_TRIED; port++) {
      try {
        await this.openAt(kind, { ...wanted, port }, port === wanted.port ? '' : `port ${wanted.port} is taken`)
        return
      } catch (error) {
        if (!(error instanceof Failure) || error.id !== 'port-taken') throw error
      }
    }
    throw new Failure('smtp', 'no-port', `No free port from ${wanted.port} on.`, {
      remedy: 'Name one with --smtp HOST:PORT.',
    })
  }

  private async openAt(kind: OpenListener['kind'], at: Endpoint, note: string): Promise<void> {
    const { hostname, secureContext, limits, handler, now, onError } = this.parts
    const door = new Door({
      listener: kind === 'smtp' ? 'inbound' : 'submission',
      implicitTls: at.implicitTls,
      hostname: hostname(),
      secureContext,
      limits,
      handler,
      now,
      onError,
    })
    let port: number
    try {
      port = await door.listen(at.host, at.port)
    } catch (cause) {
      throw listenFailure(at, cause)
    }
    this.doors.push(door)
    this.open.push({ kind, host: at.host, port, tls: at.implicitTls ? 'implicit' : 'starttls', note })
  }

  async close(grace: number): Promise<void> {
    await Promise.all(this.doors.map((door) => door.close(grace)))
    this.open.length = 0
  }
}

function listenFailure(at: Endpoint, cause: unknown): Failure {
  const code = cause instanceof Error && 'code' in cause ? cause.code : ''
  const where = `${at.host}:${at.port}`
  if (code === 'EADDRINUSE')
    return new Failure('smtp', 'port-taken', `${where} is taken by another program.`, {
      remedy: 'Stop it, or name another port with --smtp HOST:PORT.',
      cause,
    })
  if (code === 'EACCES')
    return new Failure('smtp', 'port-forbidden', `Listening on ${where} is not allowed to this user.`, {
      remedy: 'Use a port above 1024 behind a port forward, or the system service.',
      cause,
    })
  return new Failure('smtp', 'cannot-listen', `Cannot listen on ${where}: ${messageOf(cause)}.`, {
    remedy: 'Check the address with --smtp HOST:PORT.',
    cause,
  })
}
