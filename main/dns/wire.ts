// DNS messages as octets (RFC 1035 §4), questions with EDNS (RFC 6891), answers with every name taken out of its compression.
// Every octet of an answer may be hostile: one pass, pointers only backwards, a bound on everything that is counted.
import { lowerCase, nameBytes, ROOT, type Name } from './name.ts'
import { TYPES } from './types.ts'

export interface RawRecord {
  readonly name: Name
  readonly type: number
  readonly class: number
  readonly ttl: number
  /** Uncompressed, names in lower case where RFC 4034 §6.2 wants that: the form that is signed. */
  readonly rdata: Buffer
}

export interface ExtendedError {
  readonly code: number
  readonly text: string
}

export interface Message {
  readonly id: number
  readonly isResponse: boolean
  readonly truncated: boolean
  readonly authenticated: boolean
  /** With the upper bits of EDNS. */
  readonly rcode: number
  readonly questions: readonly { readonly name: Name; readonly type: number; readonly class: number }[]
  readonly answer: readonly RawRecord[]
  readonly authority: readonly RawRecord[]
  readonly additional: readonly RawRecord[]
  /** RFC 8914 */
  readonly errors: readonly ExtendedError[]
  /** Whether the server speaks EDNS. */
  readonly edns: boolean
}

export interface Question {
  readonly id: number
  readonly name: Name
  readonly type: number
  /** Send the signatures along (DO), whatever you think of them (CD): they are checked here. RFC 4035 §3.2, §4.9.2 */
  readonly dnssec: boolean
  /** Say whether you have validated this (AD). RFC 6840 §5.7 */
  readonly wantsAd: boolean
  /** Padded to a multiple of this many octets, where others can see the size of what is encrypted. RFC 8467 §4.1 */
  readonly padTo: number
}

/** What a datagram may bring: small enough to cross any network in one piece. RFC 9715 §3 */
export const UDP_SIZE = 1232
const HEADER = 12
const CLASS_IN = 1
/** No answer that we want has more; a message of 64 KiB could hold 5,000. */
const MAX_RECORDS = 1000

export class WireError extends Error {
  override readonly name = 'WireError'
}

function u16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 0xff, value & 0xff])
}

/** A question as it goes on the wire. RFC 1035 §4.1, RFC 6891 §6.1 */
export function encodeQuestion(question: Question): Buffer {
  const { id, name, type, dnssec, wantsAd, padTo } = question
  const flags = 0x0100 | (wantsAd ? 0x20 : 0) | (dnssec ? 0x10 : 0)
  const head = Buffer.concat([u16(id), u16(flags), u16(1), u16(0), u16(0), u16(1)])
  const asked = Buffer.concat([nameBytes(name), u16(type), u16(CLASS_IN)])
  const edns = Buffer.concat([
    nameBytes(ROOT),
    u16(TYPES.OPT),
    u16(UDP_SIZE),
    u16(0),
    u16(dnssec || wantsAd ? 0x8000 : 0),
  ])
  if (padTo === 0) return Buffer.concat([head, asked, edns, u16(0)])
  const size = head.length + asked.length + edns.length + 2 + 4
  const padding = (padTo - (size % padTo)) % padTo
  return Buffer.concat([head, asked, edns, u16(4 + padding), u16(12), u16(padding), Buffer.alloc(padding)])
}

/**
 * RFC 4034 §6.2 as RFC 6840 §5.1 has it: where names stand in the data of a type. A digit counts octets, `n` is a name, `s` a
 * character-string; what follows stays as it is.
 */
const LAYOUTS = new Map<number, string>([
  ...[2, 3, 4, 5, 7, 8, 9, 12, 39].map((type): [number, string] => [type, 'n']),
  ...[6, 14, 17].map((type): [number, string] => [type, 'nn']),
  ...[15, 18, 21, 36].map((type): [number, string] => [type, '2n']),
  [26, '2nn'],
  [33, '6n'],
  [35, '4sssn'],
])

