// Failed attempts are slowed, each peer by itself and all together, longer each time and never for good: the owner mistypes too, and
// somebody else at the same address must not lock them out. What comes too early is not looked at, and does not lengthen the wait.
import type { Clock } from '../terms/clock.ts'
import { peerKey } from '../terms/peer-address.ts'

export interface Slowness {
  readonly first: number
  readonly last: number
}

/** So many addresses are remembered; the oldest are forgotten, the count of all together stands. */
const MAX_ADDRESSES = 1000
/** Without a failure for so long, a count starts afresh. */
const FORGIVEN = 30 * 60_000
/** All together may fail so often before the address of somebody else has to wait. */
const SHARED = 5
const EVERYBODY = '*'

interface Failed {
  count: number
  last: number
}

export class Slowing {
  private readonly clock: Clock
  private readonly slowness: Slowness
  private readonly failed = new Map<string, Failed>()

  constructor(clock: Clock, slowness: Slowness) {
    this.clock = clock
    this.slowness = slowness
  }

  private waitOf(key: string, free: number): number {
    const one = this.failed.get(key)
    const now = this.clock.now()
    if (one === undefined || now - one.last > FORGIVEN || one.count <= free) return 0
    const { first, last } = this.slowness
    return one.last + Math.min(last, first * 2 ** Math.min(30, one.count - free - 1)) - now
  }

  /** Milliseconds until this address may try again; 0 for now. */
  wait(address: string): number {
    return Math.max(0, this.waitOf(peerKey(address), 0), this.waitOf(EVERYBODY, SHARED))
  }

  fail(address: string): void {
    const now = this.clock.now()
    for (const key of [peerKey(address), EVERYBODY]) {
      const before = this.failed.get(key)
      const count = before === undefined || now - before.last > FORGIVEN ? 1 : before.count + 1
      this.failed.delete(key)
      this.failed.set(key, { count, last: now })
    }
    for (const key of this.failed.keys()) {
      if (this.failed.size <= MAX_ADDRESSES) break
      if (key !== EVERYBODY) this.failed.delete(key)
    }
  }

  /** The wait begins when the answer is there: looking at it took time as well. */
  answered(address: string): void {
    const last = this.clock.now()
    for (const key of [peerKey(address), EVERYBODY]) {
      const one = this.failed.get(key)
      if (one !== undefined) one.last = last
    }
  }

  succeed(address: string): void {
    this.failed.delete(peerKey(address))
    this.failed.delete(EVERYBODY)
  }
}
