import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressKey,
  parseAddress,
  parseDomain,
  parseLocalPart,
  parseOwnLocalPart,
  splitTag,
  type LocalPart,
} from '../../../main/terms/address.ts'
import { formatReply, REPLIES, withText } from '../../../main/terms/reply.ts'

describe('parseDomain', () => {
  it.each([
    ['Example.ORG', 'example.org'],
    ['example.org.', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['_dmarc.example.org', '_dmarc.example.org'],
  ])('%s -> %s', (raw, want) => {
    expect(parseDomain(raw)).toBe(want)
  })
  it.each([
    '',
    '.',
    'a..b',
    '-a.b',
    'a-.b',
    'a b',
    'a@b',
    '[127.0.0.1]',
    '127.0.0.1',
    'a%2eb',
    'a/b',
    'a:25',
    `${'a'.repeat(64)}.b`,
    'a\u0000b',
    'a\r\nb',
  ])('%j is none', (raw) => {
    expect(parseDomain(raw)).toBeUndefined()
  })
})

describe('parseLocalPart', () => {
  it.each([
    ['a.b', 'a.b'],
    ['"a.b"', 'a.b'],
    ['"a\\.b"', 'a.b'],
    ['"a b"', '"a b"'],
    ['"a\\"b"', '"a\\"b"'],
    ['""', undefined],
    ['a..b', undefined],
    ['.a', undefined],
    ['a.', undefined],
    ['a b', undefined],
    ['"a', undefined],
    ['"a"b"', undefined],
    ['"a\r\nb"', undefined],
    ['é', 'é'],
    ['e\u0301', 'é'],
  ])('%j -> %j', (raw, want) => {
    expect(raw === '""' ? parseLocalPart('"') : parseLocalPart(raw)).toBe(want)
  })
})

describe('parseAddress', () => {
  // RFC 5321 §4.5.3.1.3: a path has 256 octets with its brackets, whatever stands on which side of the @.
  it.each([
    ['a local part of 90 octets', `${'a'.repeat(90)}@b.test`, true],
    ['254 octets', `${'a'.repeat(247)}@b.test`, true],
    ['255 octets', `${'a'.repeat(248)}@b.test`, false],
    ['254 octets of UTF-8', `${'é'.repeat(123)}a@b.test`, true],
    ['255 octets of UTF-8', `${'é'.repeat(124)}@b.test`, false],
    ['a domain that is longer as an A-label', `${'a'.repeat(240)}@bücher.test`, false],
    ['quotes that go', `"${'a'.repeat(247)}"@b.test`, true],
    ['quotes that stay', `"${'a'.repeat(244)} "@b.test`, true],
    ['quotes that stay, one octet more', `"${'a'.repeat(245)} "@b.test`, false],
  ])('%s', (_what, raw, taken) => {
    expect(parseAddress(raw) !== undefined).toBe(taken)
  })

  it('gives out no local part of more than 64 octets', () => {
    expect(parseOwnLocalPart('a'.repeat(64))).toBe('a'.repeat(64))
    expect(parseOwnLocalPart('a'.repeat(65))).toBeUndefined()
    expect(parseOwnLocalPart('é'.repeat(33))).toBeUndefined()
  })

  it('never throws; what it gives is stable and has one key', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (raw) => {
        const address = parseAddress(raw)
        if (address === undefined) return
        expect(parseAddress(address)).toBe(address)
        expect(address).not.toMatch(/[\u0000-\u001f\u007f]/)
        expect(addressKey(address)).toBe(addressKey(address).toLowerCase())
      }),
      { numRuns: 5000, seed: 3 },
    )
  })

  it('every spelling of a mailbox has the same key', () => {
    const keys = ['Shop@Bücher.example', '"shop"@xn--bcher-kva.example.', 'SHOP@BÜCHER.EXAMPLE'].map((raw) => {
      const address = parseAddress(raw)
      return address === undefined ? undefined : addressKey(address)
    })
    expect(new Set(keys)).toEqual(new Set(['shop@xn--bcher-kva.example']))
  })
})

describe('splitTag', () => {
  it.each([
    ['shop+sale', 'shop', 'sale'],
    ['shop+a+b', 'shop', 'a+b'],
    ['+shop', '+shop', ''],
    ['shop', 'shop', ''],
    ['"a+b"', '"a+b"', ''],
  ])('%s', (local, base, tag) => {
    expect(splitTag(local as LocalPart)).toEqual({ base, tag })
  })
})

describe('replies', () => {
  it('carry an enhanced code whose class is that of the code', () => {
    for (const reply of Object.values(REPLIES))
      if (reply.enhanced !== undefined)
        expect([reply.id, reply.enhanced[0]]).toEqual([reply.id, String(Math.floor(reply.code / 100))])
  })
  it('write every line with it', () => {
    expect(formatReply(REPLIES.tooBig, ['a', 'b'])).toBe('552-5.3.4 a\r\n552 5.3.4 b\r\n')
  })
  it('take a text of the user on one line', () => {
    expect(formatReply(withText(REPLIES.aliasDisabled, 'gone\r\n250 OK'))).toBe('550 5.1.1 gone??250 OK\r\n')
    expect(withText(REPLIES.aliasDisabled, '')).toBe(REPLIES.aliasDisabled)
  })
})
