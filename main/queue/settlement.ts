// From what the far end said to what is written down: tried again, given up, told to somebody, a recipient paused or resumed.
import type { DeliveryOutcome } from '../delivery/outgoing.ts'
import type { Note } from '../mail/facts.ts'
import { findStatus, isHard } from '../mail/index.ts'
import type { NewLogEntry } from '../store/commands/log.ts'
import { PARKED } from '../store/commands/queue-delivery.ts'
import type { SettleInput } from '../store/commands/settle.ts'
import type { DeliveryRow, RecipientRow } from '../store/rows.ts'
import { addressKey } from '../terms/address.ts'
import { noticeOfPause } from './notices.ts'
import { noticeOf } from './outcome-notices.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import { pauseInWords } from './plan-bounce.ts'
import { DELAY_NOTICE_AFTER, GIVE_UP_AFTER, nextStep } from './retry.ts'

/** Refusals that may speak of the mailbox; anything else is our set-up or the way there. */
const ABOUT_MAILBOX = new Set(['refused-by-server', 'no-mail-server'])

/** The recipient whose mailbox this outcome says something about. */
function recipientOf(parts: MailParts, row: DeliveryRow): RecipientRow | undefined {
  if (row.direction !== 'forward' || row.recipientId === null) return undefined
  const recipient = parts.store.directory.recipient(row.recipientId)
  if (recipient === undefined || recipient.isMailbox) return undefined
  return addressKey(recipient.email) === addressKey(row.forwardPath) ? recipient : undefined
}

function noticed(recipient: RecipientRow, reason: string, text: string, at: number): NewLogEntry {
  return {
    ...{ at, direction: 'none', outcome: 'noticed', reason, text, alias: '', sender: '', recipient: recipient.email },
    ...{ subject: '', size: 0, peer: '', tls: '', messageId: '', verdicts: null },
  }
}

/** Whether an outcome says that the mailbox itself takes no mail. RFC 3463 §3.2 */
export function saysMailboxIsGone({ outcome, reason, answer }: DeliveryOutcome): boolean {
  const status = findStatus(answer)
  return outcome === 'failed' && ABOUT_MAILBOX.has(reason) && status !== undefined && isHard(status)
}

/** More than these are told by the preview. */
const MAX_NOTES = 4

/** What the log is to say of a message that left. */
export interface Said {
  /** Of the attachments of a reply, of the sender of a forward; empty for nothing. */
  readonly remarks?: string
  /** What was mended or left out of it on its way. */
  readonly notes?: readonly Note[]
}

function inWords({ remarks = '', notes = [] }: Said): string {
  const changes = notes.slice(0, MAX_NOTES).map(({ text }) => ` Changed: ${text}.`)
  return `${changes.join('')}${remarks}`
}

/** What is committed for one attempt. */
export function settlementOf(
  parts: MailParts,
  row: DeliveryRow,
  result: DeliveryOutcome & Said,
  chance: number,
): SettleInput {
  const now = parts.clock.now()
  const { outcome, answer, destination, tls } = result
  const base = {
    deliveryId: row.id,
    ...{ attempt: { at: now, outcome, answer, destination, tls }, reason: result.reason },
    ...{ dueAt: now, keepUntil: null },
  }
  const recipient = recipientOf(parts, row)
  if (outcome === 'delivered') {
    const toWhom = row.direction === 'forward' ? 'Delivered to your mailbox.' : 'Sent from the alias.'
    const text = row.direction === 'reply' && row.ready === 1 ? 'The report was taken.' : `${toWhom}${inWords(result)}`
    const notice = noticeOf(parts, row, { ...result, step: 'delivered' })
    return { ...base, outcome, text, notice, resume: resumeOf(recipient, now) }
  }
  const gone = saysMailboxIsGone(result)
  const next =
    outcome === 'failed'
      ? ({ kind: 'give-up' } as const)
      : nextStep(row.attempts, row.queuedAt, now, chance, row.giveUpAt)
  if (recipient !== undefined && recipient.pausedAt !== null && gone && now < row.queuedAt + GIVE_UP_AFTER) {
    // A probe: the mailbox is still gone, and the mail goes on waiting.
    const text = `Your mailbox ${row.forwardPath} still takes no mail: ${answer} The message waits.`
    const attempt = { ...base.attempt, outcome: 'deferred' as const }
    return { ...base, attempt, outcome: 'deferred', text, dueAt: PARKED }
  }
  if (next.kind === 'retry') return deferred(parts, row, result, { ...base, dueAt: next.dueAt })
  return given(parts, row, result, base, gone ? recipient : undefined)
}

type Base = Omit<SettleInput, 'outcome' | 'text'>

function resumeOf(recipient: RecipientRow | undefined, at: number): SettleInput['resume'] {
  // What the user switched off stays off; what a bounce paused is back when a mail got through.
  if (recipient === undefined || recipient.pausedAt === null || recipient.probeAt === null) return undefined
  const text = `Your mailbox ${recipient.email} takes mail again; what waited for it is on its way.`
  return { recipientId: recipient.id, log: noticed(recipient, 'recipient-resumed', text, at) }
}

/** behaviour.md 5.1: tried again by itself; after four hours somebody is told, once. */
function deferred(parts: MailParts, row: DeliveryRow, result: DeliveryOutcome, base: Base): SettleInput {
  const text = `Not delivered yet: ${result.answer} It is tried again by itself.`
  const late = row.delayTold === 0 && base.attempt.at - row.queuedAt >= DELAY_NOTICE_AFTER
  if (!late) return { ...base, outcome: 'deferred', text }
  return {
    ...base,
    outcome: 'deferred',
    text,
    delayTold: true,
    notice: noticeOf(parts, row, { ...result, step: 'delayed' }),
  }
}

function given(
  parts: MailParts,
  row: DeliveryRow,
  result: DeliveryOutcome,
  base: Base,
  gone: RecipientRow | undefined,
): SettleInput {
  const now = base.attempt.at
  const attempt = { ...base.attempt, outcome: 'failed' as const }
  if (row.ready === 1)
    return { ...base, attempt, outcome: 'failed', text: `A report could not be delivered: ${result.answer}` }
  const text = `Could not be delivered: ${result.answer} The message is kept for you under failed deliveries.`
  const notice = noticeOf(parts, row, { ...result, step: 'failed' })
  const onlyIfNobodyHasIt = row.direction === 'forward'
  const failed = {
    ...base,
    attempt,
    outcome: 'failed' as const,
    text,
    keepUntil: now + KEEP_HELD,
    notice,
    onlyIfNobodyHasIt,
  }
  if (gone === undefined || gone.pausedAt !== null) return failed
  const why = pauseInWords(gone.email, findStatus(result.answer) ?? '', result.answer)
  const log = noticed(gone, 'recipient-paused', why, now)
  return { ...failed, pause: { recipientId: gone.id, reason: why, log, notice: noticeOfPause(parts, gone, why) } }
}
