// How often somebody did something in the last hour, in bounded memory. Two half-filled hours side by side: the count slides.
const HOUR = 3_600_000

interface Count {
  /** Number of the hour `current` belongs to. */
  hour: number
  current: number
  previous: number
}

export class HourlyRate {
  private readonly counts = new Map<string, Count>()
  private readonly maxKeys: number

  /** At most `maxKeys` keys are remembered, the oldest forgotten first. */
  constructor(maxKeys = 20_000) {
    this.maxKeys = maxKeys
  }

  private estimate(count: Count, now: number): number {
    const hour = Math.floor(now / HOUR)
    if (count.hour === hour) return count.current + count.previous * (1 - (now % HOUR) / HOUR)
    if (count.hour === hour - 1) return count.current * (1 - (now % HOUR) / HOUR)
    return 0
  }

  /** Whether one more is within `limit` an hour. */
  allows(key: string, now: number, limit: number): boolean {
    const count = this.counts.get(key)
    return count === undefined || this.estimate(count, now) + 1 <= limit
  }

  record(key: string, now: number): void {
    const hour = Math.floor(now / HOUR)
    const count = this.counts.get(key)
    this.counts.delete(key)
    let next: Count = { hour, current: 1, previous: 0 }
    if (count?.hour === hour) next = { ...count, current: count.current + 1 }
    else if (count?.hour === hour - 1) next = { hour, current: 1, previous: count.current }
    this.counts.set(key, next)
    if (this.counts.size <= this.maxKeys) return
    for (const oldest of this.counts.keys()) {
      this.counts.delete(oldest)
      return
    }
  }
}
