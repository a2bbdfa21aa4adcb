// A message made readable: texts, pictures and attachments do not depend on how the bytes were cut; types go by bytes; HTML is written anew.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentOf, MessageReader, sanitiseHtml } from '../../../main/mail/index.ts'
import { typeOfBytes, warningsOf } from '../../../main/mail/magic.ts'
import { namesOtherHost, readTarget } from '../../../main/mail/safe-links.ts'
import { safeStyle } from '../../../main/mail/safe-style.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const EXE = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(5000, 7)])
const HEADER = Buffer.from('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n')
const BODY = Buffer.from(
  [
    'before\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=iso-8859-1\r\n',
    'Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe =\r\nund Kuss\r\n--c\r\nContent-Type: text/html\r\n\r\n',
    '<p>Gruesse <img src="cid:p@x"></p>\r\n--c--\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <p@x>\r\n',
    `Content-Transfer-Encoding: base64\r\n\r\n${PNG.toString('base64')}\r\n--b\r\nContent-Type: application/pdf; name="invoice.pdf.exe"\r\n`,
    `Content-Transfer-Encoding: base64\r\n\r\n${EXE.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--b\r\nContent-Type: text/plain\r\n`,
    'Content-Disposition: attachment; filename=notes.txt\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=\r\nc\r\n--b--\r\nafter',
  ].join(''),
)

function readAll(cuts: readonly number[], wanted?: { index: number; room: number }) {
  const reader = new MessageReader(HEADER, wanted)
  let from = 0
  for (const cut of [...cuts, BODY.length]) {
    reader.push(BODY.subarray(from, cut))
    from = cut
  }
  return reader.end()
}

describe('a message', () => {
  test('is read as a person would, with real types and digests', () => {
    const { text, html, images, attachments } = readAll([])
    expect(text).toBe('Grüße und Kuss')
    expect(html).toContain('cid:p@x')
    expect(images.get('p@x')?.bytes).toEqual(PNG)
    expect(attachments).toMatchObject([
      { index: 0, type: 'image/png', size: PNG.length, warnings: [] },
      {
        index: 1,
        name: 'invoice.pdf.exe',
        claimedType: 'application/pdf',
        type: 'application/x-msdownload',
        size: EXE.length,
        sha256: createHash('sha256').update(EXE).digest('hex'),
        warnings: ['type-differs', 'program', 'double-ending'],
      },
      { index: 2, name: 'notes.txt', type: 'text/plain', size: 4, warnings: [] },
    ])
  })

  test('is the same however it was cut, and hands over the one attachment asked for', () => {
    const whole = readAll([])
    for (let cut = 1; cut < BODY.length; cut++) expect(readAll([cut])).toEqual(whole)
    expect(readAll([100], { index: 1, room: 100_000 }).wanted).toEqual(EXE)
    expect(readAll([100], { index: 2, room: 100 }).wanted?.toString()).toBe('a=bc')
    expect(readAll([], { index: 1, room: 100 }).wanted).toBeUndefined()
    expect(readAll([], { index: 9, room: 100 }).wanted).toBeUndefined()
  })

  test('that asks for a picture from elsewhere says so in the language of the pages', () => {
    const html =
      '<p>a <img src="https://far.test/a.png"> <img alt="picture not loaded" src="https://far.test/b.png"></p>'
    expect(documentOf(sanitiseHtml(html, new Map()))).toContain('<span class="x">[picture not loaded]</span>')
    const german = documentOf(sanitiseHtml(html, new Map(), 'de'))
    expect(german).toContain('<span class="x">[Bild nicht geladen]</span>')
    // The sender's own words stay theirs, whatever they are.
    expect(german.split('[picture not loaded]')).toHaveLength(2)
  })
  test('whose HTML names a picture of its own shows it, if its bytes are one', () => {
    const { html, images } = readAll([])
    const safe = sanitiseHtml(html, images)
    expect(safe.body).toContain(`src="data:image/png;base64,${PNG.toString('base64')}"`)
    expect(safe).toMatchObject({ inlineImages: 1, withheld: { images: 0, trackers: 0, other: 0 } })
    expect(sanitiseHtml(html, new Map([['p@x', { bytes: Buffer.from('<svg onload=x>') }]])).body).not.toContain('data:')
  })
})

