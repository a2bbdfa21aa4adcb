// Enhanced status codes (RFC 3463): found in what servers say, and what they mean for a mailbox.

export type BounceKind =
  /** The mailbox is not there, or takes nothing any more. */
  | 'hard'
  /** This message did not get through; the next one may. */
  | 'soft'
  /** It is still tried. */
  | 'delayed'
  /** It was delivered, or handed to somebody who reports no more. */
  | 'done'

/** `5.1.1` anywhere in a text, but not inside a number or an address. Every count is bounded, so the search is linear. */
const STATUS = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/
/** `550 ` or `550-` as RFC 5321 §4.2 writes a reply. */
const REPLY_CODE = /(?<![\d.])([45])[0-5]\d(?=[ -])/

export function findStatus(text: string): string | undefined {
  return STATUS.exec(text)?.[0]
}

/** What servers without enhanced codes write when they mean 5.1.1 or 5.2.1. Lower case. */
const NO_MAILBOX = [
  ...['user unknown', 'unknown user', 'no such user', 'no such mailbox', 'no mailbox here', 'mailbox not found'],
  ...[
    'user not found',
    'recipient not found',
    'does not exist',
    "doesn't exist",
    'invalid recipient',
    'unknown recipient',
  ],
  ...['no such recipient', 'address unknown', 'unknown address', 'account has been disabled', 'mailbox disabled'],
  ...['account is disabled', 'unrouteable address', 'mailbox unavailable'],
]

/**
 * The best code that a report has: its own Status, unless that says nothing (`5.0.0`, as Exim writes) and the server's words say
 * more. Empty where nothing is known.
 */
export function bestStatus(status: string | undefined, diagnostic: string): string {
  const said = status === undefined ? undefined : findStatus(status)
  if (said !== undefined && !said.endsWith('.0.0')) return said
  const inside = findStatus(diagnostic)
  if (inside !== undefined && (said === undefined || inside[0] === said[0]) && !inside.endsWith('.0.0')) return inside
  const digit = said?.[0] ?? inside?.[0] ?? REPLY_CODE.exec(diagnostic)?.[1]
  if (digit === undefined) return ''
  const lower = diagnostic.toLowerCase()
  if (digit === '5' && NO_MAILBOX.some((words) => lower.includes(words))) return '5.1.1'
  return `${digit}.0.0`
}

/** RFC 3463 §3.2, §3.3, RFC 7505 §4.2: the codes that speak of the mailbox itself, not of this message or its sender. */
const HARD = new Set(['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.4', '5.1.6', '5.1.10', '5.2.1'])

/** Whether a status says that the mailbox itself takes no mail any more. */
export function isHard(status: string): boolean {
  return HARD.has(status)
}

/** RFC 3464 §2.3.3: the action decides where there is one; RFC 3463 §3.1: else the class does. */
export function bounceKind(action: string, status: string): BounceKind {
  switch (action) {
    case 'delayed':
      return 'delayed'
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return 'done'
    case 'failed':
      return isHard(status) ? 'hard' : 'soft'
    default:
      if (status.startsWith('2')) return 'done'
      if (status.startsWith('4')) return 'delayed'
      return isHard(status) ? 'hard' : 'soft'
  }
}
