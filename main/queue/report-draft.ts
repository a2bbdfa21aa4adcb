// One report of ours, ready to be sent: the counts of a day composed, packed, and put into a mail for each address that asks for it.
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { composeReportMail } from '../mail/index.ts'
import { composeDmarcReport } from '../reports/compose-dmarc.ts'
import { composeTlsReport, DAY, type ComposedReport, type Counted } from '../reports/compose-tls.ts'
import type { Destination } from '../reports/rua.ts'
import { destinationOf } from '../store/commands/accept.ts'
import type { NewNotice } from '../store/commands/notices.ts'
import type { NewSentReport } from '../store/commands/reports-sent.ts'
import type { Address, Domain } from '../terms/address.ts'
import { randomName } from '../terms/clock.ts'
import { TRY_OUT_DOMAIN } from '../terms/try-out.ts'
import { RelaxedBodyHash } from '../trust/canonical.ts'
import type { MailParts } from './parts.ts'
import { signingKeysOf } from './signing-keys.ts'

export type DraftParts = Pick<MailParts, 'store' | 'clock' | 'random' | 'route'>

/** RFC 8460 §5.5 gives no bound; who does not take it within a day gets tomorrow's. */
export const REPORT_LIFE = DAY

export interface ReportAbout {
  readonly kind: 'tls' | 'dmarc'
  readonly day: number
  readonly domain: string
}

/** The domain that our reports come from. undefined where none could be signed, or nothing leaves here: then nobody is told anything. */
export function reporter({ store, route }: DraftParts): Domain | undefined {
  const domain = store.directory.domains()[0]?.name
  if (domain === undefined || domain === TRY_OUT_DOMAIN || route() === 'mailbox') return undefined
  return signingKeysOf(store, domain).length === 0 ? undefined : domain
}

const pack = promisify(gzip)
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

/** RFC 8460 §5.1: `!` between who reports, about whom, from when, until when, and something that is used once. */
function fileNameOf({ kind, day, domain }: ReportAbout, from: Domain, unique: string): string {
  const times = `${(day * DAY) / 1000}!${((day + 1) * DAY) / 1000 - 1}`
  return `${from}!${domain}!${times}!${unique}.${kind === 'tls' ? 'json' : 'xml'}.gz`
}

function textOf(
  { kind, day, domain }: ReportAbout,
  from: Domain,
  { successes, failures }: ComposedReport,
): readonly string[] {
  if (kind === 'dmarc')
    return [
      `This is a DMARC aggregate report about ${domain},`,
      `on ${dateOf(day)} (UTC), from ${from}.`,
      '',
      `${successes} messages passed, ${failures} did not. The details are attached.`,
      `It was sent because the DMARC record of ${domain} asks for it.`,
    ]
  return [
    `This is a TLS report about the mail servers of ${domain},`,
    `on ${dateOf(day)} (UTC), from ${from}.`,
    '',
    `${successes} sessions went as the domain asks, ${failures} did not.`,
    'The details are attached.',
    `It was sent because _smtp._tls.${domain} asks for it.`,
  ]
}

function mailOf(parts: DraftParts, about: ReportAbout, from: Domain, to: Address, made: Made): NewNotice {
  const { clock, random, route } = parts
  const now = clock.now()
  const sender = `${about.kind}-reports@${from}` as Address
  const messageId = `${randomName(random, 26)}@${from}`
  const { header, body } = composeReportMail({
    ...{ kind: about.kind, from: sender, to, at: now, domain: about.domain, submitter: from },
    ...{ reportId: made.reportId, messageId, boundary: randomName(random, 30), text: made.text },
    ...{ fileName: made.fileName, content: made.content },
  })
  const size = header.length + body.length
  const hash = new RelaxedBodyHash()
  hash.update(body)
  const what = about.kind === 'tls' ? 'TLS report' : 'DMARC report'
  const text = `A ${what} about ${about.domain} for ${dateOf(about.day)} goes to ${to}, as the domain asks.`
  return {
    message: {
      ...{ publicId: randomName(random, 16), receivedAt: now, reversePath: '', header, body, spool: null, size },
      ...{
        bodyHash: hash.digest(),
        verdicts: null,
        authenticationResults: null,
        proven: false,
        envid: null,
        ret: null,
      },
      session: { helo: '', peer: '', protocol: '', tls: '', account: '' },
    },
    ...{ direction: 'reply', aliasId: null, recipientId: null, forwardPath: to, giveUpAt: now + REPORT_LIFE },
    destination: destinationOf(route(), to),
    log: {
      ...{ at: now, direction: 'none', outcome: 'accepted', reason: 'report-sent', text, alias: '', sender },
      ...{ recipient: to, subject: what, size, peer: '', tls: '', messageId, verdicts: null },
    },
  }
}

interface Made {
  readonly reportId: string
  readonly content: Buffer
  readonly text: readonly string[]
  readonly fileName: string
}

/** The same report to each destination that asks for it. */
export async function draftReports(
  parts: DraftParts,
  about: ReportAbout,
  from: Domain,
  rows: readonly Counted[],
  destinations: readonly Destination[],
): Promise<readonly NewSentReport[]> {
  const unique = randomName(parts.random, 20)
  const reportId = `${unique}@${from}`
  const head = { organisation: from, contact: `postmaster@${from}`, reportId, day: about.day, domain: about.domain }
  const composed = about.kind === 'tls' ? composeTlsReport(head, rows) : composeDmarcReport(head, rows)
  const content = await pack(composed.text)
  const made = { reportId, content, text: textOf(about, from, composed), fileName: fileNameOf(about, from, unique) }
  const { successes, failures } = composed
  return destinations.flatMap((one): NewSentReport[] => {
    const report = { reportId, successes, failures, destination: one.uri }
    if (one.kind === 'https') return [{ ...report, by: { post: content, dueAt: parts.clock.now() } }]
    // An address may say how much it takes: obsolete in RFC 9990, and still published.
    if (one.maxSize !== undefined && content.length > one.maxSize) return []
    return [{ ...report, by: { mail: mailOf(parts, about, from, one.address, made) } }]
  })
}

/** RFC 8460 §4.1: not all of us at midnight. Milliseconds; the same for a domain and day whenever it is asked. */
export function jitterOf({ kind, day, domain }: ReportAbout, hostname: string, longest: number): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, day, domain, hostname]))
    .digest()
  return Math.floor((digest.readUInt32LE(0) / 2 ** 32) * longest)
}
