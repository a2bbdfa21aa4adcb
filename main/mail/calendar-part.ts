// Says which MIME parts are calendars, and how much of them is read. Mail programs go by the type or by the file name, so either
// is enough. jCal and xCal count as calendars too, although nothing here can read them.
import type { PartInfo } from './mime-part.ts'

/** Decoded octets of one calendar. An invitation has 2 to 20 KiB, the whole calendar of a year some hundred. */
export const CALENDAR_MAX = 1024 * 1024
/** Decoded octets of all calendars in one message: what is beyond is too large to be read. */
export const CALENDARS_MAX = 2 * 1024 * 1024

const TYPES: ReadonlySet<string> = new Set([
  'text/calendar',
  'text/x-calendar',
  'text/icalendar',
  'text/vcalendar',
  'text/x-vcalendar',
  'application/ics',
  'application/x-ics',
  'application/calendar',
  'application/icalendar',
  'application/calendar+json',
  'application/calendar+xml',
])
/** RFC 5545 §8.1 names `ics` and `ifb`; the others are old or vCalendar's. */
const ENDINGS = ['.ics', '.ifb', '.ical', '.icalendar', '.vcs']

/** Whether a program would take the part for a calendar. */
export function isCalendar({ type, name }: Pick<PartInfo, 'type' | 'name'>): boolean {
  const file = name.trim().toLowerCase()
  return TYPES.has(type) || ENDINGS.some((ending) => file.endsWith(ending))
}

/** Cards are folded like calendars (RFC 6350 §3.2): whoever looks for traces unfolds both. */
export function isFolded(info: Pick<PartInfo, 'type' | 'name'>): boolean {
  const card = ['text/vcard', 'text/x-vcard', 'text/directory'].includes(info.type)
  return card || isCalendar(info) || info.name.trim().toLowerCase().endsWith('.vcf')
}

/** Counts down what may still be read of the calendars of one message. */
export class CalendarBudget {
  private left = CALENDARS_MAX

  /** Whether a calendar of this many decoded octets may be read. */
  take(size: number): boolean {
    if (size > CALENDAR_MAX || size > this.left) return false
    this.left -= size
    return true
  }
}
