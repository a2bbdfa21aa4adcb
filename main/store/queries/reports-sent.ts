// Reads of what we report to others.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type Raw } from '../rows.ts'

type Kind = 'dmarc' | 'tls'

export interface TallyRow {
  readonly policy: string
  readonly record: string
  readonly count: number
}

export interface SentReportRow {
  readonly id: number
  readonly kind: Kind
  /** Days since the epoch, UTC. */
  readonly day: number
  /** Whom it is about, and who asked for it. */
  readonly domain: string
  readonly reportId: string
  /** `mailto:` or `https:`. */
  readonly destination: string
  readonly madeAt: number
  readonly successes: number
  readonly failures: number
  readonly state: 'queued' | 'waiting' | 'sent' | 'failed'
  readonly attempts: number
  readonly answer: string
}

export interface SentReportFilter {
  readonly kind: Kind | undefined
  readonly domain: string | undefined
  readonly before: number | undefined
  readonly limit: number
}

export interface ReportSentQueries {
  /** What was counted on days before this one: the oldest first. */
  tallied(kind: Kind, beforeDay: number, limit: number): readonly { readonly day: number; readonly domain: string }[]
  tallyOf(kind: Kind, day: number, domain: string): readonly TallyRow[]
  duePosts(now: number, limit: number): readonly (SentReportRow & { readonly content: Buffer })[]
  /** The newest first. */
  list(filter: SentReportFilter): readonly SentReportRow[]
  find(id: number): SentReportRow | undefined
}

const COLUMNS = `r.id,r.kind,r.day,r.domain,r.report_id,r.destination,r.made_at,r.successes,r.failures,r.attempts`

export function reportSentQueries(db: Db): ReportSentQueries {
  const tallied = db.prepare(
    'SELECT DISTINCT day, domain FROM report_tally WHERE kind=? AND day<? ORDER BY day, domain LIMIT ?',
  )
  const tally = db.prepare(
    'SELECT policy, record, count FROM report_tally WHERE kind=? AND day=? AND domain=? ORDER BY policy, record',
  )
  const due = db.prepare(
    `SELECT ${COLUMNS},r.state,r.answer,r.content FROM report_sent r
     WHERE r.state='waiting' AND r.due_at<=? ORDER BY r.due_at LIMIT ?`,
  )
  // What the queue says now is newer than what was noted last.
  const from = `SELECT ${COLUMNS},
      CASE WHEN r.state='queued' AND d.state='delivered' THEN 'sent'
           WHEN r.state='queued' AND d.state IN ('failed','dropped') THEN 'failed' ELSE r.state END AS state,
      iif(r.state='queued', coalesce(d.last_answer, ''), r.answer) AS answer
    FROM report_sent r LEFT JOIN delivery d ON d.id=r.delivery_id`
  const list = db.prepare(
    `${from} WHERE r.id < :before AND (:kind IS NULL OR r.kind=:kind) AND (:domain IS NULL OR r.domain=:domain)
     ORDER BY r.id DESC LIMIT :limit`,
  )
  const find = db.prepare(`${from} WHERE r.id=?`)
  return {
    tallied: (kind, beforeDay, limit) => tallied.all(kind, beforeDay, limit) as { day: number; domain: string }[],
    tallyOf: (kind, day, domain) => tally.all(kind, day, domain) as TallyRow[],
    duePosts: (now, limit) =>
      (due.all(now, limit) as Raw[]).map((raw) => fromRaw<SentReportRow & { content: Buffer }>(raw)),
    list: ({ kind, domain, before, limit }) => {
      const values = { kind: kind ?? null, domain: domain ?? null, before: before ?? Number.MAX_SAFE_INTEGER, limit }
      return (list.all(values) as Raw[]).map((raw) => fromRaw<SentReportRow>(raw))
    },
    find: (id) => optionalFromRaw(find.get(id)),
  }
}
