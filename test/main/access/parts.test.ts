// What logging in is made of, each part by itself and under a clock of the test's own.
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Passphrase } from '../../../main/access/passphrase.ts'
import { siteOf } from '../../../main/access/security-keys.ts'
import { Sessions } from '../../../main/access/sessions.ts'
import { Slowing } from '../../../main/access/slowing.ts'
import { estimateStrength } from '../../../main/access/strength.ts'
import { TokenRate } from '../../../main/access/token-rate.ts'
import { commonWords } from '../../../main/aliases/generate.ts'
import type { Store } from '../../../main/store/store.ts'
import { fixedClock } from '../../../main/terms/clock.ts'

const random = { bytes: (size: number) => randomBytes(size) }
const known = { words: new Set(commonWords()), own: ['home.example', 'ada@mail.example', 'home', 'mail.example'] }
const verdictOf = (text: string): string => estimateStrength(text, known).verdict

describe('the strength of a passphrase', () => {
  it.each([
    ['', 'refused'],
    ['short', 'refused'],
    ['aB3$fG7&kL9', 'refused'],
    ['password1234', 'refused'],
    ['P@ssw0rdP@ssw0rd', 'refused'],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'refused'],
    ['abcabcabcabcabcabcabcabc', 'refused'],
    ['abcdefghijklmnopqrstuvwxyz', 'refused'],
    ['qwertyuiopasdfghjkl', 'refused'],
    ['123456789012345678901234', 'refused'],
    ['correct horse battery staple', 'refused'],
    ['January2026January2026', 'refused'],
    ['hamster hamster hamster hamster', 'refused'],
    ['ada@mail.example', 'refused'],
    ['ada@mail.example and more of it, very long indeed', 'refused'],
    ['my mail is home.example', 'refused'],
    ['hamster stony purple', 'refused'],
    ['k7#Qz!m2Vx9p', 'fair'],
    ['hamster stony purple overcast', 'fair'],
    ['hamster stony purple overcast jaywalker unsnap', 'strong'],
  ])('%s: %s', (text, verdict) => {
    expect(verdictOf(text)).toBe(verdict)
  })

  it('says why, in sentences', () => {
    const { reasons } = estimateStrength('home1234', known)
    expect(reasons.join(' ')).toMatch(/8 characters.*your own names.*row of the keyboard/)
  })

  const passphraseOf = (bytes: (size: number) => Buffer): Passphrase => {
    const directory = { domains: () => [{ name: 'home.example' }], recipients: () => [{ email: 'ada@mail.example' }] }
    const store = { directory } as unknown as Store
    return new Passphrase({ store, clock: fixedClock(0), random: { bytes } })
  }

  it('every generated one is good, and none is like another', () => {
    const passphrase = passphraseOf(randomBytes)
    const made = Array.from({ length: 200 }, () => passphrase.generate())
    expect(made.filter((one) => verdictOf(one) === 'refused')).toEqual([])
    expect(new Set(made).size).toBe(200)
    expect(new Set(made.flatMap((one) => one.split(' '))).size).toBeGreaterThan(850)
  })

  it('one that would be refused is drawn again; a source that repeats itself is an error', () => {
    let asked = 0
    const passphrase = passphraseOf((size) => (asked++ < 10 ? Buffer.alloc(size) : randomBytes(size)))
    const [first] = commonWords()
    expect(verdictOf(Array.from({ length: 5 }, () => first).join(' '))).toBe('refused')
    expect(verdictOf(passphrase.generate())).not.toBe('refused')
    expect(asked).toBeGreaterThanOrEqual(15)
    expect(() => passphraseOf((size) => Buffer.alloc(size)).generate()).toThrow('repeats itself')
  })

  it('is bounded, whatever is typed; more of the same is never much more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const { bits } = estimateStrength(text, known)
        expect(bits).toBeGreaterThanOrEqual(0)
        expect(bits).toBeLessThanOrEqual(7 * 1000)
      }),
    )
    for (const text of ['a'.repeat(100_000), 'ab'.repeat(50_000), '4bc'.repeat(30_000), 'hamster'.repeat(10_000)]) {
      const from = performance.now()
      expect(verdictOf(text)).toBe('refused')
      expect(performance.now() - from).toBeLessThan(500)
    }
  })
})

describe('slowing', () => {
  it('waits longer each time, up to its longest, and forgives', () => {
    const clock = fixedClock(1_000_000)
    const slowing = new Slowing(clock, { first: 500, last: 8000 })
    const waits = Array.from({ length: 8 }, () => {
      clock.set(clock.now() + slowing.wait('a'))
      slowing.fail('a')
      return slowing.wait('a')
    })
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000, 8000])
    clock.set(clock.now() + 31 * 60_000)
    expect(slowing.wait('a')).toBe(0)
  })

  it('many addresses together are slowed as well, and one success ends it', () => {
    const clock = fixedClock(1_000_000)
    const slowing = new Slowing(clock, { first: 500, last: 8000 })
    for (let i = 0; i < 3000; i++) slowing.fail(`10.0.${i >> 8}.${i & 255}`)
    expect(slowing.wait('192.0.2.1')).toBe(8000)
    slowing.succeed('192.0.2.1')
    expect(slowing.wait('192.0.2.1')).toBe(0)
  })
})

