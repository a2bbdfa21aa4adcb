// A listener: sockets in, sessions out. smtp-server brings the listening and the closing; the session on each socket is ours from the
// first byte, because that package lets bare line ends through, waits 100 ms before it greets and has no absolute deadline
// (ARCHITECTURE.md, "The door"). The TLS handshake is ours as well: a socket counts from the moment it is accepted.
import type net from 'node:net'
import type { SecureContext } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { plainAddress } from '../terms/peer-address.ts'
import { formatReply, REPLIES } from '../terms/reply.ts'
import { acceptTls } from '../tls/handshake.ts'
import { Connections, type Connection } from './connections.ts'
import type { MailHandler } from './handler.ts'
import { DOOR_LIMITS, type DoorLimits } from './limits.ts'
import { Session } from './session.ts'

export interface DoorOptions {
  readonly listener: 'inbound' | 'submission'
  readonly implicitTls: boolean
  readonly hostname: string
  /** The certificate in use by the name that is asked for, at each handshake, so that a new one needs no restart. */
  readonly secureContext: (name?: string) => SecureContext
  readonly handler: MailHandler
  readonly now: () => number
  readonly limits?: DoorLimits
  readonly onError: (error: unknown, what: string) => void
}

class OwnSessions extends SMTPServer {
  onSocket: ((socket: net.Socket) => void) | undefined
  override connect(socket: net.Socket): void {
    this.onSocket?.(socket)
  }
}

export class Door {
  private readonly server: OwnSessions
  private readonly sessions = new Set<Session>()
  private readonly connections: Connections
  private readonly options: DoorOptions
  private readonly limits: DoorLimits
  private isClosing = false
  private sweeper: NodeJS.Timeout | undefined

  constructor(options: DoorOptions) {
    this.options = options
    this.limits = options.limits ?? DOOR_LIMITS
    this.connections = new Connections(this.limits)
    this.server = new OwnSessions({ secure: false, logger: false })
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

  /** Open sockets: TLS handshakes, sessions, and sockets that are being closed. */
  get connectionCount(): number {
    return this.connections.open
  }

  /** Octets of responses that the kernel has not accepted yet, of all sessions. */
  get answersWaiting(): number {
    let sum = 0
    for (const session of this.sessions) sum += session.answersWaiting
    return sum
  }

  private accept(socket: net.Socket): void {
    socket.on('error', () => {
      // The client went away; 'close' follows.
    })
    // A socket that closed before this call emits no 'close' any more and would stay counted.
    if (socket.destroyed) return
    const ip = plainAddress(socket.remoteAddress ?? '')
    const connection = this.connections.enter(ip, this.options.now())
    if (connection === undefined) {
      this.turnAway(socket)
      return
    }
    socket.once('close', () => {
      this.connections.leave(connection)
    })
    if (!this.options.implicitTls) this.open(socket, connection)
    else
      this.handshake(socket, connection).then(
        (secure) => {
          this.open(secure, connection)
        },
        () => {
          // The handshake failed and the socket is closed: there is nobody to tell.
        },
      )
  }

  private turnAway(socket: net.Socket): void {
    // A client that expects TLS could not read the response.
    if (!this.options.implicitTls) socket.end(formatReply(REPLIES.tooManyConnections))
    socket.destroySoon()
  }

  private open(socket: net.Socket, connection: Connection): void {
    if (this.isClosing) {
      socket.destroy()
      return
    }
    const { listener, hostname, handler, now, onError } = this.options
    const startTls = this.options.implicitTls ? undefined : (plain: net.Socket) => this.handshake(plain, connection)
    const session = new Session(socket, connection.address, {
      listener,
      hostname,
      limits: this.limits,
      handler,
      now,
      onError,
      startTls,
    })
    connection.session = session
    this.sessions.add(session)
    void session.run().finally(() => {
      this.sessions.delete(session)
    })
  }

  private handshake(plain: net.Socket, connection: Connection): ReturnType<typeof acceptTls> {
    const { secureContext } = this.options
    return acceptTls(plain, { secureContext, deadline: this.limits.handshake, signal: connection.handshake.signal })
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
    // Pending handshakes have no transaction to finish.
    this.isClosing = true
    this.connections.abortHandshakes()
    const timer = setTimeout(() => {
      for (const session of this.sessions) session.destroy()
    }, grace)
    await closed
    clearTimeout(timer)
  }
}
