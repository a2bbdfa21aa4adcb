// Reads of the reports that others sent about our domains.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type Raw } from '../rows.ts'

export interface ReportRow {
  readonly id: number
  readonly kind: 'dmarc' | 'tls'
  readonly receivedAt: number
  readonly beginsAt: number
  readonly endsAt: number
  readonly organisation: string
  readonly reportId: string
  readonly domain: string
  readonly sender: string
  readonly proven: boolean
  readonly ours: number
  readonly forwarder: number
  readonly unknown: number
  readonly spoof: number
  readonly successes: number
  readonly failures: number
  /** JSON. */
  readonly detail: string
}

export interface ReportFilter {
  readonly kind: ReportRow['kind'] | undefined
  readonly domain: string | undefined
  /** Only older ones: the id of the last one of the page before. */
  readonly before: number | undefined
  readonly limit: number
}

export interface ReportQueries {
  /** The newest first, without their details. */
  list(filter: ReportFilter): readonly Omit<ReportRow, 'detail'>[]
  find(id: number): ReportRow | undefined
}

const FLAGS = ['proven']
const HEAD =
  'id,kind,received_at,begins_at,ends_at,organisation,report_id,domain,sender,proven,ours,forwarder,unknown,spoof,successes,failures'

export function reportQueries(db: Db): ReportQueries {
  const list = db.prepare(
    `SELECT ${HEAD} FROM report WHERE id < :before AND (:kind IS NULL OR kind=:kind) AND (:domain IS NULL OR domain=:domain)
     ORDER BY id DESC LIMIT :limit`,
  )
  const find = db.prepare('SELECT * FROM report WHERE id=?')
  return {
    list: ({ kind, domain, before, limit }) => {
      const values = { kind: kind ?? null, domain: domain ?? null, before: before ?? Number.MAX_SAFE_INTEGER, limit }
      return (list.all(values) as Raw[]).map((raw) => fromRaw<Omit<ReportRow, 'detail'>>(raw, FLAGS))
    },
    find: (id) => optionalFromRaw(find.get(id), FLAGS),
  }
}
