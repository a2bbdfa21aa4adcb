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

  /** Counts a connection from `address` ('' for a Unix socket). Returns the function to call when it ends, or undefined at the limit. */
  enter(address: string): (() => void) | undefined {
    const key = peerKey(address)
    const here = this.byPeer.get(key) ?? 0
    const isCounted = address !== '' && !isLoopbackAddress(address)
    if (this.all >= this.limits.connections) return undefined
    if (isCounted && here >= this.limits.connectionsPerAddress) return undefined
    this.all++
    this.byPeer.set(key, here + 1)
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
