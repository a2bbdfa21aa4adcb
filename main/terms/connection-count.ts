// Counts the open connections of one listener, in all and per peer. A connection counts from TCP accept on: a TLS handshake that never ends
// takes a file descriptor like a session.
import { isLoopbackAddress, peerKey } from './peer-address.ts'

export interface ConnectionLimits {
  readonly connections: number
  /** Per peer (`peerKey`). Programs on this machine share one address: only `connections` limits them. */
  readonly connectionsPerAddress: number
}

export class ConnectionCount {
  private readonly limits: ConnectionLimits
  private readonly byPeer = new Map<string, number>()
  private all = 0

  constructor(limits: ConnectionLimits) {
    this.limits = limits
  }

  get open(): number {
    return this.all
  }

  /** Why no connection from `address` is accepted now: `all` connections are taken, or those of its `peer`. Undefined if one is. */
  refusal(address: string): 'all' | 'peer' | undefined {
    const isCounted = address !== '' && !isLoopbackAddress(address)
    if (isCounted && this.held(address) >= this.limits.connectionsPerAddress) return 'peer'
    return this.all >= this.limits.connections ? 'all' : undefined
  }

  /** Open connections of the peer that `address` belongs to. */
  held(address: string): number {
    return this.byPeer.get(peerKey(address)) ?? 0
  }

  /** Counts a connection from `address` ('' for a Unix socket). Returns the function to call when it ends, or undefined at the limit. */
  enter(address: string): (() => void) | undefined {
    const key = peerKey(address)
    if (this.refusal(address) !== undefined) return undefined
    this.all++
    this.byPeer.set(key, this.held(address) + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      this.all--
      const rest = (this.byPeer.get(key) ?? 1) - 1
      if (rest > 0) this.byPeer.set(key, rest)
      else this.byPeer.delete(key)
    }
  }
}
