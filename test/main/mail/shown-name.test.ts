// Whatever a stranger calls themselves, the address that was checked stands whole in what the user's program shows, near its start.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FromTemplate } from '../../../main/mail/facts.ts'
import { addressesIn } from '../../../main/mail/correspondents.ts'
import { contactName } from '../../../main/mail/index.ts'
import { firstField, parseHeaderBlock } from '../../../main/mail/header-block.ts'
import { NAME_COLUMNS, shownName } from '../../../main/mail/shown-name.ts'
import type { JsonObject } from './golden-facts.ts'
import { requiredAddress, rewriteMessage } from './golden-facts.ts'

const ADDRESS = 'x@evil.test'
const SHOWN: Readonly<Record<'quoted' | 'dash' | 'address', string>> = {
  quoted: 'x at evil.test',
  dash: 'x(a)evil.test',
  address: 'x at evil.test',
}
const templates = fc.constantFrom<keyof typeof SHOWN>('quoted', 'dash', 'address')

/** What stands in From of a forward, as a mail program decodes it. */
function shown(name: string, template: FromTemplate, address = ADDRESS): string {
  const word = `=?utf-8?b?${Buffer.from(name.toWellFormed()).toString('base64')}?=`
  const message = Buffer.from(`From: ${word} <${address}>\r\nTo: shop@relay.example\r\nSubject: s\r\n\r\nhi\r\n`)
  const facts: JsonObject = {
    kind: 'forward',
    fromTemplate: template,
    replyAddresses: { [address]: '7ya7rqzmrilf5wrq@relay.example' },
  }
  const from = firstField(parseHeaderBlock(rewriteMessage(message, facts).message), 'from')
  const [entry] = from === undefined ? [] : addressesIn(from)
  return entry?.displayName ?? ''
}

const LONG: Readonly<Record<string, string>> = {
  hyphens: `CEO of Bank ceo@bank.test ${'-'.repeat(100)}`,
  words: 'Bank Customer Service, Main Street 1, 12345 Town, Your personal and trusted contact for all questions, 24/7',
  'em spaces': `CEO (ceo@bank.test)${'\u2003'.repeat(110)}`,
  'no-break spaces': `CEO (ceo@bank.test)${'\u00a0'.repeat(110)}`,
  'Hangul fillers': `CEO (ceo@bank.test)${'\u3164'.repeat(110)}`,
  joiners: `CEO (ceo@bank.test)${'\u200d'.repeat(110)}`,
  selectors: `CEO ${'\ufe0f'.repeat(110)}`,
  tags: `CEO ${'\u{e0041}'.repeat(110)}`,
  'Braille blanks': `CEO ${'\u2800'.repeat(110)}`,
  dots: `CEO ${'. '.repeat(110)}`,
  'mixed signs': `CEO ${'-_=~'.repeat(40)}`,
  'towers of marks': `CEO ${'o\u0301\u0302\u0303\u0304\u0305\u0306'.repeat(40)}`,
  families: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'.repeat(80),
  wide: '\u5c71'.repeat(200),
}

describe('a name cannot push the address of the author out of sight', () => {
  it.each(Object.entries(LONG))('%s', (_, name) => {
    for (const template of ['quoted', 'dash'] as const) {
      const text = shown(name, template)
      expect(text).toContain(SHOWN[template])
      const units = [...new Intl.Segmenter('en').segment(text)].length
      expect(units).toBeLessThanOrEqual(NAME_COLUMNS + 5 + SHOWN[template].length)
      expect(text).not.toContain('bank.test')
    }
  })

  const character = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      ...Object.values(LONG),
      ' ',
      '@',
      'at',
      '.',
      "'",
      '"',
      '(',
      '\u0301',
      '\u200d',
      '\u202e',
      '\u3164',
      '…',
    ),
  )
  const names = fc.array(character, { maxLength: 40 }).map((parts) => parts.join(''))

  it('whatever the name and the template', () => {
    fc.assert(
      fc.property(names, templates, (name, template) => {
        const text = shown(name, template)
        const at = text.indexOf(SHOWN[template])
        expect(at).toBeGreaterThanOrEqual(0)
        expect([...new Intl.Segmenter('en').segment(text.slice(0, at))].length).toBeLessThanOrEqual(NAME_COLUMNS + 5)
      }),
      { numRuns: 400 },
    )
  })

  it('nor is a long address cut', () => {
    const address = `${'x'.repeat(64)}@evil.test`
    expect(shown('A name of some length, with a company', 'quoted', address)).toContain(
      `${'x'.repeat(64)} at evil.test'`,
    )
  })

  it('in time that grows with the name', () => {
    const started = performance.now()
    for (const part of ['\u0301', '\u200d', '-', ' a@', ' at', '\u{1f468}\u200d', 'a '])
      contactName('quoted', part.repeat(200_000), requiredAddress(ADDRESS))
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('an address in a name does not pass for the address of the author', () => {
  it.each([
    ['ceo@bank.test', "'x at evil.test'"],
    ['"ceo@bank.test"', "'x at evil.test'"],
    ['ceo at bank.test', "'x at evil.test'"],
    ["'ceo at bank.test'", "'x at evil.test'"],
    ['ceo (at) bank.test', "'x at evil.test'"],
    ['ceo[at]bank.test', "'x at evil.test'"],
    ['ceo(a)bank.test', "'x at evil.test'"],
    ['ceo\uff20bank.test', "'x at evil.test'"],
    ['ceo\ufe6bbank.test', "'x at evil.test'"],
    ['ceo\u24d0bank.test', "'x at evil.test'"],
    ['ceo @ bank.test', "'x at evil.test'"],
    ['ceo@ bank.test', "'x at evil.test'"],
    ['ceo a\u200dt bank\u3002test', "'x at evil.test'"],
    ['CEO of Bank ceo@bank.test', "CEO of Bank … 'x at evil.test'"],
    ['pat@far.test via Documents', "… via Documents 'x at evil.test'"],
    ['Eve x@evil.test', "Eve … 'x at evil.test'"],
    ['x@evil.test', "'x at evil.test'"],
  ])('%s', (name, expected) => {
    expect(shown(name, 'quoted')).toBe(expected)
    if (expected.startsWith("'")) expect(shown(name, 'name')).toBe('x at evil.test')
  })

  it.each([
    'Bob Builder',
    "Jack O'Neill",
    'Jack at home',
    'Team (Sales) - ACME, Inc.',
    'Amazon.com',
    'Professor(a) Silva',
    'Nguyễn Thị Ánh',
    'Nguye\u0302\u0303n',
    '山田太郎',
    'می‌خواهم',
    'क्षत्रिय',
    'שלום עולם',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} Family',
    'Love \u2764\ufe0f\u200d\u{1f525}',
    'Sale!!! -50%',
    'C++ / C#',
  ])('what people are called stays: %s', (name) => {
    expect(shown(name, 'quoted')).toBe(`${name} 'x at evil.test'`)
    expect(shownName(name)).toBe(name)
  })
})
