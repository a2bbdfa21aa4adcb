// Properties of who may write, patterns that want to take for ever, the search grammar, floods and leaks.
import { domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideLeak, type LeakFacts } from '../../../main/aliases/decide-leak.ts'
import { expiryOf, type AliasState } from '../../../main/aliases/decide-recipient.ts'
import { decideSender } from '../../../main/aliases/decide-sender.ts'
import { FloodWatch, LONGEST_DELAY } from '../../../main/aliases/flood.ts'
import {
  blockTakes,
  domainsAbove,
  matchesWhole,
  patternProblem,
  readBlock,
  senderKey,
} from '../../../main/aliases/match.ts'
import { organisationOf, sameBrand, sendsForOthers } from '../../../main/aliases/organisations.ts'
import { lookForLeak } from '../../../main/aliases/leak-facts.ts'
import { mayMakeItself } from '../../../main/aliases/reserved.ts'
import { parseAliasSearch, searchNotes } from '../../../main/aliases/search-grammar.ts'
import type { Store } from '../../../main/store/store.ts'
import { parseAddress, type Address } from '../../../main/terms/address.ts'

const local = fc.stringMatching(/^[a-z0-9]{1,12}$/)
const domain = fc.constantFrom('bad.example', 'xn--bcher-kva.example', 'sub.bad.example', 'a.b.co.uk')

describe('a blocked sender', () => {
  it('never passes by quoting, tags, case or another spelling of the domain', () => {
    fc.assert(
      fc.property(
        local,
        domain,
        local,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (name, host, tag, quoted, upper, unicode) => {
          const block = readBlock(`${name}@${host}`, undefined)
          let spelled = `${name}${tag === '' ? '' : `+${tag}`}`
          if (upper) spelled = spelled.toUpperCase()
          if (quoted) spelled = `"${spelled}"`
          const sender = parseAddress(`${spelled}@${unicode ? domainToUnicode(host) : host}`)
          expect(sender).toBeDefined()
          expect(sender === undefined ? '' : senderKey(sender)).toBe(block?.value)
          for (const wildcard of [`*@${host}`, `*.${host.split('.').slice(1).join('.')}`]) {
            const made = readBlock(wildcard, undefined)
            expect(made?.kind).toBe('wildcard')
            expect(sender !== undefined && blockTakes('wildcard', made?.value ?? '', sender)).toBe(true)
          }
        },
      ),
      { numRuns: 500, seed: 4 },
    )
  })

  it('is refused or thrown away whatever the policy and however well known', () => {
    const alias = fc.constantFrom(
      undefined,
      ...(['all', 'known', 'ask'] as const).map((policy) => ({ policy }) as AliasState),
    )
    const block = { id: 'b', value: 'x', aliasId: null, text: null }
    fc.assert(
      fc.property(
        alias,
        fc.boolean(),
        fc.constantFrom('reject' as const, 'discard' as const),
        fc.boolean(),
        (a, known, answer, contact) => {
          const facts = { alias: a, known, contactBlocked: contact, block: { ...block, answer } }
          expect(['refuse', 'discard']).toContain(decideSender(facts).kind)
        },
      ),
    )
  })

  it('a domain takes what is under it and nothing beside it', () => {
    expect(domainsAbove('x@a.bad.example' as Address)).toEqual(['a.bad.example', 'bad.example'])
    expect(blockTakes('wildcard', '*.bad.example', 'x@notbad.example' as Address)).toBe(false)
    expect(blockTakes('wildcard', '*@bad.example', 'x@a.bad.example' as Address)).toBe(false)
  })
})

