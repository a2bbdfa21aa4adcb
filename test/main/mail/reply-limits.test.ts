// Every limit on the way of a reply, and what becomes of a reply that is beyond it. Nothing that was not searched may leave: a
// reply is held, or what is beyond the limit stays here. A new limit needs a line here.
import { describe, expect, it } from 'vitest'
import {
  CALENDARS_MAX,
  CALENDAR_LINES_MAX,
  CALENDAR_MARKS_MAX,
  CALENDAR_MAX,
} from '../../../main/mail/calendar-part.ts'
import { DEPTH_MAX, PART_HEADER_MAX } from '../../../main/mail/mime-walk.ts'
import { TEXT_PART_MAX } from '../../../main/mail/part-text.ts'
import type { Part } from './reply-cases.ts'
import { USER, attached, message, mixed, outcomeOf, part, partBytes } from './reply-cases.ts'
import { rewriteMessage } from './golden-facts.ts'

const LINE = 'a line of text without anything in it\r\n'
const LONG_TEXT = LINE.repeat(Math.ceil(TEXT_PART_MAX / LINE.length) + 1)

function calendar(size: number): string {
  const line = 'COMMENT:nothing\r\n'
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20260101T000000Z', '']
  return `${lines.join('\r\n')}${line.repeat(Math.ceil(size / line.length))}END:VEVENT\r\nEND:VCALENDAR\r\n`
}

/** Multiparts in multiparts, the address at the bottom in an encoding that only its part says. */
function nestedMultiparts(levels: number): Part {
  let inner = part(
    ['Content-Type: text/plain', 'Content-Transfer-Encoding: quoted-printable'],
    'alice=40real=2Eexample',
  )
  for (let level = 0; level < levels; level++) {
    const boundary = `b${String(level)}x`
    const content = `--${boundary}\r\n${partBytes(inner).toString('latin1')}\r\n--${boundary}--\r\n`
    inner = part(`Content-Type: multipart/mixed; boundary=${boundary}`, content)
  }
  return inner
}

/** Messages in messages; `encoded`: each in base64. */
function nestedMessages(levels: number, encoded: boolean): Part {
  let inner = part(
    ['Content-Type: text/html', 'Content-Transfer-Encoding: quoted-printable'],
    'alice=26commat;real=2Eexample',
  )
  for (let level = 0; level < levels; level++) {
    const bytes = partBytes(inner)
    inner = encoded ? attached('message/rfc822', 'x.eml', bytes) : part('Content-Type: message/rfc822', bytes)
  }
  return inner
}

const LONG_FIELD = `X-Long: ${'x'.repeat(PART_HEADER_MAX)}`
const BEHIND = ['Content-Type: text/plain', 'Content-Transfer-Encoding: quoted-printable']

interface Limit {
  readonly limit: string
  readonly beyond: Part
  readonly held: string
}

