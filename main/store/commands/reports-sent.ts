// Writes of what we report to others: the counts of a day, and the reports that they become.
import type { Db } from '../database.ts'
import type { SentReportRow } from '../queries/reports-sent.ts'
import { reportMailWriter, type NewNotice } from './notices.ts'

export interface TallyEntry {
  readonly kind: 'dmarc' | 'tls'
  /** Days since the epoch, UTC. */
  readonly day: number
  readonly domain: string
  readonly policy: string
  readonly record: string
  /** What it counts as where the domain has too many rows. */
  readonly coarse: string
  readonly count: number
}

/** Rows of one domain a day before they are told apart no more; and of a day, before more are not counted at all. */
const ROWS_MAX = { tls: 60, dmarc: 500 } as const
const COARSE_MAX = 40
const DAY_MAX = 20_000
/** Reports of one kind about one day: whoever writes from a thousand domains does not make us write to ten thousand. */
const REPORTS_MAX = 1000

export type NewSentReport = Pick<SentReportRow, 'destination' | 'reportId' | 'successes' | 'failures'> & {
  /** The mail that brings it, or what is posted. */
  readonly by: { readonly mail: NewNotice } | { readonly post: Uint8Array; readonly dueAt: number }
}

export interface MakeReportsInput {
  readonly kind: 'dmarc' | 'tls'
  readonly day: number
  readonly domain: string
  readonly at: number
  /** Empty where the domain asks for none. */
  readonly reports: readonly NewSentReport[]
}

export interface ReportSentCommands {
  tallyReports(entries: readonly TallyEntry[]): void
  /** The counts of one domain and day become reports, or go. The ids of their log entries. */
  makeReports(input: MakeReportsInput): readonly number[]
  /** Days before this one, of one kind or of both. */
  pruneTally(kind: 'dmarc' | 'tls', beforeDay: number): number
  settlePost(
    id: number,
    outcome: { readonly state: 'sent' | 'failed' | 'waiting'; answer: string; dueAt: number },
  ): void
  /** What became of reports that went by mail. */
  noteSentReports(): number
  pruneSentReports(before: number): number
}

function tallyWriter(db: Db): ReportSentCommands['tallyReports'] {
  const add = db.prepare(
    `UPDATE report_tally SET count=count+:count
     WHERE kind=:kind AND day=:day AND domain=:domain AND policy=:policy AND record=:record`,
  )
  const insert = db.prepare(
    'INSERT INTO report_tally(kind,day,domain,policy,record,count) VALUES(:kind,:day,:domain,:policy,:record,:count)',
  )
  const ofDomain = db.prepare('SELECT count(*) FROM report_tally WHERE kind=? AND day=? AND domain=?').pluck()
  const ofDay = db.prepare('SELECT count(*) FROM report_tally WHERE kind=? AND day=?').pluck()
  /** How many rows a day has: counted once, then kept. May be too many after a roll-back, never too few. */
  const known = new Map<string, number>()
  const rowsOf = (kind: string, day: number): number => {
    const key = `${kind} ${day}`
    const found = known.get(key) ?? Number(ofDay.get(kind, day))
    if (!known.has(key) && known.size >= 8) known.clear()
    known.set(key, found)
    return found
  }
  const write = ({ coarse, ...entry }: TallyEntry): void => {
    if (add.run(entry).changes > 0) return
    const rows = Number(ofDomain.get(entry.kind, entry.day, entry.domain))
    const limit = ROWS_MAX[entry.kind]
    if (rows >= limit && entry.record !== coarse) {
      write({ ...entry, record: coarse, coarse })
      return
    }
    const all = rowsOf(entry.kind, entry.day)
    if (rows >= limit + COARSE_MAX || all >= DAY_MAX) return
    insert.run(entry)
    known.set(`${entry.kind} ${entry.day}`, all + 1)
  }
  return (entries) => {
    for (const entry of entries) write(entry)
  }
}

function reportMaker(db: Db): ReportSentCommands['makeReports'] {
  const writeMail = reportMailWriter(db)
  const forget = db.prepare('DELETE FROM report_tally WHERE kind=? AND day=? AND domain=?')
  const isThere = db
    .prepare('SELECT EXISTS(SELECT 1 FROM report_sent WHERE kind=? AND day=? AND domain=? AND destination=?)')
    .pluck()
  const made = db.prepare('SELECT count(*) FROM report_sent WHERE kind=? AND day=?').pluck()
  const insert = db.prepare(
    `INSERT INTO report_sent(kind,day,domain,report_id,destination,made_at,successes,failures,state,delivery_id,content,due_at)
     VALUES(:kind,:day,:domain,:reportId,:destination,:at,:successes,:failures,:state,:deliveryId,:content,:dueAt)`,
  )
  return ({ kind, day, domain, at, reports }) => {
    // Counted, reported and forgotten in one commit: a crash reports nothing twice and loses nothing.
    if (forget.run(kind, day, domain).changes === 0) return []
    const logIds: number[] = []
    if (reports.length === 0 || Number(made.get(kind, day)) >= REPORTS_MAX) return []
    for (const { by, ...report } of reports) {
      // A day that a clock brought back is not reported again.
      if (isThere.get(kind, day, domain, report.destination) === 1) continue
      const row = { ...report, kind, day, domain, at }
      if ('mail' in by) {
        const { deliveryId, logId } = writeMail(by.mail)
        logIds.push(logId)
        insert.run({ ...row, state: 'queued', deliveryId, content: null, dueAt: null })
      } else insert.run({ ...row, state: 'waiting', deliveryId: null, content: by.post, dueAt: by.dueAt })
    }
    return logIds
  }
}

export function reportSentCommands(db: Db): ReportSentCommands {
  const prune = db.prepare('DELETE FROM report_tally WHERE kind=? AND day<?')
  const settle = db.prepare(
    `UPDATE report_sent SET state=:state, answer=:answer, attempts=attempts+1, due_at=:dueAt,
       content=CASE :state WHEN 'waiting' THEN content END WHERE id=:id AND state='waiting'`,
  )
  const note = db.prepare(
    `UPDATE report_sent SET state=iif(d.state='delivered','sent','failed'), answer=d.last_answer
     FROM delivery d WHERE d.id=report_sent.delivery_id AND report_sent.state='queued'
       AND d.state IN ('delivered','failed','dropped')`,
  )
  const pruneSent = db.prepare('DELETE FROM report_sent WHERE made_at<?')
  return {
    tallyReports: tallyWriter(db),
    makeReports: reportMaker(db),
    pruneTally: (kind, beforeDay) => prune.run(kind, beforeDay).changes,
    settlePost: (id, outcome) => void settle.run({ id, ...outcome }),
    noteSentReports: () => note.run().changes,
    pruneSentReports: (before) => pruneSent.run(before).changes,
  }
}