describe('hostile patterns', () => {
  const text = `${'a'.repeat(63)}!`
  it.each([
    ['(a+)+$', text],
    ['(a|a)*$', text],
    ['(a|aa)+$', text],
    ['(.*a){20}$', text],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', text],
    ['([a-zA-Z]+)*$', text],
    ['(a*)*b', 'a'.repeat(512)],
    ['x*x*x*x*x*x*y', 'x'.repeat(512)],
  ])('%s is answered in bounded time', (pattern, against) => {
    expect(patternProblem(pattern)).toBeUndefined()
    matchesWhole(pattern, 'warm')
    const start = performance.now()
    for (let i = 0; i < 20; i++) matchesWhole(pattern, against)
    expect((performance.now() - start) / 20).toBeLessThan(20)
  })

  it('10 KB local parts are not looked at, and patterns too big or not of RE2 are refused', () => {
    const start = performance.now()
    expect(matchesWhole('(a+)+', 'a'.repeat(10_240))).toBe(false)
    expect(parseAddress(`${'a'.repeat(10_240)}@x.example`)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(20)
    for (const bad of ['(?=a)', '(a)\\1', '((a{1,999}){1,999})', '(((a{50}){50}){50})', '[', 'a'.repeat(201), ''])
      expect(patternProblem(bad)).toBeDefined()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, against) => {
        matchesWhole(pattern, against)
        readBlock(pattern, undefined)
        parseAliasSearch(pattern)
      }),
      { numRuns: 500 },
    )
  })
})

describe('expiry', () => {
  const alias = {
    ...{ expiresAt: null, expiresAfter: null, expiresIdle: null, createdAt: 0, forwarded: 0 },
    lastForwarded: null,
    lastReplied: null,
    lastSent: null,
  } as unknown as AliasState
  it.each<[Partial<AliasState>, number, string | undefined]>([
    [{}, 1e15, undefined],
    [{ expiresAt: 100 }, 99, undefined],
    [{ expiresAt: 100 }, 100, 'expired-time'],
    [{ expiresAfter: 2, forwarded: 1 }, 0, undefined],
    [{ expiresAfter: 2, forwarded: 2 }, 0, 'expired-count'],
    [{ expiresIdle: 1 }, 86_399_999, undefined],
    [{ expiresIdle: 1 }, 86_400_000, 'expired-idle'],
    [{ expiresIdle: 1, lastSent: 86_400_000 }, 86_400_000 * 2 - 1, undefined],
  ])('%j at %d', (state, now, want) => {
    expect(expiryOf({ ...alias, ...state }, now)).toBe(want)
  })
})

describe('a leak', () => {
  const heard = { organisation: 'shop.example', messages: 3, firstSeen: 1, sender: 'a@shop.example' }
  const facts: LeakFacts = {
    ...{ heard: [heard], sender: 'x@casino.example', organisation: 'casino.example', at: 9 },
    ...{ sendsForOthers: false, invited: false, signers: [], sameBrand },
  }
  it.each<[string, Partial<LeakFacts>, boolean]>([
    ['a stranger', {}, true],
    ['the same house', { organisation: 'shop.example' }, false],
    ['the same name under another suffix', { organisation: 'shop.co.uk' }, false],
    ['after one mail only', { heard: [{ ...heard, messages: 1 }] }, false],
    ['an alias of two houses', { heard: [heard, { ...heard, organisation: 'b.example' }] }, false],
    ['an alias of a person', { heard: [{ ...heard, organisation: 'bob@gmail.com' }] }, false],
    ['a service that sends for others', { sendsForOthers: true }, false],
    ['somebody the user wrote to', { invited: true }, false],
    ['signed by the old one', { signers: ['shop.example'] }, false],
  ])('%s', (_, given, want) => {
    expect(decideLeak({ ...facts, ...given }) !== undefined).toBe(want)
  })

  it('organisations are registrable domains, and persons at mailbox providers', () => {
    expect(organisationOf('a@x.y.shop.co.uk' as Address)).toBe('shop.co.uk')
    expect(organisationOf('me@one.github.io' as Address)).toBe('one.github.io')
    expect(organisationOf('Bob+x@gmail.com' as Address)).toBe('bob@gmail.com')
    expect(sendsForOthers(organisationOf('x@eu-west-1.amazonses.com' as Address))).toBe(true)
  })
})

