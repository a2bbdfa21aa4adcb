// One key for one peer, however its address is written; and this machine is told by its address alone. Held against node:net, which reads
// the same addresses by other code.
import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, loopbackAddresses, peerKey, plainAddress } from '../../../main/terms/peer-address.ts'

const group = fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
const groups = fc.array(group, { minLength: 8, maxLength: 8 })
const octets = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 })

interface Style {
  readonly from: number
  readonly length: number
  readonly upper: boolean
  readonly padded: boolean
  readonly dotted: boolean
  readonly zone: string
}
const style = fc.record<Style>({
  from: fc.integer({ min: 0, max: 7 }),
  length: fc.integer({ min: 0, max: 8 }),
  upper: fc.boolean(),
  padded: fc.boolean(),
  dotted: fc.boolean(),
  zone: fc.constantFrom('', '', '%eth0', '%3'),
})

const dottedTail = ([high = 0, low = 0]: readonly number[]): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.')

/** One of the many ways to write it: any run of zeros may be `::`, digits may be padded or in capitals, the end may be dotted. */
function written(address: readonly number[], { from, length, upper, padded, dotted, zone }: Style): string {
  const texts = address.map((one) => one.toString(16).padStart(padded ? 4 : 1, '0'))
  const parts = dotted ? [...texts.slice(0, 6), dottedTail(address.slice(6))] : texts
  const run = Math.min(length, (dotted ? 6 : 8) - from)
  const isZero = run > 0 && address.slice(from, from + run).every((one) => one === 0)
  const text = isZero ? `${parts.slice(0, from).join(':')}::${parts.slice(from + run).join(':')}` : parts.join(':')
  return `${upper ? text.toUpperCase() : text}${zone}`
}

const mappedOf = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): readonly number[] => [
  ...[0, 0, 0, 0, 0, 0xffff],
  ...[a * 256 + b, c * 256 + d],
]

describe('the key of a peer', () => {
  it('is the same for every spelling of an IPv6 address, and for every address of its /64', () => {
    fc.assert(
      fc.property(groups, groups, style, style, (address, other, one, two) => {
        fc.pre(!address.slice(0, 4).every((each) => each === 0))
        const neighbour = [...address.slice(0, 4), ...other.slice(4)]
        const [first, second] = [written(address, one), written(neighbour, two)]
        expect(isIP(first), first).toBe(6)
        expect(peerKey(first)).toBe(peerKey(second))
      }),
    )
  })

  it('differs between two subnets', () => {
    fc.assert(
      fc.property(groups, groups, style, style, (address, other, one, two) => {
        fc.pre(address.slice(0, 4).join() !== other.slice(0, 4).join())
        expect(peerKey(written(address, one))).not.toBe(peerKey(written(other, two)))
      }),
    )
  })

  it('of an IPv4 address is itself, mapped or not, dotted or hexadecimal', () => {
    fc.assert(
      fc.property(octets, style, (address, one) => {
        const plain = address.join('.')
        expect(peerKey(plain)).toBe(plain)
        expect(peerKey(written(mappedOf(address), one))).toBe(plain)
        expect(plainAddress(written(mappedOf(address), one))).toBe(plain)
      }),
    )
  })

  it.each([
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['2001:DB8:0000:0000:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:db8::1:0:0:0:1', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    // Deprecated, and not the IPv4 address that it ends with.
    ['::192.0.2.1', '0:0:0:0::/64'],
    ['unix socket', 'unix socket'],
    ['', ''],
  ])('%j -> %j', (address, want) => {
    expect(peerKey(address)).toBe(want)
  })
})

describe('what is an address', () => {
  it('is what node:net takes for one: anything else is its own key', () => {
    const odd = fc
      .array(fc.constantFrom(...'0123456789abcdefABCDEFg:::..%-[]/ x'.split('')), { maxLength: 30 })
      .map((characters) => characters.join(''))
    fc.assert(
      fc.property(odd, (text) => {
        if (isIP(text) === 0) expect([peerKey(text), isLoopbackAddress(text)]).toEqual([text, false])
        else if (isIP(text) === 6) expect(peerKey(text)).not.toBe(text)
      }),
      { numRuns: 5000 },
    )
  })

  it('is looked at in bounded time, however long the text', () => {
    const long = '1:'.repeat(1_000_000)
    expect(peerKey(long)).toBe(long)
  })
})

describe('this machine', () => {
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')

  it('is told for every IPv4 address and spelling as by a list of networks', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          octets,
          octets.map(([, ...rest]) => [127, ...rest]),
        ),
        style,
        (address, one) => {
          const expected = loopback.check(address.join('.'), 'ipv4')
          expect(isLoopbackAddress(address.join('.'))).toBe(expected)
          expect(isLoopbackAddress(written(mappedOf(address), one))).toBe(expected)
        },
      ),
    )
  })

  it('is told for every IPv6 address and spelling as by a list of networks', () => {
    const nearOne = fc.tuple(groups, fc.integer({ min: 0, max: 8 })).map(([address, zeros]) => {
      return [...Array.from({ length: zeros }, () => 0), ...address.slice(zeros)].with(7, 1)
    })
    fc.assert(
      fc.property(fc.oneof(groups, nearOne), style, (address, one) => {
        const text = written(address, one)
        expect(isLoopbackAddress(text), text).toBe(loopback.check(text.replace(/%.*/, ''), 'ipv6'))
      }),
    )
  })

  it.each([
    ...['127.evil.example', '127.0.0.1.evil.example', 'localhost', 'localhost.evil.example', '127.1', '0x7f.0.0.1'],
    ...['127.0.0.01', '127.0.0.256', '127.0.0.1:25', '[::1]', '::1.evil.example', '::127.0.0.1', '2130706433', ''],
    ...['0.0.0.0', '::', '128.0.0.1', '::2', ' 127.0.0.1', '127.0.0.1\n'],
  ])('%j is not', (text) => {
    expect(isLoopbackAddress(text)).toBe(false)
  })

  it('as a host is connected to by address: the name is never looked up', () => {
    expect(loopbackAddresses('localhost')).toEqual(['127.0.0.1', '::1'])
    expect(loopbackAddresses('LocalHost')).toEqual(['127.0.0.1', '::1'])
    expect(loopbackAddresses('127.0.0.53')).toEqual(['127.0.0.53'])
    expect(loopbackAddresses('::1')).toEqual(['::1'])
    for (const host of ['127.evil.example', 'x.localhost', 'localhost.', 'mail.example.org', '192.0.2.1'])
      expect(loopbackAddresses(host), host).toBeUndefined()
  })
})
