// What a server without 8BITMIME gets: the same content in seven bits, the same whatever the chunks were.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EightBitFinder, SevenBitBody } from '../../../main/mail/index.ts'
import { asciiField } from '../../../main/mail/ascii-fields.ts'
import { fieldOf } from '../../../main/mail/header-block.ts'
import { decodeTransfer } from '../../../main/mail/transfer-encoding.ts'

function found(header: Buffer, body: Buffer): EightBitFinder {
  const finder = new EightBitFinder(header)
  finder.push(body)
  finder.end()
  return finder
}

function converted(header: Buffer, body: Buffer, chunk = body.length): { header: Buffer; body: Buffer } {
  const editor = new SevenBitBody(header, found(header, body).parts)
  const out: Buffer[] = []
  for (let at = 0; at < body.length; at += chunk) out.push(...editor.push(body.subarray(at, at + chunk)))
  out.push(...editor.end())
  return { header: editor.header, body: Buffer.concat(out) }
}

const longest = (bytes: Buffer): number =>
  Math.max(
    ...bytes
      .toString('latin1')
      .split('\r\n')
      .map((line) => line.length),
  )
const lines = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 90 }),
      fc.constant(Buffer.from('=20 trailing \t')),
      fc.nat({ max: 9000 }).map((size) => Buffer.alloc(size, 0xe4)),
    ),
    { maxLength: 8 },
  )
  .map((all) =>
    Buffer.from(
      all
        .map((one) =>
          Buffer.from(one)
            .toString('latin1')
            .replaceAll(/[\r\n\0]/g, ''),
        )
        .join('\r\n'),
      'latin1',
    ),
  )

describe('a body in seven bits', () => {
  it.each([
    ['text/plain; charset=utf-8', 'quoted-printable'],
    ['application/octet-stream', 'base64'],
  ] as const)('%s says the same as %s, in lines of at most 76 characters', (type, encoding) => {
    const header = Buffer.from(`Content-Type: ${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`)
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 5000 }), (content, chunk) => {
        const body = Buffer.concat([content, Buffer.from([0xe4])])
        const out = converted(header, body, chunk)
        expect(out.body.equals(converted(header, body).body)).toBe(true)
        expect(out.header.toString()).toContain(`Content-Transfer-Encoding: ${encoding}`)
        expect(out.body.every((byte) => byte < 0x80)).toBe(true)
        expect(longest(out.body)).toBeLessThanOrEqual(76)
        expect(decodeTransfer(out.body, encoding).bytes.equals(body)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves what has seven bits alone', () => {
    const header = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n')
    const body = Buffer.from('--b\r\nContent-Type: text/plain\r\n\r\na = b\r\n--b--\r\n')
    expect(found(header, body).parts.size).toBe(0)
    expect(converted(header, body).body.equals(body)).toBe(true)
  })

  it.each([
    ['the message itself', 'Content-Type: multipart/signed; boundary=b', '--b\r\n\r\nä\r\n--b--'],
    [
      'a part of it',
      'Content-Type: multipart/mixed; boundary=a',
      '--a\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nä\r\n--b--\r\n--a--',
    ],
    ['a header in it', 'Content-Type: multipart/signed; boundary=b', '--b\r\nX: ä\r\n\r\na\r\n--b--'],
  ])('knows what is signed: %s', (_what, type, body) => {
    expect(found(Buffer.from(`${type}\r\n\r\n`), Buffer.from(body)).signed).toBe(true)
  })

  it('knows what is not, beside something signed', () => {
    const type = 'Content-Type: multipart/mixed; boundary=a'
    const signed = 'Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b--\r\n'
    const body = `--a\r\n${signed}--a\r\nContent-Type: text/plain\r\n\r\nä\r\n--a--\r\n`
    const out = converted(Buffer.from(`${type}\r\n\r\n`), Buffer.from(body)).body.toString()
    expect(found(Buffer.from(`${type}\r\n\r\n`), Buffer.from(body)).signed).toBe(false)
    expect(out).toContain(signed)
    expect(out).toContain('=C3=A4')
  })
})

const SIGNED = 'Content-Type: multipart/signed; boundary=s\r\n\r\n'

