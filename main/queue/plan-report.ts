// Mail to a report address of ours: read at once, stored as what it says, and refused with the reason where it says nothing.
import { ReportAttachmentReader, type ReportAttachment } from '../mail/index.ts'
import { readAggregateReport, type ReadReport } from '../reports/read-report.ts'
import type { OwnFacts } from '../reports/classify.ts'
import { REPORT_MAX, ReportRefused } from '../reports/refusal.ts'
import { parseDomain } from '../terms/address.ts'
import { REPLIES, withText, type Reply } from '../terms/reply.ts'
import { logEntry, senderOf, type Arrival } from './arrival.ts'
import { readBody } from './body-source.ts'
import type { MailParts } from './parts.ts'
import type { OnePlan } from './plan-reply.ts'

export function ownFacts({ store: { directory } }: Pick<MailParts, 'store'>): OwnFacts {
  const forwarders = new Set((directory.setting('trusted-sealers') ?? '').split(',').filter((one) => one !== ''))
  const known = new Map(
    directory.domains().map((row) => [row.name as string, directory.dkimKeys(row.id).map((key) => key.selector)]),
  )
  return {
    isOurs: (domain) => known.has(parseDomain(domain) ?? ''),
    isOurSelector: (domain, selector) => known.get(parseDomain(domain) ?? '')?.includes(selector) === true,
    isKnownForwarder: (domain) => forwarders.has(domain),
  }
}

async function attachmentsOf(parts: MailParts, { stored }: Arrival): Promise<readonly ReportAttachment[]> {
  const reader = new ReportAttachmentReader(stored.header, REPORT_MAX)
  for await (const chunk of readBody(parts.store.spoolFolder, stored)) reader.push(chunk)
  return reader.end()
}

/** Whether the author is who it says: by a whole signature of exactly its domain, or by DMARC. It authorises, so no relation will do. */
function isSigned({ evidence, verdicts }: Arrival): boolean {
  return evidence?.aligned === true || verdicts?.dmarc === 'pass'
}

/** RFC 8460 §3: a TLS report without a valid signature of who sends it is not to be believed. */
function refusalOf(arrival: Arrival, kind: ReadReport['kind']): Reply | undefined {
  if (kind !== 'tls' || arrival.evidence === undefined || isSigned(arrival)) return undefined
  return arrival.verdicts?.dkim === 'temperror' ? REPLIES.reportLater : REPLIES.reportUnsigned
}

export function inWords({ kind, organisation, domain, successes, failures, spoof }: ReadReport): string {
  if (kind === 'tls')
    return `${organisation} reached ${domain} with the encryption that it asks for ${successes} times, and ${failures} times not.`
  return `${organisation} saw ${successes + failures} messages in the name of ${domain}; ${spoof} were not yours.`
}

export async function planReport(
  parts: MailParts,
  arrival: Arrival,
  expected: ReadReport['kind'],
  address: string,
): Promise<OnePlan> {
  const attachments = await attachmentsOf(parts, arrival)
  const own = ownFacts(parts)
  const read: ReadReport[] = []
  let why = attachments.length === 0 ? 'No report is attached.' : undefined
  for (const { bytes, tooBig } of attachments) {
    try {
      if (tooBig) throw new ReportRefused('The report has more than 10 MiB.')
      read.push(...(await readAggregateReport(bytes, own)))
    } catch (error) {
      if (!(error instanceof ReportRefused)) throw error
      why ??= error.message
    }
  }
  const [first] = read
  if (first === undefined) return { refuse: withText(REPLIES.reportUnreadable, `Not read: ${why ?? ''}`) }
  if (!read.some(({ kind }) => kind === expected))
    return { refuse: withText(REPLIES.reportUnreadable, 'Not read: this kind of report has another address here.') }
  const refuse = refusalOf(arrival, first.kind)
  if (refuse !== undefined) return { refuse }
  const proven = arrival.evidence === undefined || isSigned(arrival)
  const about = { outcome: 'noticed', reason: 'report-received', text: inWords(first), alias: address } as const
  return {
    kind: 'report',
    reports: read.map((one) => ({ ...one, receivedAt: arrival.receivedAt, sender: senderOf(arrival) ?? '', proven })),
    log: logEntry(arrival, { ...about, direction: 'none' }),
  }
}
