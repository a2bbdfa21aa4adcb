// Who is told of an outcome, and in which words. RFC 3461 §4.1, §5; RFC 3464; behaviour.md 5.1, 5.2
//
// A mail that the user sent: the user, with everything the far server said. A forward: its sender, and only a proven one, with
// nothing of where the alias leads to: no recipient, no host, no answer of a far server, and a code that says only what class of
// trouble it was.
import type { DeliveryOutcome } from '../delivery/outgoing.ts'
import {
  findStatus,
  messageIdsOf,
  fieldsNamed,
  parseHeaderBlock,
  readSummary,
  type ReportedRecipient,
} from '../mail/index.ts'
import type { NewNotice } from '../store/commands/notices.ts'
import type { DeliveryRow, MessageRow } from '../store/rows.ts'
import { domainOf, localPartOf, parseAddress, type Address } from '../terms/address.ts'
import { instant } from '../terms/brand.ts'
import { isProven, type Arrival } from './arrival.ts'
import { draftNotice, mailboxOfUser, originalOf } from './notices.ts'
import type { MailParts } from './parts.ts'
import type { Refused } from './plan-recipients.ts'
import { GIVE_UP_AFTER } from './retry.ts'

export type Told = DeliveryOutcome & { readonly step: 'delivered' | 'delayed' | 'failed' }

/** RFC 3461 §4.1: what was asked for; without a word, failures and (to the user) delays. */
function isWanted(row: DeliveryRow, step: Told['step']): boolean {
  if (row.notify === 'NEVER') return false
  if (row.notify === '') return step === 'failed' || (step === 'delayed' && row.direction === 'reply')
  const word = { delivered: 'SUCCESS', delayed: 'DELAY', failed: 'FAILURE' } as const
  return row.notify.split(',').includes(word[step])
}

/** The report that an outcome owes somebody; undefined where it owes none. */
export function noticeOf(parts: MailParts, row: DeliveryRow, told: Told): NewNotice | undefined {
  // RFC 3464 §2, RFC 5321 §4.5.5: never a report about a report.
  if (row.ready === 1 || row.messageId === null || !isWanted(row, told.step)) return undefined
  const message = parts.store.mail.message(row.messageId)
  if (message === undefined) return undefined
  return row.direction === 'reply' ? toUser(parts, row, message, told) : toSender(parts, row, message, told)
}

const ACTION = { delivered: 'relayed', delayed: 'delayed', failed: 'failed' } as const

function subjectOf(message: MessageRow): string {
  const { subject } = readSummary(parseHeaderBlock(message.header))
  return subject === '' ? 'your message' : `"${subject}"`
}

function statusOf(told: Told): string {
  const digit = { delivered: '2', delayed: '4', failed: '5' }[told.step]
  const said = findStatus(told.answer)
  if (told.step === 'delivered') return '2.0.0'
  // RFC 3463 §3.5: given up after a time of temporary trouble.
  if (told.step === 'failed' && told.outcome === 'deferred') return '4.4.7'
  return said?.startsWith(digit) === true ? said : `${digit}.0.0`
}

function toUser(parts: MailParts, row: DeliveryRow, message: MessageRow, told: Told): NewNotice | undefined {
  const alias = row.aliasId === null ? undefined : parts.store.directory.aliasById(row.aliasId)
  if (alias === undefined) return undefined
  const author = readSummary(parseHeaderBlock(message.header)).fromAddress
  const to = mailboxOfUser(parts, author, alias.id)
  if (to === undefined) return undefined
  const subject = subjectOf(message)
  const what = {
    delivered: ['Delivered', 'was taken by the server of the recipient.'],
    delayed: ['Delayed', 'has not been delivered yet. It is tried again by itself for five days; you need do nothing.'],
    failed: ['Not delivered', 'could not be delivered. It is kept under failed deliveries for seven days.'],
  }[told.step]
  const until = instant(row.queuedAt + GIVE_UP_AFTER)
  return draftNotice(parts, {
    ...{
      to: { address: to.email, recipient: to },
      alias,
      domain: domainOf(alias.address),
      about: idIn(message.header),
    },
    subject: `${what[0] ?? ''}: ${subject}`,
    paragraphs: [
      `Your message ${subject} from ${alias.address} to ${row.forwardPath} ${what[1] ?? ''}`,
      `${told.destination} says: ${told.answer}`,
    ],
    recipients: [
      {
        originalRecipient: row.orcpt === '' ? undefined : row.orcpt,
        ...{ finalRecipient: row.forwardPath, action: ACTION[told.step], status: statusOf(told) },
        ...{ remoteMta: hostIn(told.destination), diagnostic: told.answer },
        willRetryUntil: told.step === 'delayed' ? until : undefined,
      },
    ],
    ...{ arrivedAt: message.receivedAt, envelopeId: message.envid ?? undefined, reason: 'notice-to-you' },
    original: originalOf(message.header, wholeBody(message, told)),
    text: `A notice about your mail to ${row.forwardPath} goes to ${to.email}.`,
  })
}

/** `host (address):port`: the host. */
function hostIn(destination: string): string | undefined {
  const host = destination.split(/[ :]/)[0]
  return host === undefined || host === '' || host === 'here' ? undefined : host
}

/** RFC 3461 §4.3: all of it where that was asked for and a failure is told; never a body of megabytes. */
function wholeBody(message: MessageRow, { step }: Told): Buffer | undefined {
  return message.ret === 'FULL' && step === 'failed' ? (message.body ?? undefined) : undefined
}

