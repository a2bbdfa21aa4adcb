// One command line at a time: ends with CRLF and nothing else, has a bound, holds no NUL.
import type { ByteSource } from './byte-source.ts'

const CR = 0x0d
const LF = 0x0a

export type Line =
  | { readonly kind: 'line'; readonly text: Buffer }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'bad-ending' }
  | { readonly kind: 'end' }

/**
 * The next line without its CRLF. RFC 5321 §2.3.8: CRLF is the only line end; a bare CR or LF, or a NUL, is `bad-ending`,
 * because servers that guess here are the ones through which mail is smuggled.
 */
export async function readLine(source: ByteSource, max: number): Promise<Line> {
  let line: Buffer = Buffer.alloc(0)
  for (;;) {
    const chunk = await source.read()
    if (chunk === undefined) return { kind: 'end' }
    const lf = chunk.indexOf(LF)
    line =
      line.length === 0
        ? chunk.subarray(0, lf < 0 ? chunk.length : lf + 1)
        : Buffer.concat([line, chunk.subarray(0, lf < 0 ? chunk.length : lf + 1)])
    if (lf >= 0) {
      source.unread(chunk.subarray(lf + 1))
      if (line.length > max) return { kind: 'too-long' }
      return finished(line)
    }
    if (line.length > max) return { kind: 'too-long' }
  }
}

function finished(line: Buffer): Line {
  const end = line.length - 2
  if (end < 0 || line.indexOf(CR) !== end || line.includes(0)) return { kind: 'bad-ending' }
  return { kind: 'line', text: line.subarray(0, end) }
}
