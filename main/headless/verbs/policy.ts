// The flags of `postern alias set` about who may write and for how long, and how `alias show` tells them.
import type { policyOut } from '../../api/actions/policy.ts'
import type { AliasShape } from '../../api/shapes-addy.ts'
import { UsageError, type Flag, type Input } from '../arguments.ts'
import { localTime } from '../print.ts'

export const POLICY_FLAGS: Readonly<Record<string, Flag>> = {
  policy: { type: 'string', value: 'P', help: 'who may write: all, known (senders only) or ask (you, about new ones)' },
  labels: { type: 'string', value: 'A,B', help: 'labels; none for none' },
  'expires-at': { type: 'string', value: 'WHEN', help: 'a date, or 30d from now; none for never' },
  'expires-after': { type: 'string', value: 'N', help: 'so many messages; none for never' },
  'expires-idle': { type: 'string', value: 'DAYS', help: 'so many days without use; none for never' },
  'fallback-recipient': { type: 'string', value: 'ADDR', help: 'where mail goes when the first cannot take it; none' },
  'hourly-limit': { type: 'string', value: 'N', help: 'messages an hour; none for the usual limit' },
  'leak-seen': { type: 'boolean', help: 'the notice that the alias leaked was seen' },
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `none`, `30d`, or a date as people and programs write it, to epoch milliseconds. */
function when(text: string): number | null {
  if (text === 'none') return null
  const span = /^(\d{1,6})([mhdw])$/.exec(text)
  if (span !== null) return Date.now() + Number(span[1]) * (UNITS[span[2] ?? ''] ?? 0)
  const at = Date.parse(text)
  if (Number.isNaN(at) || at < 0) throw new UsageError('--expires-at takes a date (2027-01-31) or a span (30d).')
  return at
}

function count(flag: string, text: string): number | null {
  if (text === 'none') return null
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${flag} takes a whole number from 1, or none.`)
  return Number(text)
}

export function policyChanges(input: Input): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  const take = (flag: string, key: string, read: (text: string) => unknown): void => {
    const text = input.text(flag)
    if (text !== undefined) out[key] = read(text)
  }
  take('policy', 'policy', (text) => text)
  take('labels', 'labels', (text) => (text === 'none' ? [] : text.split(',')))
  take('expires-at', 'expiresAt', when)
  take('expires-after', 'expiresAfter', (text) => count('expires-after', text))
  take('expires-idle', 'expiresIdle', (text) => count('expires-idle', text))
  take('fallback-recipient', 'fallbackRecipient', (text) => (text === 'none' ? null : text))
  take('hourly-limit', 'hourlyLimit', (text) => count('hourly-limit', text))
  if (input.has('leak-seen')) out['leak'] = false
  return out
}

type Shown = AliasShape & Partial<ReturnType<typeof policyOut>>

/** Only what differs from an ordinary alias. */
export function policyFields(alias: Shown): Record<string, unknown> {
  const { policy, labels = [], leak } = alias
  const expiry = [
    ...(typeof alias.expires_at === 'string' ? [localTime(Date.parse(alias.expires_at))] : []),
    ...(typeof alias.expires_after === 'number' ? [`after ${alias.expires_after} messages`] : []),
    ...(typeof alias.expires_idle === 'number' ? [`after ${alias.expires_idle} days without use`] : []),
  ]
  return {
    ...(policy === undefined || policy === 'all' ? {} : { policy }),
    ...(alias.when_disabled === undefined || alias.when_disabled === 'reject'
      ? {}
      : { 'when it is off': alias.when_disabled }),
    ...(typeof alias.reject_text === 'string' ? { 'what senders are told': alias.reject_text } : {}),
    ...(labels.length === 0 ? {} : { labels: labels.join(', ') }),
    ...(expiry.length === 0 ? {} : { expires: expiry.join('; ') }),
    ...(typeof alias.fallback_recipient === 'string' ? { fallback: alias.fallback_recipient } : {}),
    ...(typeof alias.hourly_limit === 'number' ? { 'hourly limit': alias.hourly_limit } : {}),
    ...(leak === undefined || leak === null
      ? {}
      : {
          leak: `probably sold or leaked: ${leak.sender} wrote on ${localTime(leak.at)}; until then it was ${leak.expected} (${leak.expectedMessages} messages since ${localTime(leak.expectedSince)})`,
        }),
  }
}
