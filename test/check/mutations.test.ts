// Each protection that `npm run mutate` takes away still stands where the list says: otherwise nothing is taken away, and nothing is shown.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { MUTATIONS } from './mutation-list.ts'

const root = path.resolve(import.meta.dirname, '..', '..')

it.each(MUTATIONS.map((one) => [`${one.row}: ${one.what}`, one] as const))('%s', (_, { file, from, to, test }) => {
  expect(readFileSync(path.join(root, file), 'utf8').split(from)).toHaveLength(2)
  expect(to).not.toBe(from)
  expect(existsSync(path.join(root, test))).toBe(true)
})
