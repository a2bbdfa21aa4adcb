// What stands in a record: the types that the relay reads, and the text that people read. Pure; hostile data gives undefined.
import { nameText, type Name } from './name.ts'
import { algorithmName, typeName, TYPES } from './types.ts'
import { readName } from './wire.ts'

export interface MxData {
  readonly preference: number
  readonly exchange: Name
}

/** RFC 1035 §3.3.9 */
export function parseMx(rdata: Buffer): MxData | undefined {
  if (rdata.length < 3) return undefined
  const found = readName(rdata, 2)
  return found?.end === rdata.length ? { preference: rdata.readUInt16BE(0), exchange: found.name } : undefined
}

/** The character-strings of a TXT record. RFC 1035 §3.3.14 */
export function parseTxt(rdata: Buffer): readonly Buffer[] | undefined {
  const strings: Buffer[] = []
  for (let at = 0; at < rdata.length;) {
    const size = rdata[at] ?? 0
    if (at + 1 + size > rdata.length) return undefined
    strings.push(rdata.subarray(at + 1, at + 1 + size))
    at += 1 + size
  }
  return strings.length === 0 ? undefined : strings
}

/** A record that is nothing but a name: CNAME, NS, PTR, DNAME. */
export function parseTarget(rdata: Buffer): Name | undefined {
  const found = readName(rdata, 0)
  return found?.end === rdata.length ? found.name : undefined
}

/** `192.0.2.1` or `2001:db8::1`. RFC 1035 §3.4.1, RFC 3596 §2.2 */
export function parseIp(rdata: Buffer): string | undefined {
  if (rdata.length === 4) return [...rdata].join('.')
  if (rdata.length !== 16) return undefined
  const groups = Array.from({ length: 8 }, (_, i) => rdata.readUInt16BE(2 * i))
  // RFC 5952 §4.2: the longest run of zeros, of two at least, the first of equals.
  let best = { start: -1, length: 1 }
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (groups[i + length] === 0) length++
    if (length > best.length) best = { start: i, length }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((one) => one.toString(16))
      .join(':')
  if (best.start < 0) return text(0, 8)
  return `${text(0, best.start)}::${text(best.start + best.length, 8)}`
}

export interface TlsaData {
  readonly usage: number
  readonly selector: number
  readonly matching: number
  readonly data: Buffer
}

/** RFC 6698 §2.1 */
export function parseTlsa(rdata: Buffer): TlsaData | undefined {
  const [usage, selector, matching] = rdata
  if (usage === undefined || selector === undefined || matching === undefined) return undefined
  return { usage, selector, matching, data: rdata.subarray(3) }
}

export interface SoaData {
  readonly primary: Name
  readonly mailbox: Name
  readonly serial: number
  /** RFC 2308 §4: how long a negative answer lives, in seconds. */
  readonly minimum: number
}

export function parseSoa(rdata: Buffer): SoaData | undefined {
  const primary = readName(rdata, 0)
  const mailbox = primary === undefined ? undefined : readName(rdata, primary.end)
  if (primary === undefined || mailbox?.end !== rdata.length - 20) return undefined
  const serial = rdata.readUInt32BE(mailbox.end)
  return { primary: primary.name, mailbox: mailbox.name, serial, minimum: rdata.readUInt32BE(mailbox.end + 16) }
}

export interface SrvData {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: Name
}

/** RFC 2782 */
export function parseSrv(rdata: Buffer): SrvData | undefined {
  if (rdata.length < 7) return undefined
  const found = readName(rdata, 6)
  if (found?.end !== rdata.length) return undefined
  const [priority, weight, port] = [rdata.readUInt16BE(0), rdata.readUInt16BE(2), rdata.readUInt16BE(4)]
  return { priority, weight, port, target: found.name }
}

export interface CaaData {
  readonly critical: boolean
  readonly tag: string
  readonly value: string
}

/** RFC 8659 §4.1 */
export function parseCaa(rdata: Buffer): CaaData | undefined {
  const [flags, size] = rdata
  if (flags === undefined || size === undefined || size === 0 || 2 + size > rdata.length) return undefined
  const tag = rdata.toString('latin1', 2, 2 + size).toLowerCase()
  return { critical: (flags & 0x80) !== 0, tag, value: rdata.toString('latin1', 2 + size) }
}

