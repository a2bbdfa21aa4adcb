// A message as a person reads it: its texts, its HTML with the pictures that came along, and what is attached, each with its digest and
// what it is by its bytes. Read as the body streams by: memory is what is shown, and one attachment where one is asked for.
import { createHash } from 'node:crypto'
import { readableBody } from './compose-field.ts'
import { oneLine } from './charset.ts'
import type { HeaderBlock } from './header-block.ts'
import { firstField, parseHeaderBlock } from './header-block.ts'
import { MAGIC_BYTES, typeOfBytes, warningsOf, type AttachmentWarning } from './magic.ts'
import { partInfo, type PartInfo } from './mime-part.ts'
import { DEPTH_MAX, MimeWalk, type PartPlace, type PartPlan, type Sink, type Walker } from './mime-walk.ts'
import { readPartText } from './part-text.ts'
import type { InlineImage } from './safe-html.ts'
import { Base64Decoder, decodeTransfer } from './transfer-encoding.ts'

export interface Attachment {
  readonly index: number
  readonly name: string
  readonly claimedType: string
  /** By its first bytes. */
  readonly type: string
  readonly size: number
  /** Hex. */
  readonly sha256: string
  readonly warnings: readonly AttachmentWarning[]
}

export interface ReadMessage {
  readonly text: string
  readonly html: string
  readonly images: ReadonlyMap<string, InlineImage>
  readonly attachments: readonly Attachment[]
  /** Something was longer than what is shown. */
  readonly truncated: boolean
  /** The attachment that was asked for. */
  readonly wanted: Buffer | undefined
}

const TEXT_MAX = 512 * 1024
const HTML_MAX = 1024 * 1024
const ATTACHMENTS_MAX = 200
const IMAGE_MAX = 2 * 1024 * 1024
const IMAGES_MAX = 4 * 1024 * 1024
const NAME_MAX = 200
const LINE_MAX = 1024 * 1024
const LF = 0x0a

/** Takes the transfer encoding off as the content streams by. */
class ContentDecoder {
  private readonly info: PartInfo
  private readonly base64 = new Base64Decoder()
  private rest: Buffer = Buffer.alloc(0)

  constructor(info: PartInfo) {
    this.info = info
  }

  push(bytes: Buffer): Buffer {
    if (this.info.encoding === 'identity') return bytes
    if (this.info.encoding === 'base64') return this.base64.push(bytes)
    // An `=XX` or a soft break never goes over a line end, so there it may be cut. RFC 2045 §6.7
    const all = Buffer.concat([this.rest, bytes])
    const cut = all.length > LINE_MAX ? all.length : all.lastIndexOf(LF) + 1
    this.rest = Buffer.from(all.subarray(cut))
    return decodeTransfer(all.subarray(0, cut), 'quoted-printable').bytes
  }

  end(): Buffer {
    const rest = this.rest
    this.rest = Buffer.alloc(0)
    return rest.length === 0 ? rest : decodeTransfer(rest, 'quoted-printable').bytes
  }
}

class TextSink implements Sink {
  private readonly kept: Buffer[] = []
  private room: number
  private readonly done: (content: Buffer, cut: boolean) => void
  private cut = false
  constructor(room: number, done: (content: Buffer, cut: boolean) => void) {
    this.room = room
    this.done = done
  }

  push(bytes: Buffer): readonly Buffer[] {
    if (bytes.length > this.room) this.cut = true
    if (this.room > 0) this.kept.push(Buffer.from(bytes.subarray(0, this.room)))
    this.room -= Math.min(this.room, bytes.length)
    return []
  }

  end(): readonly Buffer[] {
    this.done(Buffer.concat(this.kept), this.cut)
    return []
  }
}

interface Digested {
  readonly size: number
  readonly sha256: string
  readonly head: Buffer
  /** All of it, where it was to be kept and is no longer than that. */
  readonly content: Buffer | undefined
}

class FileSink implements Sink {
  private readonly decoder: ContentDecoder
  private readonly hash = createHash('sha256')
  private readonly keep: number
  private readonly done: (digested: Digested) => void
  private head: Buffer = Buffer.alloc(0)
  private kept: Buffer[] = []
  private size = 0

  constructor(info: PartInfo, keep: number, done: (digested: Digested) => void) {
    this.decoder = new ContentDecoder(info)
    this.keep = keep
    this.done = done
  }

