// What came back to a signed return path: a report about one delivery of ours, an answering machine of a contact, or something
// that nobody can read. A bounce never makes another: what is told goes to the user alone. behaviour.md 5.3, 5.4
import {
  automaticKind,
  readReport,
  type Bounce,
  type BouncedRecipient,
  type Feedback,
  type Report,
} from '../mail/index.ts'
import type { AcceptedRecipient } from '../store/commands/accept.ts'
import type { AcceptedBounce } from '../store/commands/accept-bounce.ts'
import type { NewNotice } from '../store/commands/notices.ts'
import type { AliasRow, DeliveryRow, RecipientRow } from '../store/rows.ts'
import { addressKey, domainOf, parseAddress, type Address } from '../terms/address.ts'
import { logEntry, type Arrival } from './arrival.ts'
import { readBody } from './body-source.ts'
import { draftNotice, mailboxOfUser, noticeOfPause } from './notices.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import type { OnePlan } from './plan-reply.ts'

export async function reportIn(parts: MailParts, arrival: Arrival): Promise<Report | undefined> {
  const { stored } = arrival
  const report = readReport(stored.header)
  for await (const chunk of readBody(parts.store.spoolFolder, stored)) report.push(chunk)
  return report.end()
}

const RANK = { done: 0, delayed: 1, soft: 2, hard: 3 } as const

/** What the report says of our recipient; we send to one at a time, so any other name is what the far side made of it. */
function aboutUs(bounce: Bounce, forwardPath: Address): BouncedRecipient | undefined {
  const key = addressKey(forwardPath)
  const names = (one: BouncedRecipient): boolean =>
    [one.finalRecipient, one.originalRecipient].some((text) => {
      const address = parseAddress(text)
      return address !== undefined && addressKey(address) === key
    })
  const worst = (all: readonly BouncedRecipient[]): BouncedRecipient | undefined =>
    all.toSorted((a, b) => RANK[b.kind] - RANK[a.kind])[0]
  return worst(bounce.recipients.filter(names)) ?? worst(bounce.recipients)
}

/** One sentence on what the far side said. */
function inWords(one: BouncedRecipient, forwardPath: string): string {
  const said = one.diagnostic === '' ? '' : ` It says: ${one.diagnostic}`
  const code = one.status === '' ? '' : ` (${one.status})`
  switch (one.kind) {
    case 'hard':
      return `${forwardPath} takes no mail${code}.${said}`
    case 'soft':
      return `${forwardPath} did not take this message${code}.${said}`
    case 'delayed':
      return `The server of ${forwardPath} has not been able to deliver it yet and goes on trying${code}.${said}`
    case 'done':
      return `The server of ${forwardPath} reports that it was delivered.`
  }
}

interface Found {
  readonly delivery: DeliveryRow
  readonly alias: AliasRow | undefined
  readonly recipient: RecipientRow | undefined
}

function lookup(parts: MailParts, deliveryId: number): Found | undefined {
  const { directory, mail } = parts.store
  const delivery = mail.delivery(deliveryId)
  if (delivery === undefined) return undefined
  const alias = delivery.aliasId === null ? undefined : directory.aliasById(delivery.aliasId)
  const recipient = delivery.recipientId === null ? undefined : directory.recipient(delivery.recipientId)
  return { delivery, alias, recipient }
}

