// The log as the page holds it: newest first, never reordered, never with a hole. What comes while somebody reads is kept aside and counted;
// what is too much to keep is read anew from the relay, which has all of it.
import type { LogEntry } from '../../main/api/shapes.ts'
import { fitsLog, type LogFilter } from '../../main/api/shapes-log.ts'
import { asciiFilter } from '../api/activity.ts'

export interface TailView {
  /** Ids descending. */
  readonly rows: readonly LogEntry[]
  /** What came and is not shown yet. */
  readonly waiting: number
  /** Goes into `before`; undefined where the end is reached. */
  readonly next: number | undefined
}

export const MAX_ROWS = 4_000
export const MAX_WAITING = 2_000
const RECENT_MS = 3_000
const MAX_RECENT = 1_000

const EMPTY: TailView = { rows: [], waiting: 0, next: undefined }

/** Where an id stands, or would stand, among rows with descending ids. */
function placeOf(rows: readonly LogEntry[], id: number): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.id ?? 0) > id) low = middle + 1
    else high = middle
  }
  return low
}

export class Tail {
  private readonly filter: LogFilter
  private readonly onChange: () => void
  private readonly onStale: () => void
  private aside = new Map<number, LogEntry>()
  private recent: { readonly at: number; readonly entry: LogEntry }[] = []
  private overflown = false
  private held = false
  view: TailView = EMPTY

  /** `onStale`: there is more than was kept; the newest are to be read again. */
  constructor(filter: LogFilter, onChange: () => void, onStale: () => void) {
    this.filter = asciiFilter(filter)
    this.onChange = onChange
    this.onStale = onStale
  }

  private set(change: Partial<TailView>): void {
    this.view = { ...this.view, ...change }
    this.onChange()
  }

  /** The newest, as they were read: at the start, and again whenever something may have been missed. */
  head(rows: readonly LogEntry[], next: number | null): void {
    const oldest = rows.at(-1)?.id ?? 0
    const known = this.view.rows
    // Where both meet, what was read before stays below; else there would be a hole between them.
    const meets = next !== null && known.length > 0 && (known[0]?.id ?? 0) >= oldest
    const below = meets ? known.filter((row) => row.id < oldest) : []
    this.aside = new Map()
    this.overflown = false
    this.set({ rows: [...rows, ...below], waiting: 0, next: meets ? this.view.next : (next ?? undefined) })
    // What came while the answer was on its way may be newer than the answer.
    this.arrive(this.recent.map(({ entry }) => entry))
  }

  older(rows: readonly LogEntry[], next: number | null): void {
    const last = this.view.rows.at(-1)?.id ?? Number.MAX_SAFE_INTEGER
    this.set({ rows: [...this.view.rows, ...rows.filter((row) => row.id < last)], next: next ?? undefined })
  }

  /** What comes live. */
  live(entries: readonly LogEntry[], now: number): void {
    this.recent = [...this.recent, ...entries.map((entry) => ({ at: now, entry }))]
      .filter(({ at }) => at > now - RECENT_MS)
      .slice(-MAX_RECENT)
    this.arrive(entries)
  }

  /** Many entries of one moment are one change. */
  arrive(entries: readonly LogEntry[]): void {
    const rows = [...this.view.rows]
    let changed = false
    for (const entry of entries) changed = this.take(rows, entry) || changed
    const waiting = this.overflown ? MAX_WAITING : this.aside.size
    if (changed || waiting !== this.view.waiting) this.set({ rows, waiting, ...this.bounded(rows) })
  }

  private take(rows: LogEntry[], entry: LogEntry): boolean {
    const place = placeOf(rows, entry.id)
    const isThere = rows[place]?.id === entry.id
    const isWanted = fitsLog(entry, this.filter)
    if (isThere) {
      rows.splice(place, 1, ...(isWanted ? [entry] : []))
      return true
    }
    if (this.aside.has(entry.id) || (place === 0 && this.held)) {
      if (isWanted) this.aside.set(entry.id, entry)
      else this.aside.delete(entry.id)
      if (this.aside.size > MAX_WAITING) {
        this.aside = new Map()
        this.overflown = true
      }
      return false
    }
    // Below the oldest that is shown it comes with its page.
    if (!isWanted || (place === rows.length && this.view.next !== undefined && rows.length > 0)) return false
    rows.splice(place, 0, entry)
    return true
  }

  /** The oldest go where there are too many, while nobody looks at them; they are read again on the way down. */
  private bounded(rows: LogEntry[]): Partial<TailView> {
    if (this.held || rows.length <= MAX_ROWS) return {}
    rows.length = MAX_ROWS
    return { rows, next: rows.at(-1)?.id }
  }

  hold(held: boolean): void {
    if (this.held === held) return
    this.held = held
    if (!held) this.release()
  }

  /** Shows what waited. */
  release(): void {
    if (this.overflown) {
      this.overflown = false
      this.onStale()
      return
    }
    if (this.aside.size === 0) return
    const entries = [...this.aside.values()]
    this.aside = new Map()
    const before = this.held
    this.held = false
    this.arrive(entries)
    this.held = before
    this.set({ waiting: 0 })
  }
}
