import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataReader } from '../../../main/smtp/data-reader.ts'

interface Result {
  readonly state: string
  readonly body: string
  readonly rest: string
}

/** Feeds the reader chunk by chunk, as the session does. */
function read(chunks: readonly Buffer[], maxLine = 65_536): Result {
  const reader = new DataReader(maxLine)
  const out: Buffer[] = []
  for (const [i, chunk] of chunks.entries()) {
    const step = reader.push(chunk)
    if (step.state === 'more' || step.state === 'done') out.push(...step.out)
    if (step.state === 'done') {
      const rest = Buffer.concat([step.rest, ...chunks.slice(i + 1)])
      return { state: 'done', body: Buffer.concat(out).toString('latin1'), rest: rest.toString('latin1') }
    }
    if (step.state !== 'more') return { state: step.state, body: '', rest: '' }
  }
  return { state: 'more', body: Buffer.concat(out).toString('latin1'), rest: '' }
}

/** RFC 5321 §4.5.2 in the plainest words: the reference that the reader is held against. */
function reference(text: string, maxLine = 65_536): Result {
  let body = ''
  let at = 0
  for (;;) {
    let end = at
    while (end < text.length && text[end] !== '\r' && text[end] !== '\n' && text[end] !== '\0') end++
    if (end === text.length) return { state: 'more', body, rest: '' }
    if (text[end] === '\0') return { state: 'nul', body: '', rest: '' }
    if (text[end] === '\n') return { state: 'bare-lf', body: '', rest: '' }
    if (end + 1 === text.length) return { state: 'more', body, rest: '' }
    if (text[end + 1] !== '\n') return { state: 'bare-cr', body: '', rest: '' }
    const line = text.slice(at, end)
    if (line.length > maxLine) return { state: 'line-too-long', body: '', rest: '' }
    if (line === '.') return { state: 'done', body, rest: text.slice(end + 2) }
    body += `${line.startsWith('.') ? line.slice(1) : line}\r\n`
    at = end + 2
  }
}

const pieces = fc.constantFrom('\r\n', '\r', '\n', '.', '\0', 'a', 'word', '..', '\r\n.\r\n', '\n.\n', '\r\n.')
const texts = fc.array(pieces, { maxLength: 30 }).map((all) => all.join(''))

describe('DataReader', () => {
  it.each([
    ['a\r\n.\r\n', 'done', 'a\r\n', ''],
    ['.\r\n', 'done', '', ''],
    ['..\r\n.\r\n', 'done', '.\r\n', ''],
    ['.a\r\n.\r\nQUIT\r\n', 'done', 'a\r\n', 'QUIT\r\n'],
    ['a\n.\n', 'bare-lf', '', ''],
    ['a\r\n.\n', 'bare-lf', '', ''],
    ['a\r.\r\n', 'bare-cr', '', ''],
    ['a\0\r\n', 'nul', '', ''],
  ])('%j', (text, state, body, rest) => {
    expect(read([Buffer.from(text, 'latin1')])).toEqual({ state, body, rest })
  })

  it('gives the same result however the bytes are cut, and the same as the reference', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(40), { maxLength: 8 }), (text, cuts) => {
        const bytes = Buffer.from(text, 'latin1')
        const places = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b)
        const chunks = [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length))
        const whole = reference(text)
        const got = read(chunks)
        expect(got.state).toBe(whole.state)
        if (whole.state === 'done') expect(got).toEqual(whole)
      }),
      { numRuns: 5000, seed: 20261121 },
    )
  })

  it('cut at every byte', () => {
    const text = 'Subject: x\r\n\r\n..\r\n.a\r\nlast\r\n.\r\nMAIL'
    const bytes = Buffer.from(text, 'latin1')
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(reference(text))
  })

  it('refuses a line over its limit', () => {
    expect(read([Buffer.from(`${'a'.repeat(101)}\r\n.\r\n`)], 100).state).toBe('line-too-long')
    expect(read([Buffer.from('a'.repeat(60)), Buffer.from(`${'a'.repeat(60)}\r\n`)], 100).state).toBe('line-too-long')
    expect(read([Buffer.from(`${'a'.repeat(100)}\r\n.\r\n`)], 100).state).toBe('done')
  })
})
