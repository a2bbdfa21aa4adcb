// Wherever names are taken for one organisation's by the public suffix list, it is written down beside it what that is good for: it groups
// (statistics, notices, what is put off), or it authorises, and then no relation of names may do more than its owner could.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const main = path.resolve(import.meta.dirname, '../../main')
const users = readdirSync(main, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: name.split(path.sep).join('/'), text: readFileSync(path.join(main, name), 'utf8') }))
  .filter(({ text }) => /from 'tldts'/.test(text))

test('every use of the public suffix list says whether it groups or authorises', () => {
  expect(users.length).toBeGreaterThan(3)
  const silent = users.filter(({ text }) => !/groups only|authorises/i.test(text))
  expect(silent.map(({ name }) => name)).toEqual([])
})

test('what authorises knows the suffixes that many share', () => {
  const authorising = users.filter(({ text }) => /authorises/i.test(text) && !/groups only/i.test(text))
  expect(authorising.map(({ name }) => name).toSorted()).toEqual(['queue/report-destinations.ts', 'trust/proof.ts'])
  for (const { name, text } of authorising) expect(text, name).toMatch(/allowPrivateDomains: true/)
})
