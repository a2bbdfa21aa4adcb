// Bodies: what no edit touches stays byte for byte, nothing depends on chunks, and a reply leaks in no encoding.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findTraces, headerLength } from '../../../main/mail/index.ts'
import { editBody, keyOf, replyFacts, rewriteMessage } from './golden-facts.ts'

const USER = 'alice@real.example'

const LINES = [
  '--b',
  '--b--',
  '--bb',
  '--bb--',
  '--b \t',
  '--',
  '-',
  '',
  ' ',
  'text',
  '.',
  'alice@real.example',
  'Content-Type: text/html',
  'Content-Type: multipart/mixed; boundary=bb',
  'Content-Type: message/rfc822',
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: quoted-printable',
  'YWxpY2VAcmVhbC5leGFtcGxl',
  'a=',
  '=40',
  'x'.repeat(1100),
  '--b' + 'x'.repeat(70),
  'Content-Type: multipart/signed; boundary=bb',
  '\r',
  '\0',
  'Content-Disposition: attachment; filename=x',
]
const body = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...LINES), fc.string({ maxLength: 20 })),
      fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', ''),
    ),
    { maxLength: 30 },
  )
  .map((lines) => Buffer.from(lines.map(([line, end]) => line + end).join(''), 'utf8'))

/** The same, but every part has a header with nothing in it that would stay here. */
const plainHeader = fc
  .uniqueArray(
    fc.constantFrom(
      'Content-Type: text/html; charset=utf-8',
      'Content-Type: multipart/mixed; boundary=bb',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      'Content-Transfer-Encoding: quoted-printable',
      'Content-Disposition: attachment; filename=x',
    ),
    { maxLength: 3, selector: (line) => line.slice(0, line.indexOf(':')) },
  )
  .map((fields) => ['', ...fields, '', ''].join('\r\n'))
const DELIMITERS = ['--b', '--bb', '--b \t']
const plainBody = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom(...DELIMITERS), plainHeader).map((both) => both.join('')),
      fc
        .tuple(
          fc.constantFrom(...LINES.filter((line) => !DELIMITERS.includes(line))),
          fc.constantFrom('\r\n', '\r\n', '\n', '\r'),
        )
        .map((both) => both.join('')),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => Buffer.from(pieces.join('\r\n'), 'utf8'))

const HEADER = Buffer.from('From: bob@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')

function chunks(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [...places, bytes.length].map((place, index) => bytes.subarray(places[index - 1] ?? 0, place))
}