/** The user's mail did not reach the contact: told to the mailbox it came from, in the words that the user knows it by. */
function noticeOfReply(
  parts: MailParts,
  { delivery, alias }: Found,
  bounce: Bounce,
  one: BouncedRecipient,
): readonly NewNotice[] {
  const { store } = parts
  if (delivery.direction !== 'reply' || delivery.ready === 1 || alias === undefined) return []
  const entry = store.log.entry(delivery.logId)
  const to = mailboxOfUser(parts, undefined, alias.id)
  if (to === undefined) return []
  const outer = delivery.outMessageId
  const inner = outer === null ? undefined : store.mail.innerMessageIds(alias.id, [outer]).get(outer)
  const subject = entry === undefined || entry.subject === '' ? 'your message' : `"${entry.subject}"`
  const delayed = one.kind === 'delayed'
  const text = inWords(one, delivery.forwardPath)
  return [
    draftNotice(parts, {
      ...{ to: { address: to.email, recipient: to }, alias, domain: domainOf(alias.address), about: inner },
      subject: delayed ? `Delayed: ${subject}` : `Not delivered: ${subject}`,
      paragraphs: [
        `Your message ${subject} from ${alias.address} to ${delivery.forwardPath} came back.`,
        text,
        delayed ? 'You need do nothing; you are told if it fails for good.' : 'It is not tried again.',
      ],
      recipients: [
        {
          ...{ originalRecipient: undefined, finalRecipient: delivery.forwardPath, willRetryUntil: undefined },
          ...{ action: delayed ? 'delayed' : 'failed', status: one.status || (delayed ? '4.0.0' : '5.0.0') },
          remoteMta: one.remoteMta || bounce.reportingMta || undefined,
          diagnostic: one.diagnostic || undefined,
        },
      ],
      ...{ arrivedAt: delivery.queuedAt, envelopeId: undefined, original: undefined, reason: 'notice-to-you' },
      text: `A mail of yours came back; a notice about it goes to ${to.email}.`,
    }),
  ]
}

function pauseOf(
  parts: MailParts,
  arrival: Arrival,
  { delivery, recipient, alias }: Found,
  one: BouncedRecipient,
): AcceptedBounce['pause'] {
  if (one.kind !== 'hard' || delivery.direction !== 'forward' || recipient === undefined) return null
  if (recipient.isMailbox || addressKey(recipient.email) !== addressKey(delivery.forwardPath)) return null
  const text = pauseInWords(recipient.email, one.status, one.diagnostic)
  const about = {
    direction: 'none',
    outcome: 'noticed',
    reason: 'recipient-paused',
    text,
    alias: alias?.address ?? '',
  } as const
  const log = logEntry(arrival, { ...about, recipient: recipient.email })
  return { recipientId: recipient.id, reason: text, log, notice: noticeOfPause(parts, recipient, text) }
}

/** Why a recipient was paused, and what to do. */
export function pauseInWords(email: string, status: string, said: string): string {
  const code = status === '' ? '' : ` (${status})`
  const words = said === '' ? '' : ` Its server says: ${said}`
  return `Your mailbox ${email} takes no mail${code}; what comes for it waits and is tried now and then. Mend it, then switch the pause off.${words}`
}

function planReported(parts: MailParts, arrival: Arrival, found: Found, bounce: Bounce): AcceptedRecipient {
  const { delivery, alias } = found
  const one = aboutUs(bounce, delivery.forwardPath)
  if (one === undefined)
    return kept(arrival, alias, 'A report came back that names nobody. It is kept for you to look at.')
  const text = inWords(one, delivery.forwardPath)
  const about = {
    direction: 'none',
    outcome: 'bounced',
    reason: 'bounce-received',
    text,
    alias: alias?.address ?? '',
  } as const
  return {
    ...{ kind: 'bounce', deliveryId: delivery.id, bounce: one.kind, reason: `bounced-${one.kind}`, text },
    attempt: {
      at: arrival.receivedAt,
      destination: one.remoteMta || bounce.reportingMta || arrival.peer.ip,
      outcome: one.kind === 'delayed' ? 'deferred' : one.kind === 'done' ? 'delivered' : 'failed',
      answer: one.diagnostic || one.status,
      tls: '',
    },
    keepUntil: one.kind === 'hard' || one.kind === 'soft' ? arrival.receivedAt + KEEP_HELD : null,
    pause: pauseOf(parts, arrival, found, one),
    notices: one.kind === 'done' ? [] : noticeOfReply(parts, found, bounce, one),
    log: logEntry(arrival, { ...about, recipient: delivery.forwardPath }),
  }
}

