// Destinations that nobody answers at: left alone for a while, then tried with one connection. Only a hint, so it lives in memory; the
// rows say when each message is due, and a restart asks once more.

const MINUTE = 60_000
/** Never longer than a message's own second step: mail for a server that is back waits no half day. */
const STEPS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE] as const
const LONGEST = 15 * MINUTE
/** So many are remembered; forgetting the others costs a connection attempt each. */
const MAX_REMEMBERED = 10_000

export class Backoff {
  private readonly dead = new Map<string, { readonly failures: number; readonly until: number }>()

  /** Nobody answered. */
  failed(destination: string, now: number): void {
    const before = this.dead.get(destination)
    // Attempts that ran side by side and failed together are one failure.
    if (before !== undefined && before.until > now) return
    const failures = (before?.failures ?? 0) + 1
    if (this.dead.size >= MAX_REMEMBERED && before === undefined) this.dead.clear()
    this.dead.set(destination, { failures, until: now + (STEPS[failures - 1] ?? LONGEST) })
  }

  answered(destination: string): void {
    this.dead.delete(destination)
  }

  /** Everything is tried again at once: the user asks, or the network changed. */
  forget(): void {
    this.dead.clear()
  }

  /** How many connections each such destination may have: none while it is left alone, then one. */
  rooms(now: number): Map<string, number> {
    return new Map([...this.dead].map(([destination, { until }]) => [destination, until > now ? 0 : 1]))
  }

  /** When the first of them is tried again; undefined where none is left alone. */
  nextEnd(now: number): number | undefined {
    let first: number | undefined
    for (const { until } of this.dead.values()) if (until > now && (first === undefined || until < first)) first = until
    return first
  }
}
