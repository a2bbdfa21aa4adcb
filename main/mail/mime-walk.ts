// Walks the MIME structure of a body as it streams by. Bytes go out in the order in which they came in; only a part's header
// and what a sink makes of a part's content differ. The result does not depend on how the bytes were chunked: a line that
// may be a delimiter is held until it is whole, everything else passes at once.
//
// Memory: one part header, one line of at most LINE_MAX, and what the sinks keep.
import type { HeaderBlock } from './header-block.ts'
import { parseHeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { isMessageType, partInfo } from './mime-part.ts'

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d

/** A longer line is no delimiter. RFC 5322 §2.1.1 has 998 octets. */
const LINE_MAX = 1024
/** The same limit as for the message's own header. What is beyond it is content. */
export const PART_HEADER_MAX = 256 * 1024
/** Multiparts in multiparts; what is deeper passes as one part. RFC 2046 sets no limit, attackers try to find ours. */
export const DEPTH_MAX = 32

/** Takes the content of one part and hands back what goes out in its place. */
export interface Sink {
  push(bytes: Buffer): readonly Buffer[]
  end(): readonly Buffer[]
}

export interface PartPlace {
  /** `1.2`: the second part of the first; empty for the message itself. IMAP's numbering, RFC 9051 §6.4.5 */
  readonly path: string
  /** The type of the multipart it stands in; empty for the message itself. */
  readonly parent: string
  /** Inside a message/rfc822. */
  readonly nested: boolean
  readonly depth: number
}

export type PartPlan =
  /** A part whose content the sink gets; without a sink it passes. */
  | { readonly kind: 'leaf'; readonly header: Buffer; readonly sink: Sink | undefined }
  /** Its parts are walked; `renamed` is the boundary that goes out. */
  | {
      readonly kind: 'multipart'
      readonly header: Buffer
      readonly type: string
      readonly boundary: string
      readonly renamed: string
    }
  /** A message inside: its header comes next. */
  | { readonly kind: 'message'; readonly header: Buffer }

export interface Walker {
  /** Says what to do with a part, by its header. */
  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan
  /** The sink for what stands before the first and behind the last part of a multipart. */
  between(nested: boolean): Sink | undefined
  /** A line that begins like a delimiter is too long to be one here; other programs may take it for one. */
  longDelimiter?(): void
}

interface Frame {
  readonly boundary: string
  readonly renamed: string
  readonly type: string
  readonly path: string
  readonly nested: boolean
  count: number
}

interface Delimiter {
  readonly frame: number
  readonly closing: boolean
}

/** The type of a part that says none. RFC 2046 §5.1.5: digests differ. */
export function impliedType({ parent }: PartPlace): string {
  return parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
}

/** A part as every reader takes it: multiparts and messages are walked, anything else is content for the sink of `leaf`. */
export function planAsRead(
  header: HeaderBlock,
  raw: Buffer,
  place: PartPlace,
  leaf: (info: PartInfo) => Sink | undefined,
): PartPlan {
  const info = partInfo(header, impliedType(place))
  const { type, boundary, encoding } = info
  if (place.depth < DEPTH_MAX) {
    if (type.startsWith('multipart/') && boundary !== '')
      return { kind: 'multipart', header: raw, type, boundary, renamed: boundary }
    if (isMessageType(type) && encoding === 'identity') return { kind: 'message', header: raw }
  }
  return { kind: 'leaf', header: raw, sink: leaf(info) }
}

const EMPTY: Buffer = Buffer.alloc(0)

/** How many bytes at the end are a line end, or may be the beginning of one. */
function eolLength(bytes: Buffer): number {
  const last = bytes.at(-1)
  if (last === CR) return 1
  if (last !== LF) return 0
  return bytes.at(-2) === CR ? 2 : 1
}

export class MimeWalk {
  private readonly walker: Walker
  private readonly frames: Frame[] = []
  private state: 'header' | 'content' = 'content'
  private place: PartPlace = { path: '', parent: '', nested: false, depth: 0 }
  private headerLines: Buffer[] = []
  private headerSize = 0
  private sink: Sink | undefined
  /** The beginning of a line that may be a delimiter, or a line of a part header. */
  private held = EMPTY
  /** In a line that is no delimiter: it passes until its end. */
  private midLine = false
  /** A line end that belongs to the delimiter, should one follow. RFC 2046 §5.1.1 */
  private eol = EMPTY
  private out: Buffer[] = []

  /** `raw` is the message's own header: it is planned, not written. */
  constructor(walker: Walker, header: HeaderBlock, raw: Buffer) {
    this.walker = walker
    this.begin(walker.plan(header, raw, this.place))
  }

  push(chunk: Buffer): Buffer[] {
    const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk
    this.held = EMPTY
    let run = 0 // content not yet handed on begins here
    let at = 0
    while (at < bytes.length) {
      const newline = bytes.indexOf(LF, at)
      const end = newline < 0 ? bytes.length : newline + 1
      if (newline < 0 && this.mayMatter(bytes, at)) {
        this.held = bytes.subarray(at)
        break
      }
      const line = this.midLine ? undefined : this.delimiter(bytes, at, end)
      if (line !== undefined || (this.state === 'header' && !this.midLine)) {
        this.content(bytes.subarray(run, at))
        run = at + this.line(bytes.subarray(at, end), line)
      }
      this.midLine = newline < 0
      at = end
    }
    this.content(bytes.subarray(run, bytes.length - this.held.length))
    return this.taken()
  }

  end(): Buffer[] {
    const rest = this.held
    this.held = EMPTY
    if (rest.length > 0) {
      const delimiter = this.delimiter(rest, 0, rest.length)
      const taken = delimiter !== undefined || this.state === 'header' ? this.line(rest, delimiter) : 0
      this.content(rest.subarray(taken))
    }
    if (this.state === 'header') this.planHeader()
    this.finish(true)
    return this.taken()
  }

  private taken(): Buffer[] {
    const out = this.out
    this.out = []
    return out
  }

  /** Whether an unfinished line must be kept until its end is there. */
  private mayMatter(bytes: Buffer, at: number): boolean {
    if (this.midLine) return false
    const length = bytes.length - at
    if (this.state === 'header') return this.headerSize + length < PART_HEADER_MAX
    if (length > LINE_MAX || this.frames.length === 0) return false
    return bytes[at] === DASH && (length === 1 || bytes[at + 1] === DASH)
  }

  /** RFC 2046 §5.1.1: two hyphens, the boundary, two more at the end, white space, and nothing else. */
  private delimiter(bytes: Buffer, start: number, end: number): Delimiter | undefined {
    if (this.frames.length === 0 || bytes[start] !== DASH || bytes[start + 1] !== DASH) return undefined
    if (end - start > LINE_MAX) {
      const text = bytes.toString('latin1', start + 2, start + LINE_MAX)
      if (this.frames.some(({ boundary }) => text.startsWith(boundary))) this.walker.longDelimiter?.()
      return undefined
    }
    const text = bytes.toString('latin1', start + 2, end).trimEnd()
    // The innermost first; an outer one closes all that were never closed.
    for (let frame = this.frames.length - 1; frame >= 0; frame--) {
      const boundary = this.frames[frame]?.boundary ?? ''
      if (text === boundary) return { frame, closing: false }
      if (text.length === boundary.length + 2 && text.startsWith(boundary) && text.endsWith('--'))
        return { frame, closing: true }
    }
    return undefined
  }

  private content(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.sink === undefined) {
      this.out.push(bytes)
      return
    }
    const all = this.eol.length > 0 ? Buffer.concat([this.eol, bytes]) : bytes
    const tail = eolLength(all)
    this.eol = all.subarray(all.length - tail)
    if (all.length > tail) this.out.push(...this.sink.push(all.subarray(0, all.length - tail)))
  }

  /** Takes a delimiter, or a line of a part header, and says how many of its bytes are not content. */
  private line(line: Buffer, delimiter: Delimiter | undefined): number {
    if (delimiter !== undefined) {
      if (this.state === 'header') this.planHeader()
      this.finish(false)
      this.delimit(line, delimiter)
      return line.length
    }
    const taken = line.subarray(0, PART_HEADER_MAX - this.headerSize)
    this.headerLines.push(taken)
    this.headerSize += taken.length
    const empty = line.length <= 2 && (line[0] === LF || (line[0] === CR && line[1] === LF))
    if (empty || this.headerSize >= PART_HEADER_MAX) this.planHeader()
    return taken.length
  }

  /** Ends the part's content. At the end of the message a last line end is content. */
  private finish(last: boolean): void {
    const sink = this.sink
    this.sink = undefined
    const eol = this.eol
    this.eol = EMPTY
    if (sink === undefined) return
    if (last && eol.length > 0) this.out.push(...sink.push(eol))
    this.out.push(...sink.end())
    if (!last && eol.length > 0) this.out.push(eol)
  }

  private delimit(line: Buffer, { frame, closing }: Delimiter): void {
    this.frames.length = frame + 1
    const open = this.frames[frame]
    if (open === undefined) return
    const tail = line.subarray(2 + Buffer.byteLength(open.boundary, 'latin1'))
    this.out.push(
      open.renamed === open.boundary ? line : Buffer.concat([Buffer.from(`--${open.renamed}`, 'latin1'), tail]),
    )
    if (closing) {
      this.frames.pop()
      this.state = 'content'
      this.sink = this.walker.between(open.nested)
      return
    }
    open.count++
    const path = open.path === '' ? String(open.count) : `${open.path}.${open.count}`
    this.place = { path, parent: open.type, nested: open.nested, depth: this.frames.length }
    this.state = 'header'
    this.headerLines = []
    this.headerSize = 0
  }

  private planHeader(): void {
    const raw = Buffer.concat(this.headerLines)
    this.headerLines = []
    this.state = 'content'
    const plan = this.walker.plan(parseHeaderBlock(raw), raw, this.place)
    this.out.push(plan.header)
    this.begin(plan)
  }

  private begin(plan: PartPlan): void {
    switch (plan.kind) {
      case 'leaf':
        this.sink = plan.sink
        break
      case 'multipart':
        this.frames.push({ ...plan, path: this.place.path, nested: this.place.nested, count: 0 })
        this.sink = this.walker.between(this.place.nested)
        break
      case 'message':
        this.place = { ...this.place, nested: true, parent: 'message/rfc822', depth: this.place.depth + 1 }
        this.state = 'header'
        this.headerSize = 0
        break
    }
  }
}
