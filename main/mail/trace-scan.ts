// Looks for traces of the user in bytes as they stream by, without changing any: attachments, and everything else that must
// not be edited. Case never matters; folded lines, percent-encoding, quoted-printable, UTF-16 and base64 are looked through.
// What is compressed or encrypted cannot be seen.
import type { AddressKey } from '../terms/address.ts'
import { base64Readings } from './base64-runs.ts'
import { withoutFolds } from './folds.ts'
import type { TransferEncoding } from './mime-part.ts'
import { percentDecoded } from './text-view.ts'
import { Base64Decoder, decodeTransfer } from './transfer-encoding.ts'

/** Octets that are looked at in one go. Fixed, so that nothing depends on how the bytes were cut. */
const WINDOW = 64 * 1024
/** Octets of a window that are looked at again with the next one: an address of 320 octets, each of them in a line of its own. */
const OVERLAP = 8 * 1024

export interface Needle {
  readonly kind: 'address' | 'name' | 'host'
  /** What was looked for, as the caller gave it. */
  readonly text: string
  /** Its spellings, in lower case. */
  readonly forms: readonly string[]
}

export function needle(kind: Needle['kind'], text: string): Needle {
  const lower = text.toLowerCase()
  const octets = Buffer.from(lower, 'utf8').toString('latin1').toLowerCase()
  return { kind, text, forms: [...new Set([lower, lower.normalize('NFC'), octets])] }
}

export function addressNeedles(keys: Iterable<AddressKey>): Needle[] {
  return [...keys].map((key) => needle('address', key))
}

export interface Hit {
  readonly needle: Needle
  /** In the text that was searched. */
  readonly offset: number
}

/** Where the local part begins that ends at `at`. No other one begins before it, so all of them together take linear time. */
function localStart(text: string, at: number): number {
  let start = at
  for (; start > 0; start--) {
    const before = text[start - 1] ?? ''
    if (before <= ' ' || '<>()[]:;,"\\@'.includes(before)) break
  }
  return start
}

/** Where `local@domain` or `local+anything@domain` stands: the same mailbox. */
function addressIndex(text: string, address: string): number {
  const sign = address.lastIndexOf('@')
  const local = address.slice(0, sign)
  const domain = address.slice(sign)
  for (let at = text.indexOf(domain); at >= 0; at = text.indexOf(domain, at + 1)) {
    if (text.startsWith(local, at - local.length) && at >= local.length) return at - local.length
    const start = localStart(text, at)
    const tagged = text.slice(start, at).indexOf(`${local}+`)
    if (tagged >= 0) return start + tagged
  }
  return -1
}

function indexOfNeedle(text: string, { kind, forms }: Needle): number | undefined {
  for (const form of forms) {
    const at = kind === 'address' ? addressIndex(text, form) : text.indexOf(form)
    if (at >= 0) return at
  }
  return undefined
}

/** The first place of each needle in a text. */
export function hitsIn(text: string, needles: readonly Needle[]): Hit[] {
  const lower = text.toLowerCase()
  const plain = lower.includes('\0') ? lower.replaceAll('\0', '') : undefined
  return needles.flatMap((one) => {
    const offset = indexOfNeedle(lower, one) ?? (plain === undefined ? undefined : indexOfNeedle(plain, one))
    return offset === undefined ? [] : [{ needle: one, offset }]
  })
}

/** Quoted-printable that no header declares: in old vCards (`ENCODING=QUOTED-PRINTABLE`), in files of mail, behind a broken boundary. */
function quotedPrintableDecoded(text: string): string {
  return text.replaceAll(/=(?:([0-9a-fA-F]{2})|[ \t]*\r?\n)/g, (_, code: string | undefined) =>
    code === undefined ? '' : String.fromCharCode(parseInt(code, 16)),
  )
}