describe('HTML', () => {
  test('keeps what a reader needs', () => {
    const { body, text } = sanitiseHtml(
      '<h1 style="color:#123456;font-size:20px">Hi</h1><table width="100%" bgcolor="#fff"><tr><td colspan=2>1 &lt; 2</td></tr></table><br>x',
      new Map(),
    )
    expect(body).toBe(
      '<h1 style="color: #123456; font-size: 20px">Hi</h1><table bgcolor="#fff" width="100%"><tr><td colspan="2">1 &lt; 2</td></tr></table><br>x',
    )
    expect(text).toBe('Hi\n1 < 2\n\nx')
  })

  test('of any kind comes out with elements and attributes of the list alone', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '<svg>',
          '<style>',
          '</style>',
          '<a href="',
          'javascript:',
          '"',
          "'",
          '>',
          '<',
          '<!--',
          '-->',
          '<img src=',
          '<p title=',
        ],
      ),
      fc.constantFrom(
        ...[
          'onerror=',
          '<table>',
          '</td>',
          '<math>',
          '<template>',
          '<noscript>',
          '&lt;',
          '&#x3c;',
          '\0',
          '`',
          ' style="',
          'url(',
          '<td>',
        ],
      ),
      fc.string({ maxLength: 8, unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { body } = sanitiseHtml(pieces.join(''), new Map())
        // Written by us, every tag begins with a name of the list; a `<` of the mail's is an entity.
        for (const [, tag = ''] of body.matchAll(/<\/?([^\s>]*)/g))
          expect(tag).toMatch(/^(a|abbr|b|big|p|i|q|s|u|table|tbody|td|tr|th|span|img)$/)
        expect(body).not.toMatch(/<[^>]*\s(on\w+|href|title|id|class="(?![lhx]"))/i)
      }),
      { numRuns: 2000 },
    )
  })

  test('as deep or as long as anybody likes takes linear time', () => {
    const time = (html: string): number => {
      const from = performance.now()
      sanitiseHtml(html, new Map())
      return performance.now() - from
    }
    time('<div>'.repeat(1000))
    for (const unit of [
      '<div>',
      '<b><i>',
      '</p>',
      '<a href=x>',
      '&amp;',
      '<!--',
      '<p style="a:b;',
      '<table><tr><td>',
    ]) {
      const [small, large] = [time(unit.repeat(10_000)), time(unit.repeat(80_000))]
      expect(large, unit).toBeLessThan(Math.max(small * 30, 1000))
    }
  })
})

describe('styles', () => {
  test.each([
    ['color: red; font-weight: bold', 'color: red; font-weight: bold'],
    ['background: url(x) red', ''],
    ['background: red', 'background-color: red'],
    ['color: rgb(1, 2, 3) !important', 'color: rgb(1, 2, 3)'],
    ['position: fixed; top: 0; z-index: 9', ''],
    ['margin: -10px', ''],
    ['font-size: 0; font-size: 1px', ''],
    ['width: 99999px', ''],
    ['color: r\\65d', ''],
    ['color: red/**/', ''],
    ['font-family: "Arial', ''],
    ['width: calc(1px)', ''],
    ['--x: 1; color: var(--x)', ''],
    ['display: none; visibility: hidden; opacity: 0', ''],
  ])('%s', (given, kept) => {
    expect(safeStyle(given).text).toBe(kept)
  })
})

describe('links and types', () => {
  test('a target is what somebody may follow', () => {
    expect(readTarget('HTTPS://EXAMPLE.com/%20')).toMatchObject({ host: 'example.com', warnings: [] })
    expect(readTarget('https://bücher.example/')).toMatchObject({
      host: 'xn--bcher-kva.example',
      warnings: ['punycode'],
    })
    expect(readTarget('mailto:a@b.example?subject=x')).toMatchObject({ host: 'b.example' })
    for (const odd of [
      'javascript:1',
      'java\nscript:1',
      ' data:text/html,x',
      '//x.example',
      '/app/export',
      'x',
      'ftp://x/',
      `https://${'x'.repeat(3000)}`,
    ])
      expect(readTarget(odd), odd).toBeUndefined()
  })
  test('a text that names the host or one below it is honest', () => {
    expect(namesOtherHost('www.example.com', 'example.com')).toBe(false)
    expect(namesOtherHost('example.com', 'shop.example.com')).toBe(false)
    expect(namesOtherHost('Click here', 'evil.example')).toBe(false)
    expect(namesOtherHost('Your account at bank.example', 'evil.example')).toBe(true)
    expect(namesOtherHost('example.com', 'example.com.evil.example')).toBe(true)
  })
  test.each([
    ['%PDF-1.7', 'application/pdf'],
    ['PK\x03\x04....word/document.xml', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['PK\x03\x04....xl/vbaProject.bin', 'application/vnd.ms-office-with-macros'],
    ['\x7fELF', 'application/x-executable'],
    ['  <!DOCTYPE html>', 'text/html'],
    ['<?xml version="1.0"?><svg>', 'image/svg+xml'],
    ['#!/bin/sh', 'text/x-script'],
    ['BEGIN:VCALENDAR', 'text/calendar'],
    ['hello', 'text/plain'],
    ['\x01\x02\0', 'application/octet-stream'],
    ['', 'application/x-empty'],
  ])('%j is %s', (bytes, type) => {
    expect(typeOfBytes(Buffer.from(bytes, 'latin1'))).toBe(type)
  })
  test('what looks harmless and is not is said', () => {
    expect(warningsOf('photo.jpg', 'image/jpeg', 'text/html')).toEqual(['type-differs', 'page'])
    expect(warningsOf('a.pdf.js', 'text/plain', 'text/plain')).toEqual(['script', 'double-ending'])
    expect(
      warningsOf(
        'report.docx',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      ),
    ).toEqual([])
    expect(warningsOf('photo.png', 'image/png', 'image/png')).toEqual([])
  })
})
