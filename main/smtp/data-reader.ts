// The bytes between DATA and the dot. RFC 5321 §4.1.1.4, §4.5.2: only CRLF.CRLF ends the data, and a dot is un-stuffed only
// behind CRLF. A bare CR, a bare LF or a NUL ends the session instead of being guessed at: that is the whole of SMTP smuggling.
const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e

export type DataFault = 'bare-cr' | 'bare-lf' | 'nul' | 'line-too-long'

export interface DataStep {
  /** The message's own bytes, dots un-stuffed, in order. */
  readonly out: readonly Buffer[]
  readonly state: 'more' | 'done' | DataFault
  /** With `done`: what the client sent behind the end, commands that it pipelined. */
  readonly rest: Buffer
}

type State = 'line-start' | 'text' | 'cr' | 'dot' | 'dot-cr'

const NONE = Buffer.alloc(0)

/** A reader for one message. The result does not depend on how the bytes are cut into chunks. */
export class DataReader {
  private state: State = 'line-start'
  private lineLength = 0
  private readonly maxLine: number

  constructor(maxLine: number) {
    this.maxLine = maxLine
  }

  push(chunk: Buffer): DataStep {
    const out: Buffer[] = []
    // Where the next LF and NUL stand, found once and moved on as they are passed: each byte is looked at a fixed number of times.
    let lf = nextOf(chunk, LF, 0)
    let nul = nextOf(chunk, 0, 0)
    let from = 0 // start of the bytes that are not yet in `out`
    let i = 0
    const fault = (state: DataFault): DataStep => ({ out: NONE_OUT, state, rest: NONE })
    while (i < chunk.length) {
      switch (this.state) {
        case 'line-start':
          this.lineLength = 0
          if (chunk[i] === DOT) {
            if (i > from) out.push(chunk.subarray(from, i))
            from = ++i
            this.state = 'dot'
          } else this.state = 'text'
          break
        case 'text': {
          const cr = nextOf(chunk, CR, i)
          if (lf < i) lf = nextOf(chunk, LF, i)
          if (nul < i) nul = nextOf(chunk, 0, i)
          if (nul < cr && nul < lf) return fault('nul')
          if (lf < cr) return fault('bare-lf')
          this.lineLength += cr - i
          if (this.lineLength > this.maxLine) return fault('line-too-long')
          if (cr < chunk.length) this.state = 'cr'
          i = cr + 1
          break
        }
        case 'cr':
          if (chunk[i] !== LF) return fault('bare-cr')
          i++
          this.state = 'line-start'
          break
        case 'dot':
          if (chunk[i] === CR) {
            i++
            this.state = 'dot-cr'
          } else this.state = 'text' // the stuffed dot is gone, the line goes on
          break
        case 'dot-cr':
          if (chunk[i] !== LF) return fault('bare-cr')
          return { out, state: 'done', rest: chunk.subarray(i + 1) }
      }
    }
    // A CR at the very end is passed on with its chunk: `dot-cr` put `from` behind itself, so only real text gets here.
    if (this.state !== 'dot-cr' && chunk.length > from) out.push(chunk.subarray(from, chunk.length))
    return { out, state: 'more', rest: NONE }
  }
}

const NONE_OUT: readonly Buffer[] = []

function nextOf(chunk: Buffer, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from)
  return at < 0 ? chunk.length : at
}