/** A cursor over one message. */
class Reader {
  private readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.at = at
  }

  u8(): number {
    const value = this.bytes[this.at]
    if (value === undefined) throw new WireError('the message ends early')
    this.at++
    return value
  }

  u16(): number {
    return (this.u8() << 8) | this.u8()
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  take(size: number, end = this.bytes.length): Buffer {
    if (size < 0 || this.at + size > end) throw new WireError('the message ends early')
    const taken = this.bytes.subarray(this.at, this.at + size)
    this.at += size
    return taken
  }

  /** RFC 1035 §4.1.4. A pointer leads to an earlier place than the last one did, so this ends. */
  name(): Name {
    let wire = ''
    let at = this.at
    let behind: number | undefined
    let limit = this.at
    for (;;) {
      const size = this.bytes[at]
      if (size === undefined) throw new WireError('a name ends early')
      if (size >= 0xc0) {
        const low = this.bytes[at + 1]
        if (low === undefined) throw new WireError('a name ends early')
        behind ??= at + 2
        const target = ((size & 0x3f) << 8) | low
        if (target >= limit || target < HEADER) throw new WireError('a name points forward')
        limit = target
        at = target
      } else if (size >= 0x40) throw new WireError('a label of an unknown kind')
      else {
        const next = at + 1 + size
        if (next > this.bytes.length) throw new WireError('a name ends early')
        wire += this.bytes.toString('latin1', at, next)
        if (wire.length > 255) throw new WireError('a name of over 255 octets')
        at = next
        if (size === 0) break
      }
    }
    this.at = behind ?? at
    return lowerName(wire)
  }

  record(): RawRecord & { readonly rawTtl: number } {
    const name = this.name()
    const type = this.u16()
    const recordClass = this.u16()
    const rawTtl = this.u32()
    // RFC 2181 §8: a TTL with its top bit set is zero.
    const ttl = rawTtl > 0x7fffffff ? 0 : rawTtl
    const size = this.u16()
    const end = this.at + size
    if (end > this.bytes.length) throw new WireError('a record ends early')
    const rdata = this.rdata(type, end)
    return { name, type, class: recordClass, ttl, rawTtl, rdata }
  }

  private rdata(type: number, end: number): Buffer {
    const pieces: Buffer[] = []
    for (const step of LAYOUTS.get(type) ?? '') {
      if (step === 'n') pieces.push(nameBytes(this.name()))
      else if (step === 's') {
        const size = this.u8()
        pieces.push(Buffer.from([size]), this.take(size, end))
      } else pieces.push(this.take(Number(step), end))
      if (this.at > end) throw new WireError('a record is longer than it says')
    }
    pieces.push(this.take(end - this.at, end))
    return Buffer.concat(pieces)
  }
}

/** Lower case in the labels only: a length octet may look like a letter. */
function lowerName(wire: string): Name {
  let out = ''
  for (let at = 0; at < wire.length;) {
    const size = wire.charCodeAt(at)
    out += wire.charAt(at) + lowerCase(wire.slice(at + 1, at + 1 + size))
    at += 1 + size
  }
  return out as Name
}

/** The name that stands at `at` in data without compression, and where it ends; undefined where there is none. */
export function readName(rdata: Buffer, at: number): { readonly name: Name; readonly end: number } | undefined {
  let wire = ''
  for (let i = at; ;) {
    const size = rdata[i]
    if (size === undefined || size >= 0x40 || i + 1 + size > rdata.length || wire.length > 255) return undefined
    wire += rdata.toString('latin1', i, i + 1 + size)
    i += 1 + size
    if (size === 0) return wire.length > 255 ? undefined : { name: lowerName(wire), end: i }
  }
}

interface Edns {
  readonly upper: number
  readonly errors: readonly ExtendedError[]
}

/** RFC 6891 §6.1.3, RFC 8914 §2: the upper bits of the code, and why. */
function readEdns(records: readonly (RawRecord & { readonly rawTtl: number })[]): Edns | undefined {
  const options = records.filter((record) => record.type === TYPES.OPT)
  const [opt] = options
  if (opt === undefined) return undefined
  if (options.length > 1) throw new WireError('two EDNS records')
  const errors: ExtendedError[] = []
  for (let at = 0; at + 4 <= opt.rdata.length;) {
    const code = opt.rdata.readUInt16BE(at)
    const size = opt.rdata.readUInt16BE(at + 2)
    const data = opt.rdata.subarray(at + 4, at + 4 + size)
    if (code === 15 && data.length >= 2 && errors.length < 5)
      errors.push({ code: data.readUInt16BE(0), text: printable(data.subarray(2)) })
    at += 4 + size
  }
  return { upper: Math.floor(opt.rawTtl / 0x1000000) & 0xff, errors }
}

/** Text of a stranger's on one line, without control characters. */
export function printable(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .slice(0, 200)
}

/** Reads a message; throws `WireError`. Trailing octets are ignored, as every resolver does. */
export function parseMessage(bytes: Buffer): Message {
  if (bytes.length < HEADER) throw new WireError('shorter than a header')
  const flags = bytes.readUInt16BE(2)
  const [asked = 0, ...counts] = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at))
  if (asked > 1 || counts.reduce((sum, one) => sum + one, 0) > MAX_RECORDS) throw new WireError('too many records')
  const reader = new Reader(bytes, HEADER)
  const questions = Array.from({ length: asked }, () => ({
    name: reader.name(),
    type: reader.u16(),
    class: reader.u16(),
  }))
  const truncated = (flags & 0x200) !== 0
  const sections = counts.map((count) => {
    const records: (RawRecord & { readonly rawTtl: number })[] = []
    for (let i = 0; i < count; i++) records.push(reader.record())
    return records
  })
  const [answer = [], authority = [], additional = []] = sections
  const edns = readEdns(additional)
  const inClass = (records: readonly RawRecord[]): RawRecord[] =>
    records
      .filter((one) => one.class === CLASS_IN && one.type !== TYPES.OPT)
      .map(({ name, type, class: recordClass, ttl, rdata }) => ({ name, type, class: recordClass, ttl, rdata }))
  return {
    id: bytes.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    truncated,
    authenticated: (flags & 0x20) !== 0,
    rcode: (flags & 0xf) | ((edns?.upper ?? 0) << 4),
    questions,
    answer: inClass(answer),
    authority: inClass(authority),
    additional: inClass(additional),
    errors: edns?.errors ?? [],
    edns: edns !== undefined,
  }
}
