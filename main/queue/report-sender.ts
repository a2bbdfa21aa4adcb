// Reports of a day, sent when the day is over: asks where they go, makes them, and forgets the counts, all in one commit for each domain.
// So neither a crash nor a day asleep sends one twice; what is older than three days is not sent any more.
import type { PostReport } from '../delivery/post-report.ts'
import type { Lookup } from '../dns/resolver.ts'
import { DAY } from '../reports/compose-tls.ts'
import type { SentReportRow } from '../store/queries/reports-sent.ts'
import { readChoice, readCount } from '../store/settings.ts'
import { DAY as LOG_DAY, type MailParts } from './parts.ts'
import { draftReports, jitterOf, REPORT_LIFE, reporter, type ReportAbout } from './report-draft.ts'
import { dmarcDestinations, tlsDestinations } from './report-destinations.ts'
import { ReportTally } from './report-tally.ts'

const INTERVAL = 10 * 60_000
const FIRST = 10_000
const SOON = 5000
/** RFC 8460 §4.1: reports of many senders should not come all at once. */
const LONGEST_JITTER = 4 * 60 * 60_000
/** Older days are of no use to anybody. */
const KEPT_DAYS = 3
const PER_ROUND = 50
const LOOKED_AT = 2000
const ASK_AGAIN = 60 * 60_000
const POSTS = 20
const POST_STEPS = [15, 60, 240, 480] as const
const MINUTE = 60_000

export class ReportSender {
  readonly tally: ReportTally
  private readonly parts: MailParts
  private readonly lookup: Lookup
  private readonly post: PostReport
  private timer: NodeJS.Timeout | undefined
  private stopped = true
  private busy: Promise<unknown> = Promise.resolve()
  /** Domains whose records could not be had, until when. */
  private readonly later = new Map<string, number>()

  constructor(parts: MailParts, lookup: Lookup, post: PostReport) {
    this.parts = parts
    this.lookup = lookup
    this.post = post
    this.tally = new ReportTally(parts)
  }

  start(): void {
    this.stopped = false
    this.schedule(FIRST)
  }

  /** What is under way ends: it has bounds on its time. */
  async stop(): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    await this.busy
    await this.tally.flush()
  }

  private schedule(wait: number): void {
    if (this.stopped) return
    this.timer = setTimeout(() => {
      this.busy = this.round().then(
        (more) => {
          this.schedule(more ? SOON : INTERVAL)
        },
        (error: unknown) => {
          this.parts.onError(error, 'reports for others')
          this.schedule(INTERVAL)
        },
      )
    }, wait)
    this.timer.unref()
  }

  /** True where there is more to do. */
  async round(): Promise<boolean> {
    const { store, clock } = this.parts
    await this.tally.flush()
    const now = clock.now()
    const today = Math.floor(now / DAY)
    let more = false
    for (const kind of ['tls', 'dmarc'] as const) if (await this.tend(kind, today, now)) more = true
    await this.postDue(now)
    await store.writer.run('noteSentReports')
    await store.writer.run('pruneSentReports', now - readCount(store.directory, 'report-days') * LOG_DAY)
    return more
  }

  private async tend(kind: ReportAbout['kind'], today: number, now: number): Promise<boolean> {
    const { store } = this.parts
    if (readChoice(store.directory, `send-${kind}-reports`) === 'off') {
      // What was counted before it was switched off is told to nobody.
      await store.writer.run('pruneTally', kind, Number.MAX_SAFE_INTEGER)
      return false
    }
    await store.writer.run('pruneTally', kind, today - KEPT_DAYS)
    let made = 0
    for (const one of store.reportsSent.tallied(kind, today, LOOKED_AT)) {
      if (this.stopping()) return false
      if (made >= PER_ROUND) return true
      if (await this.make({ kind, ...one }, now)) made++
    }
    return false
  }

  /** The owner of the process wants to go; tests call `round` without having started anything. */
  private stopping(): boolean {
    return this.stopped && this.timer !== undefined
  }

  /** False where it is not the time for it. */
  private async make(about: ReportAbout, now: number): Promise<boolean> {
    const { store, hostname, announcer } = this.parts
    const from = reporter(this.parts)
    const due = (about.day + 1) * DAY + jitterOf(about, hostname(), LONGEST_JITTER)
    const key = `${about.kind} ${about.domain}`
    if (from === undefined || due > now || (this.later.get(key) ?? 0) > now) return false
    // What goes to a domain of ours does not leave us.
    const ours = store.directory.domains().some(({ name }) => name === about.domain)
    const ask = about.kind === 'tls' ? tlsDestinations : dmarcDestinations
    const destinations = ours ? [] : await ask(this.lookup, about.domain)
    if (destinations === undefined) {
      if (this.later.size >= LOOKED_AT) this.later.clear()
      this.later.set(key, now + ASK_AGAIN)
      return true
    }
    this.later.delete(key)
    const rows = store.reportsSent.tallyOf(about.kind, about.day, about.domain)
    const reports = destinations.length === 0 ? [] : await draftReports(this.parts, about, from, rows, destinations)
    const logIds = await store.writer.run('makeReports', { ...about, at: now, reports })
    for (const id of logIds) announcer.tell({ kind: 'log', id })
    if (logIds.length > 0) announcer.tell({ kind: 'queue' })
    return true
  }

  private async postDue(now: number): Promise<void> {
    for (const row of this.parts.store.reportsSent.duePosts(now, POSTS)) {
      if (this.stopping()) return
      await this.postOne(row, now)
    }
  }

  private async postOne(row: SentReportRow & { readonly content: Buffer }, now: number): Promise<void> {
    const { store } = this.parts
    const type = row.kind === 'tls' ? 'application/tlsrpt+gzip' : 'application/gzip'
    const { taken, permanent, answer } = await this.post(row.destination, type, row.content)
    const dueAt = now + (POST_STEPS[row.attempts] ?? 480) * MINUTE
    const over = permanent || dueAt > row.madeAt + REPORT_LIFE
    const state = taken ? 'sent' : over ? 'failed' : 'waiting'
    await store.writer.run('settlePost', row.id, { state, answer, dueAt })
  }
}
