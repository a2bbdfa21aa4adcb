// What is remembered for as long as its TTL says: bounded, the oldest goes first, and one question under way serves all who ask.

interface Entry<T> {
  until: number
  readonly value: Promise<T>
}

export class Memory<T> {
  private readonly limit: number
  private readonly now: () => number
  private readonly entries = new Map<string, Entry<T>>()

  constructor(limit: number, now: () => number) {
    this.limit = limit
    this.now = now
  }

  /** The value of `key`, made where it is not known. `ttlOf` says for how many seconds; what fails is not remembered. */
  get(key: string, make: () => Promise<T>, ttlOf: (value: T) => number): Promise<T> {
    const found = this.entries.get(key)
    if (found !== undefined && found.until > this.now()) return found.value
    const value = make()
    const entry: Entry<T> = { until: Infinity, value }
    this.entries.delete(key)
    this.entries.set(key, entry)
    if (this.entries.size > this.limit) {
      // A Map keeps insertion order: the oldest entry goes first.
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest)
        break
      }
    }
    value.then(
      (made) => {
        entry.until = this.now() + ttlOf(made) * 1000
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key)
      },
    )
    return value
  }

  /** What is known of `key` is asked for anew; a question under way stays. */
  forget(key: string): void {
    if ((this.entries.get(key)?.until ?? Infinity) < Infinity) this.entries.delete(key)
  }

  get size(): number {
    return this.entries.size
  }
}
