// The header block of a message, held as the list of its fields, each with the very bytes it came in.
//
// A message is edited, never rebuilt: whoever changes a field puts another one in its place, and everything else goes out
// as it came in, folding, odd capitals and raw 8-bit bytes included. So parsing can never fail: a line that is no field
// stays in the list under the empty name. Limits (256 KiB, 1,000 fields) are the caller's.

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20
const COLON = 0x3a

export interface HeaderField {
  /** As it was spelled; empty for a line that is no field. */
  readonly name: string
  /** The name in lower case: compare this one. */
  readonly key: string
  /** Name, colon, body, every line end: exactly the bytes of the message. */
  readonly raw: Buffer
}

export interface HeaderBlock {
  readonly fields: readonly HeaderField[]
  /** The empty line that ends the block; no bytes where the message ended without one. */
  readonly closing: Buffer
}

/** Where the line that begins at `start` ends, its line end included. */
function lineEnd(bytes: Buffer, start: number): number {
  const at = bytes.indexOf(LF, start)
  return at < 0 ? bytes.length : at + 1
}

function isEmptyLine(bytes: Buffer, start: number, end: number): boolean {
  if (end - start === 1) return bytes[start] === LF
  return end - start === 2 && bytes[start] === CR && bytes[start + 1] === LF
}

/** How many bytes a group of fields has, the empty line behind it included; all of them where there is none. */
export function groupLength(bytes: Buffer): number {
  let start = 0
  while (start < bytes.length) {
    const end = lineEnd(bytes, start)
    if (isEmptyLine(bytes, start, end)) return end
    start = end
  }
  return bytes.length
}

/**
 * How many bytes of a message are its header block, the closing empty line included. Where there is none, what stands behind the last field is
 * the body, as mail servers read it: otherwise the text of such a message would be lost with the lines that are no fields.
 */
export function headerLength(message: Buffer): number {
  let fieldsEnd = 0
  let inField = false
  let start = 0
  while (start < message.length) {
    const end = lineEnd(message, start)
    if (isEmptyLine(message, start, end)) return end
    const first = message[start]
    const folded = (first === SPACE || first === TAB) && start > 0
    if (!folded) inField = nameLength(message, afterMark(message, start), end) >= 0
    if (inField) fieldsEnd = end
    start = end
  }
  return fieldsEnd
}

/** U+FEFF in UTF-8, which some programs put before the first line. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf])

function afterMark(bytes: Buffer, start: number): number {
  return start === 0 && bytes.subarray(0, MARK.length).equals(MARK) ? MARK.length : start
}

/**
 * The length of a field name at the beginning of a line, -1 where the line is no field.
 * RFC 5322 §2.2: printable US-ASCII but the colon. RFC 5322 §4.5.3: white space before the colon is obsolete, yet read.
 */
function nameLength(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end) {
    const byte = bytes[at] ?? 0
    if (byte === COLON || byte === SPACE || byte === TAB) break
    if (byte < 0x21 || byte > 0x7e) return -1
    at++
  }
  const length = at - start
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++
  return length > 0 && bytes[at] === COLON ? length : -1
}

/** One field from its bytes, which it keeps; a byte order mark before its name is no part of the name. */
export function fieldOf(raw: Buffer): HeaderField {
  const start = afterMark(raw, 0)
  const length = nameLength(raw, start, lineEnd(raw, 0))
  if (length < 0) return { name: '', key: '', raw }
  const name = raw.toString('latin1', start, start + length)
  return { name, key: name.toLowerCase(), raw }
}

/** Reads a header block up to its closing empty line. Every byte of it is in exactly one field, or in `closing`. */
export function parseHeaderBlock(bytes: Buffer): HeaderBlock {
  const fields: HeaderField[] = []
  let start = 0
  let next = 0
  while (next < bytes.length) {
    const end = lineEnd(bytes, next)
    const first = bytes[next]
    const folded = (first === SPACE || first === TAB) && next > start
    if (!folded) {
      if (next > start) fields.push(fieldOf(bytes.subarray(start, next)))
      if (isEmptyLine(bytes, next, end)) return { fields, closing: bytes.subarray(next, end) }
      start = next
    }
    next = end
  }
  if (next > start) fields.push(fieldOf(bytes.subarray(start, next)))
  return { fields, closing: Buffer.alloc(0) }
}

/** The block as bytes again. An untouched block gives the bytes it was read from. */
export function serialiseHeaderBlock(block: HeaderBlock): Buffer {
  return Buffer.concat([...block.fields.map((field) => field.raw), block.closing])
}

/**
 * The block as a header that a body may follow: the last line has its end, and there is the empty line.
 * RFC 5322 §2.1: the body is separated from the header section by an empty line.
 */
export function closeHeaderBlock(fields: readonly HeaderField[], closing: Buffer): Buffer {
  const parts = fields.map((field) => field.raw)
  const last = parts.at(-1)
  if (last !== undefined && last.at(-1) !== LF) parts.push(Buffer.from('\r\n'))
  parts.push(closing.length > 0 ? closing : Buffer.from('\r\n'))
  return Buffer.concat(parts)
}

export function fieldsNamed(block: HeaderBlock, key: string): readonly HeaderField[] {
  return block.fields.filter((field) => field.key === key)
}

export function firstField(block: HeaderBlock, key: string): HeaderField | undefined {
  return block.fields.find((field) => field.key === key)
}

/** The bytes behind the colon, line ends and all. */
export function fieldBody(field: HeaderField): Buffer {
  return field.key === '' ? field.raw : field.raw.subarray(field.raw.indexOf(COLON) + 1)
}
