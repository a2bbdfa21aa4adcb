// From the text of an attachment to what is stored of it: which kind it is, what its records are, and no more of it than is bounded.
import { setImmediate as breathe } from 'node:timers/promises'
import type { NewReport } from '../store/commands/reports.ts'
import { classifyRecord, type Origin, type OwnFacts } from './classify.ts'
import { DmarcReportReader, type DmarcRecord } from './dmarc-report.ts'
import { ReportRefused } from './refusal.ts'
import { parseTlsReport } from './tls-report.ts'
import { unpackReport } from './unpack.ts'

/** Octets of records that are kept with a report; the sums are over all of them. */
const DETAIL_MAX = 32 * 1024
/** So much is read before others have their turn. */
const PIECE = 64 * 1024

/** What a report is about, without who sent it and when it came. */
export type ReadReport = Omit<NewReport, 'sender' | 'proven' | 'receivedAt'>

export interface DmarcDetail {
  readonly contact: string
  readonly policy: Readonly<Record<string, string>>
  readonly records: readonly (DmarcRecord & { readonly origin: Origin })[]
  /** Records that are counted and not kept. */
  readonly left: number
}

async function readDmarc(text: string, own: OwnFacts): Promise<readonly ReadReport[]> {
  const sums: Record<Origin, number> = { ours: 0, forwarder: 0, unknown: 0, spoof: 0 }
  const records: DmarcDetail['records'][number][] = []
  let kept = 0
  const reader = new DmarcReportReader((record) => {
    const origin = classifyRecord(record, own)
    sums[origin] += record.count
    if (kept > DETAIL_MAX) return
    kept += JSON.stringify(record).length
    if (kept <= DETAIL_MAX) records.push({ ...record, origin })
  })
  for (let at = 0; at < text.length; at += PIECE) {
    reader.push(text.slice(at, at + PIECE))
    await breathe()
  }
  const { organisation, contact, reportId, begin, end, domain, policy, records: all } = reader.end()
  if (!own.isOurs(domain)) throw new ReportRefused('The report is about a domain that is not served here.')
  const detail: DmarcDetail = { contact, policy, records, left: all - records.length }
  const times = { beginsAt: begin, endsAt: end }
  const passed = sums.ours + sums.forwarder
  const counts = { ...sums, successes: passed, failures: sums.unknown + sums.spoof }
  return [{ kind: 'dmarc', organisation, reportId, domain, ...times, ...counts, detail: JSON.stringify(detail) }]
}

/** One for each domain of ours that the report speaks of. */
function readTls(text: string, own: OwnFacts): readonly ReadReport[] {
  const { organisation, contact, reportId, begin, end, policies } = parseTlsReport(text)
  const domains = [...new Set(policies.map((one) => one.domain))].filter((domain) => own.isOurs(domain))
  if (domains.length === 0) throw new ReportRefused('The report is about no domain that is served here.')
  return domains.map((domain) => {
    const about = policies.filter((one) => one.domain === domain)
    const sum = (key: 'successes' | 'failures'): number => about.reduce((all, one) => all + one[key], 0)
    return {
      ...{ kind: 'tls' as const, organisation, reportId, domain, beginsAt: begin, endsAt: end },
      ...{ ours: 0, forwarder: 0, unknown: 0, spoof: 0, successes: sum('successes'), failures: sum('failures') },
      detail: JSON.stringify({ contact, policies: about }),
    }
  })
}

/** Reads an attachment; throws ReportRefused with the reason where nothing of it is taken. */
export async function readAggregateReport(bytes: Buffer, own: OwnFacts): Promise<readonly ReadReport[]> {
  const text = await unpackReport(bytes)
  return /^\uFEFF?\s*\{/.test(text) ? readTls(text.replace(/^\uFEFF/, ''), own) : readDmarc(text, own)
}
