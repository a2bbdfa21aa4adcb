// Calendars made of pieces, with addresses sprinkled into every place that has text, folded and encoded in every way that mail
// knows. What comes with them is an independent reader: it shares no code with the one under test.
import fc from 'fast-check'

/** How one address may be written where a given kind of text stands. */
export type Context = 'uri' | 'parameter' | 'text' | 'url' | 'html' | 'json' | 'hidden'

/** A content line with holes: `{uri}` is an address as the calendar address of a program, `{text}` one in running text, and so on. */
const LINES: readonly string[] = [
  'ORGANIZER;CN=Bob:mailto:{uri}',
  'ORGANIZER;CN="{parameter}";SENT-BY="mailto:{uri}":MAILTO:{uri}',
  'ATTENDEE;PARTSTAT=ACCEPTED;CN=Someone Else;RSVP=TRUE:mailto:{uri}',
  'ATTENDEE;EMAIL={parameter};CUTYPE=INDIVIDUAL;X-NUM-GUESTS=0:mailto:{uri}',
  'ATTENDEE;MEMBER="mailto:{uri}","mailto:{uri}";CN="^\'Quoted^\'^nand more":mailto:{uri}',
  'ATTENDEE;DELEGATED-TO="mailto:{uri}";DIR="ldap://example.com/o=x":{parameter}',
  "ATTENDEE;CN=^'x^'^n{parameter}:invalid:nomail",
  'ATTENDEE;SCHEDULE-STATUS="1.1":urn:uuid:8d3a7a52-0c30-4d6c-9c0a-0c6b7d9d1c11',
  'DESCRIPTION:Grüße\\n{text}\\, und \\;{text}\\n\\nEnde ☕',
  'COMMENT;ALTREP="mailto:{uri}":{text} said so',
  'SUMMARY;LANGUAGE=de:Übersicht ({text})',
  'LOCATION:Room 4\\, House "B"',
  'CONTACT;X-EMAIL="{parameter}":Someone\\, {text}',
  'URL:https://example.com/?u={url}&x=1',
  'URL:mailto:{uri}?subject=x',
  'X-WR-CALNAME:{text}',
  'X-MS-OLK-SENDER;CN="Doe, John":mailto:{uri}',
  'X-ALT-DESC;FMTTYPE=text/html:<p title="{html}">{html}</p>',
  'X-MICROSOFT-LOCATIONS:[{"LocationUri":"{json}"\\,"x":1}]',
  'X-EMPTY:',
  'ATTACH:https://example.com/a.pdf',
  'DTSTART;TZID="W. Europe Standard Time":20261201T100000',
  'RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE',
  'CATEGORIES:one,two\\,three',
  'GEO:53.5;9.9',
  'REQUEST-STATUS:2.0;Success',
  'UID:20261120T080000Z-1@example.com',
]

/** Places in which an address may be left, but never unnoticed. */
const HIDDEN: readonly string[] = [
  'ATTACH;ENCODING=BASE64;VALUE=BINARY:{hidden}',
  'X-TOKEN:{hidden}',
  'ATTACH:data:text/plain;base64,{hidden}',
]

