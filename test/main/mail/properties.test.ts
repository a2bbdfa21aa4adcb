// What must hold for any bytes: nothing throws, nothing is injected, nothing untouched is changed, nothing of the user's leaks.
import fc from 'fast-check'
import { LeftoverScan } from '../../../main/queue/leftovers.ts'
import { describe, expect, it } from 'vitest'
import type { ForwardFacts, ReplyFacts } from '../../../main/mail/facts.ts'
import type { HeaderField } from '../../../main/mail/index.ts'
import {
  correspondentsOf,
  decodeWords,
  headerLength,
  parseHeaderBlock,
  readSummary,
  rewriteForward,
  rewriteReply,
  serialiseHeaderBlock,
} from '../../../main/mail/index.ts'
import { forwardFacts, replyFacts } from './golden-facts.ts'

const NAMES = [
  'From',
  'To',
  'Cc',
  'Subject',
  'Reply-To',
  'Sender',
  'References',
  'In-Reply-To',
  'Content-Type',
  'Date',
  'X-Any',
  'Bcc',
]

const SCRAPS = [
  'bob@example.com',
  'Bob <bob@example.com>',
  'shop@relay.example',
  '"Doe, J" <j@other.example>',
  'Team: a@b.example;',
  '<',
  '>',
  '"',
  '(',
  ')',
  ',',
  ';',
  '=?utf-8?Q?J=C3?=',
  '=?utf-8?B?vA==?=',
  '=?x?Q?a?=',
  '=0D=0A',
  '\\',
  ' ',
  '\r\n ',
  '\r\n\t',
  'alice@real.example',
  '=?utf-8?q?alice=40real=2Eexample?=',
  'ALICE@Real.Example',
  '<id@example.com>',
  'x'.repeat(200),
  'ü',
  '\u202e',
  '山田',
  '@',
  ':',
  'text/plain; charset="',
  'boundary=x',
  "name*0*=utf-8''alice%40",
  'name*1=real.example',
  '14 Jan 2026 09:00:00 +0100',
]

const value = fc
  .array(fc.oneof(fc.constantFrom(...SCRAPS), fc.string({ maxLength: 12 })), { maxLength: 12 })
  .map((parts) => parts.join(''))
const line = fc.tuple(fc.constantFrom(...NAMES), value).map(([name, text]) => `${name}: ${text}\r\n`)
const header = fc.array(fc.oneof({ arbitrary: line, weight: 9 }, { arbitrary: fc.string(), weight: 1 }), {
  maxLength: 12,
})
const messages = fc.oneof(
  header.map((lines) => Buffer.from(`${lines.join('')}\r\nbody`, 'utf8')),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
)

function forwardFor(bytes: Buffer, changes: Partial<ForwardFacts> = {}): ForwardFacts {
  return { ...forwardFacts({}, bytes), ...changes }
}

function longestLine(text: string): number {
  return Math.max(0, ...text.split(/\r?\n/).map((one) => one.length))
}

/** Every way in which a reader might see the text of a field. */
function readings(field: HeaderField): string[] {
  const raw = field.raw.toString('utf8')
  const decoded = decodeWords(raw.replaceAll('\r\n', ''))
  const percent = decoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return [raw, decoded, percent].map((text) => text.toLowerCase())
}

