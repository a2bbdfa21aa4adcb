// Calendars piece by piece: what is read at all, by whose word, how long hostile ones may take, and where traces are seen.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everybodyInCalendars } from '../../../main/mail/calendar-address.ts'
import { agreedCalendar, differOnlyInEdits } from '../../../main/mail/calendar-ical.ts'
import { readContentLines, type Calendar } from '../../../main/mail/calendar-lines.ts'
import { CALENDAR_MAX, CALENDARS_MAX, isCalendar } from '../../../main/mail/calendar-part.ts'
import { openedUid, sealedUid } from '../../../main/mail/calendar-uid.ts'
import { createBodyEditor, createCalendarReader, findTraces, replyAddressesIn } from '../../../main/mail/index.ts'
import type { AddressKey } from '../../../main/terms/address.ts'
import { CALENDAR_KEY, editBody, keyOf, replyFacts, requiredAddress, rewriteMessage } from './golden-facts.ts'

const USER = 'alice@real.example'
const WANTED = { addresses: new Set([keyOf(USER)]), names: [], hosts: [] }
const SCRUB = { scrub: true }

function calendar(...lines: readonly string[]): Buffer {
  return Buffer.from(['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'))
}

function read(bytes: Buffer, charset = 'utf-8'): Calendar {
  const found = readContentLines(bytes, charset)
  if (typeof found === 'string') throw new Error(found)
  return found
}

function part(content: Buffer, type = 'text/calendar'): Buffer {
  return Buffer.concat([Buffer.from(`From: ${USER}\r\nContent-Type: ${type}\r\n\r\n`), content])
}

function forwarded(content: Buffer, type?: string) {
  return rewriteMessage(part(content, type), { direction: 'forward' })
}

function answered(content: Buffer, type?: string) {
  return rewriteMessage(part(content, type), { direction: 'reply' })
}

describe('a part', () => {
  it('is a calendar by its type or by the name of its file', () => {
    for (const type of ['text/calendar', 'application/ics', 'text/x-vcalendar', 'application/calendar+json'])
      expect(isCalendar({ type, name: '' }), type).toBe(true)
    for (const name of ['invite.ics', 'INVITE.ICS', 'Einladung.ics ', 'busy.ifb', 'old.vcs'])
      expect(isCalendar({ type: 'application/octet-stream', name }), name).toBe(true)
    for (const name of ['', 'ics', 'invite.ics.zip', 'invite.icsx'])
      expect(isCalendar({ type: 'application/octet-stream', name }), name).toBe(false)
  })

  it('is one by a name that is encoded, too', () => {
    const head = "application/octet-stream; name*=utf-8''invite%2Eics"
    const { message } = answered(calendar(`ATTENDEE:mailto:${USER}`), head)
    expect(message.toString()).toContain('ATTENDEE:mailto:shop@relay.example')
  })
})

/** Calendars that two readers would read differently, or that none can read. */
const UNREAD: Readonly<Record<string, string | Buffer>> = {
  nothing: '',
  'no calendar': 'hello\r\n',
  'a component outside': 'BEGIN:VEVENT\r\nEND:VEVENT\r\n',
  'text behind it': `${calendar().toString()}-- \r\nlist footer\r\n`,
  'properties behind it': `${calendar().toString()}X-A:b\r\n`,
  'not closed': 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n',
  'closed crosswise': 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n',
  'closed twice': 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nEND:VCALENDAR\r\n',
  'BEGIN with a parameter': 'BEGIN:VCALENDAR\r\nBEGIN;X=1:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
  'a line without a colon': calendar('ORGANIZER'),
  'a parameter without a value': calendar('ATTENDEE;RSVP:mailto:a@example.com'),
  'a quote that is not closed': calendar('ATTENDEE;CN="A:mailto:a@example.com'),
  'text behind a quote': calendar('ATTENDEE;CN="A"B:mailto:a@example.com'),
  'a first line that is folded': Buffer.concat([Buffer.from(' '), calendar()]),
  'a fold behind an empty line': calendar('SUMMARY:a', '', ' b'),
  'a fold behind an empty line that could be a line': calendar('SUMMARY:a', '', ' X-B:b'),
  'a bare CR': calendar('SUMMARY:a\rb'),
  NUL: calendar('SUMMARY:a\0b'),
  'shifted letters': calendar('SUMMARY:\x1b$B%\x1b(B'),
  'a recurrence that ical.js refuses': calendar('RRULE:FREQ=SOMETIMES'),
  // ical.js looks for the colon three characters too early for each value: with seven it takes the last one for the line's own.
  'a list that ical.js cuts in the wrong place': calendar(
    `ATTENDEE;MEMBER=${Array.from({ length: 7 }, () => '"mailto:m@a.test"').join(',')}:mailto:a@example.com`,
  ),
  'vCalendar with soft breaks': calendar('DESCRIPTION;ENCODING=QUOTED-PRINTABLE:a=', 'b'),
}

