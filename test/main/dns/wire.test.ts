// DNS messages and names: every cut and every flipped octet gives a message or a WireError, and what others encode is read as they meant it.
import dnsPacket from 'dns-packet'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  commonAncestor,
  compareNames,
  countLabels,
  isUnder,
  joinLabels,
  labelsOf,
  lastLabels,
  nameText,
  parentOf,
  parseName,
  substitute,
  wildcardOf,
  type Name,
} from '../../../main/dns/name.ts'
import { parseBitmap, parseIp, rdataText } from '../../../main/dns/rdata.ts'
import { gatherSets } from '../../../main/dns/rrset.ts'
import { parseDelegation, parseKeys } from '../../../main/dns/signature.ts'
import { encodeQuestion, parseMessage, WireError } from '../../../main/dns/wire.ts'

const name = (text: string): Name => {
  const parsed = parseName(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

const SAMPLE = dnsPacket.encode({
  type: 'response',
  id: 4711,
  flags: dnsPacket.AUTHENTIC_DATA,
  questions: [{ type: 'MX', name: 'Example.ORG' }],
  answers: [
    { type: 'MX', name: 'example.org', ttl: 300, data: { preference: 10, exchange: 'Mail.Example.org' } },
    { type: 'CNAME', name: 'www.example.org', ttl: 300, data: 'host.example.org' },
    { type: 'SRV', name: '_x._tcp.example.org', data: { port: 1, target: 'a.example.org', priority: 2, weight: 3 } },
    { type: 'TXT', name: 'example.org', ttl: 5, data: ['one', 'two'] },
    { type: 'AAAA', name: 'mail.example.org', ttl: 5, data: '2001:db8::25' },
    {
      type: 'RRSIG',
      name: 'example.org',
      ttl: 5,
      data: {
        typeCovered: 'MX',
        algorithm: 13,
        labels: 2,
        originalTTL: 300,
        expiration: 2_000_000_000,
        inception: 1_500_000_000,
        keyTag: 12,
        signersName: 'example.org',
        signature: Buffer.from('00112233', 'hex'),
      },
    },
  ],
  authorities: [
    {
      type: 'NSEC',
      name: 'a.example.org',
      ttl: 60,
      data: { nextDomain: 'b.example.org', rrtypes: ['A', 'CAA', 'RRSIG'] },
    },
    {
      type: 'SOA',
      name: 'example.org',
      ttl: 60,
      data: { mname: 'ns.example.org', rname: 'h.example.org', serial: 1, minimum: 60 },
    },
  ],
  additionals: [
    {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 1232,
      extendedRcode: 0,
      ednsVersion: 0,
      flag_do: false,
      flags: 0,
      options: [],
    },
  ],
})

/** Everything that reads octets of a stranger's, over one message. */
function readAll(bytes: Buffer): void {
  const message = parseMessage(bytes)
  for (const section of [message.answer, message.authority, message.additional])
    for (const set of gatherSets(section)) {
      for (const rdata of set.data) {
        rdataText(set.type, rdata)
        parseDelegation(rdata)
      }
      parseKeys(set)
      expect(nameText(set.name)).toMatch(/^[!-~]+$/)
    }
}

test('what dns-packet encodes is read, without compression and in lower case', () => {
  const message = parseMessage(SAMPLE)
  expect(message.id).toBe(4711)
  expect(message.authenticated).toBe(true)
  expect(message.edns).toBe(true)
  const texts = message.answer.map((one) => `${nameText(one.name)} ${rdataText(one.type, one.rdata)}`)
  expect(texts.slice(0, 5)).toEqual([
    'example.org 10 mail.example.org.',
    'www.example.org host.example.org.',
    '_x._tcp.example.org 2 3 1 a.example.org.',
    'example.org "one" "two"',
    'mail.example.org 2001:db8::25',
  ])
  const [mx] = gatherSets(message.answer)
  expect(mx?.signatures[0]).toMatchObject({ covered: 15, algorithm: 13, labels: 2, keyTag: 12 })
  expect(rdataText(47, message.authority[0]?.rdata ?? Buffer.alloc(0))).toBe('b.example.org. A RRSIG CAA')
})

test('a question is what others read in it', () => {
  const bytes = encodeQuestion({
    id: 99,
    name: name('example.org'),
    type: 52,
    dnssec: true,
    wantsAd: false,
    padTo: 128,
  })
  expect(bytes.length).toBe(128)
  const query = dnsPacket.decode(bytes)
  expect(query.id).toBe(99)
  expect(query.questions).toEqual([{ name: 'example.org', type: 'TLSA', class: 'IN' }])
  expect(query).toMatchObject({ flag_cd: true, flag_ad: false, flag_rd: true })
  expect(query.additionals?.[0]).toMatchObject({ type: 'OPT', udpPayloadSize: 1232, flag_do: true })
})

test('a message that is cut at any octet is refused', () => {
  for (let size = 0; size < SAMPLE.length; size++) expect(() => readAll(SAMPLE.subarray(0, size))).toThrow(WireError)
})

test('an octet that is changed gives a message or a WireError', () => {
  let read = 0
  for (let at = 0; at < SAMPLE.length; at++)
    for (const value of [0x00, 0x3f, 0x40, 0xc0, 0xff, (SAMPLE[at] ?? 0) ^ 0x01]) {
      const bytes = Buffer.from(SAMPLE)
      bytes[at] = value
      try {
        readAll(bytes)
        read++
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }
  expect(read).toBeGreaterThan(100)
})

test('octets at random give a message or a WireError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 600 }), (random) => {
      const bytes = Buffer.from(random)
      bytes.writeUInt16BE((bytes[5] ?? 0) % 2, 4)
      for (const at of [6, 8, 10]) bytes.writeUInt16BE((bytes[at] ?? 0) % 8, at)
      try {
        readAll(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(WireError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a name that points at itself, forward or in a ring ends', () => {
  const head = Buffer.from('000080000001000000000000', 'hex')
  for (const pointer of ['c00c', 'c00e', 'c100', 'ffff', '01 61 c00c', '3f'])
    expect(() => parseMessage(Buffer.concat([head, Buffer.from(pointer.replaceAll(' ', ''), 'hex')]))).toThrow(
      WireError,
    )
})

const anyName = fc
  .array(
    fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 20,
    }),
    {
      maxLength: 6,
    },
  )
  .map((labels) => joinLabels(labels))
  .filter((one) => one !== undefined)

test('names: text and back, parents, order', () => {
  fc.assert(
    fc.property(anyName, anyName, (a, b) => {
      expect(parseName(nameText(a))).toBe(a)
      expect(joinLabels(labelsOf(a))).toBe(a)
      expect(isUnder(a, parentOf(a))).toBe(true)
      expect(lastLabels(a, labelsOf(a).length)).toBe(a)
      expect(Math.sign(compareNames(a, b)) + Math.sign(compareNames(b, a))).toBe(0)
      expect(compareNames(a, b) === 0).toBe(a === b)
      const common = commonAncestor(a, b)
      expect(isUnder(a, common) && isUnder(b, common)).toBe(true)
      const moved = substitute(a, parentOf(a), b)
      if (moved !== undefined) expect(isUnder(moved, b)).toBe(true)
    }),
  )
})

test('the canonical order of RFC 4034 §6.1', () => {
  const inOrder = [
    'example',
    'a.example',
    'yljkjljk.a.example',
    'Z.a.example',
    'zABC.a.EXAMPLE',
    'z.example',
    '\\001.z.example',
    '*.z.example',
    '\\200.z.example',
  ].map(name)
  expect([...inOrder].reverse().sort(compareNames)).toEqual(inOrder)
})

test('names that are none', () => {
  for (const text of ['', '..', 'a..b', '.a', 'a\\', 'a\\999', `${'a'.repeat(64)}.b`, 'b.'.repeat(128), 'a\u0100.b'])
    expect(parseName(text)).toBeUndefined()
  expect(wildcardOf(name('b.'.repeat(127).slice(0, -1)))).toBeUndefined()
  expect(countLabels(name('*.example.org'))).toBe(2)
})

test('addresses are written as RFC 5952 wants them', () => {
  const v6 = (hex: string): string | undefined => parseIp(Buffer.from(hex, 'hex'))
  expect(v6('20010db8000000000000000000000001')).toBe('2001:db8::1')
  expect(v6('00000000000000000000000000000000')).toBe('::')
  expect(v6('20010db8000000010000000000000001')).toBe('2001:db8:0:1::1')
  expect(v6('00010002000300040005000600070000')).toBe('1:2:3:4:5:6:7:0')
  expect(v6('c0000201')).toBe('192.0.2.1')
  expect(v6('c00002')).toBeUndefined()
})

test('bitmaps of types: broken ones are refused', () => {
  expect([...(parseBitmap(Buffer.from('0006400000000003', 'hex')) ?? [])]).toEqual([1, 46, 47])
  for (const hex of ['00', '0000', '0021', '000140000140', '0101400001 40'.replace(' ', ''), '00064000'])
    expect(parseBitmap(Buffer.from(hex, 'hex'))).toBeUndefined()
})