/** What a text may say to a program that takes its lines, marks or letters for something else; the text itself comes first. */
export function* innerReadings(text: string): Generator<string> {
  yield text
  const unfolded = withoutFolds(text)
  if (unfolded !== text) yield unfolded
  if (text.includes('=')) {
    const decoded = quotedPrintableDecoded(text)
    if (decoded !== text) yield decoded
    const both = withoutFolds(decoded)
    if (both !== decoded) yield both
  }
  if (text.includes('%')) yield percentDecoded(unfolded)
}

/** Octets of the shortest address that is looked for in base64; names are too short to be looked for there. */
function shortestIn(needles: readonly Needle[]): number {
  return Math.min(...needles.map(({ forms }) => Math.min(...forms.map((form) => form.length))))
}

/** The needles that stand in the base64 of a text. */
export function hitsInBase64(text: string, needles: readonly Needle[]): readonly Needle[] {
  const found = new Set<Needle>()
  const wanted = needles.filter(({ kind }) => kind !== 'name')
  if (wanted.length === 0) return []
  for (const decoded of base64Readings(text, shortestIn(wanted)))
    for (const hit of hitsIn(decoded, wanted)) found.add(hit.needle)
  return [...found]
}

/** Undoes a transfer encoding as a stream. */
export class TransferStream {
  private readonly encoding: TransferEncoding
  private readonly base64 = new Base64Decoder()
  private rest: Buffer = Buffer.alloc(0)
  constructor(encoding: TransferEncoding) {
    this.encoding = encoding
  }

  push(chunk: Buffer, last: boolean): Buffer {
    if (this.encoding === 'identity') return chunk
    if (this.encoding === 'base64') return this.base64.push(chunk)
    const all = Buffer.concat([this.rest, chunk])
    // A `=` near the end may be half of `=XX` or of a soft break.
    const equals = all.lastIndexOf(0x3d)
    const keep = !last && equals >= 0 && all.length - equals < 80 ? equals : all.length
    this.rest = all.subarray(keep)
    return decodeTransfer(all.subarray(0, keep), 'quoted-printable').bytes
  }
}

/** Searches one part. Each needle is reported once, with its first place. */
export class TraceScan {
  private readonly stream: TransferStream
  private missing: readonly Needle[]
  private waiting: Buffer[] = []
  private size = 0
  private tail = ''
  private before = 0
  readonly hits: Hit[] = []
  constructor(needles: readonly Needle[], encoding: TransferEncoding) {
    this.missing = needles
    this.stream = new TransferStream(encoding)
  }

  push(chunk: Buffer): void {
    if (this.missing.length > 0) this.take(this.stream.push(chunk, false))
  }

  end(): void {
    this.take(this.stream.push(Buffer.alloc(0), true))
    this.look(Buffer.concat(this.waiting))
    this.waiting = []
  }

  private take(bytes: Buffer): void {
    this.waiting.push(bytes)
    this.size += bytes.length
    if (this.size < WINDOW) return
    const all = Buffer.concat(this.waiting)
    let at = 0
    for (; all.length - at >= WINDOW; at += WINDOW) this.look(all.subarray(at, at + WINDOW))
    this.waiting = [Buffer.from(all.subarray(at))]
    this.size = all.length - at
  }

  private look(window: Buffer): void {
    if (this.missing.length === 0) return
    const text = this.tail + window.toString('latin1')
    for (const reading of innerReadings(text)) this.found(hitsIn(reading, this.missing))
    this.found(hitsInBase64(text, this.missing).map((one) => ({ needle: one, offset: 0 })))
    this.tail = text.slice(-OVERLAP)
    this.before += text.length - this.tail.length
  }

  private found(hits: readonly Hit[]): void {
    if (hits.length === 0) return
    this.hits.push(...hits.map((hit) => ({ ...hit, offset: this.before + hit.offset })))
    const seen = new Set(hits.map((hit) => hit.needle))
    this.missing = this.missing.filter((one) => !seen.has(one))
  }
}