describe('a calendar that cannot be read', () => {
  it.each(Object.entries(UNREAD))(
    '%s: is a file like others where nobody can be answered, and holds a reply',
    (_, bytes) => {
      const content = Buffer.from(bytes)
      if (!/organizer|attendee/i.test(content.toString('latin1'))) {
        const { told, message } = forwarded(content)
        expect(told.notes).toEqual([])
        expect(message.subarray(message.length - content.length).equals(content)).toBe(true)
        expect(message.toString('latin1')).toContain('Content-Type: text/calendar')
      }
      expect(answered(content).told.unscrubbable).toEqual([' text/calendar calendar'])
    },
  )

  it.each(Object.entries(UNREAD))('%s: goes as a text where somebody could be answered', (_, bytes) => {
    for (const line of [
      'ORGANIZER:mailto:x@far.example',
      'attendee:x@far.example',
      'ORGA\r\n NIZER:mailto:x@far.example',
    ]) {
      const content = Buffer.from(`${Buffer.from(bytes).toString('latin1')}\r\n${line}\r\n`, 'latin1')
      const { told, message } = forwarded(content)
      expect(told.notes).toEqual(['calendar-unread'])
      expect(message.subarray(message.length - content.length).equals(content)).toBe(true)
      expect(message.toString('latin1')).toContain('Content-Type: text/plain;')
      expect(message.subarray(0, -content.length).toString('latin1')).not.toMatch(/calendar(?!\.txt)|method/i)
    }
  })

  it('is one whose charset is unknown, unless it is ASCII all the same', () => {
    const bytes = Buffer.from(calendar('SUMMARY:\u30dc').toString('utf8'), 'latin1')
    for (const charset of ['shift_jis', 'gb18030', 'x-nobody-knows', 'utf-7', 'utf-32'])
      expect(readContentLines(bytes, charset), charset).toBe('charset')
    for (const charset of ['shift_jis', 'gb18030', 'x-nobody-knows', 'iso-2022-jp'])
      expect(read(calendar('SUMMARY:a'), charset).lines, charset).toHaveLength(5)
  })
})

describe('a calendar beyond the limits', () => {
  const line = 'ATTENDEE:mailto:bob@example.com\r\n'
  it('is too large for one: it passes untouched, and a reply with it is held', () => {
    const content = calendar(...Array.from({ length: Math.ceil(CALENDAR_MAX / line.length) }, () => line.trimEnd()))
    const forward = forwarded(content)
    expect(forward.told.notes).toEqual(['calendar-unread'])
    expect(forward.message.subarray(forward.message.length - content.length).equals(content)).toBe(true)
    expect(answered(content).told.unscrubbable).toEqual([' text/calendar too-large'])
  })

  it('is too much of a message: the first ones are read, the others are not', () => {
    const one = calendar(`X-FILL:${'x'.repeat(CALENDAR_MAX - 200)}`)
    const count = Math.floor(CALENDARS_MAX / one.length) + 1
    const parts = Array.from({ length: count }, () => `--b\r\nContent-Type: text/calendar\r\n\r\n${one.toString()}`)
    const header = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n')
    const body = Buffer.from(`${parts.join('')}--b--\r\n`)
    const { told } = editBody(header, body, { kind: 'reply', facts: replyFacts({}), options: SCRUB }, 65_536)
    expect(told.unscrubbable).toEqual([`${String(count)} text/calendar too-large`])
    const reader = createCalendarReader(header)
    reader.push(body)
    expect(reader.end()).toMatchObject({ parts: count, calendars: { length: count - 1 } })
  })
})

function repeated(text: string, size = 900_000): string {
  return text.repeat(Math.floor(size / text.length))
}

