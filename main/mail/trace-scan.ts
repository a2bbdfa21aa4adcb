// Looks for traces of the user in bytes as they stream by, without changing any: attachments, and everything else that must
// not be edited. Case never matters; percent-encoding, folded lines, UTF-16 and base64 at all three alignments are looked
// through. What is compressed or encrypted cannot be seen.
import type { AddressKey } from '../terms/address.ts'
import { withoutFolds } from './folds.ts'
import type { TransferEncoding } from './mime-part.ts'
import { Base64Decoder, decodeTransfer } from './transfer-encoding.ts'

/** Bytes of the last chunk that are looked at again with the next one. */
const OVERLAP = 1024

export interface Needle {
  readonly kind: 'address' | 'name' | 'host'
  /** What was looked for, as the caller gave it. */
  readonly text: string
  /** Case-insensitive spellings, lower case. */
  readonly folded: readonly string[]
  /** Exact ones. */
  readonly exact: readonly string[]
}

/** The characters of `text` in base64 that do not depend on what stands around it, for each of the three alignments. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text, 'utf8')])
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
    return whole.slice(shift === 0 ? 0 : 4)
  })
}

/** Shorter pieces of base64 would be found in anything. */
const BASE64_MIN = 8

function spellings(text: string): string[] {
  return [
    ...new Set([text, text.normalize('NFC'), Buffer.from(text, 'utf8').toString('latin1'), encodeURIComponent(text)]),
  ]
}

export function needle(kind: Needle['kind'], text: string): Needle {
  const lower = text.toLowerCase()
  const capital = lower.charAt(0).toUpperCase() + lower.slice(1)
  const exact = [text, lower, capital, lower.toUpperCase()]
    .flatMap(base64Forms)
    .filter((form) => form.length >= BASE64_MIN)
  const folded = spellings(lower).map((form) => form.toLowerCase())
  return { kind, text, folded, exact: kind === 'name' ? [] : [...new Set(exact)] }
}

export function addressNeedles(keys: Iterable<AddressKey>): Needle[] {
  return [...keys].map((key) => needle('address', key))
}

export interface Hit {
  readonly needle: Needle
  /** In the text that was searched. */
  readonly offset: number
}

/** The first place of each needle in a text. */
export function hitsIn(text: string, needles: readonly Needle[]): Hit[] {
  const lower = text.toLowerCase()
  const plain = lower.includes('\0') ? lower.replaceAll('\0', '') : undefined
  return needles.flatMap((one) => {
    const folded = one.folded.map((form) => lower.indexOf(form)).find((at) => at >= 0)
    const wide = plain === undefined ? undefined : one.folded.map((form) => plain.indexOf(form)).find((at) => at >= 0)
    const exact = one.exact.map((form) => text.indexOf(form)).find((at) => at >= 0)
    const offset = folded ?? wide ?? exact
    return offset === undefined ? [] : [{ needle: one, offset }]
  })
}

/** Undoes a transfer encoding as a stream. */
class TransferStream {
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
  private tail = ''
  private before = 0
  readonly hits: Hit[] = []
  constructor(needles: readonly Needle[], encoding: TransferEncoding) {
    this.missing = needles
    this.stream = new TransferStream(encoding)
  }

  push(chunk: Buffer, last = false): void {
    if (this.missing.length === 0) return
    const text = this.tail + this.stream.push(chunk, last).toString('latin1')
    const plain = hitsIn(text, this.missing)
    const flat = withoutFolds(text)
    const folded = flat === text ? [] : hitsIn(flat, this.missing)
    const found = [...plain, ...folded.filter((hit) => !plain.some((one) => one.needle === hit.needle))]
    if (found.length > 0) {
      this.hits.push(...found.map((hit) => ({ ...hit, offset: this.before + hit.offset })))
      const seen = new Set(found.map((hit) => hit.needle))
      this.missing = this.missing.filter((one) => !seen.has(one))
    }
    this.tail = text.slice(-OVERLAP)
    this.before += text.length - this.tail.length
  }

  end(): void {
    this.push(Buffer.alloc(0), true)
  }
}