describe('what is signed stays octet for octet', () => {
  it.each([
    [
      'a multipart that says 8bit and has seven bits',
      'Content-Type: multipart/mixed; boundary=i',
      '--i\r\n\r\na\r\n--i--',
    ],
    ['a part that says 8bit', 'Content-Type: text/plain', 'a'],
    ['a message', 'Content-Type: message/rfc822', 'Subject: x\r\n\r\na'],
  ])('%s', (_what, type, content) => {
    const part = `--s\r\n${type}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}\r\n--s\r\n\r\nsignature\r\n--s--\r\n`
    const body = `--a\r\n${SIGNED}${part}--a\r\nContent-Type: text/plain\r\n\r\nä\r\n--a--\r\n`
    const header = Buffer.from('Content-Type: multipart/mixed; boundary=a\r\n\r\n')
    const finder = found(header, Buffer.from(body))
    expect([finder.found, finder.signed]).toEqual([true, false])
    const out = converted(header, Buffer.from(body)).body
    expect(out.toString()).toContain(`${SIGNED}${part}`)
    expect(out.every((byte) => byte < 0x80)).toBe(true)
  })

  it('but its own header, which no signature covers, is written anew', () => {
    const own = 'Content-Type: multipart/signed; boundary=s; x="ä"\r\n\r\n'
    const body = Buffer.from(`--a\r\n${own}--s\r\n\r\na\r\n--s--\r\n--a--\r\n`)
    const header = Buffer.from('Content-Type: multipart/mixed; boundary=a\r\n\r\n')
    expect(found(header, body).signed).toBe(false)
    expect(converted(header, body).body.every((byte) => byte < 0x80)).toBe(true)
  })

  it('and is found among thousands of signed parts without looking at each', () => {
    const one = Buffer.from(`--a\r\n${SIGNED}--s\r\n\r\na\r\n--s--\r\n--a\r\n\r\nä\r\n`)
    const body = Buffer.concat(Array.from({ length: 20_000 }, () => one))
    const finder = found(Buffer.from('Content-Type: multipart/mixed; boundary=a\r\n\r\n'), body)
    expect(finder.tooMany).toBe(true)
    expect(finder.parts.size).toBe(10_000)
  })
})

describe('odd structures in seven bits', () => {
  const MIXED = Buffer.from('Content-Type: multipart/mixed; boundary=a\r\n\r\n')

  it('a boundary beyond ASCII gets another name in header and delimiters', () => {
    const header = Buffer.from('Content-Type: multipart/mixed; boundary="gränze"\r\n\r\n', 'latin1')
    const body = Buffer.from('--gr\u00c3\u00a4nze\r\n\r\na\r\n--gr\u00c3\u00a4nze--\r\n', 'latin1')
    const header8 = Buffer.from('Content-Type: multipart/mixed; boundary="gr\u00c3\u00a4nze"\r\n\r\n', 'latin1')
    expect(asciiField(fieldOf(header.subarray(0, -2)))[0]?.raw.equals(header.subarray(0, -2))).toBe(true)
    const out = converted(header8, body)
    const [, boundary = ''] = /boundary="([^"]+)"/.exec(out.header.toString()) ?? []
    expect(out.body.toString()).toBe(`--${boundary}\r\n\r\na\r\n--${boundary}--\r\n`)
  })

  it('quoted-printable and base64 with raw octets are mended, in lines that are short enough', () => {
    const qp = 'Content-Transfer-Encoding: quoted-printable\r\n\r\n'
    const long = `=C3=A4ä ${'ä'.repeat(900)}`
    const out = converted(MIXED, Buffer.from(`--a\r\n${qp}${long}=\r\nend\r\n--a--\r\n`)).body
    const [, content = ''] = out.toString().split(qp)
    expect(longest(out)).toBeLessThanOrEqual(76)
    const decoded = decodeTransfer(Buffer.from(content.split('\r\n--a--')[0] ?? ''), 'quoted-printable').bytes
    expect(decoded.toString()).toBe(`ää ${'ä'.repeat(900)}end`)
    const coded = converted(MIXED, Buffer.from('--a\r\nContent-Transfer-Encoding: base64\r\n\r\nYWäJj\r\n--a--')).body
    expect(coded.toString()).toContain('\r\n\r\nYWJj\r\n')
  })

  it('what cannot be written in seven bits is left, so that whoever sends it sees that', () => {
    const deep = Array.from({ length: 40 }, (_, depth) => `Content-Type: multipart/mixed; boundary=b${String(depth)}`)
    const nested = deep
      .map((type, depth) => `--b${String(depth - 1)}\r\n${type}\r\n\r\n`)
      .slice(1)
      .join('')
    const out = converted(Buffer.from(`${deep[0] ?? ''}\r\n\r\n`), Buffer.from(`${nested}ä`)).body
    expect(out.some((byte) => byte >= 0x80)).toBe(true)
  })

  it('whatever the structure, the result does not depend on the chunks, and other octets than those above 127 are as they were', () => {
    const piece = fc.constantFrom(
      ...['--a\r\n', '--b\r\n', '--a--\r\n', '--b--\r\n', '\r\n', 'ä\r\n', 'x = ä', 'plain\r\n', SIGNED],
      ...['Content-Type: multipart/mixed; boundary=b\r\n\r\n', 'Content-Type: message/rfc822\r\n\r\n', '--s\r\n'],
      ...['Content-Transfer-Encoding: base64\r\n', 'Content-Transfer-Encoding: 8bit\r\n', 'Subject: ä\r\n'],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (pieces, chunk) => {
        const body = Buffer.from(pieces.join(''))
        const finder = found(MIXED, body)
        expect(finder.found).toBe(body.some((byte) => byte >= 0x80))
        const out = converted(MIXED, body, chunk)
        expect(out.body.equals(converted(MIXED, body).body)).toBe(true)
        if (!finder.signed) expect(out.body.every((byte) => byte < 0x80)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
