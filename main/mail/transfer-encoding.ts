// Content transfer encodings (RFC 2045 §6): reading them with a map back to the source, so that an edit changes the lines
// it touches and no others, and writing them.
import { hexAt } from './encoded-word.ts'
import type { TransferEncoding } from './mime-part.ts'

const LF = 0x0a
const CR = 0x0d
const EQUALS = 0x3d
const QP_LINE = 76

export interface ByteEdit {
  readonly start: number
  readonly end: number
  readonly bytes: Buffer
}

/** Content and, for each of its bytes, where in the source it begins. */
export interface Decoded {
  readonly bytes: Buffer
  readonly starts: Uint32Array | undefined
}

/** White space between a soft break's `=` and the line end is allowed. RFC 2045 §6.7 (3) */
function softBreakEnd(source: Buffer, equals: number): number {
  let at = equals + 1
  while (source[at] === 0x20 || source[at] === 0x09) at++
  if (at >= source.length) return at
  if (source[at] === LF) return at + 1
  return source[at] === CR && source[at + 1] === LF ? at + 2 : -1
}

function decodeQuotedPrintable(source: Buffer): Decoded {
  const bytes = Buffer.alloc(source.length)
  const starts = new Uint32Array(source.length + 1)
  let length = 0
  let at = 0
  while (at < source.length) {
    const byte = source[at] ?? 0
    const value = byte === EQUALS ? hexAt(source, at + 1) : -1
    const soft = byte === EQUALS && value < 0 ? softBreakEnd(source, at) : -1
    if (soft >= 0) {
      at = soft
      continue
    }
    starts[length] = at
    bytes[length++] = value >= 0 ? value : byte
    at += value >= 0 ? 3 : 1
  }
  starts[length] = source.length
  return { bytes: bytes.subarray(0, length), starts }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** How many of the bits read so far lie behind the next whole byte, by the number of characters read. */
const SPARE = [0, 0, 4, 2, 0]
const SIXES = new Int8Array(256).fill(-1)
for (let i = 0; i < ALPHABET.length; i++) SIXES[ALPHABET.charCodeAt(i)] = i

/** Base64 as a stream: characters outside the alphabet are skipped (RFC 2045 §6.8), padding begins a new group. */
export class Base64Decoder {
  private bits = 0
  private count = 0

  push(source: Buffer): Buffer {
    const out = Buffer.alloc(Math.ceil((source.length * 3) / 4) + 3)
    let length = 0
    for (const byte of source) {
      const six = SIXES[byte] ?? -1
      if (six < 0) {
        if (byte === EQUALS) this.count = 0
        continue
      }
      this.bits = ((this.bits << 6) | six) & 0xffffff
      this.count++
      if (this.count > 1) out[length++] = (this.bits >> (SPARE[this.count] ?? 0)) & 0xff
      if (this.count === 4) this.count = 0
    }
    return out.subarray(0, length)
  }
}

/** Decodes a whole content. */
export function decodeTransfer(source: Buffer, encoding: TransferEncoding): Decoded {
  switch (encoding) {
    case 'identity':
      return { bytes: source, starts: undefined }
    case 'quoted-printable':
      return decodeQuotedPrintable(source)
    case 'base64':
      return { bytes: new Base64Decoder().push(source), starts: undefined }
  }
}

/** Bytes with edits put in their places; edits are sorted and do not overlap. */
export function splice(source: Buffer, edits: readonly ByteEdit[]): Buffer {
  const parts: Buffer[] = []
  let from = 0
  for (const edit of edits) {
    parts.push(source.subarray(from, edit.start), edit.bytes)
    from = edit.end
  }
  parts.push(source.subarray(from))
  return Buffer.concat(parts)
}

function isPlainInQp(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e && byte !== EQUALS) || byte === 0x20
}