describe('any body', () => {
  it('passes byte for byte where nothing is asked for', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 40 }), (bytes, chunk) => {
        expect(editBody(HEADER, bytes, { kind: 'forward', banners: [] }, chunk).body.equals(bytes)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('passes in a reply byte for byte where it names nobody', () => {
    fc.assert(
      fc.property(plainBody, fc.integer({ min: 1, max: 40 }), (bytes, chunk) => {
        const facts = replyFacts({ userAddresses: ['nobody@nowhere.example'], targets: {} })
        const options = { scrub: true }
        expect(editBody(HEADER, bytes, { kind: 'reply', facts, options }, chunk).body.toString('latin1')).toBe(
          bytes.toString('latin1'),
        )
      }),
      { numRuns: 1000 },
    )
  })

  it('comes out the same however it is cut', () => {
    fc.assert(
      fc.property(body, fc.array(fc.nat(), { maxLength: 6 }), fc.boolean(), (bytes, cuts, removeFlagged) => {
        const edits = { kind: 'reply', facts: replyFacts({}), options: { scrub: true }, removeFlagged } as const
        const whole = editBody(HEADER, bytes, edits, bytes.length + 1)
        expect(chunks(bytes, cuts).reduce((sum, part) => sum + part.length, 0)).toBe(bytes.length)
        for (const size of [1, ...cuts.map((cut) => 1 + (cut % 50))]) {
          const cut = editBody(HEADER, bytes, edits, size)
          expect(cut.body.toString('latin1')).toBe(whole.body.toString('latin1'))
          expect(cut.told).toEqual(whole.told)
        }
        const banner = { kind: 'forward', banners: [{ position: 'top', style: 'plain', text: 'banner' }] } as const
        expect(editBody(HEADER, bytes, banner, 1)).toEqual(editBody(HEADER, bytes, banner, bytes.length + 1))
      }),
      { numRuns: 500 },
    )
  })
})

function quotedPrintable(text: string): string {
  return [...Buffer.from(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

const SPELLINGS: readonly string[] = [
  USER,
  USER.toUpperCase(),
  'Alice@Real.Example',
  encodeURIComponent(USER),
  'alice&#64;real.example',
  'alice&#x40;real&period;example',
  Array.from(USER)
    .map((character) => `&#${character.charCodeAt(0)};`)
    .join(''),
  Array.from(USER)
    .map((character) => `%${character.charCodeAt(0).toString(16)}`)
    .join(''),
  `mailto:${USER}`,
  `<a href="mailto:${USER}">${USER}</a>`,
  'alice+x@real.example',
  '<b>alice</b>@real.example',
  Buffer.from(USER).toString('base64'),
]
const filler = fc.constantFrom(
  ' ',
  '<p>',
  '\r\n',
  '\r\n> ',
  ' Grüße ',
  '联系',
  '"',
  "'",
  '(',
  ')',
  ', ',
  '. ',
  '<br>',
  '&nbsp;',
  '=',
  ' text ',
)
const content = fc
  .array(fc.tuple(filler, fc.constantFrom(...SPELLINGS), filler), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flat().join(''))

function encoded(text: string, encoding: string, split: number): string {
  const bytes = Buffer.from(text, 'utf8')
  if (encoding === 'base64') return bytes.toString('base64').replaceAll(/.{1,76}/g, '$&\r\n')
  if (encoding !== 'quoted-printable') return `${text}\r\n`
  const whole = text.replaceAll(/[^\n\r]/gu, (character) =>
    character === '=' || character.charCodeAt(0) > 126 || split % 3 === 0 ? quotedPrintable(character) : character,
  )
  // Soft breaks anywhere but inside `=XX`.
  return `${whole
    .split('\r\n')
    .map((line) =>
      line
        .replaceAll(new RegExp(`(?:=[0-9A-F]{2}|[^=]){1,${String(1 + (split % 20))}}`, 'g'), '$&=\r\n')
        .replace(/=\r\n$/, ''),
    )
    .join('\r\n')}\r\n`
}

describe('any reply', () => {
  it('leaks the address in no encoding, or is held', () => {
    const wanted = { addresses: new Set([keyOf(USER)]), names: [], hosts: [] }
    fc.assert(
      fc.property(
        content,
        fc.constantFrom('8bit', 'quoted-printable', 'base64'),
        fc.constantFrom('plain', 'html'),
        fc.nat(60),
        fc.boolean(),
        (text, encoding, type, split, multipart) => {
          const part = `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoded(text, encoding, split)}`
          const whole = multipart
            ? `Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n${part}--b--\r\n`
            : part
          const message = Buffer.from(
            `From: ${USER}\r\nTo: zq4m7xk2w9@relay.example\r\nMIME-Version: 1.0\r\n${whole}`,
            'utf8',
          )
          const out = rewriteMessage(message, { direction: 'reply' })
          const held = out.told.unscrubbable !== undefined
          const traces = findTraces(out.message, wanted)
          // What only HTML decodes is no trace in plain text.
          expect(held || traces.length === 0, `${out.message.toString()}\n${JSON.stringify(traces)}`).toBe(true)
          const tokens = text.includes(Buffer.from(USER).toString('base64'))
          // An equals sign between a domain and a local part is how SRS writes an address.
          if (!tokens && !text.includes('=')) expect(held, out.message.toString()).toBe(false)
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('keeps a 50 MB attachment out of memory', () => {
    const facts = replyFacts({})
    const header = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n')
    const edits = { kind: 'reply', facts, options: { scrub: true }, removeFlagged: true } as const
    const start = Buffer.from(
      '--b\r\n\r\nalice@real.example\r\n--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    )
    const line = Buffer.from(`${'QUJD'.repeat(19)}\r\n`.repeat(800))
    const body = Buffer.concat([start, ...Array.from({ length: 850 }, () => line), Buffer.from('--b--\r\n')])
    const before = process.memoryUsage().rss
    const out = editBody(header, body, edits, 65_536)
    expect(out.body.length).toBe(body.length)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024)
    expect(headerLength(header)).toBe(header.length)
  })

  it('is scrubbed in time that grows with its size', () => {
    const shapes = [
      'alice@real.example ',
      'alice&#64;real.example<b>',
      '<',
      '&',
      '&#',
      '<!--',
      '<a b="',
      'cid:',
      '%40',
      '@',
      " 'a at b'",
      '--b\r\n',
      '--b',
      '=\r\n',
      '\r\n',
      ' \r\n>',
      'a.',
      '-----BEGIN',
    ]
    for (const shape of shapes) {
      for (const type of ['text/html', 'text/plain; format=flowed; delsp=yes', 'multipart/mixed; boundary=b']) {
        const header = Buffer.from(`Content-Type: ${type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`)
        const bytes = Buffer.from(shape.repeat(Math.ceil(400_000 / shape.length)))
        const before = performance.now()
        editBody(header, bytes, { kind: 'reply', facts: replyFacts({}), options: { scrub: true } }, 65_536)
        expect(performance.now() - before, `${shape} ${type}`).toBeLessThan(5000)
      }
    }
  })
})