function escapedPercent(address: string): string {
  return Array.from(address, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')
}

function random(address: string, seed: number): string {
  return Array.from(address, (letter, at) => ((seed >> (at % 16)) & 1 ? letter.toUpperCase() : letter)).join('')
}

/** The address in one of the spellings that mean the same where this kind of text stands. */
function spelled(address: string, context: Context, seed: number): string {
  const plain = [address, address.toUpperCase(), random(address, seed), address.replace('@', '+tag@')]
  const entities = Array.from(address, (letter) => `&#${letter.charCodeAt(0)};`).join('')
  const [local = '', domain = ''] = address.split('@')
  const more: Readonly<Record<Context, readonly string[]>> = {
    uri: [address.replace('@', '%40'), escapedPercent(address)],
    parameter: [`mailto:${address}`],
    text: [`<${address}>`, `mailto:${address}`, `"${address}"`, `${local}\u200b@${domain}`],
    url: [address.replace('@', '%40'), escapedPercent(address)],
    html: [
      entities,
      address.replace('@', '&#64;'),
      address.replace('@', '&commat;'),
      `${local}@${domain.replace('.', '&period;')}`,
    ],
    json: [address.replace('@', '\\\\u0040')],
    hidden: [],
  }
  const all = context === 'hidden' ? [Buffer.from(`x ${address} y`).toString('base64')] : [...plain, ...more[context]]
  return all[seed % all.length] ?? address
}

/** A line with its holes filled from the given addresses. */
function filled(line: string, addresses: readonly string[], seed: number): string {
  let at = seed
  return line.replaceAll(/\{(uri|parameter|text|url|html|json|hidden)\}/g, (_, context: Context) => {
    at = (at * 48271 + 11) % 2147483647
    return spelled(addresses[at % addresses.length] ?? '', context, at >> 4)
  })
}

/** Folds octets at the given places, wherever they are: inside an address, inside a character. */
function folded(line: Buffer, cuts: readonly number[], eol: string): Buffer {
  const places = [...new Set(cuts.map((cut) => 1 + (cut % Math.max(1, line.length - 1))))].toSorted((a, b) => a - b)
  const pieces = [...places, line.length].map((place, index) => line.subarray(places[index - 1] ?? 0, place))
  return Buffer.concat(
    pieces.flatMap((piece, index) => (index === 0 ? [piece] : [Buffer.from(eol + (index % 2 ? ' ' : '\t')), piece])),
  )
}

export interface Shape {
  readonly encoding: '8bit' | 'quoted-printable' | 'base64'
  readonly charset: 'utf-8' | 'iso-8859-1' | 'utf-16' | 'utf-16be' | ''
  readonly eol: '\r\n' | '\n'
  /** Of soft breaks and of base64 lines. */
  readonly width: number
  readonly type: string
}

export interface MadeCalendar {
  readonly shape: Shape
  /** The calendar before transfer encoding. */
  readonly bytes: Buffer
  /** As content of a part. */
  readonly content: Buffer
}

function charsetBytes(text: string, charset: Shape['charset']): Buffer {
  // What the charset has no letters for is not there.
  const latin = text.replaceAll(/[^\0-\xff]/gu, '')
  if (charset === 'iso-8859-1') return Buffer.from(latin, 'latin1')
  if (charset === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le')
  return charset === 'utf-16be' ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf8')
}

function quotedPrintable(bytes: Buffer, width: number): Buffer {
  let out = ''
  let column = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === 0x0a || (byte === 0x0d && bytes[at + 1] === 0x0a)) {
      out += byte === 0x0a ? '\n' : '\r\n'
      if (byte === 0x0d) at++
      column = 0
      continue
    }
    const next = bytes[at + 1]
    const last = next === undefined || next === 0x0a || next === 0x0d
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x3d && (byte * 7 + at) % 11 !== 0
    const space = (byte === 0x20 || byte === 0x09) && !last && column > 0
    const piece = plain || space ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (column + piece.length > Math.max(4, width)) {
      out += '=\r\n'
      column = 0
    }
    // White space must not begin a line behind a soft break, or a reader may take it for padding of nothing.
    out += piece
    column += piece.length
  }
  return Buffer.from(out, 'latin1')
}

