// IP addresses of peers: the key under which limits count a peer, and whether the peer is this machine. Only addresses are judged here, in any
// spelling: a name such as 127.evil.example is not an address, whatever it begins with.

/** Eight numbers of 16 bits. An IPv4 address is its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2). */
type Groups = readonly number[]

/** `::ffff:255.255.255.255` and the longest name of an interface behind `%` have less. */
const MAX_LENGTH = 100
/** Letters that Node takes in a zone, too. */
const ZONE = /^[0-9A-Za-z.:-]+$/
const MAPPED: Groups = [0, 0, 0, 0, 0, 0xffff]

/** Four decimal numbers without leading zeros, which some parsers read as octal. */
function parseV4(text: string): Groups | undefined {
  const [a = -1, b = -1, c = -1, d = -1, ...more] = text
    .split('.')
    .map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : -1))
  const isAddress = more.length === 0 && [a, b, c, d].every((octet) => octet >= 0 && octet <= 255)
  return isAddress ? [a * 256 + b, c * 256 + d] : undefined
}

/** One side of `::`, or all of an address without one. Dotted decimal may stand at the very end (RFC 4291 §2.2). */
function parseGroups(text: string, isEnd: boolean): Groups | undefined {
  const groups: number[] = []
  if (text === '') return groups
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16))
    else {
      const last = isEnd && i === parts.length - 1 ? parseV4(part) : undefined
      if (last === undefined) return undefined
      groups.push(...last)
    }
  }
  return groups
}

/** Undefined for text that is not an IP address. A zone (RFC 4007 §11) is removed: it names an interface, not a peer. */
function parseIp(raw: string): Groups | undefined {
  if (raw.length > MAX_LENGTH) return undefined
  if (!raw.includes(':')) {
    const v4 = parseV4(raw)
    return v4 === undefined ? undefined : [...MAPPED, ...v4]
  }
  const [text = '', ...zone] = raw.split('%')
  if (zone.length > 1 || !zone.every((name) => ZONE.test(name))) return undefined
  const [left = '', right, ...more] = text.split('::')
  const before = parseGroups(left, right === undefined)
  const after = right === undefined ? [] : parseGroups(right, true)
  if (before === undefined || after === undefined || more.length > 0) return undefined
  const missing = 8 - before.length - after.length
  // `::` stands for one group of zeros at least.
  if (right === undefined ? missing !== 0 : missing < 1) return undefined
  return [...before, ...Array.from({ length: missing }, () => 0), ...after]
}

function v4Of(groups: Groups): string | undefined {
  if (!MAPPED.every((group, i) => groups[i] === group)) return undefined
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** An IPv4-mapped address as IPv4; every other text unchanged. */
export function plainAddress(raw: string): string {
  const groups = parseIp(raw)
  return (groups === undefined ? undefined : v4Of(groups)) ?? raw
}

/**
 * The key under which limits count a peer, equal for all spellings of its address: an IPv4 address itself, or the /64 of an IPv6 address. A host
 * with one address of a subnet has all 2^64 (RFC 4291 §2.5.4), so counting single IPv6 addresses would limit nobody. Other text (a Unix socket
 * has no address) is its own key.
 */
export function peerKey(raw: string): string {
  const groups = parseIp(raw)
  if (groups === undefined) return raw
  const network = groups.slice(0, 4).map((group) => group.toString(16))
  return v4Of(groups) ?? `${network.join(':')}::/64`
}

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3) or ::1 (RFC 4291 §2.5.3), in any spelling. Names are not looked up: `localhost` is none. */
export function isLoopbackAddress(raw: string): boolean {
  const groups = parseIp(raw)
  if (groups === undefined) return false
  const isOne = groups.every((group, i) => group === (i === 7 ? 1 : 0))
  return isOne || v4Of(groups)?.split('.')[0] === '127'
}

/**
 * The addresses of a host that is this machine: a loopback address itself, 127.0.0.1 and ::1 for `localhost`, undefined for every other host.
 * Code that trusts a host for being local has to connect or bind to these addresses, never to the name: a hosts file or a resolver may give the
 * name another address (RFC 6761 §6.3 asks for loopback, nothing enforces it).
 */
export function loopbackAddresses(host: string): readonly string[] | undefined {
  if (isLoopbackAddress(host)) return [host]
  return host.toLowerCase() === 'localhost' ? ['127.0.0.1', '::1'] : undefined
}
