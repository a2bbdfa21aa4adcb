// A listener: sockets in, sessions out. smtp-server brings the listening, the implicit TLS handshake and the closing;
// the session on each socket is ours from the first byte, because that package lets bare line ends through, waits 100 ms
// before it greets and has no absolute deadline (ARCHITECTURE.md, "The door").
import net from 'node:net'
import tls, { type SecureContext } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { formatReply, REPLIES } from '../terms/reply.ts'
import type { MailHandler } from './handler.ts'
import { DOOR_LIMITS, type DoorLimits } from './limits.ts'
import { isLoopback, Session } from './session.ts'

export interface DoorOptions {
  readonly listener: 'inbound' | 'submission'
  readonly implicitTls: boolean
  readonly hostname: string
  /** The certificate now in use, asked for at each handshake, so that a new one needs no restart. */
  /** By the name that is asked for. */
  readonly secureContext: (name?: string) => SecureContext
  readonly certificate: { readonly key: string; readonly cert: string }
  readonly tlsOptions: tls.SecureContextOptions
  readonly handler: MailHandler
  readonly now: () => number
  readonly limits?: DoorLimits
  readonly onError: (error: unknown, what: string) => void
}

const HANDSHAKE_TIMEOUT = 30_000

class OwnSessions extends SMTPServer {
  onSocket: ((socket: net.Socket) => void) | undefined
  override connect(socket: net.Socket): void {
    this.onSocket?.(socket)
  }
}

/** `::ffff:192.0.2.1` is 192.0.2.1. */
function plainAddress(raw: string | undefined): string {
  const ip = raw ?? ''
  return ip.startsWith('::ffff:') ? ip.slice('::ffff:'.length) : ip
}

export class Door {
  private readonly server: OwnSessions
  private readonly sessions = new Set<Session>()
  private readonly perAddress = new Map<string, number>()
  private readonly options: DoorOptions
  private readonly limits: DoorLimits
  private sweeper: NodeJS.Timeout | undefined

  constructor(options: DoorOptions) {
    this.options = options
    this.limits = options.limits ?? DOOR_LIMITS
    this.server = new OwnSessions({
      secure: options.implicitTls,
      ...options.certificate,
      ...options.tlsOptions,
      logger: false,
      socketTimeout: HANDSHAKE_TIMEOUT,
      maxClients: this.limits.connections,
      SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
        done(null, options.secureContext(name))
      },
    })
    this.server.onSocket = (socket) => {
      this.accept(socket)
    }
    this.server.on('error', (error: unknown) => {
      // What goes wrong while it opens is told by `listen` itself.
      if (this.sweeper !== undefined) options.onError(error, 'listener')
    })
  }

  /** Resolves with the port; rejects where the address cannot be had. */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.server.once('error', reject)
      this.server.listen(port, host, () => {
        this.server.server.off('error', reject)
        resolve()
      })
    })
    this.sweeper = setInterval(() => {
      const now = this.options.now()
      for (const session of this.sessions) session.sweep(now)
    }, 1000)
    const bound = this.server.server.address()
    return typeof bound === 'object' && bound !== null ? bound.port : port
  }

  get sessionCount(): number {
    return this.sessions.size
  }

  private accept(socket: net.Socket): void {
    const ip = plainAddress(socket.remoteAddress)
    const here = this.perAddress.get(ip) ?? 0
    const crowded = here >= this.limits.connectionsPerAddress && !isLoopback(ip)
    if (this.sessions.size >= this.limits.connections || crowded) {
      socket.on('error', () => undefined)
      socket.end(formatReply(REPLIES.tooManyConnections))
      socket.destroySoon()
      return
    }
    this.perAddress.set(ip, here + 1)
    const { listener, hostname, handler, now, onError } = this.options
    const startTls = this.options.implicitTls ? undefined : (plain: net.Socket) => this.handshake(plain)
    const session = new Session(socket, ip, {
      listener,
      hostname,
      limits: this.limits,
      handler,
      now,
      onError,
      startTls,
    })
    this.sessions.add(session)
    void session.run().finally(() => {
      this.sessions.delete(session)
      const left = (this.perAddress.get(ip) ?? 1) - 1
      if (left <= 0) this.perAddress.delete(ip)
      else this.perAddress.set(ip, left)
    })
  }

  private handshake(plain: net.Socket): Promise<tls.TLSSocket> {
    return new Promise((resolve, reject) => {
      const secure = new tls.TLSSocket(plain, {
        isServer: true,
        secureContext: this.options.secureContext(),
        SNICallback: (name, done) => {
          done(null, this.options.secureContext(name))
        },
      })
      const timer = setTimeout(() => {
        secure.destroy(new Error('TLS handshake took too long'))
      }, HANDSHAKE_TIMEOUT)
      const fail = (error: Error): void => {
        clearTimeout(timer)
        reject(error)
      }
      secure.once('error', fail)
      secure.once('close', () => {
        fail(new Error('connection closed during the TLS handshake'))
      })
      secure.once('secure', () => {
        clearTimeout(timer)
        secure.off('error', fail)
        resolve(secure)
      })
    })
  }

  /** No new sessions; running transactions get `grace` milliseconds to finish, then the rest is cut. */
  async close(grace: number): Promise<void> {
    clearInterval(this.sweeper)
    const closed = new Promise<void>((resolve) => {
      this.server.server.close(() => {
        resolve()
      })
    })
    for (const session of this.sessions) session.drain()
    const timer = setTimeout(() => {
      for (const session of this.sessions) session.destroy()
    }, grace)
    await closed
    clearTimeout(timer)
  }
}
