// One command line at a time: ends with CRLF and nothing else, has a bound, holds no NUL.
import type { ByteSource } from './byte-source.ts'

const CR = 0x0d
const LF = 0x0a

export type Line =
  | { readonly kind: 'line'; readonly text: Buffer }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'bad-ending' }
  | { readonly kind: 'end' }

/** Pieces of one line: each octet is copied twice at most, however small the pieces are. */
class Joined {
  private bytes: Buffer = Buffer.alloc(0)
  length = 0

  add(piece: Buffer): void {
    const length = this.length + piece.length
    if (length > this.bytes.length) {
      const wider = Buffer.allocUnsafe(Math.max(256, 2 * length))
      this.bytes.copy(wider, 0, 0, this.length)
      this.bytes = wider
    }
    piece.copy(this.bytes, this.length)
    this.length = length
  }

  whole(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}

/**
 * The next line without its CRLF. RFC 5321 §2.3.8: CRLF is the only line end; a bare CR or LF, or a NUL, is `bad-ending`,
 * because servers that guess here are the ones through which mail is smuggled.
 */
export async function readLine(source: ByteSource, max: number): Promise<Line> {
  const before = new Joined()
  for (;;) {
    const chunk = await source.read()
    if (chunk === undefined) return { kind: 'end' }
    const lf = chunk.indexOf(LF)
    const piece = lf < 0 ? chunk : chunk.subarray(0, lf + 1)
    if (lf >= 0) source.unread(chunk.subarray(lf + 1))
    if (before.length + piece.length > max) return { kind: 'too-long' }
    if (lf >= 0 && before.length === 0) return finished(piece)
    before.add(piece)
    if (lf >= 0) return finished(before.whole())
  }
}

function finished(line: Buffer): Line {
  const end = line.length - 2
  if (end < 0 || line.indexOf(CR) !== end || line.includes(0)) return { kind: 'bad-ending' }
  return { kind: 'line', text: line.subarray(0, end) }
}
