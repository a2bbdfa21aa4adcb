// A report of ours: what became of a message, for a person to read and for a program. RFC 3464, RFC 6522, RFC 6533
//
// Whoever calls it decides what may stand in it. Nothing that comes in here can begin a line of its own.
import type { Address, Domain } from '../terms/address.ts'
import type { Instant } from '../terms/brand.ts'
import { oneLine } from './charset.ts'
import { composeField, phraseWords, unstructuredWords } from './compose-field.ts'
import { formatMailDate } from './mail-date.ts'

/** What is said of one recipient. RFC 3464 §2.3 */
export interface ReportedRecipient {
  /** ORCPT as the sender gave it (`rfc822;user@example.com`), undefined where they gave none. */
  readonly originalRecipient: string | undefined
  readonly finalRecipient: string
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed'
  readonly status: string
  /** The far server and its words: only for the user's own eyes. */
  readonly remoteMta: string | undefined
  readonly diagnostic: string | undefined
  readonly willRetryUntil: Instant | undefined
}

export interface NoticeFacts {
  readonly from: Address
  readonly to: Address
  readonly subject: string
  readonly at: Instant
  /** Without brackets. */
  readonly messageId: string
  /** The Message-ID of what it is about, as the reader knows it. */
  readonly about: string | undefined
  readonly boundary: string
  /** Paragraphs for a person. */
  readonly paragraphs: readonly string[]
  readonly reportingMta: Domain
  /** RFC 3461 §4.4 */
  readonly envelopeId: string | undefined
  readonly arrivedAt: Instant | undefined
  readonly recipients: readonly ReportedRecipient[]
  /** What comes back of the message: its header, with `body` all of it. */
  readonly original: { readonly header: Buffer; readonly body: Buffer | undefined } | undefined
}

export interface Notice {
  readonly header: Buffer
  readonly body: Buffer
}

const LINE = 72
const ID_MAX = 900

/** A paragraph in lines that any reader shows whole. */
function wrapped(paragraph: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of oneLine(paragraph).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.join('\r\n')
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false
  return true
}

/** RFC 3464 §2.1.2, RFC 6533 §3: an address with its type. */
function typedAddress(address: string): string {
  return isAscii(address) ? `rfc822;${address}` : `utf-8;${address}`
}

function fieldLines(fields: readonly (readonly [string, string | undefined])[]): string {
  return fields
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => composeField(name, oneLine(value ?? '').split(' ')).raw.toString('utf8'))
    .join('')
}

function statusPart(facts: NoticeFacts): string {
  const message = fieldLines([
    ['Original-Envelope-Id', facts.envelopeId],
    ['Reporting-MTA', `dns;${facts.reportingMta}`],
    ['Arrival-Date', facts.arrivedAt === undefined ? undefined : formatMailDate(facts.arrivedAt)],
  ])
  const groups = facts.recipients.map((one) =>
    fieldLines([
      ['Original-Recipient', one.originalRecipient],
      ['Final-Recipient', typedAddress(one.finalRecipient)],
      ['Action', one.action],
      ['Status', one.status],
      ['Remote-MTA', one.remoteMta === undefined ? undefined : `dns;${one.remoteMta}`],
      ['Diagnostic-Code', one.diagnostic === undefined ? undefined : `smtp;${one.diagnostic}`],
      ['Will-Retry-Until', one.willRetryUntil === undefined ? undefined : formatMailDate(one.willRetryUntil)],
    ]),
  )
  return [message, ...groups].join('\r\n')
}

function eightBit(...buffers: readonly (Buffer | undefined)[]): boolean {
  return buffers.some((bytes) => bytes?.some((byte) => byte >= 0x80) === true)
}

function part(facts: NoticeFacts, type: string, content: Buffer): Buffer {
  const encoding = eightBit(content) ? 'Content-Transfer-Encoding: 8bit\r\n' : ''
  return Buffer.concat([Buffer.from(`--${facts.boundary}\r\nContent-Type: ${type}\r\n${encoding}\r\n`), content, CRLF])
}

const CRLF = Buffer.from('\r\n')

function originalPart(facts: NoticeFacts): Buffer {
  const { original } = facts
  if (original === undefined) return Buffer.alloc(0)
  const whole = original.body !== undefined
  const utf8 = eightBit(original.header)
  const type = whole
    ? utf8
      ? 'message/global'
      : 'message/rfc822'
    : utf8
      ? 'message/global-headers'
      : 'text/rfc822-headers'
  return part(facts, type, Buffer.concat([original.header, original.body ?? Buffer.alloc(0)]))
}

function headerOf(facts: NoticeFacts, body: Buffer): Buffer {
  const about = facts.about === undefined || facts.about.length > ID_MAX ? undefined : `<${oneLine(facts.about)}>`
  const fields = [
    composeField('Date', [formatMailDate(facts.at)]),
    composeField('From', [...phraseWords('Mail Delivery System'), `<${facts.from}>`]),
    composeField('To', [`<${facts.to}>`]),
    composeField('Subject', unstructuredWords(facts.subject)),
    composeField('Message-ID', [`<${facts.messageId}>`]),
    ...(about === undefined ? [] : [composeField('In-Reply-To', [about]), composeField('References', [about])]),
    // RFC 3834 §5: nobody's program answers this one.
    composeField('Auto-Submitted', ['auto-replied']),
    composeField('MIME-Version', ['1.0']),
    composeField('Content-Type', ['multipart/report;', 'report-type=delivery-status;', `boundary="${facts.boundary}"`]),
    ...(eightBit(body) ? [composeField('Content-Transfer-Encoding', ['8bit'])] : []),
  ]
  return Buffer.concat([...fields.map((field) => field.raw), CRLF])
}

/** Composes the report; its envelope's sender is the null one (RFC 3464 §2), which is the caller's business. */
export function composeNotice(facts: NoticeFacts): Notice {
  const status = Buffer.from(statusPart(facts), 'utf8')
  const statusType = eightBit(status) ? 'message/global-delivery-status' : 'message/delivery-status'
  const text = Buffer.from(`${facts.paragraphs.map(wrapped).join('\r\n\r\n')}\r\n`, 'utf8')
  const body = Buffer.concat([
    part(facts, 'text/plain; charset=utf-8', text),
    part(facts, statusType, status),
    originalPart(facts),
    Buffer.from(`--${facts.boundary}--\r\n`),
  ])
  return { header: headerOf(facts, body), body }
}
