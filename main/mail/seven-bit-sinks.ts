// Content written in seven bits: quoted-printable and base64 of what has octets above 127. The same whatever the chunks were; memory: one
// piece of a line.
import type { Sink } from './mime-walk.ts'

const LF = 0x0a
const CR = 0x0d
const EQUALS = 0x3d

/** Longer lines are written in pieces. */
const PIECE = 4000
/** RFC 2045 §6.7 (5) */
const QP_LINE = 76

/** Where to cut a line that is longer than a piece: not inside a line end or an escape such as `=3D`. */
function cutOf(bytes: Buffer): number {
  if (bytes[PIECE - 2] === EQUALS) return PIECE - 2
  return bytes[PIECE - 1] === EQUALS || bytes[PIECE - 1] === CR ? PIECE - 1 : PIECE
}

/** Cuts a stream into lines, and lines that are too long into pieces. */
class Lines implements Sink {
  private rest: Buffer = Buffer.alloc(0)
  private readonly write: (line: Buffer, whole: boolean) => Buffer

  /** `whole` is false for a piece that goes on in the next one. */
  constructor(write: (line: Buffer, whole: boolean) => Buffer) {
    this.write = write
  }

  push(bytes: Buffer): readonly Buffer[] {
    let all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes])
    const out: Buffer[] = []
    for (;;) {
      const newline = all.subarray(0, PIECE).indexOf(LF)
      if (newline < 0 && all.length <= PIECE) break
      const end = newline < 0 ? cutOf(all) : newline + 1
      out.push(this.write(all.subarray(0, end), newline >= 0))
      all = all.subarray(end)
    }
    this.rest = Buffer.from(all)
    return out
  }

  end(): readonly Buffer[] {
    const rest = this.rest
    this.rest = Buffer.alloc(0)
    return rest.length === 0 ? [] : [this.write(rest, true)]
  }
}

function escaped(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

/** Without its line end. */
function contentOf(line: Buffer): Buffer {
  const ended = line.at(-1) === LF ? (line.at(-2) === CR ? 2 : 1) : 0
  return line.subarray(0, line.length - ended)
}

/** Words of one line, none of them broken, with soft breaks between them where they are too many. */
function softlyBroken(words: Iterable<string>, end: string): Buffer {
  let out = ''
  let column = 0
  for (const word of words) {
    if (column + word.length > QP_LINE - 1) {
      out += '=\r\n'
      column = 0
    }
    out += word
    column += word.length
  }
  return Buffer.from(out + end, 'latin1')
}

function endOf(line: Buffer, whole: boolean): string {
  if (line.at(-1) === LF) return '\r\n'
  return whole ? '' : '=\r\n'
}

function* plainWords(content: Buffer): Generator<string> {
  for (const [index, byte] of content.entries()) {
    const blank = byte === 0x20 || byte === 0x09
    // RFC 2045 §6.7 (3): white space at the end of a line is not safe.
    const isPlain = (byte >= 0x21 && byte <= 0x7e && byte !== EQUALS) || (blank && index < content.length - 1)
    yield isPlain ? String.fromCharCode(byte) : escaped(byte)
  }
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9A-Fa-f]/.test(String.fromCharCode(byte))
}

/** Quoted-printable that has raw octets: those become escapes, everything else stays. */
function* mendedWords(content: Buffer): Generator<string> {
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] ?? 0
    if (byte === EQUALS && isHex(content[at + 1]) && isHex(content[at + 2])) {
      yield content.toString('latin1', at, at + 3)
      at += 2
    } else yield byte >= 0x80 ? escaped(byte) : String.fromCharCode(byte)
  }
}

/** RFC 2045 §6.8: 57 octets a line. */
class Base64Sink implements Sink {
  private rest: Buffer = Buffer.alloc(0)

  push(bytes: Buffer): readonly Buffer[] {
    const all = Buffer.concat([this.rest, bytes])
    const size = all.length - (all.length % 57)
    this.rest = Buffer.from(all.subarray(size))
    return size === 0 ? [] : [encoded(all.subarray(0, size))]
  }

  end(): readonly Buffer[] {
    return this.rest.length === 0 ? [] : [encoded(this.rest)]
  }
}

function encoded(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('base64').replaceAll(/.{1,76}/g, '$&\r\n'), 'latin1')
}

/** Writes content in the given encoding. */
export function encodingSink(encoding: 'quoted-printable' | 'base64'): Sink {
  if (encoding === 'base64') return new Base64Sink()
  return new Lines((line, whole) => softlyBroken(plainWords(contentOf(line)), endOf(line, whole)))
}

/** Content that says it is encoded already, and has raw octets all the same. Decoders of base64 skip them (RFC 2045 §6.8). */
export function mendingSink(encoding: 'quoted-printable' | 'base64'): Sink {
  if (encoding === 'base64')
    return { push: (bytes) => [Buffer.from(bytes.filter((byte) => byte < 0x80))], end: () => [] }
  return new Lines((line, whole) =>
    line.every((byte) => byte < 0x80) && whole
      ? Buffer.from(line)
      : softlyBroken(mendedWords(contentOf(line)), endOf(line, whole)),
  )
}

/** What nobody reads, with question marks for octets above 127: the text around parts. RFC 2046 §5.1.1 */
export function questionSink(): Sink {
  return {
    push: (bytes) => [Buffer.from(bytes.map((byte) => (byte >= 0x80 ? 0x3f : byte)))],
    end: () => [],
  }
}