export function transferEncoded(bytes: Buffer, { encoding, width }: Shape): Buffer {
  if (encoding === 'quoted-printable') return quotedPrintable(bytes, width)
  if (encoding === '8bit') return bytes
  const wide = Math.max(4, width)
  const text = bytes.toString('base64')
  return Buffer.from(text.replaceAll(new RegExp(`.{1,${String(wide)}}`, 'g'), '$&\r\n'), 'latin1')
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({
    encoding: fc.constantFrom<Shape['encoding']>('8bit', 'quoted-printable', 'base64'),
    charset: fc.constantFrom<Shape['charset']>('utf-8', 'utf-8', '', 'iso-8859-1', 'utf-16', 'utf-16be'),
    eol: fc.constantFrom<Shape['eol']>('\r\n', '\r\n', '\n'),
    width: fc.integer({ min: 8, max: 76 }),
    type: fc.constantFrom('text/calendar', 'application/ics', 'application/octet-stream'),
  })
  // UTF-16 has bytes that no line of mail may have.
  .map((shape) => (shape.charset.startsWith('utf-16') ? { ...shape, encoding: 'base64' as const } : shape))

export interface Ingredients {
  readonly addresses: readonly string[]
  readonly hidden: boolean
  readonly methods: readonly string[]
}

/** Any calendar that names the given addresses. */
export function calendars({ addresses, hidden, methods }: Ingredients): fc.Arbitrary<MadeCalendar> {
  const line = fc.tuple(
    fc.constantFrom(...LINES, ...(hidden ? HIDDEN : [])),
    fc.nat(),
    fc.array(fc.nat(500), { maxLength: 4 }),
  )
  const component = fc.array(line, { minLength: 1, maxLength: 6 })
  const whole = fc.tuple(fc.constantFrom(...methods), component, component, fc.boolean(), shapes)
  return whole.map(([method, event, alarm, twice, shape]) => {
    const { charset, eol } = shape
    const wide = charset.startsWith('utf-16')
    const write = ([text, seed, cuts]: [string, number, number[]]): string => {
      const bytes = charsetBytes(filled(text, addresses, seed), wide ? 'utf-8' : charset)
      // UTF-16 is folded between characters, octets anywhere.
      const foldedBytes = wide
        ? Buffer.from(folded(Buffer.from(bytes.toString('utf8'), 'latin1'), [], eol))
        : folded(bytes, cuts, eol)
      return wide ? foldCharacters(bytes.toString('utf8'), cuts, eol) : foldedBytes.toString('latin1')
    }
    const one = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      ...(method === '' ? [] : [`METHOD:${method}`]),
      'BEGIN:VEVENT',
      ...event.map(write),
      'BEGIN:VALARM',
      ...alarm.map(write),
      'END:VALARM',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join(eol)
    const text = twice ? one + one : one
    const bytes = wide ? charsetBytes(text, charset) : Buffer.from(text, 'latin1')
    return { shape, bytes, content: transferEncoded(bytes, shape) }
  })
}

function foldCharacters(line: string, cuts: readonly number[], eol: string): string {
  const letters = Array.from(line)
  const places = new Set(cuts.map((cut) => 1 + (cut % Math.max(1, letters.length - 1))))
  return letters.map((letter, index) => (places.has(index) ? `${eol} ${letter}` : letter)).join('')
}

/** A message with the calendar as its part. */
export function messageWith({ shape, content }: MadeCalendar, fields: readonly string[], place: number): Buffer {
  const charset = shape.charset === '' ? '' : `; charset=${shape.charset}`
  const name = shape.type === 'application/octet-stream' || place === 2 ? '; name="invite.ics"' : ''
  const head = `Content-Type: ${shape.type}${charset}${name}\r\nContent-Transfer-Encoding: ${shape.encoding}\r\n`
  const disposition = place === 2 ? 'Content-Disposition: attachment; filename="invite.ics"\r\n' : ''
  if (place === 0) return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n${head}\r\n`), content])
  const kind = place === 1 ? 'alternative' : 'mixed'
  const before = `${fields.join('\r\n')}\r\nContent-Type: multipart/${kind}; boundary=frontier\r\n\r\n--frontier\r\n\r\nhello\r\n--frontier\r\n${head}${disposition}\r\n`
  return Buffer.concat([Buffer.from(before), content, Buffer.from('\r\n--frontier--\r\n')])
}

/** The content of the calendar part, taken out by its place alone. */
export function contentOf(message: Buffer, place: number): Buffer {
  const text = message.toString('latin1')
  if (place === 0) return Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1')
  const part = text.split('--frontier\r\n')[2] ?? ''
  return Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, part.lastIndexOf('\r\n--frontier--')), 'latin1')
}

/** The calendar's octets, decoded by another hand. */
export function decodedBytes(content: Buffer, { encoding }: Shape): Buffer {
  if (encoding === '8bit') return content
  if (encoding === 'base64') return Buffer.from(content.toString('latin1').replaceAll(/\s/g, ''), 'base64')
  const joined = content
    .toString('latin1')
    .replaceAll(/[ \t]+(\r?\n|$)/g, '$1')
    .replaceAll(/=\r?\n/g, '')
  const octets = joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(octets, 'latin1')
}

/** The content lines of a calendar's octets, unfolded by another hand. */
export function unfoldedText(bytes: Buffer, { charset }: Shape): string {
  if (charset.startsWith('utf-16')) {
    const text = new TextDecoder(charset === 'utf-16' ? 'utf-16le' : 'utf-16be').decode(bytes)
    return text.replaceAll(/\r?\n[ \t]/g, '')
  }
  const octets = Buffer.from(bytes.toString('latin1').replaceAll(/\r?\n[ \t]/g, ''), 'latin1')
  return new TextDecoder(charset === 'iso-8859-1' ? 'latin1' : 'utf-8').decode(octets)
}

/** What a program may make of a text, step after step. */
export function everyReading(text: string): string[] {
  const unescaped = text
    .replaceAll(/\\\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replaceAll(/\\[nN]/g, '\n')
    .replaceAll(/\\([\\;,])/g, '$1')
  const parameters = unescaped.replaceAll('^n', '\n').replaceAll("^'", '"').replaceAll('^^', '^')
  const html = parameters
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&commat;', '@')
    .replaceAll('&period;', '.')
  const shown = html.replaceAll('\u200b', '').replaceAll(/<\/?\w[^>]*>/g, '')
  const all = [text, unescaped, parameters, html, shown]
  const percent = all.map((one) =>
    one.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  )
  const base64 = text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? []
  return [...all, ...percent, ...base64.map((one) => Buffer.from(one, 'base64').toString('latin1'))]
}
