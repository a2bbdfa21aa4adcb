// A DMARC aggregate report of ours: the counts of a day as the owner of the author's domain gets them. Pure. RFC 9990
import { DAY, type ComposedReport, type Counted, type ReportHead } from './compose-tls.ts'
import type { DmarcRow, PublishedPolicy } from './dmarc-seen.ts'

const VALUE_MAX = 255

/** XML 1.0 §2.2, §2.4: what may not stand in it is gone, what means something to it is written out. */
function escaped(value: string | number): string {
  return Array.from(String(value).slice(0, VALUE_MAX).toWellFormed())
    .filter((one) => one >= ' ' && one !== '\uFFFE' && one !== '\uFFFF')
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** An element; one without a value is left out. */
function leaf(name: string, value: string | number | undefined): string {
  return value === undefined || value === '' ? '' : `<${name}>${escaped(value)}</${name}>\n`
}

function tree(name: string, ...children: readonly string[]): string {
  return `<${name}>\n${children.join('')}</${name}>\n`
}

function metadata(head: ReportHead, leftOut: number): string {
  const { organisation, contact, reportId, day } = head
  const error = leftOut === 0 ? undefined : `${leftOut} messages from more sources than are told apart are left out.`
  return tree(
    'report_metadata',
    leaf('org_name', organisation),
    leaf('email', contact),
    leaf('report_id', reportId),
    tree('date_range', leaf('begin', (day * DAY) / 1000), leaf('end', ((day + 1) * DAY) / 1000 - 1)),
    leaf('error', error),
  )
}

function published(domain: string, policy: PublishedPolicy): string {
  const { p, sp, np, adkim, aspf, fo, t } = policy
  return tree(
    'policy_published',
    leaf('domain', domain),
    leaf('discovery_method', 'treewalk'),
    ...[leaf('p', p), leaf('sp', sp), leaf('np', np), leaf('adkim', adkim), leaf('aspf', aspf), leaf('fo', fo)],
    leaf('testing', t === 'y' ? 'y' : 'n'),
  )
}

function recordOf(row: DmarcRow, count: number): string {
  const { ip, disposition, alignedDkim, alignedSpf, reasons, headerFrom, envelopeFrom, dkim, spf } = row
  const word = (good: boolean): string => (good ? 'pass' : 'fail')
  return tree(
    'record',
    tree(
      'row',
      leaf('source_ip', ip),
      leaf('count', count),
      tree(
        'policy_evaluated',
        leaf('disposition', disposition),
        leaf('dkim', word(alignedDkim)),
        leaf('spf', word(alignedSpf)),
        ...reasons.map((reason) => tree('reason', leaf('type', reason))),
      ),
    ),
    tree('identifiers', leaf('envelope_from', envelopeFrom), leaf('header_from', headerFrom)),
    tree(
      'auth_results',
      ...dkim.map((one) =>
        tree('dkim', leaf('domain', one.domain), leaf('selector', one.selector), leaf('result', one.result)),
      ),
      spf === undefined
        ? ''
        : tree('spf', leaf('domain', spf.domain), leaf('scope', 'mfrom'), leaf('result', spf.result)),
    ),
  )
}

/** Rows that differ in the policy alone are one: a report has one policy, the one that most messages met. */
function merged(rows: readonly Counted[]): { readonly policy: string; readonly records: ReadonlyMap<string, number> } {
  const records = new Map<string, number>()
  const policies = new Map<string, number>()
  for (const { policy, record, count } of rows) {
    records.set(record, (records.get(record) ?? 0) + count)
    policies.set(policy, (policies.get(policy) ?? 0) + count)
  }
  const [most] = [...policies].sort(([, a], [, b]) => b - a)
  return { policy: most?.[0] ?? '{}', records }
}

export function composeDmarcReport(head: ReportHead, rows: readonly Counted[]): ComposedReport {
  const { policy, records } = merged(rows)
  const leftOut = records.get('') ?? 0
  const told = [...records].filter(([record]) => record !== '')
  const parsed = told.map(([record, count]) => ({ row: JSON.parse(record) as DmarcRow, count }))
  const successes = parsed.reduce((all, { row, count }) => all + (row.disposition === 'pass' ? count : 0), 0)
  const all = parsed.reduce((sum, { count }) => sum + count, 0)
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>\n<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">\n<version>1.0</version>\n' +
    metadata(head, leftOut) +
    published(head.domain, JSON.parse(policy) as PublishedPolicy) +
    parsed.map(({ row, count }) => recordOf(row, count)).join('') +
    '</feedback>\n'
  return { text, successes, failures: all - successes }
}
