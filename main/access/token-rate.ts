// How often a token may ask: a count a minute, in memory.
import type { Clock } from '../terms/clock.ts'

const MINUTE = 60_000
const MAX_TOKENS = 10_000

export class TokenRate {
  private readonly clock: Clock
  private readonly counts = new Map<string, { minute: number; count: number }>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Milliseconds to wait where this request is one too many; 0 where it is not. */
  count(id: string, limit: number): number {
    const now = this.clock.now()
    const minute = Math.floor(now / MINUTE)
    const one = this.counts.get(id)
    if (one?.minute !== minute) {
      this.counts.delete(id)
      this.counts.set(id, { minute, count: 1 })
      for (const key of this.counts.keys()) {
        if (this.counts.size <= MAX_TOKENS) break
        this.counts.delete(key)
      }
      return 0
    }
    one.count++
    return one.count > limit ? (minute + 1) * MINUTE - now : 0
  }
}