/** What a sender may know of the trouble: its class, in codes that speak of no mailbox behind the alias. */
const FOR_SENDERS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['5.2.2', ['5.2.2', 'The mailbox is full.']],
  ['5.2.3', ['5.3.4', 'The message is too big.']],
  ['5.3.4', ['5.3.4', 'The message is too big.']],
  ['4.4.7', ['4.4.7', 'It was tried for five days.']],
])

function outsideReason(told: Told): readonly [string, string] {
  if (told.step === 'delivered') return ['2.0.0', 'It was delivered.']
  if (told.step === 'delayed') return ['4.0.0', 'It is tried again by itself; you need do nothing.']
  const status = statusOf(told)
  const known = FOR_SENDERS.get(status)
  if (known !== undefined) return known
  return status.startsWith('5.7.') || status.startsWith('5.6.')
    ? ['5.7.1', 'The message was not accepted.']
    : ['5.2.0', 'The mailbox does not take it at present.']
}

const TITLES = {
  delivered: 'Successful Mail Delivery Report',
  delayed: 'Delayed Mail (still being tried)',
  failed: 'Undelivered Mail Returned to Sender',
} as const

/** The address as the sender wrote it: the alias, with its tag. */
export function addressForSender(parts: MailParts, aliasId: string | null, tag: string): Address | undefined {
  const alias = aliasId === null ? undefined : parts.store.directory.aliasById(aliasId)
  const domain = alias === undefined ? parts.store.directory.domains()[0]?.name : domainOf(alias.address)
  if (domain === undefined) return undefined
  if (alias === undefined) return parseAddress(`postmaster@${domain}`)
  return tag === '' ? alias.address : parseAddress(`${localPartOf(alias.address)}+${tag}@${domain}`)
}

function toSender(parts: MailParts, row: DeliveryRow, message: MessageRow, told: Told): NewNotice | undefined {
  const address = addressForSender(parts, row.aliasId, row.tag)
  if (address === undefined) return undefined
  const [status, why] = outsideReason(told)
  const until = instant(row.queuedAt + GIVE_UP_AFTER)
  return reportToSender(parts, message, {
    ...{ step: told.step, aliasId: row.aliasId, address, status, why, orcpt: row.orcpt },
    ...{ diagnostic: undefined, body: wholeBody(message, told) },
    willRetryUntil: told.step === 'delayed' ? until : undefined,
  })
}

export interface SenderReport {
  readonly step: Told['step']
  readonly aliasId: string | null
  readonly address: Address
  readonly status: string
  readonly why: string
  readonly orcpt: string
  /** An answer of our own; never of anybody behind us. */
  readonly diagnostic: string | undefined
  readonly body: Buffer | undefined
  readonly willRetryUntil: ReportedRecipient['willRetryUntil']
}

/** A report to whom the reverse-path names, where it is proven to be theirs. */
export function reportToSender(
  parts: MailParts,
  message: Pick<MessageRow, 'reversePath' | 'proven' | 'header' | 'receivedAt' | 'envid'>,
  report: SenderReport,
): NewNotice | undefined {
  const sender = message.reversePath === '' ? undefined : parseAddress(message.reversePath)
  if (sender === undefined || !message.proven) return undefined
  const { step, address, status, why, orcpt, aliasId } = report
  const alias = aliasId === null ? undefined : parts.store.directory.aliasById(aliasId)
  const did = {
    delivered: 'was delivered to',
    delayed: 'has not been delivered yet to',
    failed: 'could not be delivered to',
  }
  return draftNotice(parts, {
    ...{ to: { address: sender, recipient: undefined }, alias, domain: domainOf(address), subject: TITLES[step] },
    paragraphs: [`Your message ${did[step]} ${address}.`, why],
    recipients: [
      {
        originalRecipient: orcpt === '' ? undefined : orcpt,
        ...{ finalRecipient: address, action: step === 'delivered' ? 'delivered' : step, status },
        ...{ remoteMta: undefined, diagnostic: report.diagnostic, willRetryUntil: report.willRetryUntil },
      },
    ],
    ...{ about: idIn(message.header), arrivedAt: message.receivedAt, envelopeId: message.envid ?? undefined },
    original: originalOf(message.header, report.body),
    ...{ reason: 'report-to-sender', text: `The sender proved who they are and is told: ${why}` },
  })
}

function idIn(header: Buffer): string | undefined {
  const [field] = fieldsNamed(parseHeaderBlock(header), 'message-id')
  return field === undefined ? undefined : messageIdsOf(field)[0]
}

/** Some recipients were taken and these were not, which one answer to DATA cannot say. behaviour.md 1, last row */
export function reportsOfRefusals(
  parts: MailParts,
  arrival: Arrival,
  refused: readonly Refused[],
): readonly NewNotice[] {
  const { reversePath, envid = null } = arrival.transaction
  const message = {
    ...{ reversePath: reversePath ?? '', proven: isProven(arrival), header: arrival.stored.header, envid },
    receivedAt: arrival.receivedAt,
  }
  return refused.flatMap(({ plan, reply }) => {
    const { address, decision, notify = '', orcpt = '' } = plan
    if (address === undefined || (notify !== '' && !notify.split(',').includes('FAILURE'))) return []
    const aliasId = decision.kind === 'forward' ? decision.alias.id : null
    const status = `5${(reply.enhanced ?? '5.0.0').slice(1)}`
    const diagnostic = `${reply.code} ${reply.enhanced ?? ''} ${reply.text}`
    const fixed = { step: 'failed', body: undefined, willRetryUntil: undefined } as const
    const report = { ...fixed, aliasId, address, status, why: `${reply.text}.`, orcpt, diagnostic }
    return reportToSender(parts, message, report) ?? []
  })
}
