// The settings of an alias as a form has them, and what of them has changed.
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import type { AliasChange } from '../api/aliases.ts'

export interface SettingsForm {
  readonly description: string
  readonly fromName: string
  readonly labels: string
  /** Ids, in order. */
  readonly recipients: readonly string[]
  readonly fallbackRecipient: string
  readonly policy: AliasShown['policy']
  readonly hourlyLimit: string
  readonly allowSealed: boolean
  /** As a `datetime-local` field has it, in the time of this place. */
  readonly expiresAt: string
  readonly expiresAfter: string
  readonly expiresIdle: string
  readonly whenDisabled: AliasShown['when_disabled']
  readonly rejectText: string
  readonly unsubscribe: AliasShown['unsubscribe']
}

const two = (value: number): string => String(value).padStart(2, '0')

/** `2026-03-09T14:05`, by the clock on the wall here. */
export function localTime(iso: string | null): string {
  if (iso === null) return ''
  const at = new Date(iso)
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`
}

const numbered = (value: number | null): string => (value === null ? '' : String(value))

export function formOf(alias: AliasShown): SettingsForm {
  return {
    description: alias.description ?? '',
    fromName: alias.from_name ?? '',
    labels: alias.labels.join(', '),
    recipients: alias.recipients.map((one) => one.id),
    fallbackRecipient: alias.fallback_recipient ?? '',
    policy: alias.policy,
    hourlyLimit: numbered(alias.hourly_limit),
    allowSealed: alias.allow_sealed,
    expiresAt: localTime(alias.expires_at),
    expiresAfter: numbered(alias.expires_after),
    expiresIdle: numbered(alias.expires_idle),
    whenDisabled: alias.when_disabled,
    rejectText: alias.reject_text ?? '',
    unsubscribe: alias.unsubscribe,
  }
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
const countOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text))

function valueOf(form: SettingsForm): Required<Omit<AliasChange, 'active' | 'pinned' | 'leak'>> {
  return {
    description: textOrNull(form.description),
    fromName: textOrNull(form.fromName),
    labels: form.labels
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    recipients: form.recipients,
    fallbackRecipient: textOrNull(form.fallbackRecipient),
    policy: form.policy,
    hourlyLimit: countOrNull(form.hourlyLimit),
    allowSealed: form.allowSealed,
    expiresAt: form.expiresAt === '' ? null : new Date(form.expiresAt).getTime(),
    expiresAfter: countOrNull(form.expiresAfter),
    expiresIdle: countOrNull(form.expiresIdle),
    whenDisabled: form.whenDisabled,
    rejectText: textOrNull(form.rejectText),
    unsubscribe: form.unsubscribe,
  }
}

/** Only what differs, so that two windows do not take back each other's changes. */
export function changeBetween(before: SettingsForm, after: SettingsForm): AliasChange {
  const [from, to] = [valueOf(before), valueOf(after)]
  const changed = (Object.keys(to) as (keyof typeof to)[]).filter(
    (name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]),
  )
  return Object.fromEntries(changed.map((name) => [name, to[name]]))
}
