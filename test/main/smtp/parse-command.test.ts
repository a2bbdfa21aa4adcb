import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { looksRouted, parseCommand, parsePathCommand } from '../../../main/smtp/parse-command.ts'
import type { Address } from '../../../main/terms/address.ts'

function path(argument: string, keyword: 'FROM' | 'TO' = 'FROM'): string {
  const result = parsePathCommand(argument, keyword)
  if (typeof result === 'string') return result
  return result.path.kind === 'address' ? result.path.address : result.path.kind
}

describe('parsePathCommand', () => {
  it.each([
    ['FROM:<a@b.test>', 'a@b.test'],
    ['from:<a@B.Test>', 'a@b.test'],
    ['FROM: <a@b.test>', 'a@b.test'],
    ['FROM:<>', 'null'],
    ['FROM:<"a b"@b.test>', '"a b"@b.test'],
    ['FROM:<"a>b"@b.test>', '"a>b"@b.test'],
    ['FROM:<"plain"@b.test>', 'plain@b.test'],
    ['FROM:<@x.test,@y.test:a@b.test>', 'a@b.test'],
    ['FROM:<josé@bücher.test>', 'josé@xn--bcher-kva.test'],
    ['FROM:<a@b.test.>', 'a@b.test'],
    ['FROM:a@b.test', 'syntax'],
    ['FROM:<a@b.test', 'syntax'],
    ['FROM:<a@b.test>x', 'syntax'],
    ['TO:<a@b.test>', 'syntax'],
    ['FROM:<a@b@c.test>', 'address'],
    ['FROM:<a@>', 'address'],
    ['FROM:<@b.test>', 'address'],
    ['FROM:<a..b@c.test>', 'address'],
    [`FROM:<${'a'.repeat(249)}@b.test>`, 'address'],
    ['FROM:<a@b.test> SIZE=1 SIZE=2', 'parameter'],
  ])('%s -> %s', (argument, wanted) => {
    expect(path(argument)).toBe(wanted)
  })

  it('knows the bare postmaster', () => {
    expect(path('TO:<Postmaster>', 'TO')).toBe('postmaster')
  })

  it('never throws, on any line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const command = parseCommand(Buffer.from(bytes))
        if (command !== undefined) parsePathCommand(command.argument, 'TO')
      }),
      { numRuns: 3000, seed: 1 },
    )
  })
})

describe('parseCommand', () => {
  it('takes no control characters and no broken UTF-8', () => {
    expect(parseCommand(Buffer.from('EHLO a\tb'))).toBeUndefined()
    expect(parseCommand(Buffer.from([0x4d, 0xff]))).toBeUndefined()
    expect(parseCommand(Buffer.from('ehlo  host '))).toEqual({ verb: 'EHLO', argument: 'host' })
  })
})

describe('looksRouted', () => {
  it.each([
    ['a%b@c.test', true],
    ['b!a@c.test', true],
    ['"a@b"@c.test', true],
    ['a+b@c.test', false],
  ])('%s: %s', (address, routed) => {
    expect(looksRouted(address as Address)).toBe(routed)
  })
})
