import { describe, expect, test } from 'vitest'
import { compareRecord } from '../../../main/dns/check-records.ts'
import { domainRecords, type DnsRecord } from '../../../main/dns/records.ts'
import type { Answer } from '../../../main/dns/resolver.ts'
import { parseDomain } from '../../../main/terms/address.ts'

const domain = parseDomain('example.com')
const host = parseDomain('mail.example.com')
if (domain === undefined || host === undefined) throw new Error('No domain.')
const records = domainRecords(domain, host, [
  { selector: 's1', algorithm: 'rsa', publicKey: 'MIIBIjANBgkq'.repeat(32) },
])
const record = (start: string): DnsRecord => {
  const found = records.find((one) => one.value.startsWith(start))
  if (found === undefined) throw new Error(`No ${start}`)
  return found
}

const txt = (text: string): Buffer =>
  Buffer.concat(
    (text.match(/.{1,255}/gs) ?? ['']).map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)])),
  )
const name = (text: string): Buffer =>
  Buffer.concat([
    ...text.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.from([0]),
  ])
const mx = (preference: number, exchange: string): Buffer =>
  Buffer.concat([Buffer.from([0, preference]), name(exchange)])

function answer(change: Partial<Answer>): Answer {
  return {
    ...{ name: 'example.com', type: 'TXT', status: 'found', security: 'insecure', reason: '', steps: [] },
    ...{ owner: 'example.com', aliases: [], data: [], ttl: 60 },
    ...change,
  }
}
const found = (...data: readonly Buffer[]): Answer => answer({ data })
const nothing = answer({ status: 'no-data' })

describe('what stands in the DNS beside what should', () => {
  test.each(['v=spf1', 'v=DKIM1', 'v=DMARC1', 'v=TLSRPTv1'])('%s as it should be', (start) => {
    const { value } = record(start)
    expect(compareRecord(record(start), found(txt('other=1'), txt(value)), undefined)).toEqual({
      ...{ state: 'found', found: [value], mistakes: [] },
    })
  })
  test('blanks and a last semicolon do not count', () => {
    const { value } = record('v=DMARC1')
    const spelt = `${value.replaceAll('; ', ' ;  ')};`
    expect(compareRecord(record('v=DMARC1'), found(txt(spelt)), undefined).state).toBe('found')
  })
  test('not there', () => {
    expect(compareRecord(record('v=spf1'), nothing, undefined)).toEqual({ state: 'missing', found: [], mistakes: [] })
  })
  test('nobody answered: unknown, never missing', () => {
    expect(compareRecord(record('v=spf1'), answer({ status: 'trouble' }), undefined).state).toBe('unknown')
  })
  test.each([
    ['quotes', 'v=spf1', [txt('"v=spf1 mx -all"')]],
    ['two-records', 'v=spf1', [txt('v=spf1 mx -all'), txt('v=spf1 include:other.example ~all')]],
    ['two-records', 'v=DMARC1', [txt(record('v=DMARC1').value), txt('v=DMARC1; p=none')]],
    ['blanks', 'v=DKIM1', [txt(record('v=DKIM1').value.replace('MIIB', 'MI IB'))]],
    ['all-pass', 'v=spf1', [txt('v=spf1 mx +all')]],
    ['all-pass', 'v=spf1', [txt('v=spf1 mx all')]],
  ] as const)('%s in %s', (mistake, start, data) => {
    const { state, mistakes } = compareRecord(record(start), found(...data), undefined)
    expect([state, mistakes]).toEqual(['other', [mistake]])
  })
  test('the domain twice in the name', () => {
    const { value } = record('v=DMARC1')
    expect(compareRecord(record('v=DMARC1'), nothing, found(txt(value))).mistakes).toEqual(['doubled-name'])
  })
  test.each([
    ['found', [], [mx(10, 'mail.example.com')]],
    ['found', [], [mx(5, 'MAIL.example.COM')]],
    ['other', ['old-mx'], [mx(10, 'mail.example.com'), mx(20, 'old.example.net')]],
    ['other', [], [mx(20, 'old.example.net')]],
    ['other', ['mx-address'], [mx(10, '192.0.2.1')]],
    ['missing', [], []],
  ] as const)('MX: %s %j', (state, mistakes, data) => {
    const got = compareRecord(record('10 '), found(...data), undefined)
    expect([got.state, got.mistakes]).toEqual([state, mistakes])
  })
  test('a domain that is not there at all, and one that is an alias', () => {
    expect(compareRecord(record('10 '), answer({ status: 'no-name' }), undefined).mistakes).toEqual(['no-zone'])
    const alias = answer({ data: [mx(10, 'mail.example.com')], aliases: ['elsewhere.example'] })
    expect(compareRecord(record('10 '), alias, undefined).mistakes).toEqual(['alias'])
  })
  test.each([' ', '\t', ';', ' ;', '"', 'v='])('hostile texts of %j cost what their length does', (piece) => {
    const hostile = txt(`v=spf1 ${piece.repeat(30_000)}x`)
    const started = performance.now()
    for (const record of records) compareRecord(record, found(hostile, hostile), undefined)
    expect(performance.now() - started).toBeLessThan(500)
  })
  test('a thousand records and long texts are cut', () => {
    const many = Array.from({ length: 1000 }, () => txt(`v=spf1 ${'x'.repeat(5000)}`))
    const got = compareRecord(record('v=spf1'), found(...many), undefined)
    expect([got.found.length, got.found[0]?.length]).toEqual([10, 1000])
  })
})