/** New text in quoted-printable; its own line ends stay line ends. RFC 2045 §6.7 */
function encodeQuotedPrintable(bytes: Buffer): Buffer {
  let out = ''
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const next = bytes[at + 1]
    // The end of an edit may be the end of a line: white space there is dropped by whoever reads RFC 2045 §6.7 (3) to the letter.
    const trailing = byte === 0x20 && (next === undefined || next === CR || next === LF)
    if (byte === LF || (byte === CR && next === LF) || (isPlainInQp(byte) && !trailing))
      out += String.fromCharCode(byte)
    else out += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return Buffer.from(out, 'latin1')
}

/** Soft breaks where a line became too long; never inside `=XX`. RFC 2045 §6.7 (5) */
function rewrapped(line: Buffer): Buffer {
  const parts: Buffer[] = []
  let from = 0
  while (line.length - from > QP_LINE) {
    let cut = from + QP_LINE - 1
    if (line[cut - 1] === EQUALS) cut -= 1
    else if (line[cut - 2] === EQUALS) cut -= 2
    parts.push(line.subarray(from, cut), Buffer.from('=\r\n'))
    from = cut
  }
  parts.push(line.subarray(from))
  return Buffer.concat(parts)
}

/** The lines that edits made too long, broken again. `spans`: where in `bytes` the edits ended up. */
function withShortLines(bytes: Buffer, spans: readonly { readonly start: number; readonly end: number }[]): Buffer {
  const edits: ByteEdit[] = []
  let done = 0
  for (const span of spans) {
    if (span.end < done) continue
    let start = Math.max(done, span.start === 0 ? 0 : bytes.lastIndexOf(LF, span.start - 1) + 1)
    const stop = bytes.indexOf(LF, span.end)
    const last = stop < 0 ? bytes.length : stop
    while (start < last) {
      const newline = bytes.indexOf(LF, start)
      const end = newline < 0 ? bytes.length : newline
      const content = end > start && bytes[end - 1] === CR ? end - 1 : end
      if (content - start > QP_LINE)
        edits.push({ start, end: content, bytes: rewrapped(bytes.subarray(start, content)) })
      start = end + 1
    }
    done = start
  }
  return edits.length === 0 ? bytes : splice(bytes, edits)
}

function editQuotedPrintable(source: Buffer, { starts }: Decoded, edits: readonly ByteEdit[]): Buffer {
  const sourceEnd = (index: number): number => {
    const start = starts?.[index] ?? source.length
    return start + (source[start] === EQUALS && hexAt(source, start + 1) >= 0 ? 3 : 1)
  }
  const mapped = edits.map(({ start, end, bytes }) => {
    const from = starts?.[start] ?? source.length
    return { start: from, end: end > start ? sourceEnd(end - 1) : from, bytes: encodeQuotedPrintable(bytes) }
  })
  let shift = 0
  const spans = mapped.map(({ start, end, bytes }) => {
    const span = { start: start + shift, end: start + shift + bytes.length }
    shift += bytes.length - (end - start)
    return span
  })
  return withShortLines(splice(source, mapped), spans)
}

/** Base64 in lines as long as the source's were. RFC 2045 §6.8: at most 76 characters. */
function encodeBase64Like(bytes: Buffer, source: Buffer): Buffer {
  const newline = source.indexOf(LF)
  const eol = newline > 0 && source[newline - 1] !== CR ? '\n' : '\r\n'
  const first = newline < 0 ? 76 : newline - (eol.length - 1)
  const width = first >= 4 && first <= 76 ? first - (first % 4) : 76
  const text = bytes.toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += width) lines.push(text.slice(at, at + width))
  return Buffer.from(lines.join(eol) + (source.at(-1) === LF ? eol : ''), 'latin1')
}

/** The source with edits of its content made; what no edit touches keeps its bytes (base64: its bytes decoded). */
export function editTransfer(
  source: Buffer,
  encoding: TransferEncoding,
  decoded: Decoded,
  edits: readonly ByteEdit[],
): Buffer {
  switch (encoding) {
    case 'identity':
      return splice(source, edits)
    case 'quoted-printable':
      return editQuotedPrintable(source, decoded, edits)
    case 'base64':
      return encodeBase64Like(splice(decoded.bytes, edits), source)
  }
}
