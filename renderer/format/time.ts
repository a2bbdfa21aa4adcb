// Times as a person reads them: the clock for today, the date before that. The full time is always in the title.
import { locale } from '../texts/language.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const made = new Map<string, Intl.DateTimeFormat>()

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${JSON.stringify(options)}`
  let found = made.get(key)
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale(), options)
    made.set(key, found)
  }
  return found
}

export function shortTime(at: number, now: number, seconds: boolean): string {
  const then = new Date(at)
  if (then.toDateString() === new Date(now).toDateString())
    return formatter({ hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }).format(then)
  const old = Math.abs(now - at) > 300 * DAY_MS
  return formatter({ day: 'numeric', month: 'short', ...(old ? { year: 'numeric' } : {}) }).format(then)
}

export const fullTime = (at: number): string => formatter({ dateStyle: 'full', timeStyle: 'long' }).format(new Date(at))
export const dateText = (at: number): string => formatter({ dateStyle: 'medium' }).format(new Date(at))
export const dateTimeText = (at: number): string =>
  formatter({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
]

/** `3 hours ago`, `in 5 days`. */
export function relativeTime(at: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  for (const [unit, millis] of STEPS)
    if (Math.abs(at - now) >= millis) return format.format(Math.trunc((at - now) / millis), unit)
  return format.format(0, 'second')
}

/** Times of the addy.io shapes are `YYYY-MM-DD HH:MM:SS` in UTC. */
export function addyTime(text: string | null): number | undefined {
  if (text === null) return undefined
  const at = Date.parse(`${text.replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** A bar of a chart: the hour, or the day. */
export const bucketText = (at: number, bucket: 'hour' | 'day'): string =>
  formatter(bucket === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' }).format(
    new Date(at),
  )
