import { expect, test } from 'vitest'
import { wordsFor } from '../../main/desktop/words.ts'

/** Each text, those with values filled. */
function flat(languages: readonly string[]): ReadonlyMap<string, string> {
  const call = (value: unknown): string =>
    typeof value === 'function' ? (value as (value: unknown) => string)(7) : String(value)
  const { troubles, ...words } = wordsFor(languages)
  return new Map([...Object.entries(words), ...Object.entries(troubles)].map(([name, value]) => [name, call(value)]))
}

test.each([
  [['de-AT', 'en'], 'Beenden'],
  [['en-GB', 'de'], 'Quit'],
  [['fr', 'de-DE'], 'Beenden'],
  [['fr'], 'Quit'],
  [['C'], 'Quit'],
  [[], 'Quit'],
])('the host speaks for %j: %s', (languages, quit) => expect(wordsFor(languages).quit).toBe(quit))

test('has the same in both languages, and the values in each', () => {
  const [en, de] = [flat(['en']), flat(['de'])]
  expect([...de.keys()]).toEqual([...en.keys()])
  for (const [name, text] of en) {
    expect(de.get(name)).not.toBe(text)
    expect(de.get(name)?.includes('7')).toBe(text.includes('7'))
  }
})
