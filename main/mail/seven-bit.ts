// A body for a server that takes seven bits only (RFC 6152 §3: without 8BITMIME nothing else may be sent): parts with octets above 127 become
// quoted-printable or base64. Two passes: the first finds out which parts those are, the second writes them. What is signed inside stays as
// it is, and then the message cannot go there.
import { createHash } from 'node:crypto'
import { asciiFields, isAscii } from './ascii-fields.ts'
import { composeField } from './compose-field.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { closeHeaderBlock, firstField, parseHeaderBlock } from './header-block.ts'
import { partInfo, type PartInfo } from './mime-part.ts'
import {
  impliedType,
  MimeWalk,
  planAsRead,
  type PartPlace,
  type PartPlan,
  type Sink,
  type Walker,
} from './mime-walk.ts'
import { encodingSink, mendingSink, questionSink } from './seven-bit-sinks.ts'
import { withNamesRenamed, type Telling } from './telling.ts'

/** More parts with octets above 127 are not written anew: their places are kept in memory. */
const MAX_PARTS = 10_000

const ROOT: PartPlace = { path: '', parent: '', nested: false, depth: 0 }

function hasHigh(bytes: Buffer): boolean {
  return bytes.some((byte) => byte >= 0x80)
}

/** Where something is signed in a way that covers every octet. RFC 1847 §2.1 */
class Signed {
  private readonly paths = new Set<string>()

  get size(): number {
    return this.paths.size
  }

  add(path: string): void {
    this.paths.add(path)
  }

  /** Whether a part stands inside of such a multipart; as many look-ups as it is deep. */
  covers(path: string): boolean {
    if (this.paths.size === 0) return false
    if (path !== '' && this.paths.has('')) return true
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1))
      if (this.paths.has(path.slice(0, dot))) return true
    return false
  }
}

/** The first pass: looks, and changes nothing. */
export class EightBitFinder implements Walker {
  /** Parts whose content has octets above 127. */
  readonly parts = new Set<string>()
  /** There are such octets: in content, in the header of a part, between parts. */
  found = false
  /** Some of them are covered by a signature inside the message, or may be. */
  signed = false
  /** `parts` is not complete. */
  tooMany = false
  private readonly covering = new Signed()
  private readonly walk: MimeWalk

  /** `header`: the message's own, which is not looked at itself. */
  constructor(header: Buffer) {
    this.walk = new MimeWalk(this, parseHeaderBlock(header), header)
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const { type, boundary } = partInfo(header, impliedType(place))
    if (type === 'multipart/signed') {
      if (this.covering.size < MAX_PARTS) this.covering.add(place.path)
      else this.tooMany = true
    }
    const isOwn = place.path === '' && !place.nested
    // Delimiters are octets of the body, too.
    if ((!isOwn && hasHigh(raw)) || !isAscii(boundary)) this.note(place.path)
    return planAsRead(header, raw, place, () => ({
      push: (bytes) => {
        if (hasHigh(bytes)) this.note(place.path, true)
        return []
      },
      end: () => [],
    }))
  }

  private note(path: string, inContent = false): void {
    this.found = true
    if (this.covering.covers(path)) this.signed = true
    if (!inContent || this.parts.has(path)) return
    if (this.parts.size < MAX_PARTS) this.parts.add(path)
    else this.tooMany = true
  }

  /** Text around parts has no place of its own: it counts as signed where anything is. */
  between(): Sink {
    return {
      push: (bytes) => {
        if (!hasHigh(bytes)) return []
        this.found = true
        if (this.covering.size > 0) this.signed = true
        return []
      },
      end: () => [],
    }
  }

  push(chunk: Buffer): void {
    this.walk.push(chunk)
  }

  end(): void {
    this.walk.end()
  }
}

/** RFC 2045 §6.4: multiparts have no encoding. Messages of other types than these stay readable in quoted-printable. */
function encodingFor({ type }: PartInfo): 'quoted-printable' | 'base64' | undefined {
  if (type.startsWith('multipart/')) return undefined
  return type.startsWith('text/') || type.startsWith('message/') ? 'quoted-printable' : 'base64'
}

/** Boundaries in ASCII; a hash of the old one, so that header and delimiters agree. */
const BOUNDARIES: Telling = {
  isTelling: (text) => !isAscii(text),
  isTellingId: (id) => !isAscii(id),
  boundary: (old) => (isAscii(old) ? old : `=_${createHash('sha256').update(old).digest('hex').slice(0, 24)}`),
  contentId: (old) => old,
}

/** The fields of a part in ASCII; `encoding`: what its content gets, undefined where none is left to say. */
function rewrittenFields(block: HeaderBlock, info: PartInfo, encoding: string | undefined): HeaderField[] {
  const said = encoding === undefined ? [] : [composeField('Content-Transfer-Encoding', [encoding])]
  const others = block.fields
    .filter(({ key }) => key !== 'content-transfer-encoding')
    .map((field) => (field.key === 'content-type' ? withNamesRenamed(field, info, BOUNDARIES) : field))
  return [...asciiFields(others), ...said]
}

/** The second pass: the body in seven bits, but for what cannot be written so; whoever sends it looks. */
export class SevenBitBody implements Walker {
  /** The message's own header for that body. */
  readonly header: Buffer
  private readonly parts: ReadonlySet<string>
  private readonly covering = new Signed()
  private readonly walk: MimeWalk

  /** `parts`: those that the finder has found. */
  constructor(header: Buffer, parts: ReadonlySet<string>) {
    this.parts = parts
    const block = parseHeaderBlock(header)
    const version = firstField(block, 'mime-version') === undefined ? [composeField('MIME-Version', ['1.0'])] : []
    const written = this.plan(block, header, ROOT).header
    this.header = Buffer.concat([...version.map(({ raw }) => raw), written])
    this.walk = new MimeWalk(this, block, header)
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    if (this.covering.covers(place.path)) return planAsRead(header, raw, place, () => undefined)
    const info = partInfo(header, impliedType(place))
    if (info.type === 'multipart/signed') this.covering.add(place.path)
    const read = planAsRead(header, raw, place, (leaf) => this.sinkFor(leaf, place))
    const { encoding } = info
    if (read.kind === 'leaf') {
      if (read.sink === undefined && !hasHigh(raw)) return read
      const said = read.sink === undefined || encoding !== 'identity' ? undefined : encodingFor(info)
      const fields = said === undefined ? asciiFields(header.fields) : rewrittenFields(header, info, said)
      return { ...read, header: closeHeaderBlock(fields, header.closing) }
    }
    // RFC 2045 §6.4: a multipart or a message with seven bits in it says so, or nothing.
    const isTold = hasHigh(raw) || info.eightBit || !isAscii(info.boundary)
    const written = isTold ? closeHeaderBlock(rewrittenFields(header, info, undefined), header.closing) : raw
    if (read.kind === 'message') return { ...read, header: written }
    const renamed = info.type === 'multipart/signed' ? read.boundary : BOUNDARIES.boundary(read.boundary)
    return { ...read, header: written, renamed }
  }

  private sinkFor(info: PartInfo, place: PartPlace): Sink | undefined {
    if (!this.parts.has(place.path)) return undefined
    if (info.encoding !== 'identity') return mendingSink(info.encoding)
    const encoding = encodingFor(info)
    return encoding === undefined ? undefined : encodingSink(encoding)
  }

  between(): Sink {
    return questionSink()
  }

  push(chunk: Buffer): Buffer[] {
    return this.walk.push(chunk)
  }

  end(): Buffer[] {
    return this.walk.end()
  }
}