function quoted(text: Buffer): string {
  let out = ''
  for (const octet of text)
    out +=
      octet === 0x22 || octet === 0x5c
        ? `\\${String.fromCharCode(octet)}`
        : octet >= 0x20 && octet < 0x7f
          ? String.fromCharCode(octet)
          : `\\${String(octet).padStart(3, '0')}`
  return `"${out}"`
}

/** RFC 4034 §4.1.2: the types in a bitmap; undefined where it is broken. */
export function parseBitmap(bytes: Buffer): ReadonlySet<number> | undefined {
  const types = new Set<number>()
  for (let at = 0, last = -1; at < bytes.length;) {
    const block = bytes[at] ?? 0
    const size = bytes[at + 1] ?? 0
    if (block <= last || size === 0 || size > 32 || at + 2 + size > bytes.length) return undefined
    for (let i = 0; i < size; i++)
      for (let bit = 0; bit < 8; bit++)
        if (((bytes[at + 2 + i] ?? 0) & (0x80 >> bit)) !== 0) types.add(block * 256 + i * 8 + bit)
    last = block
    at += 2 + size
  }
  return types
}

const NAMED = new Set<number>([TYPES.CNAME, TYPES.NS, TYPES.PTR, TYPES.DNAME])

function known(type: number, rdata: Buffer): string | undefined {
  const dot = (name: Name): string => (nameText(name) === '.' ? '.' : `${nameText(name)}.`)
  if (NAMED.has(type)) {
    const target = parseTarget(rdata)
    return target === undefined ? undefined : dot(target)
  }
  switch (type) {
    case TYPES.A:
      return rdata.length === 4 ? parseIp(rdata) : undefined
    case TYPES.AAAA:
      return rdata.length === 16 ? parseIp(rdata) : undefined
    case TYPES.MX: {
      const mx = parseMx(rdata)
      return mx === undefined ? undefined : `${mx.preference} ${dot(mx.exchange)}`
    }
    case TYPES.TXT:
    case TYPES.SPF:
      return parseTxt(rdata)?.map(quoted).join(' ')
    case TYPES.TLSA:
    case TYPES.SMIMEA: {
      const tlsa = parseTlsa(rdata)
      return tlsa === undefined
        ? undefined
        : `${tlsa.usage} ${tlsa.selector} ${tlsa.matching} ${tlsa.data.toString('hex')}`
    }
    case TYPES.SOA: {
      const soa = parseSoa(rdata)
      return soa === undefined ? undefined : `${dot(soa.primary)} ${dot(soa.mailbox)} ${soa.serial} … ${soa.minimum}`
    }
    case TYPES.SRV: {
      const srv = parseSrv(rdata)
      return srv === undefined ? undefined : `${srv.priority} ${srv.weight} ${srv.port} ${dot(srv.target)}`
    }
    case TYPES.CAA: {
      const caa = parseCaa(rdata)
      return caa === undefined
        ? undefined
        : `${caa.critical ? 128 : 0} ${caa.tag} ${quoted(Buffer.from(caa.value, 'latin1'))}`
    }
    case TYPES.DS:
      return rdata.length < 5
        ? undefined
        : `${rdata.readUInt16BE(0)} ${rdata[2] ?? 0} ${rdata[3] ?? 0} ${rdata.toString('hex', 4)}`
    case TYPES.DNSKEY:
      return rdata.length < 5
        ? undefined
        : `${rdata.readUInt16BE(0)} ${rdata[2] ?? 0} ${algorithmName(rdata[3] ?? 0)} ${rdata.toString('base64', 4)}`
    case TYPES.NSEC: {
      const next = readName(rdata, 0)
      const types = next === undefined ? undefined : parseBitmap(rdata.subarray(next.end))
      return next === undefined || types === undefined
        ? undefined
        : `${dot(next.name)} ${[...types].map(typeName).join(' ')}`
    }
    default:
      return undefined
  }
}

/** The data of a record as a zone file would have it, on one line and in ASCII; RFC 3597 §5 where the type is not known here. */
export function rdataText(type: number, rdata: Buffer): string {
  return known(type, rdata) ?? `\\# ${rdata.length} ${rdata.toString('hex')}`
}
