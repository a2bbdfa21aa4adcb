// Counts for the reports that we send, gathered in memory and written now and then: a delivery does not wait for them. What a crash
// takes is a few seconds of statistics. Of a person there is nothing in them, only domains and servers.
import { DAY } from '../reports/compose-tls.ts'
import type { DmarcRow, PublishedPolicy } from '../reports/dmarc-seen.ts'
import type { CountedSession } from '../reports/tls-session.ts'
import type { TallyEntry } from '../store/commands/reports-sent.ts'
import { readChoice } from '../store/settings.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../terms/clock.ts'

const WAIT = 5000
/** So many rows are written without waiting; more than the second number are not kept. */
const FULL = 500
const MOST = 5000

interface TallyParts {
  readonly store: Store
  readonly clock: Clock
  readonly onError: (error: unknown, what: string) => void
}

export class ReportTally {
  private readonly parts: TallyParts
  private entries = new Map<string, TallyEntry>()
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> = Promise.resolve()

  constructor(parts: TallyParts) {
    this.parts = parts
  }

  /** RFC 8460 §4.1: by the day in UTC on which it happened. */
  readonly countTls = ({ domain, policy, failure }: CountedSession): void => {
    if (readChoice(this.parts.store.directory, 'send-tls-reports') === 'off') return
    const record = failure === undefined ? '' : JSON.stringify(failure)
    const coarse = failure === undefined ? '' : JSON.stringify({ type: failure.type })
    this.add({ kind: 'tls', domain, policy: JSON.stringify(policy), record, coarse })
  }

  /** What is beyond the bounds of a domain is counted as left out. */
  countDmarc(domain: string, published: PublishedPolicy, row: DmarcRow): void {
    const [policy, record] = [JSON.stringify(published), JSON.stringify(row)]
    this.add({ kind: 'dmarc', domain, policy, record, coarse: '' })
  }

  private add(entry: Omit<TallyEntry, 'count' | 'day'>): void {
    const day = Math.floor(this.parts.clock.now() / DAY)
    this.merge({ ...entry, day, count: 1 })
    if (this.entries.size >= FULL) void this.flush()
    else if (this.timer === undefined) {
      this.timer = setTimeout(() => void this.flush(), WAIT)
      this.timer.unref()
    }
  }

  private merge(entry: TallyEntry): void {
    const { kind, day, domain, policy, record } = entry
    const key = JSON.stringify([kind, day, domain, policy, record])
    const known = this.entries.get(key)
    if (known === undefined && this.entries.size >= MOST) return
    this.entries.set(key, { ...entry, count: (known?.count ?? 0) + entry.count })
  }

  /** Writes what has gathered. Never rejects: what could not be written is tried with the next. */
  flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const gathered = [...this.entries.values()]
    if (gathered.length === 0) return this.writing
    this.entries = new Map()
    this.writing = this.parts.store.writer.run('tallyReports', gathered).catch((error: unknown) => {
      this.parts.onError(error, 'counting for reports')
      for (const entry of gathered) this.merge(entry)
    })
    return this.writing
  }
}
