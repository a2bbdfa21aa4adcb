// Header lines of more than 998 octets (RFC 5322 §2.1.1): servers on the way cut them wherever they like, or refuse the message. They are folded
// here, at white space where there is any.
import type { HeaderField } from './header-block.ts'

const LINE_MAX = 998
/** Room for the line end, and for whoever counts it. */
const FOLD_AT = 900
const LF = 0x0a
const COLON = 0x3a
const CR = 0x0d
const FOLD = Buffer.from('\r\n ')

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09
/** RFC 3629 §3: an octet in the middle of a character. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** The line ends without which the line at `start` stands. */
function contentEnd(raw: Buffer, lineEnd: number): number {
  const end = raw[lineEnd - 1] === LF ? lineEnd - 1 : lineEnd
  return raw[end - 1] === CR ? end - 1 : end
}

/** Where to cut between `start` and `start + FOLD_AT`: before white space that something stands before, else before a whole character. */
function cutAt(raw: Buffer, start: number): number {
  // Not right behind the name: a first line without a value is an empty field to some.
  let first = start === 0 ? raw.indexOf(COLON) + 1 : start
  while (isSpace(raw[first])) first++
  for (let at = start + FOLD_AT; at > first + 1; at--) if (isSpace(raw[at]) && !isSpace(raw[at - 1])) return at
  let at = start + FOLD_AT
  while (isContinuation(raw[at])) at--
  return at
}

/** The field with no line of more than 998 octets; the very same field where none is. */
export function withBoundedLines(field: HeaderField): HeaderField {
  const { raw } = field
  const pieces: Buffer[] = []
  let from = 0
  for (let start = 0; start < raw.length;) {
    const newline = raw.indexOf(LF, start)
    const lineEnd = newline < 0 ? raw.length : newline + 1
    const end = contentEnd(raw, lineEnd)
    for (let at = start; end - at > LINE_MAX;) {
      const cut = cutAt(raw, at)
      pieces.push(raw.subarray(from, cut), isSpace(raw[cut]) ? FOLD.subarray(0, 2) : FOLD)
      from = cut
      at = cut
    }
    start = lineEnd
  }
  return pieces.length === 0 ? field : { ...field, raw: Buffer.concat([...pieces, raw.subarray(from)]) }
}
