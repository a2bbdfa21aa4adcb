// Writes of the reports that others send about our domains.
import type { Db } from '../database.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import type { ReportRow } from '../queries/reports.ts'

export type NewReport = Omit<ReportRow, 'id'>

/** More than that, and the oldest go: who reports is not chosen by us. Those that prove nothing never push out those that do. */
const REPORTS_MAX = { proven: 10_000, unproven: 1000 }

/** Writes one; false where the same report is here already. */
export function reportWriter(db: Db): (report: NewReport) => boolean {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO report(kind,received_at,begins_at,ends_at,organisation,report_id,domain,sender,proven,
       ours,forwarder,unknown,spoof,successes,failures,detail)
     VALUES(:kind,:receivedAt,:beginsAt,:endsAt,:organisation,:reportId,:domain,:sender,:proven,
       :ours,:forwarder,:unknown,:spoof,:successes,:failures,:detail)`,
  )
  const trim = db.prepare(
    `DELETE FROM report WHERE proven=:proven AND id <=
       (SELECT id FROM report WHERE proven=:proven ORDER BY id DESC LIMIT 1 OFFSET :max)`,
  )
  return (report) => {
    const proven = report.proven ? 1 : 0
    const written = insert.run({ ...report, proven }).changes === 1
    if (written) trim.run({ proven, max: report.proven ? REPORTS_MAX.proven : REPORTS_MAX.unproven })
    return written
  }
}

export interface ReportCommands {
  /** Reports that did not come by mail; the id of the log entry, null where all of them are here already. */
  takeReports(reports: readonly NewReport[], log: NewLogEntry): number | null
  pruneReports(before: number, limit: number): number
}

export function reportCommands(db: Db): ReportCommands {
  const prune = db.prepare(
    'DELETE FROM report WHERE id IN (SELECT id FROM report WHERE received_at < ? ORDER BY received_at LIMIT ?)',
  )
  const write = reportWriter(db)
  const logs = logWriter(db)
  return {
    takeReports: (reports, log) => (reports.map(write).includes(true) ? logs.add(log) : null),
    pruneReports: (before, limit) => prune.run(before, limit).changes,
  }
}
