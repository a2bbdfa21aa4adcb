// Opens and edits one calendar part: transfer encoding, charset, content lines, and the check that an edit changed what it should
// and nothing else. A part that fails the check is not edited; the caller passes it (forward) or holds the reply.
import type { AgreedCalendar } from './calendar-ical.ts'
import { agreedCalendar, differOnlyInEdits } from './calendar-ical.ts'
import type { Calendar, Unread } from './calendar-lines.ts'
import { readContentLines } from './calendar-lines.ts'
import type { CalendarBudget } from './calendar-part.ts'
import type { PartInfo } from './mime-part.ts'
import { orderedEdits } from './part-text.ts'
import type { TextEdit } from './text-model.ts'
import type { Decoded } from './transfer-encoding.ts'
import { decodeTransfer, editTransfer } from './transfer-encoding.ts'

/** A calendar part that could be read. */
export interface OpenCalendar {
  readonly content: Buffer
  readonly decoded: Decoded
  readonly calendar: Calendar
  readonly agreed: AgreedCalendar
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09
}

/** RFC 2045 §6.7 (3): white space at the end of a line is to be dropped, and not everybody does. */
function hasTrailingSpace(source: Buffer): boolean {
  for (let at = 0; at < source.length; at++) {
    if (!isSpace(source[at])) continue
    // Behind a soft break's equals sign it is padding for everybody.
    const padding = source[at - 1] === 0x3d
    while (isSpace(source[at])) at++
    const ends = at >= source.length || source[at] === 0x0a || (source[at] === 0x0d && source[at + 1] === 0x0a)
    if (ends && !padding) return true
  }
  return false
}

function read(content: Buffer, info: PartInfo, budget: CalendarBudget | undefined): OpenCalendar | Unread {
  if (info.encoding === 'quoted-printable' && hasTrailingSpace(content)) return 'calendar'
  const decoded = decodeTransfer(content, info.encoding)
  if (budget?.take(decoded.bytes.length) === false) return 'too-large'
  if (budget?.mayHaveRoom(decoded.bytes) === false) return 'too-large'
  const calendar = readContentLines(decoded.bytes, info.charset, budget)
  if (typeof calendar === 'string') return calendar
  const agreed = agreedCalendar(calendar)
  return agreed === undefined ? 'calendar' : { content, decoded, calendar, agreed }
}

/** Reads the content of a calendar part. */
export function openCalendar(content: Buffer, info: PartInfo, budget: CalendarBudget): OpenCalendar | Unread {
  return read(content, info, budget)
}

/** A calendar part that could be read. */
export interface CalendarReading {
  readonly content: Buffer
  readonly info: PartInfo
  readonly open: OpenCalendar
}

/** The calendars of a message as they were read once. Each is handed out once: equal parts are as much work as others. */
export class CalendarReadings {
  private readonly left: CalendarReading[]

  constructor(readings: readonly CalendarReading[]) {
    this.left = [...readings]
  }

  /** What came of reading this part; `too-large` for one that was not or could not be read then. */
  take(content: Buffer, info: PartInfo): OpenCalendar | Unread {
    const { encoding, charset } = info
    const at = this.left.findIndex(
      (one) => one.info.encoding === encoding && one.info.charset === charset && one.content.equals(content),
    )
    const [found] = at < 0 ? [] : this.left.splice(at, 1)
    return found?.open ?? 'too-large'
  }
}

/**
 * The calendar with the edits of its text made, read again from the bytes that go out; undefined where it cannot be read
 * any more, or where more has changed than the edits say. Without edits it is the very same.
 */
export function editedCalendar(
  before: OpenCalendar,
  info: PartInfo,
  edits: readonly TextEdit[],
): OpenCalendar | undefined {
  const ordered = orderedEdits(edits)
  if (ordered.length === 0) return before
  const bytes = before.calendar.toBytes(ordered)
  if (bytes === undefined) return undefined
  const after = read(editTransfer(before.content, info.encoding, before.decoded, bytes), info, undefined)
  return typeof after === 'object' && differOnlyInEdits(before.agreed, after.agreed) ? after : undefined
}