const LIMITS: readonly Limit[] = [
  { limit: 'octets of a text', beyond: part('Content-Type: text/plain', LONG_TEXT), held: ' text/plain too-large' },
  {
    limit: 'octets of an attached text',
    beyond: mixed([attached('text/csv', 'a.csv', LONG_TEXT)]),
    held: '2 text/csv too-large',
  },
  {
    limit: 'octets of a file that is a text by its name',
    beyond: mixed([attached('application/octet-stream', 'a.html', LONG_TEXT)]),
    held: '2 application/octet-stream too-large',
  },
  {
    limit: 'octets of a text in an attached message',
    beyond: mixed([part('Content-Type: message/rfc822', `Subject: x\r\n\r\n${LONG_TEXT}`)]),
    held: '2 message/rfc822 too-large',
  },
  {
    limit: 'octets before the first part',
    beyond: part('Content-Type: multipart/mixed; boundary=m', `${LONG_TEXT}--m\r\n\r\nx\r\n--m--\r\n`),
    held: 'between parts text/plain too-large',
  },
  {
    limit: 'octets of a multipart without a boundary',
    beyond: part('Content-Type: multipart/mixed', LONG_TEXT),
    held: ' multipart/mixed too-large',
  },
  {
    limit: 'octets of a calendar',
    beyond: part('Content-Type: text/calendar', calendar(CALENDAR_MAX)),
    held: ' text/calendar too-large',
  },
  {
    limit: 'octets of all calendars',
    beyond: mixed(Array.from({ length: 3 }, () => part('Content-Type: text/calendar', calendar(CALENDARS_MAX / 2.5)))),
    held: '4 text/calendar too-large',
  },
  {
    limit: 'lines of a calendar',
    beyond: part('Content-Type: text/calendar', calendar(CALENDAR_LINES_MAX * 17)),
    held: ' text/calendar too-large',
  },
  {
    limit: 'lines of all calendars',
    beyond: mixed(
      Array.from({ length: 3 }, () => part('Content-Type: text/calendar', calendar(CALENDAR_LINES_MAX * 7))),
    ),
    held: '4 text/calendar too-large',
  },
  {
    limit: 'parameters and values of a calendar',
    beyond: part('Content-Type: text/calendar', calendar(10).replace('nothing', ','.repeat(CALENDAR_MARKS_MAX + 1))),
    held: ' text/calendar too-large',
  },
  {
    limit: 'multiparts in multiparts',
    beyond: nestedMultiparts(DEPTH_MAX + 1),
    held: `${Array.from({ length: DEPTH_MAX }, () => '1').join('.')} multipart/mixed too-deep`,
  },
  {
    limit: 'messages in messages',
    beyond: mixed([nestedMessages(DEPTH_MAX + 2, false)]),
    held: '2 message/rfc822 too-deep',
  },
  {
    limit: 'multiparts in an attached message',
    beyond: mixed([part('Content-Type: message/rfc822', partBytes(nestedMultiparts(DEPTH_MAX + 1)))]),
    held: '2 message/rfc822 too-deep',
  },
  {
    limit: 'encoded messages in encoded messages',
    beyond: mixed([nestedMessages(6, true)]),
    held: '2 message/rfc822 too-deep',
  },
  {
    limit: 'octets of the header of a part',
    beyond: mixed([part([LONG_FIELD, ...BEHIND], 'alice=40real=2Eexample')]),
    held: '2 text/plain too-large',
  },
  {
    limit: 'octets of a header in an attached message',
    beyond: mixed([
      part('Content-Type: message/rfc822', partBytes(part([LONG_FIELD, ...BEHIND], 'alice=40real=2Eexample'))),
    ]),
    held: '2 message/rfc822 too-large',
  },
  {
    limit: 'octets of a line between parts',
    beyond: part(
      'Content-Type: multipart/mixed; boundary=m',
      `--m\r\nContent-Type: image/png\r\n\r\nx\r\n--m${' '.repeat(1100)}\r\n${BEHIND.join('\r\n')}\r\n\r\nalice=26#64;real=2Eexample\r\n--m--`,
    ),
    held: 'between parts text/plain structure',
  },
  {
    limit: 'characters of a boundary',
    beyond: part(
      `Content-Type: multipart/mixed; boundary="${'b'.repeat(300)}"`,
      `--${'b'.repeat(300)}\r\n${BEHIND.join('\r\n')}\r\n\r\nx\r\n--${'b'.repeat(300)}--`,
    ),
    held: ' multipart/mixed structure',
  },
  {
    limit: 'padding of a soft line break',
    beyond: part(BEHIND, `alice=${' '.repeat(100)}\r\n@real.example`),
    held: ' text/plain transfer-encoding',
  },
]

