// What a stranger names is dialled in the public Internet only. RFC 6890
import { describe, expect, it } from 'vitest'
import { isInside, isPublicAddress } from '../../../main/dns/public-address.ts'

describe('addresses', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.0.1', '100.128.0.1', '223.255.255.255'],
    ...['2606:4700::1111', '2a00:1450:4001::1', '2003::1'],
  ])('%s is public', (ip) => {
    expect(isPublicAddress(ip)).toBe(true)
    expect(isInside(ip)).toBe(false)
  })
  it.each([
    ...[
      '0.0.0.0',
      '127.0.0.1',
      '127.255.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '169.254.169.254',
    ],
    ...[
      '100.64.0.1',
      '192.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      'fc00::1',
      'fd12::1',
      'fe80::1',
      'ff02::1',
    ],
    ...['2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '', 'far.test', '127.1', '2130706433', '0x7f.1'],
  ])('%s is not', (ip) => {
    expect(isPublicAddress(ip)).toBe(false)
  })
  it('those behind a router are told apart from loopback', () => {
    for (const ip of [
      '10.1.2.3',
      '172.16.0.1',
      '172.31.9.9',
      '192.168.0.1',
      '169.254.1.1',
      '100.64.0.1',
      'fd00::1',
      'fe80::1',
    ])
      expect(isInside(ip), ip).toBe(true)
    for (const ip of ['127.0.0.1', '::1', '172.32.0.1', '100.128.0.1', '192.169.0.1'])
      expect(isInside(ip), ip).toBe(false)
  })
})
