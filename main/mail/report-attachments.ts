// The attachments of a mail that may be an aggregate report: by their type, or by the end of their name where the type says nothing.
// Reports come as the only part (Google's DMARC reports) and in a multipart (RFC 8460 §5.3, RFC 9990). Decoded as they stream by.
import type { HeaderBlock } from './header-block.ts'
import { parseHeaderBlock } from './header-block.ts'
import { partInfo, type PartInfo } from './mime-part.ts'
import { DEPTH_MAX, MimeWalk, type PartPlace, type PartPlan, type Sink, type Walker } from './mime-walk.ts'
import { Base64Decoder, decodeTransfer } from './transfer-encoding.ts'

/** A mail brings one report; a few attachments more are looked at. */
const ATTACHMENTS_MAX = 4
/** Quoted-printable is read as a whole, with a map of its places; reports hardly ever come so. */
const QUOTED_MAX = 1024 * 1024

const TYPES = new Set([
  'application/tlsrpt+json',
  'application/tlsrpt+gzip',
  'application/gzip',
  'application/x-gzip',
  'application/zip',
  'application/x-zip',
  'application/x-zip-compressed',
  'application/xml',
  'application/json',
  'text/xml',
])
const NAME = /\.(xml|json|gz|zip)$/i

export interface ReportAttachment {
  readonly bytes: Buffer
  /** There was more of it than may be. */
  readonly tooBig: boolean
}

class ContentSink implements Sink {
  private readonly decoder: Base64Decoder | undefined
  private readonly quoted: boolean
  private readonly done: (attachment: ReportAttachment) => void
  private kept: Buffer[] = []
  private room: number
  private tooBig = false

  constructor({ encoding }: PartInfo, room: number, done: (attachment: ReportAttachment) => void) {
    this.decoder = encoding === 'base64' ? new Base64Decoder() : undefined
    this.quoted = encoding === 'quoted-printable'
    this.room = this.quoted ? Math.min(room, QUOTED_MAX) : room
    this.done = done
  }

  push(bytes: Buffer): readonly Buffer[] {
    if (this.tooBig) return []
    const content = this.decoder === undefined ? bytes : this.decoder.push(bytes)
    this.tooBig = content.length > this.room
    if (this.tooBig) this.kept = []
    else {
      this.kept.push(Buffer.from(content))
      this.room -= content.length
    }
    return []
  }

  end(): readonly Buffer[] {
    const all = Buffer.concat(this.kept)
    this.kept = []
    const bytes = this.quoted ? decodeTransfer(all, 'quoted-printable').bytes : all
    if (bytes.length > 0 || this.tooBig) this.done({ bytes, tooBig: this.tooBig })
    return []
  }
}

const DROP: Sink = { push: () => [], end: () => [] }

/** Reads a body that streams by. Memory: `room` octets of decoded attachments in all, one part header, one line. */
export class ReportAttachmentReader implements Walker {
  private readonly found: ReportAttachment[] = []
  private readonly walk: MimeWalk
  private readonly room: number
  private planned = 0

  constructor(header: Buffer, room: number) {
    this.room = room
    this.walk = new MimeWalk(this, parseHeaderBlock(header), header)
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header)
    const { type, boundary, name } = info
    if (type.startsWith('multipart/') && boundary !== '' && place.depth < DEPTH_MAX)
      return { kind: 'multipart', header: raw, type, boundary, renamed: boundary }
    const wanted = (TYPES.has(type) || NAME.test(name)) && this.planned < ATTACHMENTS_MAX
    if (!wanted) return { kind: 'leaf', header: raw, sink: DROP }
    this.planned++
    const left = this.found.reduce((room, { bytes }) => room - bytes.length, this.room)
    return { kind: 'leaf', header: raw, sink: new ContentSink(info, left, (one) => this.found.push(one)) }
  }

  between(): Sink {
    return DROP
  }

  push(chunk: Buffer): void {
    this.walk.push(chunk)
  }

  end(): readonly ReportAttachment[] {
    this.walk.end()
    return this.found
  }
}
