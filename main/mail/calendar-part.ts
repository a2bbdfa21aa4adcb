// Says which MIME parts are calendars, and how much of them is read. Mail programs go by the type or by the file name, so either
// is enough. jCal and xCal count as calendars too, although nothing here can read them.
import type { PartInfo } from './mime-part.ts'

/** Decoded octets of one calendar. An invitation has 2 to 20 KiB, the whole calendar of a year some hundred. */
export const CALENDAR_MAX = 1024 * 1024
/** Decoded octets of all calendars in one message: what is beyond is too large to be read. */
export const CALENDARS_MAX = 2 * 1024 * 1024
/**
 * Content lines (RFC 5545 §3.1) of all calendars in one message, counted before any is parsed: parsing takes time and memory by lines, up to
 * 40 times the text. Exchange invites 500 attendees at most, Google 200; a year of 200 events has less.
 */
export const CALENDAR_LINES_MAX = 3000
/** Calendar parts of one message that are read. Invitations have two, one to be shown and one to be saved. */
export const CALENDAR_PARTS_MAX = 100
/** Semicolons and commas in them, which part parameters and values. An attendee has 5 to 10, a long description some hundred. */
export const CALENDAR_MARKS_MAX = 20_000

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

const LF = 0x0a
/** What stands behind a line end where no content line follows: a fold (RFC 5545 §3.1), an empty line, the end. */
const NO_LINE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d, undefined])

/** Counts down what may still be read of the calendars of one message. */
export class CalendarBudget {
  private left = CALENDARS_MAX
  private lines = CALENDAR_LINES_MAX
  private marks = CALENDAR_MARKS_MAX

  /** Whether a calendar of this many decoded octets may be read. */
  take(size: number): boolean {
    if (size > CALENDAR_MAX || size > this.left) return false
    this.left -= size
    return true
  }

  /** False if the octets of a calendar have more lines than may be parsed. A quick look, at no text with NUL (UTF-16). */
  mayHaveRoom(bytes: Buffer): boolean {
    if (bytes.includes(0)) return true
    let lines = 0
    for (let at = bytes.indexOf(LF); at >= 0 && lines <= this.lines; at = bytes.indexOf(LF, at + 1))
      if (!NO_LINE.has(bytes[at + 1])) lines++
    return lines <= this.lines
  }

  /** Whether so many content lines, with so many semicolons and commas in them, may be parsed. */
  takeLines(lines: number, marks: number): boolean {
    if (lines > this.lines || marks > this.marks) return false
    this.lines -= lines
    this.marks -= marks
    return true
  }
}
