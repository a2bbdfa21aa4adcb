// Which addresses are of the public Internet: what a stranger names is dialled there only, never within our own network. RFC 6890
import { BlockList, isIP } from 'node:net'
import { plainAddress } from '../terms/peer-address.ts'

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

const inside4 = blockList('ipv4', ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'])
const inside6 = blockList('ipv6', ['fc00::/7', 'fe80::/10'])

/** An address behind a router: to others it names nobody, and tells them of the network behind it. This machine's own is none. RFC 6890 */
export function isInside(address: string): boolean {
  const ip = plainAddress(address)
  switch (isIP(ip)) {
    case 4:
      return inside4.check(ip, 'ipv4')
    case 6:
      return inside6.check(ip, 'ipv6')
    default:
      return false
  }
}
