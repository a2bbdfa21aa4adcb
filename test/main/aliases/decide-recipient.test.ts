import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideRecipient,
  type AliasState,
  type ContactState,
  type DomainState,
  type RecipientFacts,
} from '../../../main/aliases/decide-recipient.ts'
import { addressInTag } from '../../../main/aliases/facts.ts'
import effLarge from '../../../main/aliases/eff-large-wordlist.json' with { type: 'json' }
import { ALIAS_FORMATS, generateLocalPart, siteName } from '../../../main/aliases/generate.ts'
import { HourlyRate } from '../../../main/aliases/rates.ts'
import { systemRandom } from '../../../main/relay.ts'
import type { Address, Domain } from '../../../main/terms/address.ts'
import { parseLocalPart } from '../../../main/terms/address.ts'

const domain: DomainState = { id: 'd', name: 'mine.test' as Domain, active: true, catchAll: false }
const alias: AliasState = {
  id: 'a',
  address: 'shop@mine.test' as Address,
  active: true,
  whenDisabled: 'reject',
  rejectText: null,
  deletedAt: null,
  policy: 'all',
  ...{ expiresAt: null, expiresAfter: null, expiresIdle: null, hourlyLimit: null },
  ...{ forwarded: 0, lastForwarded: null, lastReplied: null, lastSent: null, createdAt: 0 },
}
const contact: ContactState = { id: 'c', address: 'bob@far.test' as Address }
const facts: RecipientFacts = {
  ...{ now: 1_000_000_000_000, pattern: undefined, block: undefined, withinRate: true },
  address: 'shop@mine.test' as Address,
  routed: false,
  localPart: 'shop',
  tag: '',
  tooLong: false,
  domain,
  authenticated: false,
  alias: undefined,
  forgotten: false,
  contact: undefined,
  contactAlias: undefined,
  realAddress: false,
  tagOfNoMeaning: false,
  bouncedDelivery: undefined,
  unsubscribedDelivery: undefined,
  addressInTag: undefined,
  mayMakeAlias: true,
}
const open = { ...domain, catchAll: true }

function say(given: Partial<RecipientFacts>): string {
  const decision = decideRecipient({ ...facts, ...given })
  return decision.kind === 'refuse'
    ? `${decision.reply.code} ${decision.reply.enhanced ?? ''} ${decision.reply.id}`
    : decision.kind
}

describe('decideRecipient', () => {
  it.each<[string, Partial<RecipientFacts>, string]>([
    ['not our domain', { domain: undefined }, '550 5.7.1 not-ours'],
    ['not our domain, authenticated', { domain: undefined, authenticated: true }, 'send'],
    [
      'a percent hack, authenticated or not',
      { domain: undefined, authenticated: true, routed: true },
      '550 5.7.1 not-ours',
    ],
    ['a routed local part of ours, catch-all on', { domain: open, routed: true }, '550 5.7.1 not-ours'],
    ['bare postmaster', { address: undefined }, 'to-user'],
    ['abuse, on an inactive domain', { localPart: 'ABUSE', domain: { ...domain, active: false } }, 'to-user'],
    ['a report, on an inactive domain', { localPart: 'TLS-reports', domain: { ...domain, active: false } }, 'report'],
    ['a report, though an alias of that name is there', { localPart: 'dmarc-reports', alias }, 'report'],
    ['an alias', { alias }, 'forward'],
    ['an alias of an inactive domain', { alias, domain: { ...domain, active: false } }, '550 5.1.1 unknown-alias'],
    ['disabled', { alias: { ...alias, active: false } }, '550 5.1.1 alias-disabled'],
    ['disabled, discard', { alias: { ...alias, active: false, whenDisabled: 'discard' } }, 'discard'],
    ['disabled, defer', { alias: { ...alias, active: false, whenDisabled: 'defer' } }, '450 4.2.1 alias-deferred'],
    ['deleted, though active', { alias: { ...alias, deletedAt: 5 } }, '550 5.1.1 alias-deleted'],
    ['forgotten, catch-all on', { domain: open, forgotten: true }, '550 5.1.1 alias-forgotten'],
    ['longer than ours are, catch-all on', { domain: open, tooLong: true }, '550 5.1.1 unknown-alias'],
    ['an alias with a tag that makes it too long', { alias, tooLong: true }, '550 5.1.1 unknown-alias'],
    ['an order to send that makes it too long', { alias, tooLong: true, addressInTag: contact.address }, 'forward'],
    ['unknown', {}, '550 5.1.1 unknown-alias'],
    ['unknown, catch-all on', { domain: open }, 'make-alias'],
    [
      'unknown, catch-all on, too many in this hour',
      { domain: open, mayMakeAlias: false },
      '450 4.7.1 too-many-new-aliases',
    ],
    ['mailer-daemon, catch-all on', { domain: open, localPart: 'Mailer-Daemon' }, '550 5.1.1 unknown-alias'],
    ['a quoted local part, catch-all on', { domain: open, localPart: '"a b"' }, '550 5.1.1 unknown-alias'],
    ['a reply address, unproven', { contact, contactAlias: alias }, 'hold-reply'],
    [
      'a reply address with a tag that means nothing',
      { tagOfNoMeaning: true, domain: open },
      '550 5.1.1 reply-address-unknown',
    ],
    ['a reply address, proven', { contact, contactAlias: alias, authenticated: true }, 'reply'],
    [
      'a reply address of a deleted alias',
      { contact, contactAlias: { ...alias, deletedAt: 5 }, authenticated: true },
      '550 5.1.1 reply-address-unknown',
    ],
    ['our own return path', { bouncedDelivery: 7 }, 'bounce'],
    [
      'an address in the tag, from the user',
      { alias, authenticated: true, tag: 'bob=far.test', addressInTag: 'bob@far.test' as Address },
      'send',
    ],
    [
      'an address in the tag, from anybody else',
      { alias, tag: 'bob=far.test', addressInTag: 'bob@far.test' as Address },
      'forward',
    ],
  ])('%s', (_, given, want) => {
    expect(say(given)).toBe(want)
  })

  it('never throws and never relays for somebody who is not the user', () => {
    const maybe = <T>(value: T) => fc.constantFrom<T | undefined>(undefined, value)
    const record = fc.record({
      address: maybe('x@y.test' as Address),
      routed: fc.boolean(),
      localPart: fc.string(),
      tag: fc.string(),
      domain: fc.constantFrom(undefined, domain, open),
      alias: fc.constantFrom(undefined, alias, { ...alias, active: false }, { ...alias, deletedAt: 1 }),
      forgotten: fc.boolean(),
      contact: maybe(contact),
      contactAlias: maybe(alias),
      realAddress: fc.boolean(),
      tagOfNoMeaning: fc.boolean(),
      bouncedDelivery: maybe(3),
      unsubscribedDelivery: maybe(4),
      addressInTag: maybe('b@far.test' as Address),
      tooLong: fc.boolean(),
      mayMakeAlias: fc.boolean(),
      now: fc.integer(),
      pattern: maybe({ id: 'p', pattern: '.*', recipientIds: [], labels: '' }),
      block: maybe({ id: 'b', value: 'x@y.test', aliasId: null, answer: 'discard' as const, text: null }),
      withinRate: fc.boolean(),
    })
    fc.assert(
      fc.property(record, (given) => {
        expect(['send', 'reply']).not.toContain(decideRecipient({ ...given, authenticated: false }).kind)
      }),
      { numRuns: 3000, seed: 9 },
    )
  })
})

