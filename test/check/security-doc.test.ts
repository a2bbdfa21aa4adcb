// The threat model names a test for each of its claims: the tests exist, and no row is without one.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')
const text = readFileSync(path.join(root, 'docs', 'security.md'), 'utf8')
const claims = text
  .slice(text.indexOf('## What stops them'))
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (Asset |---)/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  )

test('each row names asset, attacker, protection and a test that is there', () => {
  expect(claims.length).toBeGreaterThan(25)
  for (const cells of claims) {
    expect(cells, cells.join(' | ')).toHaveLength(4)
    const named = [...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    expect(named.length, cells.join(' | ')).toBeGreaterThan(0)
    for (const name of named)
      if (name.startsWith('npm run '))
        expect(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))).toHaveProperty([
          'scripts',
          name.slice('npm run '.length),
        ])
      else expect(existsSync(path.join(root, name)), name).toBe(true)
  }
})
