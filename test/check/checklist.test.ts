// The list of the hardening rows is whole, and each of its proofs is a test that stands where the list says.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { CHECKLIST, checklistLines } from './checklist.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const range = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)

describe('the hardening checklist', () => {
  test('has every row once', () => {
    expect(CHECKLIST.map(({ row }) => row)).toEqual([...range('E', 20), ...range('W', 6), ...range('L', 12)])
  })

  test.each(CHECKLIST.map((row) => [row.row, row] as const))('%s names tests that are there', (_name, { proofs }) => {
    for (const [file, name] of proofs) {
      const text = readFileSync(path.join(root, file), 'utf8')
      // Names are put together from suites and tests; `%s` stands for what a table brings.
      const titles = [
        ...text.matchAll(/(?:describe|test|it)(?:\.each(?:<[^(]*>)?\([\s\S]*?\))?\(\s*(['"`])(.*?)\1/g),
      ].map(([, , title = '']) => title.replace(/[%$].*$/s, ''))
      const starts = titles.filter((title) => title !== '' && name.startsWith(title.trimEnd()))
      const fits =
        titles.some((title) => title.startsWith(name.trim())) ||
        starts.some((start) => {
          const rest = name.slice(start.length).trim()
          return (
            rest === '' ||
            titles.some((title) => title.startsWith(rest) || (title.trim() !== '' && rest.startsWith(title.trim())))
          )
        })
      expect(fits, `${file} > ${name}`).toBe(true)
    }
  })

  test('tells what came of a row', () => {
    const file = 'test/desktop/external.test.ts'
    const lineFor = (state: string | undefined): string | undefined =>
      checklistLines(state === undefined ? [] : [{ file, name: 'E9: addresses for the browser not x', state }]).find(
        (line) => line.startsWith('  E9 '),
      )
    expect(lineFor('passed')).toMatch(/^ {2}E9 {3}ok /)
    expect(lineFor('failed')).toMatch(/FAILED/)
    expect(lineFor('skipped')).toMatch(/skipped/)
    expect(lineFor(undefined)).toMatch(/not in this run/)
  })
})
