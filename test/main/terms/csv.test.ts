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
    const hostile = fc.string({
      unit: fc.constantFrom(...Array.from('=\'+-@;,\t\r\n" a\uff1d\0\u0085\u2028\u200b\ufeff\ufe0f')),
      maxLength: 12,
    })
    const cell = fc.oneof(fc.string({ unit: 'binary' }), hostile)
    // A line of empty cells is no line.
    const line = fc.array(cell, { minLength: 2, maxLength: 6 }).map((cells) => ['x', ...cells])
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const head = ['a', 'b', 'c']
        expect(parseCsv(csvLine(head) + lines.map(csvLine).join(''))).toEqual([head, ...lines])
      }),
      { numRuns: 3000, seed: 3 },
    )
  })

  it.each(['=1+1', '+1', '-1', '@x', '\tx', ' =1', '\uff1d1', '\0=1', '\u0085=1', '\v\f=1', '\u3000=1', '\u22121'])(
    'makes no formula of %j',
    (text) => {
      expect(csvCell(text)).toMatch(/^"'/)
    },
  )

  it('makes no formula of a sign behind anything that is not seen', () => {
    const unseen = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u
    const all = Array.from({ length: 0x11_0000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((one) => unseen.test(one))
    expect(all.length).toBeGreaterThan(4000)
    const open = all.flatMap((one) =>
      [one, `${one}${one}`, ` ${one} `, `x;${one}`].filter((before) => {
        return !csvCell(`${before}=1`).includes("'")
      }),
    )
    expect(open).toEqual([])
  })

  it('makes no formula of anything, whatever a spreadsheet takes for its separator', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('=+-@;,\t\r\n"\' ax')), maxLength: 14 })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (cells) => {
        const line = csvLine(cells)
        // Cut without any regard for quotes: the worst that a program can do with another separator.
        for (const separator of [';', '\t'])
          for (const piece of line.split(/\r\n|\r|\n/).flatMap((one) => one.split(separator)))
            expect(piece).not.toMatch(/^ *[=+\-@]/)
      }),
      { numRuns: 3000, seed: 5 },
    )
  })

  it('quotes every cell', () => {
    expect(csvLine(['a', 1, true, null, 'x;y'])).toBe('"a","1","true","","x;y"\r\n')
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
