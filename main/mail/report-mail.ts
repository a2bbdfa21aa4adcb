// The mail that brings an aggregate report of ours to whom a domain names. RFC 8460 §5.3, RFC 9990
import type { Address } from '../terms/address.ts'
import type { Instant } from '../terms/brand.ts'
import { composeField, phraseWords } from './compose-field.ts'
import { formatMailDate } from './mail-date.ts'

export interface ReportMailFacts {
  readonly kind: 'tls' | 'dmarc'
  readonly from: Address
  readonly to: Address
  readonly at: Instant
  /** Whom it is about, and who reports: domains. */
  readonly domain: string
  readonly submitter: string
  /** Without brackets. */
  readonly reportId: string
  readonly messageId: string
  readonly boundary: string
  /** For a person: lines of ASCII. */
  readonly text: readonly string[]
  readonly fileName: string
  /** gzip */
  readonly content: Buffer
}

const CRLF = '\r\n'

const TYPES = {
  tls: { whole: ['multipart/report;', 'report-type="tlsrpt";'], part: 'application/tlsrpt+gzip' },
  dmarc: { whole: ['multipart/mixed;'], part: 'application/gzip' },
} as const

function subjectWords({ kind, domain, submitter, reportId }: ReportMailFacts): readonly string[] {
  // RFC 8460 §5.3.1: "Report Domain:", "Submitter:", "Report-ID:", in this order; RFC 9990 asks for the same.
  const id = kind === 'tls' ? `<${reportId}>` : reportId
  return ['Report', 'Domain:', domain, 'Submitter:', submitter, 'Report-ID:', id]
}

/** RFC 8460 §5.3: who looks for TLS reports goes by these, before anything is unpacked. */
function tlsFields({ kind, domain, submitter }: ReportMailFacts) {
  if (kind !== 'tls') return []
  return [
    composeField('TLS-Report-Domain', [domain]),
    composeField('TLS-Report-Submitter', [submitter]),
    // RFC 8460 §3, RFC 8689 §5: a report that TLS fails has to get there although TLS fails.
    composeField('TLS-Required', ['No']),
  ]
}

export function composeReportMail(facts: ReportMailFacts): { readonly header: Buffer; readonly body: Buffer } {
  const { kind, from, to, at, messageId, boundary, text, fileName, content } = facts
  const { whole, part } = TYPES[kind]
  const fields = [
    composeField('Date', [formatMailDate(at)]),
    composeField('From', [...phraseWords(kind === 'tls' ? 'TLS Reports' : 'DMARC Reports'), `<${from}>`]),
    composeField('To', [`<${to}>`]),
    composeField('Subject', subjectWords(facts)),
    composeField('Message-ID', [`<${messageId}>`]),
    // RFC 3834 §5: nobody's program answers this one.
    composeField('Auto-Submitted', ['auto-generated']),
    ...tlsFields(facts),
    composeField('MIME-Version', ['1.0']),
    composeField('Content-Type', [...whole, `boundary="${boundary}"`]),
  ]
  const encoded = content.toString('base64').replaceAll(/.{76}(?=.)/g, `$&${CRLF}`)
  const body = [
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    ...text,
    '',
    `--${boundary}`,
    composeField('Content-Type', [`${part};`, `name="${fileName}"`])
      .raw.toString('latin1')
      .trimEnd(),
    'Content-Transfer-Encoding: base64',
    composeField('Content-Disposition', ['attachment;', `filename="${fileName}"`])
      .raw.toString('latin1')
      .trimEnd(),
    '',
    encoded,
    `--${boundary}--`,
    '',
  ].join(CRLF)
  return {
    header: Buffer.from(`${fields.map(({ raw }) => raw.toString('latin1')).join('')}${CRLF}`, 'latin1'),
    body: Buffer.from(body, 'latin1'),
  }
}