/** A megabyte of everything that could make a reader look twice. */
const HOSTILE: Readonly<Record<string, string>> = {
  folds: `X:a${repeated('\r\n x')}\r\n`,
  'empty folds': `X:a${repeated('\r\n ')}\r\n`,
  nesting: repeated('BEGIN:A\r\n'),
  'nesting, closed': repeated('BEGIN:A\r\n', 450_000) + repeated('END:A\r\n', 350_000),
  parameters: `X${repeated(';A=1')}:x\r\n`,
  'quoted parameters': repeated(`X${';A="1"'.repeat(99)}:x\r\n`),
  'quoted parameters, the colon far away': `X${repeated(';A="1"')}:x\r\n`,
  members: `ATTENDEE;MEMBER=${repeated('"mailto:a@b.test",')}"b":x\r\n`,
  lines: repeated('X:1\r\n'),
  attendees: repeated('ATTENDEE;CN="Some Body":mailto:some.body@example.com\r\n'),
  'own lines': repeated(`ATTENDEE;CN="Some Body":mailto:${USER}\r\n`),
  'own text': `DESCRIPTION:${repeated(`${USER}\\, `)}\r\n`,
  html: `X-ALT-DESC:${repeated('<a href="alice&#64;real.example">')}\r\n`,
  carets: `X;CN="${repeated("^'")}":x\r\n`,
  backslashes: `X:${repeated('\\')}\r\n`,
  'empty lines': repeated('\r\n'),
  brackets: `X:${repeated('<')}\r\n`,
  ampersands: `X:${repeated('&')}\r\n`,
  words: `X:${repeated('=?utf-8?q?')}\r\n`,
  percent: `X:${repeated('%40')}\r\n`,
  signs: `X:${repeated('@')}\r\n`,
  files: repeated('ATTACH;ENCODING=BASE64:QUJD\r\n'),
  'mailto list': `URL:mailto:${repeated('a@b.test,')}\r\n`,
  'mailto fields': `URL:mailto:a@b.test?${repeated('cc=a@b.test&')}\r\n`,
  'reply addresses': `X:${repeated('bbhukn7hjpq6g2cjxfjnvv@relay.example ')}\r\n`,
}

describe('a hostile calendar', () => {
  it.each(Object.entries(HOSTILE))('%s: takes a time that grows with its size', (_, text) => {
    const content = Buffer.from(`BEGIN:VCALENDAR\r\n${text}END:VCALENDAR\r\n`)
    const header = Buffer.from('Content-Type: text/calendar\r\n\r\n')
    const replyAddresses = new Map([[keyOf('some.body@example.com'), requiredAddress('r@relay.example')]])
    const uids = { alias: requiredAddress('shop@relay.example'), key: CALENDAR_KEY }
    const before = performance.now()
    for (const edits of [
      { kind: 'forward', banners: [], calendars: { replyAddresses, uids } },
      { kind: 'reply', facts: replyFacts({}), options: SCRUB },
    ] as const) {
      const editor = createBodyEditor(header, edits)
      editor.push(content)
      editor.end()
    }
    findTraces(Buffer.concat([header, content]), WANTED)
    // Measured: 0.1 to 1.5 s. What is quadratic takes minutes.
    expect(performance.now() - before).toBeLessThan(15_000)
  })

  it('needs no code made of text: ical.js reads where V8 forbids it', () => {
    const script = "import ICAL from 'ical.js'; process.stdout.write(ICAL.parse('BEGIN:VCALENDAR\\nEND:VCALENDAR')[0])"
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script]
    const root = join(import.meta.dirname, '../../..')
    expect(execFileSync(process.execPath, flags, { cwd: root, encoding: 'utf8' })).toBe('vcalendar')
  })
})

