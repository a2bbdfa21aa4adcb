import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { book, PACKAGES, ROOMS } from '../../../renderer/texts/phrases/german.ts'
import { makeBook, MAX_TEXT, MAX_WORK, partsOf, valuesIn } from '../../../renderer/texts/phrases/matcher.ts'

const small = makeBook({
  'The alias is off.': 'Der Alias ist aus.',
  'It waits.': 'Sie wartet.',
  'Mail for {0} waits: {1}': 'Mail für {0} wartet: {1}',
  'Mail for {0} waits: the disk of {1} is full.': 'Mail für {0} wartet: der Datenträger von {1} ist voll.',
  '{0} has no address.': '{0} hat keine Adresse.',
  '{0} Nothing is lost, and nobody was told.': '{0} Nichts ist verloren, und niemand weiß davon.',
  '{0}: {1} ({2})': '{0}: {1} ({2})',
  '{0} takes no mail{1}.{2}': '{0} nimmt keine Mail an{1}.{2}',
  'It says: {0}': 'Er sagt: {0}',
  'from {0} to {1}': 'nach {1}, von {0}',
})

describe('the matcher', () => {
  test.each([
    ['The alias is off.', 'Der Alias ist aus.'],
    ['Mail for a@b.test waits: nobody answers', 'Mail für a@b.test wartet: nobody answers'],
    // What a value holds is looked up, too, sentences in a row one by one.
    ['Mail for a@b.test waits: The alias is off.', 'Mail für a@b.test wartet: Der Alias ist aus.'],
    ['The alias is off. It waits.', 'Der Alias ist aus. Sie wartet.'],
    [
      'The alias is off. Nothing is lost, and nobody was told.',
      'Der Alias ist aus. Nichts ist verloren, und niemand weiß davon.',
    ],
    // The template with the most of its own wins.
    ['Mail for me waits: the disk of x is full.', 'Mail für me wartet: der Datenträger von x ist voll.'],
    ['from here to there', 'nach there, von here'],
    // A full stop within a name ends no sentence.
    ['b@x.test takes no mail (5.1.1). It says: go away', 'b@x.test nimmt keine Mail an (5.1.1). Er sagt: go away'],
    ['mx.test has no address.', 'mx.test hat keine Adresse.'],
    ['SPF: fail (The alias is off.)', 'SPF: fail (Der Alias ist aus.)'],
  ])('%s', (text, said) => expect(small.translate(text)).toBe(said))

  test.each([
    // A server's own words that end like ours.
    ['550 5.1.1 that user has no address.'],
    ['Come again. mx.test has no address.'],
    ['Somebody else speaks. Nothing is lost, and nobody was told.'],
    // Marks alone are nobody's sentence.
    ['mx.test: refused (twice)'],
    ['The alias is off. Nobody knows this one.'],
    ['the alias is off.'],
    [''],
    [' '],
    ['x'.repeat(MAX_TEXT + 1)],
  ])('leaves alone what is not ours (%#)', (text) => expect(small.translate(text)).toBeUndefined())

  test('the values of a template are what stands between its pieces', () => {
    const segment = fc.stringMatching(/^[a-z ]{1,8}$/)
    const value = fc.stringMatching(/^[0-9@.ÄÖ]{0,12}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(value, segment), { minLength: 1, maxLength: 5 }), segment, (pairs, first) => {
        const segments = [first, ...pairs.map(([, piece]) => piece)]
        const values = pairs.map(([one]) => one)
        const text = segments.map((piece, i) => `${piece}${values[i] ?? ''}`).join('')
        expect(valuesIn(segments, text)).toEqual(values)
      }),
    )
  })
})

describe('the German book', () => {
  const phrases = [...Object.values(ROOMS), ...Object.values(PACKAGES)].flatMap((room) => Object.entries(room))
  const fill = (phrase: string, values: readonly string[]): string =>
    partsOf(phrase)
      .map((part) => (typeof part === 'number' ? (values[part] ?? '') : part))
      .join('')
  /** Marks and digits alone say nothing to anybody, whatever is put into them. */
  const speaking = phrases.filter(([key]) => /[a-z]/i.test(key.replaceAll(/\{\d\}/g, '')))

  test('each phrase with any values is the German one with the same values', () => {
    // No letter and no blank of a phrase, and no full stop: nothing that could be read as a piece of one.
    const value = fc.stringMatching(/^[0-9@\-_ÄÖÜßжжж中文😀]{1,30}$/u)
    fc.assert(
      fc.property(
        fc.constantFrom(...speaking),
        fc.array(value, { minLength: 6, maxLength: 6 }),
        ([key, said], bare) => {
          // Behind a full stop another sentence begins.
          const values = bare.map((one, i) => (/[.!?]/.test(key.charAt(key.indexOf(`{${i}}`) - 1)) ? ` ${one}` : one))
          expect(book.translate(fill(key, values))).toBe(fill(said, values))
        },
      ),
      { numRuns: 5000 },
    )
  })

  test('never throws, whatever it is given, and always says the same', () => {
    const piece = fc.oneof(
      fc.constantFrom(...phrases.map(([key]) => key)),
      fc.constantFrom(...phrases.flatMap(([key]) => partsOf(key).filter((part) => typeof part === 'string'))),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const found = book.translate(text)
        expect(found === undefined || typeof found === 'string').toBe(true)
        expect(book.translate(text)).toBe(found)
      }),
      { numRuns: 2000 },
    )
  })

  test('hostile text is looked at with bounded work', () => {
    const starts = phrases.flatMap(([key]) =>
      partsOf(key).filter((part) => typeof part === 'string' && part.length > 1),
    )
    const whole = (piece: string): string => piece.repeat(Math.ceil(MAX_TEXT / piece.length)).slice(0, MAX_TEXT)
    const texts = [
      ...starts.map((piece) => whole(String(piece))),
      ...phrases.map(([key]) => whole(`${key} `)),
      whole('It was delivered. '),
      whole('. '),
      whole(': ('),
      'x'.repeat(10_240),
    ]
    for (const text of texts) expect(book.workOn(text)).toBeLessThanOrEqual(MAX_WORK)
  })

  test('what the relay says takes a part of that work, also with long answers of others in it', () => {
    const answer =
      '450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please try again. '.repeat(5)
    for (const [key] of phrases) {
      const last = partsOf(key).filter((part) => typeof part === 'number').length - 1
      const values = Array.from({ length: 6 }, (_, i) => (i === last && i > 0 ? answer : 'a@b.test'))
      expect(book.workOn(fill(key, values))).toBeLessThan(MAX_WORK / 2)
    }
  })
})
