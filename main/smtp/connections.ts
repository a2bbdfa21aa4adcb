// The open connections of one listener, and which of them gives its place to a new one when the listener is full. Without that, seven
// addresses with 30 idle connections each would keep every other client out for as long as a session may last.
import { ConnectionCount, type ConnectionLimits } from '../terms/connection-count.ts'
import type { Session } from './session.ts'

/** A connection from TCP accept to the close of its socket. */
export interface Connection {
  readonly address: string
  /** Aborts a TLS handshake, pending or to come. */
  readonly handshake: AbortController
  /** Undefined during a handshake before the greeting. */
  session: Session | undefined
  readonly leave: () => void
}

export class Connections {
  private readonly count: ConnectionCount
  /** Oldest first. */
  private readonly all = new Set<Connection>()

  constructor(limits: ConnectionLimits) {
    this.count = new ConnectionCount(limits)
  }

  get open(): number {
    return this.count.open
  }

  /** Counts a connection from `address`, at the cost of an idle one where the listener is full. Undefined if there is no place for it. */
  enter(address: string, now: number): Connection | undefined {
    if (this.count.refusal(address) === 'all') this.displaceFor(address, now)
    const leave = this.count.enter(address)
    if (leave === undefined) return undefined
    const connection = { address, handshake: new AbortController(), session: undefined, leave }
    this.all.add(connection)
    return connection
  }

  leave(connection: Connection): void {
    this.all.delete(connection)
    connection.leave()
  }

  /** Pending handshakes before a greeting; they have no transaction to finish. */
  abortHandshakes(): void {
    for (const { session, handshake } of this.all) if (session === undefined) handshake.abort()
  }

  /** Closes the oldest idle connection of the peer that holds the most, if that is more than the peer of `address` holds. */
  private displaceFor(address: string, now: number): void {
    let most = this.count.held(address)
    let found: Connection | undefined
    for (const connection of this.all) {
      const held = this.count.held(connection.address)
      if (held <= most || connection.session?.isIdle(now) === false) continue
      most = held
      found = connection
    }
    if (found === undefined) return
    // Its place is free now, not when the socket has closed.
    this.leave(found)
    found.handshake.abort()
    found.session?.displace()
  }
}
