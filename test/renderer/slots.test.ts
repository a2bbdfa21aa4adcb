import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeSlots } from '../../renderer/data/slots.ts'

const lists = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 }), {
  maxLength: 20,
})

test('a row that stays keeps its key, no two have the same, and there are never more than the longest list needs twice', () => {
  fc.assert(
    fc.property(lists, (shown) => {
      const slots = makeSlots()
      let before = new Map<string, number>()
      const longest = Math.max(0, ...shown.map((ids) => ids.length))
      for (const ids of shown) {
        const keys = slots(ids)
        expect(new Set(keys).size).toBe(ids.length)
        expect(slots(ids)).toEqual(keys)
        for (const [i, id] of ids.entries()) {
          const kept = before.get(id)
          if (kept !== undefined) expect(keys[i]).toBe(kept)
          expect(keys[i]).toBeLessThan(2 * longest)
        }
        before = new Map(ids.map((id, i) => [id, keys[i] ?? Number.NaN]))
      }
    }),
  )
})

test('what is shown anew takes the place of what has gone', () => {
  const slots = makeSlots()
  expect(slots(['a', 'b', 'c'])).toEqual([0, 1, 2])
  expect(slots(['x', 'b', 'y'])).toEqual([0, 1, 2])
  expect(slots(['y', 'x'])).toEqual([2, 0])
})
