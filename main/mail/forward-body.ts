// The plan for the body of a forward: banners into the first text and the first HTML that are nobody's seal or attachment, and
// reply addresses into the calendars.
import { bannerTransform } from './banner.ts'
import { TextSink } from './body-sinks.ts'
import { CalendarReadings, openCalendar } from './calendar.ts'
import { asTextHeader, mayBeAnswered } from './calendar-as-text.ts'
import type { CalendarForward } from './calendar-forward.ts'
import { forwardedCalendar } from './calendar-forward.ts'
import { CalendarBudget, isCalendar } from './calendar-part.ts'
import type { Banner } from './facts.ts'
import type { HeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX } from './mime-walk.ts'
import type { Notes } from './notes.ts'
import { editPartText } from './part-text.ts'
import { isSealed } from './telling.ts'

export class ForwardBody implements Walker {
  private readonly banners: readonly Banner[]
  private readonly notes: Notes
  private readonly calendars: CalendarForward | undefined
  private readonly calendarBudget = new CalendarBudget()
  private readonly readings: CalendarReadings | undefined
  private readonly done = new Set<string>()
  /** Paths of calendars that could not be read. */
  readonly unread = new Set<string>()
  constructor(banners: readonly Banner[], calendars: CalendarForward | undefined, notes: Notes) {
    this.banners = banners
    this.calendars = calendars
    this.readings = calendars?.readings === undefined ? undefined : new CalendarReadings(calendars.readings)
    this.notes = notes
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header, place.parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    const walked = info.type.startsWith('multipart/') && info.type !== 'multipart/report' && !isSealed(info.type)
    if (walked && info.boundary !== '' && place.depth < DEPTH_MAX) {
      return { kind: 'multipart', header: raw, type: info.type, boundary: info.boundary, renamed: info.boundary }
    }
    if (this.calendars !== undefined && isCalendar(info) && !isSealed(info.type)) {
      if (this.calendars.asText?.has(place.path) === true) return this.asText(raw, info)
      return { kind: 'leaf', header: raw, sink: this.calendarSink(info, place.path, this.calendars) }
    }
    const text = info.type === 'text/plain' || info.type === 'text/html'
    const wanted = this.banners.length > 0 && text && !info.attachment && !this.done.has(info.type)
    if (!wanted) return { kind: 'leaf', header: raw, sink: undefined }
    this.done.add(info.type)
    const tooLarge = (): undefined => {
      this.notes.add('banner-left-out', 'the text is too large for a banner')
    }
    const edit = (content: Buffer): Buffer => this.edited(content, info)
    return { kind: 'leaf', header: raw, sink: new TextSink(edit, tooLarge) }
  }

  private tellUnread(): void {
    const text =
      'a calendar could not be read and became plain text: an answer to it would have shown your real address'
    this.notes.add('calendar-unread', text)
  }

  private asText(raw: Buffer, info: PartInfo): PartPlan {
    this.tellUnread()
    return { kind: 'leaf', header: asTextHeader(raw, info), sink: undefined }
  }

  /** A calendar that cannot be read passes, and is told: it has to go as a text. */
  private calendarSink(info: PartInfo, path: string, calendars: CalendarForward): Sink {
    const unread = (): undefined => {
      this.unread.add(path)
      this.tellUnread()
    }
    const edit = (content: Buffer): Buffer => {
      const open = this.readings?.take(content, info) ?? openCalendar(content, info, this.calendarBudget)
      const forwarded = typeof open === 'string' ? undefined : forwardedCalendar(open, info, calendars)
      // One that nobody can answer is a file like others.
      if (forwarded === undefined && mayBeAnswered(content, info)) unread()
      return forwarded ?? content
    }
    return new TextSink(edit, unread)
  }

  private edited(content: Buffer, info: PartInfo): Buffer {
    // Inline signed or encrypted text is as sealed as a multipart. RFC 9580 §7
    if (content.includes('-----BEGIN PGP ')) return content
    return editPartText(content, info, bannerTransform(info, this.banners))
  }

  between(): undefined {
    return undefined
  }
}
