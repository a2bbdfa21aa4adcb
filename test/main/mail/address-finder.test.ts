import { describe, expect, it } from 'vitest'
import { addressTable, replaceAddresses } from '../../../main/mail/address-finder.ts'
import { keyOf } from './golden-facts.ts'

/** As long as there are any. RFC 5321 §4.5.3.1.3 */
const LONG = 'l'.repeat(241)
const table = addressTable([
  { key: keyOf(`${LONG}@real.example`), replacement: 'L', withTags: false },
  { key: keyOf('smith@real.example'), replacement: 'A', withTags: true },
  { key: keyOf('x@bücher.example'), replacement: 'B', withTags: false },
  { key: keyOf('"a b"@real.example'), replacement: 'C', withTags: true },
  { key: keyOf('r7@relay.example'), replacement: 'bob+x@example.com', withTags: false },
])

const TABLE: readonly (readonly [string, string])[] = [
  ['', ''],
  [`${LONG}@real.example`, 'L'],
  [`<${LONG.replaceAll('l', '%6C')}%40real.example>`, '<L>'],
  ['smith@real.example', 'A'],
  ['SMITH@REAL.EXAMPLE', 'A'],
  ['<smith@real.example>', '<A>'],
  ['see smith@real.example.', 'see A.'],
  ['smith@real.example.Then', 'A.Then'],
  ['smith@real.example.asc', 'A.asc'],
  ['smith@real.example.com', 'smith@real.example.com'],
  ['smith@real.example.2026', 'A.2026'],
  ['smith@real.example-key', 'A-key'],
  ['smith@real.example2', 'smith@real.example2'],
  ['john.smith@real.example', 'john.smith@real.example'],
  ['john-smith@real.example', 'john-smith@real.example'],
  ['blacksmith@real.example', 'blacksmith@real.example'],
  ['_smith@real.example_', '_A_'],
  ['*smith@real.example*', '*A*'],
  ["'smith@real.example'", "'A'"],
  ['mailto:smith@real.example?x', 'mailto:A?x'],
  ['to=smith@real.example&', 'to=A&'],
  ['smith+shop@real.example', 'A'],
  ['smith%40real.example', 'A'],
  ['smith%2Bshop%40real.example', 'A'],
  ['%3Csmith@real.example%3E', '%3CA%3E'],
  ['联系smith@real.example吗', '联系A吗'],
  ['x@bücher.example x@XN--BCHER-KVA.example', 'B B'],
  ['"a b"@real.example', 'C'],
  ['r7@relay.example', 'bob+x@example.com'],
  ['r7%40relay.example', 'bob%2Bx%40example.com'],
  ['r7+x@relay.example', 'r7+x@relay.example'],
  ['smith@real.example,smith@real.example', 'A,A'],
  ['smith@smith@real.example', 'smith@A'],
  ['@real.example', '@real.example'],
  ['smith@', 'smith@'],
]

describe('replaceAddresses', () => {
  it.each(TABLE)('%s', (text, expected) => {
    expect(replaceAddresses(text, table)).toBe(expected)
  })

  it('parts file names at their marks', () => {
    expect(replaceAddresses('key_smith@real.example-pub.asc', table, 'file-name')).toBe('key_A-pub.asc')
  })

  it('looks at each byte a bounded number of times', () => {
    for (const unit of ['@', 'a.', 'a@', '%40', 'smith@real.example.', '@a.a.a.a.a.a', '@é.', '"@']) {
      const before = performance.now()
      replaceAddresses(unit.repeat(Math.ceil(1_000_000 / unit.length)), table)
      expect(performance.now() - before, unit).toBeLessThan(4000)
    }
  })
})
