// Dates in header fields: RFC 5322 §3.3 and the obsolete forms of §4.3, without a clock and without Date.parse, whose
// reading of odd dates differs between engines.
import type { Instant } from '../terms/brand.ts'
import { instant } from '../terms/brand.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** RFC 5322 §4.3, in minutes east of Greenwich. Military letters and unknown names count as -0000. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['edt', -240],
  ['est', -300],
  ['cdt', -300],
  ['cst', -360],
  ['mdt', -360],
  ['mst', -420],
  ['pdt', -420],
  ['pst', -480],
])

const TEXT_MAX = 200

/** Takes out comments, and cuts the rest at white space and commas. */
function words(text: string): string[] {
  const out: string[] = []
  let depth = 0
  let word = ''
  for (const character of text) {
    if (character === '(') depth++
    const plain = depth === 0 && character !== ' ' && character !== '\t' && character !== ','
    if (character === ')' && depth > 0) depth--
    if (plain) word += character
    else if (word !== '') {
      out.push(word)
      word = ''
    }
  }
  if (word !== '') out.push(word)
  return out
}

function digits(text: string | undefined, most: number): number | undefined {
  if (text === undefined || text.length === 0 || text.length > most) return undefined
  for (const character of text) if (character < '0' || character > '9') return undefined
  return Number(text)
}

/** RFC 5322 §4.3: years of two and three digits. */
function fullYear(text: string | undefined): number | undefined {
  const year = digits(text, 4)
  if (year === undefined || text === undefined) return undefined
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return text.length === 3 ? 1900 + year : year
}

/** Minutes east of Greenwich. A zone that makes no sense is UTC: the date is still worth more than none. */
function zoneMinutes(text: string | undefined): number {
  if (text === undefined) return 0
  const sign = text.startsWith('-') ? -1 : 1
  const signed = text.startsWith('-') || text.startsWith('+')
  const value = signed ? digits(text.slice(1).replace(':', ''), 4) : undefined
  if (value === undefined) return ZONES.get(text.toLowerCase()) ?? 0
  const minutes = Math.floor(value / 100) * 60 + (value % 100)
  return minutes > 24 * 60 ? 0 : sign * minutes
}

/** The instant that a Date field says, undefined where it cannot be read. */
export function parseMailDate(body: string): Instant | undefined {
  const all = words(body.slice(0, TEXT_MAX))
  const [day, month, year, time, zone] = digits(all[0], 2) === undefined ? all.slice(1) : all
  const monthIndex = MONTHS.indexOf((month ?? '').slice(0, 3).toLowerCase())
  const dayNumber = digits(day, 2)
  const yearNumber = fullYear(year)
  const [hour, minute, second] = (time ?? '').split(':').map((part) => digits(part, 2))
  if (monthIndex < 0 || dayNumber === undefined || yearNumber === undefined) return undefined
  if (hour === undefined || minute === undefined || hour > 24 || minute > 59 || dayNumber < 1 || dayNumber > 31)
    return undefined
  const seconds = Math.min(second ?? 0, 59) // a leap second is the last one that Date has
  const at = Date.UTC(yearNumber, monthIndex, dayNumber, hour, minute, seconds)
  if (yearNumber < 100 || Number.isNaN(at)) return undefined
  return instant(at - zoneMinutes(zone) * 60_000)
}

const DAY = /^(?:(?:mon|tue|wed|thu|fri|sat|sun), {0,3})?/i
const PLAIN =
  /^\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|ut|gmt|[ecmp][sd]t)(?: {0,3}\([\w +:-]{0,40}\))?$/i

/** Whether a date is spelled as RFC 5322 §3.3 wants it, a zone by name (§4.3) and a comment behind it included. */
export function isPlainDate(body: string): boolean {
  return body.length <= TEXT_MAX && PLAIN.test(body.replace(DAY, ''))
}

/** RFC 5322 §3.3 in UTC: `Wed, 14 Jan 2026 12:00:00 +0000`. No zone of the user's shows. */
export function formatMailDate(at: Instant): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  const day = `${DAY_NAMES[date.getUTCDay()] ?? ''}, ${date.getUTCDate()} ${MONTH_NAMES[date.getUTCMonth()] ?? ''}`
  return `${day} ${String(date.getUTCFullYear()).padStart(4, '0')} ${time} +0000`
}
