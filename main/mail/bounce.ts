// What a server says of a mail that we sent: the delivery status notifications of RFC 3464 as Postfix, Exim, Exchange, Gmail and
// Sendmail write them, and the ones of qmail and of old Exims and Gmails, which are text. Abuse reports: RFC 5965.
import { mailboxesOf, parseAddressList } from './address-list.ts'
import { textBounce } from './bounce-text.ts'
import { decodeUnlabelled, oneLine } from './charset.ts'
import { unfoldedBody } from './compose-field.ts'
import type { HeaderBlock } from './header-block.ts'
import { firstField, parseHeaderBlock } from './header-block.ts'
import { messageIdsOf } from './message-ids.ts'
import { fieldGroups, ReportReader, type ReportParts } from './report-parts.ts'
import { bestStatus, bounceKind, type BounceKind } from './status-code.ts'

/** What became of one recipient. */
export interface BouncedRecipient {
  readonly kind: BounceKind
  /** As the report spells it; empty where it does not. */
  readonly finalRecipient: string
  readonly originalRecipient: string
  /** RFC 3463; empty where nothing was said. */
  readonly status: string
  /** The far server's own words, on one line. */
  readonly diagnostic: string
  readonly remoteMta: string
}

export interface Bounce {
  readonly kind: 'bounce'
  readonly format: 'rfc3464' | 'text'
  readonly reportingMta: string
  readonly recipients: readonly BouncedRecipient[]
  /** Message-ID of the returned message, where it came back. */
  readonly originalMessageId: string | undefined
}

/** RFC 5965 §3: somebody pressed "this is spam". */
export interface Feedback {
  readonly kind: 'feedback'
  /** `abuse`, `fraud`, `not-spam`, … */
  readonly feedbackType: string
  readonly userAgent: string
  readonly originalMailFrom: string
  readonly originalRcptTo: string
  readonly sourceIp: string
  readonly arrivalDate: string
  readonly originalMessageId: string | undefined
}

export type Report = Bounce | Feedback

const VALUE_MAX = 500
/** As many recipients as a message of ours can have, and the group about the message. */
const GROUPS_MAX = 101

function value(block: HeaderBlock, key: string): string {
  const field = firstField(block, key)
  return field === undefined ? '' : oneLine(unfoldedBody(field)).slice(0, VALUE_MAX)
}

/** `rfc822; <user@example.com>`: what stands behind the type. RFC 3464 §2.1.2 */
function typed(text: string): string {
  const semicolon = text.indexOf(';')
  const rest = text.slice(semicolon + 1).trim()
  return rest.startsWith('<') && rest.endsWith('>') ? rest.slice(1, -1) : rest
}

function recipientOf(group: HeaderBlock): BouncedRecipient | undefined {
  const finalRecipient = typed(value(group, 'final-recipient'))
  const originalRecipient = typed(value(group, 'original-recipient'))
  const action = value(group, 'action').toLowerCase().split(' ')[0] ?? ''
  const written = value(group, 'status')
  if (finalRecipient === '' && originalRecipient === '' && action === '' && written === '') return undefined
  const diagnostic = typed(value(group, 'diagnostic-code'))
  const status = bestStatus(written, diagnostic)
  const remoteMta = typed(value(group, 'remote-mta'))
  return { kind: bounceKind(action, status), finalRecipient, originalRecipient, status, diagnostic, remoteMta }
}

function originalId(original: Buffer | undefined): string | undefined {
  const field = original === undefined ? undefined : firstField(parseHeaderBlock(original), 'message-id')
  return field === undefined ? undefined : messageIdsOf(field)[0]?.slice(0, VALUE_MAX)
}

function readStatus(parts: ReportParts, status: Buffer): Bounce | undefined {
  const groups = fieldGroups(status, GROUPS_MAX)
  const [message] = groups
  // The first group is about the message; a program that left it out begins with a recipient.
  const recipients = groups.map(recipientOf).filter((one) => one !== undefined)
  if (message === undefined || recipients.length === 0) return undefined
  const reportingMta = typed(value(message, 'reporting-mta'))
  return { kind: 'bounce', format: 'rfc3464', reportingMta, recipients, originalMessageId: originalId(parts.original) }
}

function readFeedback(parts: ReportParts, feedback: Buffer): Feedback | undefined {
  const [group] = fieldGroups(feedback, 1)
  if (group === undefined) return undefined
  const address = (key: string): string => {
    const text = value(group, key)
    return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text
  }
  return {
    kind: 'feedback',
    feedbackType: value(group, 'feedback-type').toLowerCase() || 'abuse',
    userAgent: value(group, 'user-agent'),
    originalMailFrom: address('original-mail-from'),
    originalRcptTo: address('original-rcpt-to'),
    sourceIp: value(group, 'source-ip'),
    arrivalDate: value(group, 'arrival-date') || value(group, 'received-date'),
    originalMessageId: originalId(parts.original),
  }
}

/** Exim and older Gmails name whom they could not reach in a header of their own. */
function failedRecipients(header: HeaderBlock): readonly string[] {
  const field = firstField(header, 'x-failed-recipients')
  if (field === undefined) return []
  return mailboxesOf(parseAddressList(unfoldedBody(field)))
    .flatMap(({ address }) => (address === undefined ? [] : [address]))
    .slice(0, GROUPS_MAX)
}

function readText(header: HeaderBlock, text: Buffer): Bounce | undefined {
  const found = textBounce(decodeUnlabelled(text), failedRecipients(header))
  if (found === undefined) return undefined
  const original = Buffer.from(found.original, 'utf8')
  const { recipients, reportingMta } = found
  return { kind: 'bounce', format: 'text', reportingMta, recipients, originalMessageId: originalId(original) }
}

export interface ReportBody {
  push(chunk: Buffer): void
  /** What it says; undefined where it is no report that anybody could read. */
  end(): Report | undefined
}

/** Reads a message that may be a report, its body in pieces of any size: the answer does not depend on how they were cut. */
export function readReport(header: Buffer): ReportBody {
  const reader = new ReportReader(header)
  return {
    push: (chunk) => {
      reader.push(chunk)
    },
    end() {
      const parts = reader.end()
      if (parts.status !== undefined) {
        const bounce = readStatus(parts, parts.status)
        if (bounce !== undefined) return bounce
      }
      if (parts.feedback !== undefined) return readFeedback(parts, parts.feedback)
      return parts.text === undefined ? undefined : readText(parseHeaderBlock(header), parts.text)
    },
  }
}
