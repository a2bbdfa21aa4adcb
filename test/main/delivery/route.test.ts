import dnsPacket from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { lookupServers } from '../../../main/delivery/mx.ts'
import { parseRoute } from '../../../main/delivery/route.ts'
import type { Lookup } from '../../../main/dns/resolver.ts'
import { parseMessage } from '../../../main/dns/wire.ts'
import { domainRecords } from '../../../main/dns/records.ts'
import type { Domain } from '../../../main/terms/address.ts'

describe('parseRoute', () => {
  it.each([
    ['mailbox', { kind: 'mailbox' }],
    ['mx', { kind: 'mx' }],
    ['smtp://mail.far.test:587', { kind: 'smarthost', host: 'mail.far.test', port: 587, tls: 'required', pins: [] }],
    ['smtp://mail.far.test', { kind: 'smarthost', host: 'mail.far.test', port: 587, tls: 'required', pins: [] }],
    ['smtp://127.0.0.1:2600', { kind: 'smarthost', host: '127.0.0.1', port: 2600, tls: 'opportunistic', pins: [] }],
    ['smtp://[::1]:2600', { kind: 'smarthost', host: '::1', port: 2600, tls: 'opportunistic', pins: [] }],
    [
      'smtp://mail.far.test:25?tls=opportunistic',
      { kind: 'smarthost', host: 'mail.far.test', port: 25, tls: 'opportunistic', pins: [] },
    ],
    ['smtp://mail.far.test:25?tls=none', { kind: 'smarthost', host: 'mail.far.test', port: 25, tls: 'none', pins: [] }],
    ['smtps://mail.far.test', { kind: 'smarthost', host: 'mail.far.test', port: 465, tls: 'implicit', pins: [] }],
  ])('%s', (text, want) => {
    expect(parseRoute(text)).toEqual(want)
  })
  it.each([
    '',
    'imap://x.test',
    'smtp://user:pw@x.test:25',
    'smtp://x.test/path',
    'smtp://x.test?tls=maybe',
    'smtps://x.test?tls=none',
    'smtp://',
    'mx://x',
  ])('%j is none', (text) => {
    expect(() => parseRoute(text)).toThrow(/is no route/)
  })
})

type Answer = Readonly<Record<string, unknown[] | string>>

const STATUS: Readonly<Record<string, 'no-data' | 'no-name' | 'trouble'>> = { ENODATA: 'no-data', ENOTFOUND: 'no-name' }

function dataOf(type: string, value: unknown): Buffer {
  const packed =
    type === 'MX'
      ? { type: 'MX' as const, name: '.', data: value as { exchange: string; preference: number } }
      : { type: type as 'A' | 'AAAA', name: '.', data: value as string }
  return parseMessage(dnsPacket.encode({ type: 'response', answers: [packed] })).answer[0]?.rdata ?? Buffer.alloc(0)
}

function resolver(table: Answer): Lookup {
  return async (name, type) => {
    const found = table[`${type} ${name}`] ?? 'ENODATA'
    const about = {
      name,
      type,
      owner: name,
      aliases: [],
      steps: [],
      ttl: 60,
      reason: '',
      security: 'insecure' as const,
    }
    return typeof found === 'string'
      ? { ...about, status: STATUS[found] ?? 'trouble', data: [] }
      : { ...about, status: 'found', data: found.map((one) => dataOf(type, one)) }
  }
}

describe('lookupServers', () => {
  const domain = 'far.test' as Domain
  const half = (): number => 0.5
  it.each<[string, Answer, object]>([
    [
      'by preference',
      {
        'MX far.test': [
          { exchange: 'b.test', preference: 20 },
          { exchange: 'a.test', preference: 10 },
        ],
        'A a.test': ['192.0.2.1'],
        'A b.test': ['192.0.2.2'],
      },
      {
        kind: 'servers',
        hosts: [
          { host: 'a.test', addresses: ['192.0.2.1'] },
          { host: 'b.test', addresses: ['192.0.2.2'] },
        ],
      },
    ],
    [
      'IPv6 before IPv4',
      {
        'MX far.test': [{ exchange: 'a.test', preference: 10 }],
        'A a.test': ['192.0.2.1'],
        'AAAA a.test': ['2001:db8::1'],
      },
      {
        kind: 'servers',
        hosts: [{ host: 'a.test', addresses: ['2001:db8::1', '192.0.2.1'] }],
      },
    ],
    [
      'the domain itself without MX',
      { 'A far.test': ['192.0.2.9'] },
      { kind: 'servers', hosts: [{ host: 'far.test', addresses: ['192.0.2.9'] }] },
    ],
    [
      'null MX',
      { 'MX far.test': [{ exchange: '.', preference: 0 }], 'A far.test': ['192.0.2.9'] },
      { kind: 'none', text: expect.stringMatching(/^5.1.10 /) as unknown },
    ],
    [
      'no such domain',
      { 'MX far.test': 'ENOTFOUND' },
      { kind: 'none', text: expect.stringMatching(/^5.1.2 /) as unknown },
    ],
    [
      'an MX without an address',
      { 'MX far.test': [{ exchange: 'a.test', preference: 1 }] },
      { kind: 'none', text: expect.stringMatching(/^5.4.4 /) as unknown },
    ],
    [
      'an MX that is an address',
      { 'MX far.test': [{ exchange: '192.0.2.1', preference: 1 }] },
      { kind: 'none', text: expect.stringMatching(/^5.4.4 /) as unknown },
    ],
    ['DNS trouble', { 'MX far.test': 'ETIMEOUT' }, { kind: 'trouble' }],
    [
      'DNS trouble with the address',
      { 'MX far.test': [{ exchange: 'a.test', preference: 1 }], 'A a.test': 'ESERVFAIL' },
      { kind: 'trouble' },
    ],
  ])('%s', async (_, table, want) => {
    expect(await lookupServers(domain, { lookup: resolver(table), chance: half, mayReach: () => true })).toMatchObject(
      want,
    )
  })
})

describe('domainRecords', () => {
  it('says what a smarthost changes', () => {
    const records = domainRecords('mine.test' as Domain, 'mail.mine.test' as Domain, [], 'smtp.far.test')
    expect(records.find((one) => one.value.startsWith('v=spf1'))?.why).toContain('leaves by smtp.far.test')
  })

  it('has what a domain needs, the long key in pieces of at most 255 octets', () => {
    const key = 'A'.repeat(392)
    const records = domainRecords('mine.test' as Domain, 'mail.mine.test' as Domain, [
      { selector: 'r1', algorithm: 'rsa', publicKey: key },
    ])
    expect(records.map((one) => [one.type, one.name])).toEqual([
      ['MX', 'mine.test'],
      ['TXT', 'mine.test'],
      ['TXT', 'r1._domainkey.mine.test'],
      ['TXT', '_dmarc.mine.test'],
      ['TXT', '_smtp._tls.mine.test'],
    ])
    const dkim = records[2]
    expect(dkim?.value).toBe(`v=DKIM1; k=rsa; p=${key}`)
    const pieces = [...(dkim?.zone.matchAll(/"([^"]*)"/g) ?? [])].map((found) => found[1] ?? '')
    expect(pieces.join('')).toBe(dkim?.value)
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(255)
  })
})