describe('any message', () => {
  it('is parsed without losing a byte', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const head = message.subarray(0, headerLength(message))
        expect(serialiseHeaderBlock(parseHeaderBlock(head)).equals(head)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('is read and rewritten without throwing, and the same each time', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const head = message.subarray(0, headerLength(message))
        readSummary(parseHeaderBlock(head))
        correspondentsOf(parseHeaderBlock(head), undefined)
        const facts = forwardFor(head)
        expect(rewriteForward(head, facts)).toEqual(rewriteForward(head, facts))
        rewriteReply(head, replyFacts({}))
      }),
      { numRuns: 1000 },
    )
  })

  it('stays byte for byte in preserve mode', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const head = message.subarray(0, headerLength(message))
        const out = rewriteForward(head, forwardFor(head, { mode: 'preserve' })).header
        expect(out.subarray(out.length - head.length).equals(head)).toBe(true)
      }),
    )
  })

  it('keeps the bytes of fields that nothing is said about', () => {
    fc.assert(
      fc.property(header, fc.string(), (lines, text) => {
        const plain = text.replaceAll(/[\p{Cc}]/gu, ' ')
        // Control characters are what readers disagree on: they do not stay.
        const kept = Buffer.from(`X-Keep:${plain}\r\n\t folded ${plain}\r\nsubject: ${plain}\r\n`, 'utf8')
        const head = Buffer.concat([
          Buffer.from('X-First: 1\r\n'),
          kept,
          Buffer.from('X-Last: 1\r\n'),
          Buffer.from(lines.join('').replaceAll(/^subject/gim, 'x-other')),
        ])
        expect(rewriteForward(head, forwardFor(head)).header.includes(kept)).toBe(true)
      }),
    )
  })

  it('has no line of ours that is too long, and no field that we did not mean', () => {
    fc.assert(
      fc.property(header, fc.string(), fc.string(), (lines, helo, name) => {
        const head = Buffer.from(`X-First: 1\r\n${lines.join('').replaceAll('\0', '')}\r\n`, 'utf8')
        const facts = forwardFor(head)
        const out = rewriteForward(head, { ...facts, tag: name, trace: { ...facts.trace, helo } }).header
        expect(longestLine(out.toString('latin1'))).toBeLessThanOrEqual(998)
        const before = new Set(parseHeaderBlock(head).fields.map((field) => field.key))
        const ours = [
          'received',
          'authentication-results',
          'x-postern-alias',
          'x-postern-original-from',
          'x-postern-tag',
          'from',
          'reply-to',
          'message-id',
          'date',
        ]
        for (const field of parseHeaderBlock(out).fields)
          expect(before.has(field.key) || ours.includes(field.key), field.key).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

const USER = 'alice@real.example'
const forms = [
  USER,
  USER.toUpperCase(),
  '=?utf-8?q?alice=40real=2Eexample?=',
  `=?utf-8?b?${Buffer.from(USER).toString('base64')}?=`,
  '=?utf-8?q?ali?=\r\n =?utf-8?q?ce=40real.example?=',
]
const around = fc.constantFrom('', ' ', '<', '>', '"', '(', ')', ', ', ' text ', '; ', '=', "'", ':', '|')
const REPLY_FIELDS = [
  'From',
  'To',
  'Cc',
  'Subject',
  'Reply-To',
  'References',
  'In-Reply-To',
  'Message-ID',
  'Date',
  'Content-Type',
  'Content-Description',
  'Content-ID',
  'Content-Disposition',
  'Auto-Submitted',
  'MIME-Version',
  'X-Sender',
  'List-Post',
]
const telling = fc
  .tuple(fc.constantFrom(...REPLY_FIELDS), around, fc.constantFrom(...forms), around)
  .map(([name, before, form, after]) => `${name}: ${before}${form}${after}\r\n`)

/**
 * The user's address as such; `malice@…`, `….example2` and `….example.aa` are somebody else's, or a full stop without its blank: what stands
 * where it is no address is the second look's, which holds the reply (below).
 */
const NAMED = /(?<![a-z0-9._+-])alice@real\.example(?!\.?[a-z0-9])/

function leaks(facts: ReplyFacts, text: string): string[] {
  const out = rewriteReply(Buffer.from(`${text}\r\n`), facts).header
  return parseHeaderBlock(out).fields.flatMap((field) => readings(field).filter((reading) => NAMED.test(reading)))
}

describe('any reply', () => {
  it('names the user in no field, in no case and in no encoding', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(telling, line), { maxLength: 8 }), fc.boolean(), (lines, keepListFields) => {
        expect(leaks({ ...replyFacts({}), keepListFields }, lines.join(''))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['alice@real.example.aA', 'malice@real.example'])(
    'with %s in its subject is held by the second look',
    (subject) => {
      const header = Buffer.from(`From: bob@far.test\r\nTo: x@y.test\r\nSubject: ${subject}\r\n\r\n`)
      const { userAddresses } = replyFacts({})
      const out = rewriteReply(header, replyFacts({})).header
      expect(NAMED.test(out.toString('latin1').toLowerCase())).toBe(false)
      expect(new LeftoverScan(out, userAddresses, []).end()).not.toEqual([])
    },
  )

  it('and a full stop without its blank hides nothing', () => {
    const header = Buffer.from('From: bob@far.test\r\nSubject: ask alice@real.example.Thanks\r\n\r\n')
    expect(rewriteReply(header, replyFacts({})).header.toString().toLowerCase()).not.toContain('alice@real.example')
  })

  it('has only fields of the allow-list', () => {
    const allowed =
      /^(from|to|cc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-[a-z-]+|auto-submitted)$/
    fc.assert(
      fc.property(messages, (message) => {
        const out = rewriteReply(message.subarray(0, headerLength(message)), replyFacts({})).header
        for (const field of parseHeaderBlock(out).fields) expect(field.key).toMatch(allowed)
      }),
    )
  })
})

describe('hostile sizes', () => {
  const shapes: readonly (readonly [string, (n: number) => string])[] = [
    ['addresses', (n) => `To: ${'a@b.example, '.repeat(n)}\r\n`],
    ['brackets', (n) => `From: ${'<"('.repeat(n * 4)}\r\n`],
    ['encoded words', (n) => `Subject: ${'=?utf-8?q?a?= '.repeat(n)}\r\n`],
    ['half encoded words', (n) => `Subject: ${'=?utf-8?q?a'.repeat(n)}\r\n`],
    ['ids', (n) => `References: ${'<a@b.example> '.repeat(n)}\r\n`],
    ['parameters', (n) => `Content-Type: text/plain${'; a*0="'.repeat(n * 2)}\r\n`],
    ['fields', (n) => 'X: y\r\n'.repeat(n * 2)],
    ['folds', (n) => `Subject: x${'\r\n y'.repeat(n * 3)}\r\n`],
    ['names', (n) => `To: ${'a, '.repeat(n * 4)}x <a@b.example>\r\n`],
    ['groups', (n) => `To: ${'g:;'.repeat(n * 4)}\r\n`],
  ]
  it.each(shapes)('%s: ten times the input is not a hundred times the work', (_, shape) => {
    const work = (n: number): number => {
      const head = Buffer.from(`${shape(n)}\r\n`)
      const before = performance.now()
      rewriteForward(head, forwardFor(head))
      rewriteReply(head, replyFacts({}))
      readSummary(parseHeaderBlock(head))
      return performance.now() - before
    }
    work(200)
    const small = Math.min(work(1000), work(1000), work(1000))
    expect(work(10_000)).toBeLessThan(Math.max(small * 40, 400))
  })
})