describe('content lines', () => {
  it('are where ical.js has them: name, parameters, value', () => {
    const bytes = calendar('ATTENDEE;CN="A;B:C,D";X-P=1,2;ROLE=CHAIR:mailto:a@example.com', 'SUMMARY:x;y:z')
    const { text, lines } = read(bytes)
    const shown = lines.map(({ name, parameters, value }) => [
      name,
      ...parameters.map((one) => `${one.name}=${one.values.map(({ start, end }) => text.slice(start, end)).join('|')}`),
      text.slice(value.start, value.end),
    ])
    expect(shown[2]).toEqual(['ATTENDEE', 'CN=A;B:C,D', 'X-P=1|2', 'ROLE=CHAIR', 'mailto:a@example.com'])
    expect(shown[3]).toEqual(['SUMMARY', 'x;y:z'])
    expect(agreedCalendar(read(bytes))).toBeDefined()
  })

  it('are folded anew only where they changed, and never inside a character', () => {
    const long = `ATTENDEE;CN=${'\u00e4'.repeat(60)}:mailto:bob@example.com`
    const kept =
      'DESCRIPTION:as long as it may be and longer, folded nowhere at all, since this program does not fold what it writes'
    const { message } = forwarded(calendar(kept, long))
    const text = message.toString('latin1')
    expect(text).toContain(`${kept}\r\n`)
    const changed = text.slice(text.indexOf('ATTENDEE'), text.indexOf('END:VEVENT'))
    for (const line of changed.split('\r\n')) {
      expect(line.length).toBeLessThanOrEqual(75)
      expect(Buffer.from(line, 'latin1').toString('utf8')).not.toContain('\ufffd')
    }
  })
})

describe('the proof that an edit changed nothing else', () => {
  const was = calendar('ORGANIZER;CN=A;DIR="x:y":mailto:a@example.com', 'SUMMARY:x', 'DTSTART:20261201T090000Z')
  const differsFrom = (now: Buffer): boolean => {
    const [before, after] = [was, now].map((bytes) => agreedCalendar(read(bytes)))
    if (before === undefined || after === undefined) throw new Error('not read')
    return differOnlyInEdits(before, after)
  }
  const now: readonly (readonly [string, boolean, readonly string[]])[] = [
    ['nothing', true, ['ORGANIZER;CN=A;DIR="x:y":mailto:a@example.com', 'SUMMARY:x']],
    ['a value', true, ['ORGANIZER;CN=A;DIR="x:y":mailto:b@example.com', 'SUMMARY:x']],
    ['a parameter that is gone', true, ['ORGANIZER;CN=A:mailto:a@example.com', 'SUMMARY:x']],
    ['a parameter that is another one', true, ['ORGANIZER;CN=B;DIR="x:y":mailto:a@example.com', 'SUMMARY:x']],
    ['a parameter more', false, ['ORGANIZER;CN=A;DIR="x:y";RSVP=TRUE:mailto:a@example.com', 'SUMMARY:x']],
    ['a line more', false, ['ORGANIZER;CN=A;DIR="x:y":mailto:a@example.com', 'SUMMARY:x', 'SUMMARY:x']],
    ['a line less', false, ['ORGANIZER;CN=A;DIR="x:y":mailto:a@example.com']],
    ['another property', false, ['ORGANIZER;CN=A;DIR="x:y":mailto:a@example.com', 'COMMENT:x']],
    ['two lines in another order', false, ['SUMMARY:x', 'ORGANIZER;CN=A;DIR="x:y":mailto:a@example.com']],
  ]
  it.each(now)('%s: %s', (_, expected, lines) => {
    expect(differsFrom(calendar(...lines, 'DTSTART:20261201T090000Z'))).toBe(expected)
  })
})

describe('the people of a calendar', () => {
  it('are named once each, who organises first, and not by running text, names or UIDs', () => {
    const bytes = calendar(
      'UID:x@uid.example',
      'ATTENDEE;CN=name@cn.example:mailto:a@example.com',
      'ATTENDEE:MAILTO:A@example.com',
      'DESCRIPTION:text@text.example',
      'ORGANIZER;SENT-BY="mailto:s@example.com":mailto:o@example.com',
    )
    expect(everybodyInCalendars([read(bytes)])).toEqual(['s@example.com', 'o@example.com', 'a@example.com'])
  })
})

