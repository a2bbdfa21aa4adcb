// Times as a person reads them: the clock for today, the date before that. The full time is always in the title.
import { locale } from '../texts/language.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const FORMATS = {
  clock: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  year: { day: 'numeric', month: 'short', year: 'numeric' },
  full: { dateStyle: 'full', timeStyle: 'long' },
  date: { dateStyle: 'medium' },
  dateTime: { dateStyle: 'medium', timeStyle: 'short' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>
type Format = keyof typeof FORMATS

const made = new Map<string, Intl.DateTimeFormat>()

/** Making one costs a hundred times what using it does. */
function formatter(name: Format): Intl.DateTimeFormat {
  const key = `${name} ${locale()}`
  const found = made.get(key) ?? new Intl.DateTimeFormat(locale(), FORMATS[name])
  made.set(key, found)
  return found
}

/** The local day of a time, as one number. */
const dayOf = (time: Date): number => time.getFullYear() * 10_000 + time.getMonth() * 100 + time.getDate()

export function shortTime(at: number, now: number, seconds: boolean): string {
  const then = new Date(at)
  if (dayOf(then) === dayOf(new Date(now))) return formatter(seconds ? 'seconds' : 'clock').format(then)
  return formatter(Math.abs(now - at) > 300 * DAY_MS ? 'year' : 'day').format(then)
}

export const fullTime = (at: number): string => formatter('full').format(at)
export const dateText = (at: number): string => formatter('date').format(at)
export const dateTimeText = (at: number): string => formatter('dateTime').format(at)

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

/** What has no time of its own is due at the end of all: nothing is planned a hundred years ahead. */
const NEVER_AHEAD = 100 * 365 * 86_400_000
export const isParked = (dueAt: number, now: number): boolean => dueAt - now > NEVER_AHEAD

/** Times of the addy.io shapes are `YYYY-MM-DD HH:MM:SS` in UTC. */
export function addyTime(text: string | null): number | undefined {
  if (text === null) return undefined
  const at = Date.parse(`${text.replace(' ', 'T')}Z`)
  return Number.isNaN(at) ? undefined : at
}

/** A bar of a chart: the hour, or the day. */
export const bucketText = (at: number, bucket: 'hour' | 'day'): string =>
  formatter(bucket === 'hour' ? 'clock' : 'day').format(at)

const two = (value: number): string => String(value).padStart(2, '0')

/** What a field for a date takes, in local time. */
export function dayInput(at: number): string {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return ''
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/** What a field for a date and a time takes, in local time. */
export function localInput(at: number): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? '' : `${dayInput(at)}T${two(time.getHours())}:${two(time.getMinutes())}`
}

/** What stands in such a field; undefined where it is empty or no time. */
export function timeOfInput(text: string): number | undefined {
  const at = text === '' ? Number.NaN : new Date(text).getTime()
  return Number.isNaN(at) ? undefined : at
}
