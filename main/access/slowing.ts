// Failed attempts are slowed, each peer by itself and all together, longer each time and never for good: the owner mistypes too, and
// somebody else at the same address must not lock them out. What comes too early is not looked at, and does not lengthen the wait.
//
// The bound for all together is a schedule: each failure puts the next turn off. An address that has failed less may come before its turn,
// so that guesses from elsewhere, however many, do not keep the owner out; what it uses up is put on the schedule, so that no more guesses
// are looked at in all.
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
/** Turns that an address without failures may come early; each of its failures takes one away. */
const TURNS_EARLY = 8

interface Failed {
  count: number
  last: number
}

interface Everybody extends Failed {
  /** When the next turn is, for an address that may not come early. */
  next: number
}

export class Slowing {
  private readonly clock: Clock
  private readonly slowness: Slowness
  private readonly failed = new Map<string, Failed>()
  private everybody: Everybody | undefined

  constructor(clock: Clock, slowness: Slowness) {
    this.clock = clock
    this.slowness = slowness
  }

  private isForgiven({ last }: Failed): boolean {
    return this.clock.now() - last > FORGIVEN
  }

  /** Failures of a peer that are not forgiven. */
  private countOf(key: string): number {
    const one = this.failed.get(key)
    return one === undefined || this.isForgiven(one) ? 0 : one.count
  }

  /** Milliseconds that the last of so many failures costs. */
  private costOf(count: number): number {
    const { first, last } = this.slowness
    return count <= 0 ? 0 : Math.min(last, first * 2 ** Math.min(30, count - 1))
  }

  private ownWait(key: string): number {
    const count = this.countOf(key)
    return count === 0 ? 0 : (this.failed.get(key)?.last ?? 0) + this.costOf(count) - this.clock.now()
  }

  private sharedWait(key: string): number {
    const { everybody } = this
    if (everybody === undefined || this.isForgiven(everybody)) return 0
    const early = Math.max(0, TURNS_EARLY - this.countOf(key)) * this.slowness.last
    return everybody.next - early - this.clock.now()
  }

  /** Milliseconds until this address may try again; 0 for now. */
  wait(address: string): number {
    const key = peerKey(address)
    return Math.max(0, this.ownWait(key), this.sharedWait(key))
  }

  fail(address: string): void {
    const key = peerKey(address)
    const now = this.clock.now()
    const count = this.countOf(key) + 1
    this.failed.delete(key)
    this.failed.set(key, { count, last: now })
    for (const oldest of this.failed.keys()) {
      if (this.failed.size <= MAX_ADDRESSES) break
      this.failed.delete(oldest)
    }
    this.failAll(now)
  }

  private failAll(now: number): void {
    const before = this.everybody
    const isNew = before === undefined || this.isForgiven(before)
    const count = isNew ? 1 : before.count + 1
    const next = Math.max(now, isNew ? now : before.next) + this.costOf(count - SHARED)
    // Nobody waits for more turns than an address may come early.
    this.everybody = { count, last: now, next: Math.min(next, now + (TURNS_EARLY + 1) * this.slowness.last) }
  }

  /** The wait begins when the answer is there: looking at it took time as well. */
  answered(address: string): void {
    const now = this.clock.now()
    const one = this.failed.get(peerKey(address))
    if (one !== undefined) one.last = now
    if (this.everybody === undefined) return
    this.everybody.next += now - this.everybody.last
    this.everybody.last = now
  }

  succeed(address: string): void {
    this.failed.delete(peerKey(address))
    this.everybody = undefined
  }
}