describe('reply addresses in any text', () => {
  const KNOWN = 'bbhukn7hjpq6g2cjxfjnvv@relay.example'
  const known = (key: AddressKey) =>
    key === KNOWN
      ? { kind: 'contact' as const, address: requiredAddress('bob@example.com'), displayName: '' }
      : undefined

  it('are found in every spelling and looked up once each', () => {
    const asked: string[] = []
    const text = `<${KNOWN}>, mailto:${KNOWN.toUpperCase()} ${KNOWN.replace('@', '%40')} x-${KNOWN} aaaaaaaaaaaaaaaaaaaaaa@relay.example`
    const found = replyAddressesIn(text, new Set(['relay.example']), (key) => {
      asked.push(key)
      return known(key)
    })
    expect([...found.keys()]).toEqual([KNOWN])
    expect(asked).toEqual([KNOWN, 'aaaaaaaaaaaaaaaaaaaaaa@relay.example'])
  })

  it('are not looked for at domains of others, nor where no reply address can be', () => {
    const never = (): undefined => {
      throw new Error('was asked')
    }
    replyAddressesIn(`${KNOWN.replace('relay', 'other')} shop@relay.example`, new Set(['relay.example']), never)
  })
})

describe('a sealed UID', () => {
  const seal = { alias: requiredAddress('shop@relay.example'), key: CALENDAR_KEY }

  it('is opened to what it was, for this alias and key alone', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100 }), fc.nat(200), (uid, at) => {
        const sealed = sealedUid(uid, seal)
        expect(sealed).toMatch(/^[\w-]+@relay\.example$/)
        expect(sealedUid(uid, seal)).toBe(sealed)
        expect(openedUid(sealed, seal)).toBe(uid.toWellFormed())
        expect(openedUid(sealed, { ...seal, alias: requiredAddress('other@relay.example') })).toBeUndefined()
        expect(openedUid(sealed, { ...seal, key: Buffer.alloc(32, 8) })).toBeUndefined()
        const place = at % (sealed.indexOf('@') - 1)
        const changed = sealed.slice(0, place) + (sealed[place] === 'A' ? 'B' : 'A') + sealed.slice(place + 1)
        expect(openedUid(changed, seal)).toBeUndefined()
      }),
    )
    for (const other of ['', '@relay.example', 'x@relay.example', '1234@example.com'])
      expect(openedUid(other, seal)).toBeUndefined()
  })
})

describe('traces in calendars and cards', () => {
  const seen: Readonly<Record<string, string>> = {
    'folded inside the address': `ATTENDEE:mailto:alice@re\r\n al.example`,
    'behind an escaped line end': `DESCRIPTION:x\\n${USER}`,
    'behind an encoded line end': `ATTENDEE;CN="x^n${USER}":mailto:a@example.com`,
    'percent-encoded': 'ATTENDEE:mailto:%61lice%40real.example',
    'percent-encoded twice': 'URL:https://example.com/?u=alice%2540real.example',
    'as HTML': 'X-ALT-DESC;FMTTYPE=text/html:alice&#64;real.<b>example</b>',
    'as JSON': 'X-PLACE:{"a":"alice\\\\u0040real.example"}',
    'in an encoded word': 'ATTENDEE;CN="=?utf-8?Q?alice=40real=2Eexample?=":mailto:a@example.com',
    'in an attached file': `ATTACH;ENCODING=BASE64;VALUE=BINARY:${Buffer.from(`x ${USER.toUpperCase()}`).toString('base64')}`,
  }
  it.each(Object.entries(seen))('are seen as their reader sees them: %s', (_, line) => {
    for (const type of ['text/calendar', 'application/octet-stream; name=x.ics']) {
      const [trace, ...more] = findTraces(part(calendar(line), type).subarray(`From: ${USER}\r\n`.length), WANTED)
      expect(trace).toMatchObject({ kind: 'address', text: USER, place: { at: 'content' } })
      expect(more).toEqual([])
    }
  })

  it('are seen where lines are folded, whatever the file is called, however it is cut', () => {
    const ldif = Buffer.from('dn: cn=Alice\nmail: alice@re\n al.example\n')
    const header = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n')
    const body = Buffer.from(`--b\r\nContent-Type: application/octet-stream\r\n\r\n${ldif.toString()}\r\n--b--\r\n`)
    for (const chunk of [1, 2, 7, 1000]) {
      const { told } = editBody(header, body, { kind: 'reply', facts: replyFacts({}), options: SCRUB }, chunk)
      expect(told.flagged).toEqual([`1 application/octet-stream  ${USER}`])
    }
    expect(
      findTraces(part(Buffer.from('EMAIL:alice@re\r\n\tal.example\r\n'), 'text/vcard').subarray(26), WANTED),
    ).toHaveLength(1)
  })
})
