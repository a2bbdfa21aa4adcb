// Which addresses are of the public Internet: what a stranger names is dialled there only, never within our own network. RFC 6890
import { BlockList, isIP } from 'node:net'

const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** Within 2000::/3: tunnels that lead to any IPv4 address, benchmarks, documentation. */
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [net = '', bits = '0'] = range.split('/')
    list.addSubnet(net, Number(bits), family)
  }
  return list
}

const special4 = blockList('ipv4', SPECIAL_V4)
const special6 = blockList('ipv6', SPECIAL_V6)
const global6 = blockList('ipv6', ['2000::/3'])

export function isPublicAddress(ip: string): boolean {
  switch (isIP(ip)) {
    case 4:
      return !special4.check(ip, 'ipv4')
    case 6:
      return global6.check(ip, 'ipv6') && !special6.check(ip, 'ipv6')
    default:
      return false
  }
}

/** An address behind a router tells the reader nothing, and others something about our network. RFC 6890 */
const INSIDE =
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab])/i

export function isInside(ip: string): boolean {
  return INSIDE.test(ip.replace(/^::ffff:/i, ''))
}