describe('addressInTag', () => {
  it.each([
    ['bob=far.test', 'bob@far.test'],
    ['a=b=far.test', 'a=b@far.test'],
    ['sale=50', undefined],
    ['=far.test', undefined],
    ['newsletter', undefined],
  ])('%s', (tag, want) => {
    expect(addressInTag(tag)).toBe(want)
  })
})

describe('generateLocalPart', () => {
  const now = Date.UTC(2026, 10, 22, 23, 59)
  const formats = ALIAS_FORMATS.filter((one) => one !== 'custom')

  it.each(formats)('%s gives valid, different local parts', (format) => {
    const wish = { format, now, site: 'shop.example' }
    const made = Array.from({ length: 200 }, () => generateLocalPart(wish, systemRandom))
    expect(new Set(made).size).toBeGreaterThan(190)
    for (const one of made) expect(parseLocalPart(one)).toBe(one)
  })

  it.each([2, 3, 4, 5, 6])('takes %i words of the published list', (words) => {
    const known = new Set(effLarge.words.split(' '))
    expect(known.size).toBe(7776)
    for (let i = 0; i < 100; i++) {
      const made = generateLocalPart({ format: 'random_words', words, now }, systemRandom)
      const parts = made.replace(/\d{3}$/, '').split('.')
      expect(parts).toHaveLength(words)
      for (const one of parts) expect(known.has(one), one).toBe(true)
      expect(/\d{3}$/.test(made)).toBe(words === 2)
    }
  })

  it('draws every word of the list about as often as any other', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 5000; i++)
      for (const one of generateLocalPart({ format: 'random_words', words: 6, now }, systemRandom).split('.'))
        counts.set(one, (counts.get(one) ?? 0) + 1)
    // 30,000 draws of 7,776: 3.9 each; one in a billion runs has a word 25 times, or misses a tenth of the list.
    expect(Math.max(...counts.values())).toBeLessThan(25)
    expect(counts.size).toBeGreaterThan(7000)
  })

  it('stamps the day, in UTC', () => {
    expect(generateLocalPart({ format: 'dated', now }, systemRandom)).toMatch(/^20261122\.[a-z2-7]{5}$/)
  })

  it.each([
    ['https://www.shop.example.co.uk/cart?id=1', 'example'],
    ['shop.example', 'shop'],
    ['user@mail.bookshop.de', 'bookshop'],
    ['Café Müller', 'cafemuller'],
    ['GitHub', 'github'],
    ['192.0.2.7', '192027'],
    ['https://xn--bcher-kva.example/', 'xnbcherkva'],
    ['', undefined],
    ['🙂', undefined],
    ['x'.repeat(5000), 'x'.repeat(24)],
  ])('names the site of %s', (site, name) => {
    expect(siteName(site)).toBe(name)
    expect(generateLocalPart({ format: 'site', site, now }, systemRandom)).toMatch(
      new RegExp(`^${name ?? 'site'}\\.[a-z2-7]{4}$`),
    )
  })
})

describe('HourlyRate', () => {
  it('allows so many an hour, and slides', () => {
    const rate = new HourlyRate()
    const hour = 3_600_000
    for (let i = 0; i < 10; i++) {
      expect(rate.allows('a', hour, 10)).toBe(true)
      rate.record('a', hour)
    }
    expect(rate.allows('a', hour + 1, 10)).toBe(false)
    expect(rate.allows('b', hour + 1, 10)).toBe(true)
    expect(rate.allows('a', 2 * hour + hour / 2, 10)).toBe(true)
    expect(rate.allows('a', 2 * hour + 1, 10)).toBe(false)
    expect(rate.allows('a', 4 * hour, 10)).toBe(true)
  })

  it('remembers a bounded number of keys', () => {
    const rate = new HourlyRate(100)
    for (let i = 0; i < 1000; i++) rate.record(`k${i}`, 0)
    expect(rate.allows('k0', 0, 1)).toBe(true)
    expect(rate.allows('k999', 0, 1)).toBe(false)
  })
})
