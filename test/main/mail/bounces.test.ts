// Reports as the world writes them: what is read of each stands beside it. POSTERN_WRITE_GOLDEN=1 writes what is read now.
import fc from 'fast-check'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findStatus, readReport, type Report } from '../../../main/mail/index.ts'
import { headerLength } from '../../../main/mail/header-block.ts'
import { bestStatus, bounceKind } from '../../../main/mail/status-code.ts'

const folder = path.join(import.meta.dirname, 'bounces')
const names = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'message.eml')))

function read(message: Buffer, cut: (body: Buffer) => readonly Buffer[] = (body) => [body]): Report | undefined {
  const at = headerLength(message)
  const report = readReport(message.subarray(0, at))
  for (const chunk of cut(message.subarray(at))) report.push(chunk)
  return report.end()
}

const message = (name: string): Buffer => readFileSync(path.join(folder, name, 'message.eml'))

describe('reports', () => {
  it.each(names)('%s', (name) => {
    const found = JSON.parse(JSON.stringify(read(message(name)) ?? null)) as unknown
    const file = path.join(folder, name, 'expected.json')
    if (process.env['POSTERN_WRITE_GOLDEN'] === '1') writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`)
    expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })

  it.each(names)('%s is read the same in two pieces, cut at every byte, and byte for byte', (name) => {
    const whole = read(message(name))
    const size = message(name).length - headerLength(message(name))
    for (let at = 0; at <= size; at++)
      expect(read(message(name), (body) => [body.subarray(0, at), body.subarray(at)])).toEqual(whole)
    expect(read(message(name), (body) => Array.from(body, (byte) => Buffer.from([byte])))).toEqual(whole)
  })

  it.each(names)('%s cut off at any byte is read without a fault', (name) => {
    const full = message(name)
    for (let at = 0; at <= full.length; at++) expect(() => read(full.subarray(0, at))).not.toThrow()
  })

  it('whatever the bytes, nothing is thrown and what is kept is short', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), (pieces) => {
        const report = read(Buffer.from(`${HEADER}${pieces.join('')}`))
        if (report?.kind === 'bounce')
          for (const one of report.recipients) expect(one.diagnostic.length).toBeLessThan(501)
      }),
      { numRuns: 500 },
    )
  })

  it('ten times the report takes about ten times the work', () => {
    for (const unit of PIECES) {
      const make = (count: number): Buffer => Buffer.from(HEADER + unit.repeat(Math.ceil(count / unit.length)))
      const time = (bytes: Buffer): number => {
        let best = Number.POSITIVE_INFINITY
        for (let i = 0; i < 3; i++) {
          // The work of this thread: what else the machine does is none of the parser's.
          const before = process.threadCpuUsage()
          read(bytes)
          const { user, system } = process.threadCpuUsage(before)
          best = Math.min(best, (user + system) / 1000)
        }
        return best
      }
      time(make(100_000))
      // 50 ms of grace: what is that fast is not slow.
      expect(time(make(1_000_000))).toBeLessThan(time(make(100_000)) * 15 + 50)
    }
  }, 60_000)
})

const HEADER = 'From: x@far.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n'
const PIECES = [
  ...[
    '--b\r\n',
    '--b--\r\n',
    'Content-Type: message/delivery-status\r\n\r\n',
    'Content-Type: text/plain\r\n\r\n',
    '\r\n',
  ],
  ...[
    'Final-Recipient: rfc822;a@b.example\r\n',
    'Action: failed\r\n',
    'Status: 5.1.1\r\n',
    ' folded\r\n',
    '<a@b>:\r\n',
  ],
  ...['Hi. This is the\r\n', '-', '  a@b.example\r\n', 'Diagnostic-Code: smtp; 550 5.', '1', '.', ';', '"', '(', ':'],
]

describe('status codes', () => {
  it.each([
    ['550 5.1.1 user unknown', '5.1.1'],
    ['(#5.1.1)', '5.1.1'],
    ['host 5.1.1.2 said no', undefined],
    ['version 25.1.1', undefined],
    ['5.1.1234', undefined],
    ['3.1.1', undefined],
    ['Code 4.4.7.', '4.4.7'],
  ])('%s', (text, status) => {
    expect(findStatus(text)).toBe(status)
  })

  it.each([
    ['5.0.0', 'smtp; 550 5.2.1 off', '5.2.1'],
    ['5.0.0', 'smtp; 550 no such user here', '5.1.1'],
    ['5.0.0', 'smtp; 554 go away', '5.0.0'],
    ['4.0.0', 'smtp; 550 5.1.1 gone', '4.0.0'],
    ['5.1.10', '550 5.7.1', '5.1.10'],
    [undefined, '452 try later', '4.0.0'],
    [undefined, 'no idea', ''],
  ])('%s with %s is %s', (status, diagnostic, best) => {
    expect(bestStatus(status, diagnostic)).toBe(best)
  })

  it.each([
    ['failed', '5.1.1', 'hard'],
    ['failed', '5.2.2', 'soft'],
    ['failed', '5.7.1', 'soft'],
    ['failed', '4.4.7', 'soft'],
    ['delayed', '5.1.1', 'delayed'],
    ['', '4.4.1', 'delayed'],
    ['', '5.1.2', 'hard'],
    ['', '2.0.0', 'done'],
    ['expanded', '2.0.0', 'done'],
  ])('action %s, status %s: %s', (action, status, kind) => {
    expect(bounceKind(action, status)).toBe(kind)
  })
})
