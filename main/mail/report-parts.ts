// The parts of a report that a program reads: found by their content type wherever they stand, never by their place, and never
// inside the returned message, which may well be a report itself. RFC 3464 §2, RFC 5965 §2
import type { HeaderBlock } from './header-block.ts'
import { groupLength, parseHeaderBlock } from './header-block.ts'
import type { TransferEncoding } from './mime-part.ts'
import { partInfo } from './mime-part.ts'
import { DEPTH_MAX, MimeWalk, type PartPlace, type PartPlan, type Sink, type Walker } from './mime-walk.ts'
import { decodeTransfer } from './transfer-encoding.ts'

/** Status groups of 100 recipients fit; more of it, and the rest is not read. */
const STATUS_MAX = 256 * 1024
const TEXT_MAX = 64 * 1024

type Kind = 'status' | 'feedback' | 'text' | 'original'

/** RFC 3464 §2.1, RFC 6533 §3, RFC 5965 §3; the returned message or its header. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['message/delivery-status', 'status'],
  ['message/global-delivery-status', 'status'],
  ['message/feedback-report', 'feedback'],
  ['message/rfc822', 'original'],
  ['message/global', 'original'],
  ['message/global-headers', 'original'],
  ['text/rfc822-headers', 'original'],
  ['text/plain', 'text'],
])

export interface ReportParts {
  readonly status: Buffer | undefined
  readonly feedback: Buffer | undefined
  /** The first text that a person would read. */
  readonly text: Buffer | undefined
  /** The beginning of the returned message: its header, as far as it came back. */
  readonly original: Buffer | undefined
}

/** Keeps the beginning of a part and lets nothing pass: the report is read, not sent on. */
class KeepSink implements Sink {
  private kept: Buffer[] = []
  private room: number
  private readonly done: (content: Buffer) => void
  constructor(room: number, done: (content: Buffer) => void) {
    this.room = room
    this.done = done
  }

  push(bytes: Buffer): readonly Buffer[] {
    if (this.room > 0) {
      // A copy: a slice would keep the whole chunk alive.
      this.kept.push(Buffer.from(bytes.subarray(0, this.room)))
      this.room -= Math.min(this.room, bytes.length)
    }
    return []
  }

  end(): readonly Buffer[] {
    this.done(Buffer.concat(this.kept))
    this.kept = []
    return []
  }
}

const DROP: Sink = { push: () => [], end: () => [] }

/** Reads a body that streams by. Memory: the kept beginnings, one part header, one line. */
export class ReportReader implements Walker {
  private readonly found = new Map<Kind, Buffer>()
  private readonly walk: MimeWalk

  constructor(header: Buffer) {
    this.walk = new MimeWalk(this, parseHeaderBlock(header), header)
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const { type, boundary, encoding } = partInfo(header)
    if (type.startsWith('multipart/') && boundary !== '' && place.depth < DEPTH_MAX)
      return { kind: 'multipart', header: raw, type, boundary, renamed: boundary }
    const kind = KINDS.get(type)
    if (kind === undefined || this.found.has(kind)) return { kind: 'leaf', header: raw, sink: DROP }
    return { kind: 'leaf', header: raw, sink: this.keep(kind, encoding) }
  }

  between(): Sink {
    return DROP
  }

  private keep(kind: Kind, encoding: TransferEncoding): Sink {
    return new KeepSink(kind === 'text' || kind === 'original' ? TEXT_MAX : STATUS_MAX, (content) => {
      if (content.length > 0 && !this.found.has(kind)) this.found.set(kind, decodeTransfer(content, encoding).bytes)
    })
  }

  push(chunk: Buffer): void {
    this.walk.push(chunk)
  }

  end(): ReportParts {
    this.walk.end()
    const get = (kind: Kind): Buffer | undefined => this.found.get(kind)
    return { status: get('status'), feedback: get('feedback'), text: get('text'), original: get('original') }
  }
}

/** The groups of fields that empty lines part. RFC 3464 §2.1: the first is about the message, each other about one recipient. */
export function fieldGroups(bytes: Buffer, limit: number): readonly HeaderBlock[] {
  const groups: HeaderBlock[] = []
  let rest = bytes
  while (rest.length > 0 && groups.length < limit) {
    const end = groupLength(rest)
    const block = parseHeaderBlock(rest.subarray(0, end))
    if (block.fields.length > 0) groups.push(block)
    rest = rest.subarray(end)
  }
  return groups
}