describe('a reply beyond a limit is held', () => {
  it.each(LIMITS)('$limit', ({ beyond, held }) => {
    const whole = outcomeOf(beyond)
    expect(whole.held).toContain(held)
    const cut = rewriteMessage(message(beyond), { direction: 'reply' }, 4093)
    expect(cut.told.unscrubbable).toEqual(whole.held)
    expect(cut.message.toString('latin1') === whole.out).toBe(true)
  })
})

describe('a reply within the limits is searched to its end', () => {
  it('multiparts, as deep as they are read', () => {
    expect(outcomeOf(nestedMultiparts(DEPTH_MAX))).toMatchObject({ held: [], left: false })
  })

  it('messages in messages, as deep as they are read', () => {
    expect(outcomeOf(mixed([nestedMessages(DEPTH_MAX - 1, false)]))).toMatchObject({
      held: [],
      flagged: [`2 message/rfc822  ${USER}`],
    })
    expect(outcomeOf(mixed([nestedMessages(3, true)]))).toMatchObject({
      held: [],
      flagged: [`2 message/rfc822 x.eml ${USER}`],
    })
  })
})

describe('an attachment of any size', () => {
  const zeros = Buffer.alloc(9 * 1024 * 1024, 'AB')
  const large = mixed([
    attached('application/octet-stream', 'dump.bin', Buffer.concat([zeros, Buffer.from(USER), zeros])),
    attached('application/octet-stream', 'clean.bin', zeros),
  ])

  it('is searched to its end', () => {
    expect(outcomeOf(large)).toMatchObject({ held: [], flagged: [`2 application/octet-stream dump.bin ${USER}`] })
  })

  it('is taken out where that is wanted, and the next one stays', () => {
    const { out, flagged, left } = outcomeOf(large, { removeFlagged: true })
    expect({ flagged, left }).toEqual({ flagged: [`2 application/octet-stream dump.bin ${USER} removed`], left: false })
    expect(out).not.toContain('dump.bin')
    expect(out).toContain('[An attachment was removed.]')
    expect(out).toContain('clean.bin')
  })

  it('shows the address wherever the window of the search begins', () => {
    for (const place of [65_536, 65_536 - 8192, 131_072])
      for (let shift = 0; shift < USER.length + 2; shift++) {
        const bytes = Buffer.concat([Buffer.alloc(place - shift, '-'), Buffer.from(USER), Buffer.alloc(70_000, '-')])
        expect(outcomeOf(mixed([attached('application/octet-stream', 'a', bytes)])).flagged).toHaveLength(1)
      }
  })
})

describe('what is beyond a limit stays here', () => {
  it('ids of a thread that nobody has looked up', () => {
    const ids = Array.from({ length: 260 }, (_, index) => `<i${String(index)}@provider.example>`)
    const { out } = outcomeOf(part([`References: ${ids.join('\r\n ')}`]))
    expect(out).toContain('<i199@provider.example>')
    expect(out).not.toContain('<i200@provider.example>')
  })
})

describe('the last look has no such limits', () => {
  const TAG = 'x'.repeat(300)
  const SPELLINGS: Readonly<Record<string, string>> = {
    'a tag longer than a local part': `alice+${TAG}@real.example`,
    'more labels behind than a domain has': `alice@real.example${'.a'.repeat(40)}`,
    'zeros before the number of a character': `alice&#${'0'.repeat(40)}64;real.example`,
    'an encoded word with a long label': `=?utf-8*${'x'.repeat(80)}?B?${Buffer.from(USER).toString('base64')}?=`,
  }
  it.each(Object.entries(SPELLINGS))('%s', (_, spelling) => {
    const { held, left, out } = outcomeOf(part('Content-Type: text/html', `<p>${spelling}</p>`))
    expect(held.length > 0 || left || !out.includes(spelling)).toBe(true)
    const subject = outcomeOf(part([`Content-Description: ${spelling}`, 'Content-Type: text/plain'], 'x'))
    if (!spelling.includes('&')) expect(subject.left || !subject.out.includes(spelling)).toBe(true)
  })
})
