// Looks into the attachments of a reply as they go by and changes nothing: does one carry an address of the user's, and is there
// anything in it that cannot be read? Text is read whole, as the body's is; attached messages are walked part by part; everything
// else is searched as bytes. What is compressed (zip, pdf, docx, pictures) has nothing to find for a search of bytes, and passes.
import type { AddressTable } from './address-finder.ts'
import { findAddresses } from './address-finder.ts'
import { isFolded } from './calendar-part.ts'
import type { HeaderBlock } from './header-block.ts'
import { parseHeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { isMessageType, partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX, MimeWalk, impliedType } from './mime-walk.ts'
import { OpaqueScan, opaqueLabel, opaqueText } from './opaque-file.ts'
import { TEXT_PART_MAX, readPartText } from './part-text.ts'
import { isSealed } from './telling.ts'
import { isReadableCharset } from './text-model.ts'
import { textReadings } from './text-readings.ts'
import type { Needle } from './trace-scan.ts'
import { TraceScan, TransferStream, hitsIn, hitsInBase64 } from './trace-scan.ts'
import type { UnreadReason } from './unread-part.ts'
import { EncodingCheck, unreadHeader } from './unread-part.ts'

/** The user's addresses in the two forms in which they are looked for. */
export interface Search {
  readonly needles: readonly Needle[]
  readonly table: AddressTable
}

export type Finding =
  { readonly kind: 'trace'; readonly address: string } | { readonly kind: 'unread'; readonly reason: UnreadReason }

export type Tell = (finding: Finding) => void

/** Messages inside of an encoded message are decoded twice, and so on: each of these counts as so many levels. */
const ENCODED_LEVELS = 8

const TEXT_TYPES: ReadonlySet<string> = new Set([
  ...['application/json', 'application/xml', 'application/yaml', 'application/javascript', 'application/sql'],
  ...['application/rtf', 'application/x-ndjson', 'application/csv', 'application/pgp-keys', 'application/mbox'],
])
const TEXT_ENDINGS =
  'txt csv tsv htm html xhtml xml svg json yaml yml md log ini rtf vcf ics ifb vcs ldif asc mbox sql tex'
    .split(' ')
    .map((ending) => `.${ending}`)

function fileName({ name }: PartInfo): string {
  return name.trim().toLowerCase()
}

/** `hello.eml` is a message for whoever opens it, whatever its type says. */
export function isMessage(info: PartInfo): boolean {
  return isMessageType(info.type) || (fileName(info).endsWith('.eml') && !info.type.startsWith('multipart/'))
}

/** Whether a program may show the part, or the file, as text. */
export function isText(info: PartInfo): boolean {
  const { type } = info
  // A multipart without a boundary is text to most programs.
  const byType = ['text/', 'message/', 'multipart/'].some((start) => type.startsWith(start))
  const named = byType || type.endsWith('+xml') || type.endsWith('+json')
  return (
    named || TEXT_TYPES.has(type) || TEXT_ENDINGS.some((ending) => fileName(info).endsWith(ending)) || isFolded(info)
  )
}

/** What is done with the encoded bytes of one content. */
interface Look {
  push(bytes: Buffer): void
  end(): void
}

function watching(looks: readonly Look[]): Sink {
  return {
    push: (bytes) => {
      for (const look of looks) look.push(bytes)
      return [bytes]
    },
    end: () => {
      for (const look of looks) look.end()
      return []
    },
  }
}

function byteLook({ needles }: Search, info: Pick<PartInfo, 'encoding'>, tell: Tell): Look {
  const scan = new TraceScan(needles, info.encoding)
  return {
    push: (bytes) => {
      scan.push(bytes)
    },
    end: () => {
      scan.end()
      for (const { needle } of scan.hits) tell({ kind: 'trace', address: needle.text })
    },
  }
}

function encodingLook({ encoding }: PartInfo, tell: Tell): Look {
  const check = new EncodingCheck(encoding)
  return {
    push: (bytes) => {
      check.push(bytes)
    },
    end: () => {
      check.end()
      if (check.broken) tell({ kind: 'unread', reason: 'transfer-encoding' })
    },
  }
}

/** The first of the user's addresses that a whole text names to any of its readers. */
export function addressIn(content: Buffer, info: PartInfo, { needles, table }: Search): string | undefined {
  for (const reading of textReadings(content, info)) {
    const [found] = findAddresses(reading, table)
    if (found !== undefined) return found.known.key
    const [hit] = hitsIn(reading, needles)
    if (hit !== undefined) return hit.needle.text
  }
  const [inBase64] = hitsInBase64(readPartText(content, info), needles)
  return inBase64?.text
}

function textLook(info: PartInfo, search: Search, tell: Tell): Look {
  if (!isReadableCharset(info.charset)) tell({ kind: 'unread', reason: 'charset' })
  let held: Buffer[] = []
  let size = 0
  return {
    push: (bytes) => {
      size += bytes.length
      if (size <= TEXT_PART_MAX) held.push(bytes)
      else held = []
    },
    end: () => {
      if (size > TEXT_PART_MAX) {
        tell({ kind: 'unread', reason: 'too-large' })
        return
      }
      const content = Buffer.concat(held)
      const address = addressIn(content, info, search)
      if (address !== undefined) tell({ kind: 'trace', address })
      const text = readPartText(content, info)
      const opaque = opaqueText(text)
      if (opaque !== undefined) tell({ kind: 'unread', reason: opaque })
    },
  }
}

const MESSAGE_HEADER = Buffer.from('Content-Type: message/rfc822\r\n\r\n')

/** The content of a part as a message: its transfer encoding is undone, and what comes out is walked. */
function messageLook({ encoding }: PartInfo, search: Search, depth: number, tell: Tell): Look {
  const stream = new TransferStream(encoding)
  const walker = new AttachedMessage(search, depth, tell)
  const walk = new MimeWalk(walker, parseHeaderBlock(MESSAGE_HEADER), MESSAGE_HEADER)
  return {
    push: (bytes) => {
      walk.push(stream.push(bytes, false))
    },
    end: () => {
      walk.push(stream.push(Buffer.alloc(0), true))
      walk.end()
    },
  }
}

/** A sink that passes the content of a part on and tells what it finds in it. `depth`: multiparts and messages round the part. */
export function watched(info: PartInfo, search: Search, depth: number, tell: Tell): Sink {
  const unread = (reason: UnreadReason): void => {
    tell({ kind: 'unread', reason })
  }
  const looks = [
    byteLook(search, info, tell),
    encodingLook(info, tell),
    new OpaqueScan(info, isText(info) || isMessage(info), unread),
  ]
  const opaque = opaqueLabel(info)
  if (opaque !== undefined) unread(opaque)
  if (isMessage(info)) {
    if (depth + ENCODED_LEVELS > DEPTH_MAX) tell({ kind: 'unread', reason: 'too-deep' })
    else looks.push(messageLook(info, search, depth + ENCODED_LEVELS, tell))
  } else if (isText(info)) looks.push(textLook(info, search, tell))
  return watching(looks)
}

/** What stands between the parts of an attached message, and its headers. */
function watchedBytes(search: Search, tell: Tell): Sink {
  return watching([byteLook(search, { encoding: 'identity' }, tell)])
}

/** Walks an attached message. All that is in it is told as found in the one attachment. */
export class AttachedMessage implements Walker {
  private readonly search: Search
  private readonly depth: number
  private readonly tell: Tell
  constructor(search: Search, depth: number, tell: Tell) {
    this.search = search
    this.depth = depth
    this.tell = tell
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const fields = watchedBytes(this.search, this.tell)
    fields.push(raw)
    fields.end()
    const info = partInfo(header, impliedType(place))
    const unread = unreadHeader(header, raw, info)
    if (unread !== undefined) this.tell({ kind: 'unread', reason: unread })
    const depth = this.depth + place.depth
    const { type, boundary, encoding } = info
    // What is signed can be read, what is encrypted cannot.
    if (isSealed(type) && type !== 'multipart/signed') this.tell({ kind: 'unread', reason: 'sealed' })
    const walked =
      (type.startsWith('multipart/') && boundary !== '') || (isMessageType(type) && encoding === 'identity')
    if (!walked) return { kind: 'leaf', header: raw, sink: watched(info, this.search, depth, this.tell) }
    if (depth >= DEPTH_MAX) {
      this.tell({ kind: 'unread', reason: 'too-deep' })
      return {
        kind: 'leaf',
        header: raw,
        sink: watched({ ...info, type: 'text/plain' }, this.search, depth, this.tell),
      }
    }
    if (type.startsWith('multipart/')) return { kind: 'multipart', header: raw, type, boundary, renamed: boundary }
    return { kind: 'message', header: raw }
  }

  between(): Sink {
    return watchedBytes(this.search, this.tell)
  }
}
