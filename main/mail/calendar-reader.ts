// Reads the calendars of a message as its body streams by and changes nothing, for callers that must know whom they name before
// the message is forwarded or answered. It reads the parts that the editors edit: none in attached messages, none that are
// signed or encrypted.
import { TextSink } from './body-sinks.ts'
import type { Address } from '../terms/address.ts'
import type { CalendarReading } from './calendar.ts'
import { openCalendar } from './calendar.ts'
import { everybodyInCalendars } from './calendar-address.ts'
import type { Calendar } from './calendar-lines.ts'
import { CALENDAR_PARTS_MAX, CalendarBudget, isCalendar } from './calendar-part.ts'
import type { HeaderBlock } from './header-block.ts'
import { parseHeaderBlock } from './header-block.ts'
import { partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Walker } from './mime-walk.ts'
import { DEPTH_MAX, MimeWalk } from './mime-walk.ts'
import { isSealed } from './telling.ts'

export interface CalendarsFound {
  /** Calendar parts, also those that cannot be read. */
  readonly parts: number
  readonly calendars: readonly Calendar[]
  /** The calendars again, as an editor of the same message needs them. */
  readonly readings: readonly CalendarReading[]
  /** Everybody whom they name (`everybodyInCalendars`). */
  readonly people: readonly Address[]
}

export interface CalendarReader {
  push(chunk: Buffer): void
  end(): CalendarsFound
}

class CalendarWalker implements Walker {
  parts = 0
  readonly readings: CalendarReading[] = []
  private readonly budget = new CalendarBudget()

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header, place.parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    const sealed = isSealed(info.type)
    if (!sealed && info.type.startsWith('multipart/') && info.boundary !== '' && place.depth < DEPTH_MAX)
      return { kind: 'multipart', header: raw, type: info.type, boundary: info.boundary, renamed: info.boundary }
    if (sealed || !isCalendar(info)) return { kind: 'leaf', header: raw, sink: undefined }
    this.parts++
    const take = (content: Buffer): Buffer => {
      if (this.parts > CALENDAR_PARTS_MAX) return content
      const open = openCalendar(content, info, this.budget)
      // A part that is not kept counts as too large in an edit: nobody tries again, and its content need not stay in memory.
      if (typeof open === 'object') this.readings.push({ content, info, open })
      return content
    }
    return { kind: 'leaf', header: raw, sink: new TextSink(take, () => undefined) }
  }

  between(): undefined {
    return undefined
  }
}

/** Whether a message with this header can have a calendar in it at all: otherwise its body need not be read. */
export function mayHoldCalendar(header: HeaderBlock): boolean {
  const info = partInfo(header)
  return !isSealed(info.type) && (info.type.startsWith('multipart/') || isCalendar(info))
}

/** A reader for a message whose body comes in pieces. Memory: the calendars, 2 MiB of them decoded, and one part. */
export function createCalendarReader(header: Buffer): CalendarReader {
  const walker = new CalendarWalker()
  const walk = new MimeWalk(walker, parseHeaderBlock(header), header)
  return {
    push: (chunk) => {
      walk.push(chunk)
    },
    end: () => {
      walk.end()
      const { parts, readings } = walker
      const calendars = readings.map(({ open }) => open.calendar)
      return { parts, calendars, readings, people: everybodyInCalendars(calendars) }
    },
  }
}
