import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvCell, csvLine, parseCsv } from '../../../main/terms/csv.ts'

describe('parseCsv', () => {
  it.each([
    [
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a;b\n1;2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a\tb\r1\t2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['\ufeffa,b\n', [['a', 'b']]],
    ['"a ""quoted"" one","two\r\nlines",""\r\n', [['a "quoted" one', 'two\r\nlines', '']]],
    [
      'a,b\r\n\r\n,\r\nc,',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['"never closed,\nx', [['never closed,\nx']]],
    ['"closed"and more,b', [['closed', 'b']]],
    ['', []],
  ])('%j', (text, lines) => {
    expect(parseCsv(text)).toEqual(lines)
  })

  it('reads back what csvLine wrote, whatever it holds', () => {
    const cell = fc.string({ unit: 'binary' })
    // A line of empty cells is no line; one cell that begins like a formula behind a quote of its own is the one thing that is ambiguous.
    const line = fc
      .array(cell, { minLength: 2, maxLength: 6 })
      .map((cells) => ['x', ...cells.map((one) => one.replace(/^'+/, ''))])
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const head = ['a', 'b', 'c']
        expect(parseCsv(csvLine(head) + lines.map(csvLine).join(''))).toEqual([head, ...lines])
      }),
      { numRuns: 500, seed: 3 },
    )
  })

  it.each(['=1+1', '+1', '-1', '@x', '\tx'])('makes no formula of %j', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/)
  })

  it('is linear in its input, quotes or not', () => {
    const time = (text: string): number => {
      const started = performance.now()
      parseCsv(text)
      return performance.now() - started
    }
    for (const piece of ['a,', '"', '""', '"a"",', "'=,", '\r\n']) {
      time(piece.repeat(10_000))
      const [short, long] = [time(piece.repeat(100_000)), time(piece.repeat(1_000_000))]
      expect(long, JSON.stringify(piece)).toBeLessThan(Math.max(short, 5) * 40)
    }
  })
})
