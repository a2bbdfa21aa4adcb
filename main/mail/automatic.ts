// Mail that a program wrote, and what kind: RFC 3834, and the marks that programs used before and besides it. Such mail is
// never answered automatically.
import { readableBody } from './compose-field.ts'
import type { HeaderBlock } from './header-block.ts'
import { firstField } from './header-block.ts'
import { partInfo } from './mime-part.ts'

export type Automatic =
  /** RFC 3834 §5: a vacation notice or another answer by itself. */
  | 'reply'
  /** Written by a program, not as an answer: newsletters, notifications, lists. */
  | 'generated'
  /** RFC 3464: a delivery status. */
  | 'delivery-status'
  /** RFC 8098: a read receipt. */
  | 'disposition'
  /** RFC 5965: an abuse report. */
  | 'feedback'

function value(header: HeaderBlock, key: string): string {
  const field = firstField(header, key)
  return field === undefined ? '' : readableBody(field).toLowerCase()
}

function firstWord(text: string): string {
  return text.split(';')[0]?.split(' ')[0]?.trim() ?? ''
}

function reportKind(header: HeaderBlock): Automatic | undefined {
  const info = partInfo(header)
  if (info.type !== 'multipart/report') return undefined
  if (info.reportType === 'disposition-notification') return 'disposition'
  return info.reportType === 'feedback-report' ? 'feedback' : 'delivery-status'
}

/** Fields that answering machines write; the value that says no, where there is one. */
const REPLY_MARKS: readonly (readonly [string, (text: string) => boolean])[] = [
  ['x-autoreply', (text) => text !== '' && text !== 'no'],
  ['x-autorespond', () => true],
  ['x-autoreply-from', () => true],
  ['x-mail-autoreply', () => true],
  ['x-auto-reply-from', () => true],
  ['x-vacation', () => true],
  ['precedence', (text) => text === 'auto_reply' || text === 'auto-reply'],
  ['delivered-to', (text) => text === 'autoresponder'],
  ['x-fc-machinegenerated', (text) => text === 'true'],
]

const GENERATED_MARKS: readonly (readonly [string, (text: string) => boolean])[] = [
  ['list-id', () => true],
  ['list-unsubscribe', () => true],
  ['list-post', () => true],
  ['feedback-id', () => true],
  ['x-auto-response-suppress', (text) => text.includes('oof') || text.includes('all') || text.includes('autoreply')],
  ['precedence', (text) => text === 'bulk' || text === 'junk' || text === 'list'],
]

function carries(header: HeaderBlock, marks: typeof REPLY_MARKS): boolean {
  return marks.some(([key, says]) => firstField(header, key) !== undefined && says(value(header, key)))
}

const SUBJECTS = [
  'out of office',
  'automatic reply',
  'auto-reply',
  'autoreply',
  'automatische antwort',
  'abwesenheitsnotiz',
  'réponse automatique',
  'respuesta automática',
  'risposta automatica',
]

/** What kind of automatic mail this is; undefined for what a person wrote, as far as the header says. */
export function automaticKind(header: HeaderBlock): Automatic | undefined {
  const report = reportKind(header)
  if (report !== undefined) return report
  const submitted = firstWord(value(header, 'auto-submitted'))
  // RFC 3834 §5.1; `auto-notified` is what Sieve's notifications write.
  if (submitted === 'auto-replied') return 'reply'
  if (carries(header, REPLY_MARKS)) return 'reply'
  const subject = value(header, 'subject')
  if (SUBJECTS.some((start) => subject.startsWith(start)) && carries(header, GENERATED_MARKS)) return 'reply'
  if (submitted !== '' && submitted !== 'no') return 'generated'
  return carries(header, GENERATED_MARKS) ? 'generated' : undefined
}

/** Whether a program wrote the message: it must not be answered by one (RFC 3834 §2). */
export function isAutomatic(header: HeaderBlock): boolean {
  return automaticKind(header) !== undefined
}