  push(bytes: Buffer): readonly Buffer[] {
    this.take(this.decoder.push(bytes))
    return []
  }

  end(): readonly Buffer[] {
    this.take(this.decoder.end())
    const { size, head } = this
    const content = size <= this.keep ? Buffer.concat(this.kept) : undefined
    this.kept = []
    this.done({ size, sha256: this.hash.digest('hex'), head, content })
    return []
  }

  private take(content: Buffer): void {
    if (content.length === 0) return
    this.hash.update(content)
    this.size += content.length
    if (this.head.length < MAGIC_BYTES)
      this.head = Buffer.concat([this.head, content.subarray(0, MAGIC_BYTES - this.head.length)])
    if (this.size <= this.keep) this.kept.push(Buffer.from(content))
    else this.kept = []
  }
}

const DROP: Sink = { push: () => [], end: () => [] }

/** RFC 2045 §7: without its brackets. */
function contentIdOf(header: HeaderBlock): string {
  const field = firstField(header, 'content-id')
  return field === undefined ? '' : readableBody(field).trim().replace(/^</, '').replace(/>$/, '')
}

export class MessageReader implements Walker {
  private readonly walk: MimeWalk
  private readonly wantedIndex: number | undefined
  private readonly room: number
  private readonly texts: string[] = []
  private readonly htmls: string[] = []
  private readonly images = new Map<string, InlineImage>()
  private readonly attachments: Attachment[] = []
  private count = 0
  private textRoom = TEXT_MAX
  private htmlRoom = HTML_MAX
  private imageRoom = IMAGES_MAX
  private truncated = false
  private wanted: Buffer | undefined

  /** `wanted`: the index of an attachment whose bytes are to be handed over, at most `room` of them. */
  constructor(header: Buffer, wanted?: { readonly index: number; readonly room: number }) {
    this.wantedIndex = wanted?.index
    this.room = wanted?.room ?? 0
    this.walk = new MimeWalk(this, parseHeaderBlock(header), header)
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header)
    const { type, boundary, name } = info
    if (type.startsWith('multipart/') && boundary !== '' && place.depth < DEPTH_MAX)
      return { kind: 'multipart', header: raw, type, boundary, renamed: boundary }
    const isBody = !info.attachment && name === '' && (type === 'text/plain' || type === 'text/html')
    return { kind: 'leaf', header: raw, sink: isBody ? this.bodySink(info) : this.fileSink(header, info) }
  }

  between(): Sink {
    return DROP
  }

  push(chunk: Buffer): void {
    this.walk.push(chunk)
  }

  end(): ReadMessage {
    this.walk.end()
    const { images, attachments, truncated, wanted } = this
    return { text: this.texts.join('\n\n'), html: this.htmls.join('<hr>'), images, attachments, truncated, wanted }
  }

  private bodySink(info: PartInfo): Sink {
    const isHtml = info.type === 'text/html'
    return new TextSink(isHtml ? this.htmlRoom : this.textRoom, (content, cut) => {
      if (isHtml) this.htmlRoom -= content.length
      else this.textRoom -= content.length
      this.truncated ||= cut
      const text = readPartText(content, info)
      if (text.trim() !== '') (isHtml ? this.htmls : this.texts).push(text)
    })
  }

  private fileSink(header: HeaderBlock, info: PartInfo): Sink {
    const index = this.count++
    if (index >= ATTACHMENTS_MAX) {
      this.truncated = true
      return DROP
    }
    const cid = contentIdOf(header)
    const isImage = cid !== '' && info.type.startsWith('image/')
    const keep = index === this.wantedIndex ? this.room : isImage ? Math.min(IMAGE_MAX, this.imageRoom) : -1
    return new FileSink(info, keep, ({ size, sha256, head, content }) => {
      if (index === this.wantedIndex) this.wanted = content
      if (isImage && content !== undefined && content.length <= this.imageRoom && !this.images.has(cid)) {
        this.imageRoom -= content.length
        this.images.set(cid, { bytes: content })
      }
      const name = oneLine(info.name).slice(0, NAME_MAX)
      const type = typeOfBytes(head)
      const claimedType = info.type.slice(0, 100)
      this.attachments.push({
        index,
        name,
        claimedType,
        type,
        size,
        sha256,
        warnings: warningsOf(name, claimedType, type),
      })
    })
  }
}
