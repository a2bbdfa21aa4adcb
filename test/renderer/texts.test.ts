import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { troubleWords } from '../../main/headless/trouble-words.ts'
import { TROUBLES } from '../../main/queue/troubles.ts'
import { hrefTo, matchPath, readPlace } from '../../renderer/router/place.ts'
import { score } from '../../renderer/shell/fuzzy.ts'
import { languageFor } from '../../renderer/texts/language.ts'
import { pseudoText } from '../../renderer/texts/pseudo.ts'
import { textsIn } from '../../renderer/texts/texts.ts'
import { niceMax } from '../../renderer/parts/chart/BarChart.tsx'

/** Every text of a catalogue by its path; those that count are asked for 1 and for 2. */
function flat(texts: unknown, path = ''): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  const walk = (value: unknown, at: string): void => {
    if (typeof value === 'string') out.set(at, value)
    else if (typeof value === 'function') {
      const call = value as (...values: unknown[]) => unknown
      for (const n of [1, 2]) out.set(`${at}(${n})`, String(call(n, n, n)))
    } else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, `${at}.${key}`)
  }
  walk(texts, path)
  return out
}

describe('the catalogue', () => {
  const en = flat(textsIn('en'))
  const de = flat(textsIn('de'))
  test('has the same texts in both languages, none empty in one alone', () => {
    expect([...de.keys()].sort()).toEqual([...en.keys()].sort())
    const empty = [...en].filter(([key, text]) => (text === '') !== (de.get(key) === ''))
    expect(empty).toEqual([])
  })
  test('has words for each trouble of the relay, and so has the command line', () => {
    for (const language of ['en', 'de'] as const)
      expect(Object.keys(textsIn(language).shell.troubles).sort()).toEqual([...TROUBLES].sort())
    for (const trouble of TROUBLES) expect(troubleWords(trouble)).toMatch(/^[A-Z].*\. .*/)
    // A newer relay may have one more.
    expect(troubleWords('something-new')).toBe('something-new')
  })
  test('sentences are translated', () => {
    // Words of one language that both use (Alias, Version, names of things) are short.
    const same = [...en].filter(([key, text]) => text.split(' ').length > 4 && de.get(key) === text)
    expect(same).toEqual([])
  })
  test('nothing sounds like a machine', () => {
    const bad = [...en].filter(([, text]) => /something went wrong|oops|undefined|\[object|NaN/i.test(text))
    expect(bad).toEqual([])
    expect([...de].filter(([, text]) => /undefined|\[object|NaN/.test(text))).toEqual([])
  })
  test('one and many differ where it counts', () => {
    expect([textsIn('en').common.aliases(1), textsIn('en').common.aliases(2000)]).toEqual(['1 alias', '2,000 aliases'])
    expect([textsIn('de').common.aliases(1), textsIn('de').common.aliases(2000)]).toEqual(['1 Alias', '2.000 Aliase'])
  })
  test('the pseudo language changes every letter and is longer', () => {
    expect(pseudoText('Send a message')).toMatch(/^\[.*~+\]$/)
    expect(textsIn('pseudo').common.aliases(2)).toMatch(/^\[2 áļíášéš/)
  })
  test.each([
    [null, ['de-AT', 'en'], 'de'],
    [null, ['fr-FR', 'en-GB'], 'en'],
    [null, ['fr'], 'en'],
    ['de', ['en'], 'de'],
    ['klingon', ['de'], 'de'],
  ] as const)('chosen %j, browser %j: %s', (chosen, wanted, language) =>
    expect(languageFor(chosen, wanted)).toBe(language),
  )
})

describe('the place', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(
        fc.webPath(),
        fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })),
        (path, query) => {
          fc.pre(path.startsWith('/') && !path.includes('?') && !path.endsWith('/') && path.length > 1)
          const href = hrefTo(path, query)
          fc.pre(href.length < 4000)
          const place = readPlace(href)
          expect([place.path, Object.fromEntries(place.query)]).toEqual([
            path,
            Object.fromEntries(new URLSearchParams(query)),
          ])
        },
      ),
    )
  })
  test.each(['', '#', '#code=abc', '#main', `#/${'x'.repeat(5000)}`])('%j is the beginning', (hash) =>
    expect(readPlace(hash).path).toBe('/'),
  )
  test('patterns name their parts', () => {
    expect(matchPath('/domains/:name', '/domains/a%2Fb')).toEqual({ name: 'a/b' })
    expect(matchPath('/domains/:name', '/domains/')).toBeUndefined()
    expect(matchPath('/domains/:name', '/domains/%E0%A4%A')).toBeUndefined()
    expect(matchPath('/domains', '/aliases')).toBeUndefined()
  })
})

describe('the palette', () => {
  test('whole words before scattered letters, nothing that does not fit', () => {
    expect(score('Settings', 'set')).toBeGreaterThan(score('Test mailbox', 'set'))
    expect(score('Aliases', 'as')).toBeGreaterThan(0)
    expect(score('Aliases', 'zz')).toBe(0)
    expect(score('Aliases', '')).toBe(1)
  })
  test('takes no longer than its letters', () => {
    const started = performance.now()
    score('a'.repeat(100_000), `${'a'.repeat(50_000)}b`)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

test('charts end at a round number above the highest bar', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (highest) => {
      const top = niceMax(highest)
      expect(top).toBeGreaterThanOrEqual(highest)
      expect(top).toBeLessThanOrEqual(Math.max(4, highest * 2))
    }),
  )
})
