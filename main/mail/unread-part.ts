// Says which parts of a reply cannot be read as their reader will read them: nobody knows what is in them, so the reply is held.
// behaviour.md 4.4
import { unfoldedBody } from './compose-field.ts'
import type { HeaderBlock } from './header-block.ts'
import { fieldsNamed, firstField } from './header-block.ts'
import { hexAt } from './encoded-word.ts'
import type { PartInfo, TransferEncoding } from './mime-part.ts'
import { PART_HEADER_MAX } from './mime-walk.ts'
import type { OpaqueReason } from './opaque-file.ts'
import { parseStructured } from './parameters.ts'

export type UnreadReason = 'too-deep' | 'too-large' | 'charset' | 'transfer-encoding' | 'structure' | OpaqueReason

const READ_ONCE = ['content-type', 'content-transfer-encoding', 'content-disposition']

/** Some programs go by the first of two fields or parameters, some by the last. RFC 2045 §5 has each once. */
function isAmbiguous(header: HeaderBlock): boolean {
  if (READ_ONCE.some((key) => fieldsNamed(header, key).length > 1)) return true
  const field = firstField(header, 'content-type')
  const { parameters } = parseStructured(field === undefined ? '' : unfoldedBody(field))
  return ['boundary', 'charset'].some(
    (wanted) => parameters.filter(({ name, section }) => name === wanted && section <= 0).length > 1,
  )
}

/** What the header of a part says already; undefined where the part can be read. */
export function unreadHeader(header: HeaderBlock, raw: Buffer, info: PartInfo): UnreadReason | undefined {
  if (raw.length >= PART_HEADER_MAX) return 'too-large'
  if (isAmbiguous(header) || info.longBoundary || info.type === 'message/partial') return 'structure'
  // RFC 2045 §6.4: a multipart is encoded part by part.
  const encodedWhole = info.type.startsWith('multipart/') && info.encoding !== 'identity'
  return !info.knownEncoding || encodedWhole ? 'transfer-encoding' : undefined
}

/** Padding of a soft break, RFC 2045 §6.7 (3); nobody writes more. */
const BREAK_PADDING_MAX = 64

function isBreakPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09
}

/** Whether an equals sign is followed by two digits or ends its line; undefined where that is not to be seen yet. */
function isWholeEscape(bytes: Buffer, equals: number, last: boolean): boolean | undefined {
  if (hexAt(bytes, equals + 1) >= 0) return true
  let at = equals + 1
  while (isBreakPadding(bytes[at]) && at - equals <= BREAK_PADDING_MAX) at++
  if (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] === 0x0a)) return true
  // The end of the content is the end of a line.
  const cut = at >= bytes.length || (at + 1 === bytes.length && (bytes[at] === 0x0d || at === equals + 1))
  if (cut && at - equals <= BREAK_PADDING_MAX) return last ? at >= bytes.length : undefined
  return false
}

const LETTER = 1
const PADDING = 2
const SPACE = 3
const IN_BASE64 = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[A-Za-z0-9+/]/.test(character)) return LETTER
  return character === '=' ? PADDING : '\t\n\r '.includes(character) ? SPACE : 0
})

/** Follows the encoded bytes of one content, and finds what decoders disagree on. */
export class EncodingCheck {
  private readonly encoding: TransferEncoding
  private rest: Buffer = Buffer.alloc(0)
  private letters = 0
  private padded = false
  /** Some decoders skip what stands there, some stop at it, some show it. */
  broken = false
  constructor(encoding: TransferEncoding) {
    this.encoding = encoding
  }

  push(chunk: Buffer): void {
    if (this.broken) return
    if (this.encoding === 'base64') this.base64(chunk)
    if (this.encoding === 'quoted-printable') this.quotedPrintable(Buffer.concat([this.rest, chunk]), false)
  }

  end(): void {
    if (this.encoding === 'quoted-printable' && !this.broken) this.quotedPrintable(this.rest, true)
    // One letter is six bits: less than an octet.
    if (this.letters % 4 === 1) this.broken = true
  }

  /** RFC 2045 §6.8: letters and line ends, then padding, then nothing. White space is skipped by everybody. */
  private base64(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) {
      const kind = IN_BASE64[chunk[at] ?? 0]
      if (kind === LETTER) {
        this.letters++
        if (this.padded) this.broken = true
      } else if (kind === PADDING) this.padded = true
      else if (kind !== SPACE) this.broken = true
    }
  }

  private quotedPrintable(bytes: Buffer, last: boolean): void {
    this.rest = Buffer.alloc(0)
    for (let at = bytes.indexOf(0x3d); at >= 0; at = bytes.indexOf(0x3d, at + 1)) {
      const whole = isWholeEscape(bytes, at, last)
      if (whole === undefined) {
        this.rest = bytes.subarray(at)
        return
      }
      if (!whole) this.broken = true
    }
  }
}

/** Whether decoders disagree on a whole content. */
export function isBroken(content: Buffer, encoding: TransferEncoding): boolean {
  const check = new EncodingCheck(encoding)
  check.push(content)
  check.end()
  return check.broken
}
