import { expect, test } from 'vitest'
import { findings } from './electron-age.ts'

const registry = {
  latest: '45.1.0',
  times: {
    '42.9.9': '2026-01-01T00:00:00Z',
    '43.0.0': '2026-01-01T00:00:00Z',
    '45.0.0': '2026-03-01T00:00:00Z',
    '45.0.1': '2026-04-01T00:00:00Z',
    '45.1.0': '2026-05-01T00:00:00Z',
    '45.2.0-beta.1': '2026-03-02T00:00:00Z',
  },
}

test('E14: a release is refused with an Electron that is not supported, or more than a month behind', () => {
  const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)
  expect(findings('45.1.0', registry, at('2026-12-01'))).toEqual([])
  expect(findings('45.0.0', registry, at('2026-04-30'))).toEqual([])
  expect(findings('45.0.0', registry, at('2026-05-10'))).toEqual([
    'Electron 45.0.0 has been behind 45.0.1 for 39 days.',
  ])
  expect(findings('43.0.0', registry, at('2026-05-02'))).toEqual([])
  expect(findings('42.9.9', registry, at('2026-05-02'))).toEqual([
    'Electron 42.9.9 is not supported any more; the oldest that is: 43.',
  ])
  expect(findings('99.0.0', registry, at('2026-05-02'))).toEqual(['Electron 99.0.0 is not in the registry.'])
})
