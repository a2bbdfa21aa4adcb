// A calendar of 25,000 attendees took 0.9 s of CPU time and gave 50 MB of garbage, since it was parsed to its end, and several times.
// Counted here is work: what ical.js was given, and how often.
import ICAL from 'ical.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CALENDAR_LINES_MAX, CALENDAR_MARKS_MAX, CALENDAR_PARTS_MAX } from '../../../main/mail/calendar-part.ts'
import { createBodyEditor, createCalendarReader } from '../../../main/mail/index.ts'
import type { Address } from '../../../main/terms/address.ts'
import { addressKey } from '../../../main/terms/address.ts'

const HEADER = Buffer.from('MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n')
const AROUND = 8
const BOB = 'bob@example.com' as Address
const REPLY = 'r1@alias.test' as Address

function invitation(lines: readonly string[], end = '\r\n'): string {
  const head = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', 'UID:1', `ORGANIZER:mailto:${BOB}`]
  return [...head, ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(end)
}

const attendees = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `ATTENDEE:mailto:a${String(i)}@example.com`)

let given: string[] = []
beforeEach(() => {
  const parse = ICAL.parse.bind(ICAL)
  vi.spyOn(ICAL, 'parse').mockImplementation((text: string) => {
    given.push(text)
    return parse(text)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  given = []
})

/** Both steps of a forward: who is named, and the edited body. */
function forwarded(body: Buffer, header = HEADER) {
  const reader = createCalendarReader(header)
  reader.push(body)
  const { people, readings, parts } = reader.end()
  const replyAddresses = new Map([[addressKey(BOB), REPLY]])
  const editor = createBodyEditor(header, { kind: 'forward', banners: [], calendars: { replyAddresses, readings } })
  const out = Buffer.concat([...editor.push(body), ...editor.end()])
  return { people, parts, out, notes: editor.report().notes.map(({ id }) => id) }
}

describe('a calendar beyond what an invitation has', () => {
  it.each([
    ['of many attendees', invitation(attendees(25_000))],
    ['of one line too many', invitation(attendees(CALENDAR_LINES_MAX - AROUND + 1))],
    ['of many attendees, lines that end in LF', invitation(attendees(25_000), '\n')],
    ['of many lines in few octets', invitation(Array.from({ length: 100_000 }, () => 'A:'))],
    [
      'of many components',
      `BEGIN:VCALENDAR\r\nORGANIZER:x\r\n${'BEGIN:X\r\nEND:X\r\n'.repeat(20_000)}END:VCALENDAR\r\n`,
    ],
    ['of many parameters', invitation(Array.from({ length: 500 }, () => `ATTENDEE${';A=b'.repeat(90)}:mailto:${BOB}`))],
    ['of many values', invitation([`EXDATE:${'1,'.repeat(CALENDAR_MARKS_MAX + 1)}1`])],
    ['of many folds', invitation([`X-A:${'\r\n a'.repeat(100_000)}`])],
  ])('%s: is never parsed, and passes as it came', (_, text) => {
    const { people, parts, out, notes } = forwarded(Buffer.from(text))
    expect(given).toEqual([])
    expect({ people, parts, notes }).toEqual({ people: [], parts: 1, notes: ['calendar-unread'] })
    expect(out.equals(Buffer.from(text))).toBe(true)
  })

  it('in UTF-16 too', () => {
    const header = Buffer.from(
      'MIME-Version: 1.0\r\nContent-Type: text/calendar; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    )
    const body = Buffer.from(Buffer.from(invitation(attendees(25_000)), 'utf16le').toString('base64'))
    expect(forwarded(body, header).notes).toEqual(['calendar-unread'])
    expect(given).toEqual([])
  })

  it('spread over many parts: no more lines are parsed than of one', () => {
    const header = Buffer.from('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')
    const part = `--b\r\nContent-Type: text/calendar\r\n\r\n${invitation(attendees(1000))}`
    const { notes } = forwarded(Buffer.from(`${part.repeat(20)}--b--\r\n`), header)
    expect(notes).toContain('calendar-unread')
    const lines = given.reduce((sum, text) => sum + text.split('\n').length, 0)
    // Read once, and what an edit changed once more.
    expect(lines).toBeLessThanOrEqual(2 * CALENDAR_LINES_MAX)
  })

  it('of a great many parts only the first ones are read', () => {
    const part = '--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nORGANIZER:x\r\nEND:VCALENDAR\r\n'
    const header = Buffer.from('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')
    const body = Buffer.from(`${part.repeat(20_000)}--b--\r\n`)
    const reader = createCalendarReader(header)
    reader.push(body)
    expect(reader.end()).toMatchObject({ parts: 20_000, readings: { length: CALENDAR_PARTS_MAX } })
    expect(forwarded(body, header).notes).toEqual(['calendar-unread'])
  })
})

describe('a calendar as large as the largest invitations', () => {
  it('gets its reply addresses, and is parsed once before the edit and once behind it', () => {
    const text = invitation(attendees(CALENDAR_LINES_MAX - AROUND))
    const { people, out, notes } = forwarded(Buffer.from(text))
    expect(notes).toEqual([])
    expect(people).toHaveLength(CALENDAR_LINES_MAX - AROUND + 1)
    expect(out.toString()).toBe(text.replace(BOB, REPLY))
    expect(given).toHaveLength(2)
  })

  it('may carry a folded picture of many lines', () => {
    const text = invitation([
      `ATTACH;ENCODING=BASE64;VALUE=BINARY:${'QUJD'.repeat(18).concat('\r\n ').repeat(9000)}QUJD`,
    ])
    const { out, notes } = forwarded(Buffer.from(text))
    expect(notes).toEqual([])
    expect(out.toString()).toBe(text.replace(BOB, REPLY))
  })
})