/** RFC 5965: an abuse report, in words; `delivery` where it is about a mail that we know. */
export function feedbackInWords(feedback: Feedback, delivery: DeliveryRow | undefined): string {
  const what = feedback.feedbackType === 'abuse' ? 'as spam' : `as "${feedback.feedbackType}"`
  const whose = delivery === undefined ? 'A mail of yours' : `Your mail to ${delivery.forwardPath}`
  const by = feedback.userAgent === '' ? '' : ` Sent by ${feedback.userAgent}.`
  const when = feedback.arrivalDate === '' ? '' : ` It arrived there on ${feedback.arrivalDate}.`
  return `${whose} was reported ${what}.${when}${by}`
}

/** The delivery that an abuse report speaks of: by our return path in it, else by the Message-ID that the world saw. */
export function reportedDelivery(parts: MailParts, feedback: Feedback, read: (address: Address) => number | undefined) {
  const address = parseAddress(feedback.originalMailFrom)
  const byPath = address === undefined ? undefined : read(address)
  const { mail } = parts.store
  if (byPath !== undefined) return mail.delivery(byPath)
  if (feedback.originalMessageId === undefined) return undefined
  // One id for all who got it: whose copy it is, only the recipient's address says.
  const copies = mail.deliveriesByOutId(feedback.originalMessageId)
  const to = parseAddress(feedback.originalRcptTo)
  const named = to === undefined ? [] : copies.filter((one) => addressKey(one.forwardPath) === addressKey(to))
  return copies.length === 1 ? copies[0] : named[0]
}

function kept(
  arrival: Arrival,
  alias: AliasRow | undefined,
  text: string,
  reason = 'bounce-received',
): AcceptedRecipient {
  const about = { direction: 'none', outcome: 'bounced', reason, text, alias: alias?.address ?? '' } as const
  const expiresAt = arrival.receivedAt + KEEP_HELD
  return { kind: 'held', held: 'bounce', envelope: { direction: 'none' }, expiresAt, log: logEntry(arrival, about) }
}

/** What becomes of a message to a return path of ours; `forward` is what mail to the alias itself would become. */
export async function planBounce(
  parts: MailParts,
  arrival: Arrival,
  deliveryId: number,
  forward: (alias: AliasRow) => Promise<OnePlan>,
): Promise<OnePlan> {
  const found = lookup(parts, deliveryId)
  const report = await reportIn(parts, arrival)
  if (found === undefined)
    return kept(arrival, undefined, 'A server sent a mail of ours back. It is kept for you to look at.')
  const { alias, delivery } = found
  // RFC 8460 §5.3, RFC 9990: a report of ours that comes back is nobody's loss, and nothing that the user should have to look at.
  if (delivery.ready === 1) {
    const text = `A report of ours to ${delivery.forwardPath} came back; it was thrown away.`
    const about = { direction: 'none', outcome: 'discarded', reason: 'report-came-back', text, alias: '' } as const
    return { kind: 'discard', aliasId: null, log: logEntry(arrival, about) }
  }
  if (report?.kind === 'bounce') return planReported(parts, arrival, found, report)
  if (report?.kind === 'feedback') return kept(arrival, alias, feedbackInWords(report, delivery), 'feedback-report')
  if (automaticKind(arrival.header) === 'reply') {
    // RFC 3834 §4: answering machines write to the return path. A contact's is for the user; the user's own is for nobody.
    if (delivery.direction === 'reply' && alias !== undefined) return forward(alias)
    const text = 'An automatic reply of your mailbox to a forwarded mail; it was not sent on.'
    const about = { outcome: 'discarded', reason: 'auto-reply-withheld', text, alias: alias?.address ?? '' }
    return { kind: 'discard', aliasId: null, log: logEntry(arrival, about) }
  }
  return kept(
    arrival,
    alias,
    'A server sent a mail of ours back, in words that no program knows. It is kept for you to look at.',
  )
}