describe('guesses from elsewhere', () => {
  const SLOWNESS = { first: 500, last: 8000 }
  const SECOND = 1000

  /** Guesses of each address, two a second; those that were looked at. */
  function hammer(
    slowing: Slowing,
    clock: ReturnType<typeof fixedClock>,
    from: readonly string[],
    seconds: number,
  ): number {
    let looked = 0
    for (const end = clock.now() + seconds * SECOND; clock.now() < end; clock.set(clock.now() + 500))
      for (const address of from) {
        if (slowing.wait(address) > 0) continue
        slowing.fail(address)
        slowing.answered(address)
        looked++
      }
    return looked
  }

  it.each([
    ['two addresses', 2],
    ['forty addresses', 40],
  ])('of %s do not keep the owner waiting, who mistypes twice', (_, count) => {
    const clock = fixedClock(1_000_000)
    const slowing = new Slowing(clock, SLOWNESS)
    const from = Array.from({ length: count }, (_, i) => `198.51.100.${String(i)}`)
    // All of them guess for so long that nobody else may come early.
    hammer(slowing, clock, from, 40 * 60)
    for (let tries = 0; tries < 3; tries++) {
      expect(slowing.wait('192.0.2.1')).toBe(0)
      slowing.fail('192.0.2.1')
      hammer(slowing, clock, from, 3)
    }
    expect(slowing.wait('192.0.2.1')).toBe(0)
  })

  it.each([1, 2, 40])('are no more in all than one each eight seconds, from %i addresses', (count) => {
    const clock = fixedClock(1_000_000)
    const slowing = new Slowing(clock, SLOWNESS)
    const from = Array.from({ length: count }, (_, i) => `198.51.${String(i >> 8)}.${String(i & 255)}`)
    // At first those that cost nothing or little, and those that came early.
    expect(hammer(slowing, clock, from, 20 * 60)).toBeLessThanOrEqual((20 * 60) / 8 + 5 + 5 + 9)
    // Fresh addresses without end come early no more often than the schedule has turns.
    const fresh = Array.from({ length: 100 }, (_, i) => `2001:db8:0:${i.toString(16)}::1`)
    expect(hammer(slowing, clock, fresh, 10 * 60)).toBeLessThanOrEqual((10 * 60) / 8 + 9)
  })
})

describe('sessions', () => {
  const from = { from: '127.0.0.1', agent: 'test', by: 'link' }
  const make = (limits = { idle: 1000, absolute: 5000 }) => {
    const clock = fixedClock(1_000_000)
    return { clock, sessions: new Sessions(clock, random, () => limits) }
  }

  it('end when they are idle, and after their time in any case', () => {
    const { clock, sessions } = make()
    const idle = sessions.open(from, '')
    clock.set(clock.now() + 1001)
    expect(sessions.find(idle)).toBeUndefined()
    const busy = sessions.open(from, '')
    for (let i = 0; i < 5; i++) {
      clock.set(clock.now() + 990)
      expect(sessions.find(busy)).toBeDefined()
    }
    clock.set(clock.now() + 990)
    expect(sessions.find(busy)).toBeUndefined()
  })

  it('a cookie that was known before a change of level is worth nothing after', () => {
    const { sessions } = make()
    const half = sessions.openPending(from, '')
    expect(sessions.find(half)).toBeUndefined()
    const full = sessions.open(from, half)
    expect(full).not.toBe(half)
    expect(sessions.findPending(half)).toBeUndefined()
    const csrf = sessions.find(full)?.csrf
    const renewed = sessions.renew(full) ?? ''
    expect(sessions.find(full)).toBeUndefined()
    expect(sessions.find(renewed)?.csrf).not.toBe(csrf)
    expect(sessions.list()).toHaveLength(1)
  })

  it('those half way in push nobody out, and a code works once', () => {
    const { sessions } = make()
    const mine = sessions.open(from, '')
    for (let i = 0; i < 1000; i++) sessions.openPending(from, '')
    expect(sessions.find(mine)).toBeDefined()
    const code = sessions.makeCode()
    expect([sessions.spend(code), sessions.spend(code)]).toEqual([true, false])
  })

  it('are ten at most: the one that was not used for the longest time goes', () => {
    const { sessions } = make()
    const [mine, idle] = [sessions.open(from, ''), sessions.open(from, '')]
    for (let i = 0; i < 9; i++) {
      sessions.open(from, '')
      expect(sessions.find(mine)).toBeDefined()
    }
    expect(sessions.find(idle)).toBeUndefined()
    expect(sessions.list()).toHaveLength(10)
  })

  it('are fresh for five minutes; a grant is good as long', () => {
    const { clock, sessions } = make({ idle: 1e9, absolute: 1e9 })
    const session = sessions.find(sessions.open(from, ''))
    const grant = sessions.makeGrant()
    expect([session !== undefined && sessions.isFresh(session), sessions.hasGrant(grant)]).toEqual([true, true])
    clock.set(clock.now() + 5 * 60_000 + 1)
    expect([session !== undefined && sessions.isFresh(session), sessions.hasGrant(grant)]).toEqual([false, false])
  })
})

it('a token has so many requests a minute', () => {
  const clock = fixedClock(60_000_000)
  const rate = new TokenRate(clock)
  expect(Array.from({ length: 4 }, () => rate.count('a', 3))).toEqual([0, 0, 0, 60_000])
  expect(rate.count('b', 3)).toBe(0)
  clock.set(60_060_000)
  expect(rate.count('a', 3)).toBe(0)
})

it.each([
  ['http://localhost:7788/app', 'localhost'],
  ['http://postern.localhost:1/', 'postern.localhost'],
  ['https://mail.example/', 'mail.example'],
  ['http://127.0.0.1:7788/', undefined],
  ['http://[::1]:7788/', undefined],
  ['https://192.0.2.1/', undefined],
  ['http://mail.example/', undefined],
])('security keys at %s: %s', (url, name) => {
  expect(siteOf(url)?.name).toBe(name)
})