describe('a mailing list', () => {
  const store = {
    policy: {
      organisations: () => [{ organisation: 'lists.example', messages: 9, firstSeen: 1, sender: 'a@one.example' }],
    },
    directory: { contactByAddress: () => undefined },
  } as unknown as Store
  const look = (listId: string | undefined, signers: readonly string[]) =>
    lookForLeak(store, 'a', 'new@other.example' as Address, { at: 2, listId, signers })

  it('is one organisation, whoever writes through it, where its domain signed', () => {
    expect(look('Talk <talk.lists.example>', ['talk.lists.example'])).toEqual({
      organisation: 'lists.example',
      leak: undefined,
    })
    for (const [id, signers] of [
      [undefined, ['lists.example']],
      ['Talk <talk.lists.example>', ['casino.example']],
      ['talk.lists.example', []],
      ['<', []],
    ] as const)
      expect(
        look(
          id,
          signers.filter((one) => one !== 'lists.example'),
        ).leak,
        id,
      ).toMatchObject({
        organisation: 'other.example',
      })
    expect(look('x <a.casino.example>', ['casino.example']).leak).toMatchObject({ organisation: 'casino.example' })
  })
})

describe('an alias that makes itself', () => {
  it.each([
    'postmaster',
    'Abuse',
    'TLS-reports',
    'dmarc-reports',
    'mailer-daemon',
    'root',
    'bounces',
    '"x"',
    'a\u200bb',
    'a\u00adb',
    'a\u3164',
  ])('is not %j', (local) => expect(mayMakeItself(local)).toBe(false))
  it.each(['shop', 'b\u00fccher', '\u0441\u043b\u043e\u043d', '\u5e97', 'a.b-c_d'])('is %s', (local) =>
    expect(mayMakeItself(local)).toBe(true),
  )
})

describe('a dictionary flood', () => {
  it('is slowed down within a bound, noticed once, and forgotten after an hour', () => {
    const watch = new FloodWatch(10)
    const answers = Array.from({ length: 100 }, () => watch.miss('192.0.2.1', 0))
    expect(answers.slice(0, 10).every(({ delay }) => delay === 0)).toBe(true)
    expect(Math.max(...answers.map(({ delay }) => delay))).toBe(LONGEST_DELAY)
    expect(answers.filter(({ notice }) => notice)).toHaveLength(1)
    expect(watch.miss('192.0.2.2', 0).delay).toBe(0)
    expect(watch.miss('192.0.2.1', 3_600_000).delay).toBe(0)
  })
})

describe('the search grammar', () => {
  it('reads what people type', () => {
    expect(
      parseAliasSearch('Shop "two words" domain:mine.test tag:Work is:off used:>90d blocked:>10 from:bob x:y'),
    ).toMatchObject({
      ...{
        words: ['shop', 'two words', 'x:y'],
        domains: ['mine.test'],
        labels: ['work'],
        from: ['bob'],
        active: false,
      },
      ...{ used: { than: 'more', value: 90 }, blocked: { than: 'more', value: 10 } },
    })
  })

  it.each([
    ['is:active', { active: true }],
    ['is:on', { active: true }],
    ['is:off', { active: false }],
    ['is:pinned', { pinned: true }],
    ['is:catchall', { origin: 'catch-all' }],
    ['is:pgp', { pgp: true }],
    ['is:unused', { unused: true }],
    ['is:leaked', { leaked: true }],
    ['is:deleted', { deleted: 'only' }],
    ['tag:work', { labels: ['work'] }],
    ['from:"Jane Doe"', { from: ['jane doe'] }],
    ['domain:MÜNCHEN.test', { domains: ['xn--mnchen-3ya.test'] }],
    ['used:<7d', { used: { than: 'less', value: 7 } }],
    ['used:>90d used:soon', { used: { than: 'more', value: 90 }, words: ['used:soon'] }],
    ['blocked:>10', { blocked: { than: 'more', value: 10 } }],
    ['forwarded:<3', { forwarded: { than: 'less', value: 3 } }],
  ])('%s', (query, want) => {
    expect(parseAliasSearch(query)).toMatchObject(want)
  })

  it('tells of filters that it does not know, and of words with a colon nothing', () => {
    expect(searchNotes('is:sold used:x http://a note:b "is:odd" is:off')).toHaveLength(2)
    expect(searchNotes('is:pgp')).toHaveLength(1)
  })
})
