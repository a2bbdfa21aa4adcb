// What a browser fetches before the first page shows: the files that index.html names, compressed as they travel.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = path.resolve(import.meta.dirname, '..', '..', 'dist', 'renderer')
const BUDGET = 250 * 1024

test('the first load is under 250 KiB', () => {
  const html = readFileSync(path.join(dist, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((one) => one[1] ?? '')
  expect(files.length).toBeGreaterThan(2)
  const size = files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(dist, file))).length, 0)
  expect(size).toBeLessThan(BUDGET)
})
