// The leak finder: every trace of the user that is left in a message, with its place. The preview of a held or sent reply
// marks them. behaviour.md 4.5
import type { AddressKey } from '../terms/address.ts'
import { WatchSink } from './body-sinks.ts'
import { isFolded } from './calendar-part.ts'
import { calendarReadings, unfoldedPartText } from './calendar-views.ts'
import { readableBody, unfoldedBody } from './compose-field.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { headerLength, parseHeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX, MimeWalk } from './mime-walk.ts'
import { TEXT_PART_MAX, readPartText } from './part-text.ts'
import { isHtml } from './scrub.ts'
import { plainView, renderedView, entityView } from './text-view.ts'
import type { Hit, Needle } from './trace-scan.ts'
import { TraceScan, addressNeedles, hitsIn, needle } from './trace-scan.ts'

export interface Wanted {
  readonly addresses: ReadonlySet<AddressKey>
  readonly names: readonly string[]
  readonly hosts: readonly string[]
}

export interface Trace {
  readonly kind: 'address' | 'name' | 'host'
  /** What was found, as the caller gave it. */
  readonly text: string
  /** A field of the message's header or of a part's, or the content of a part. `path` is empty for the message itself. */
  readonly place:
    | { readonly at: 'field'; readonly path: string; readonly field: string }
    /** `offset`: bytes of the decoded content; characters of the shown text where only that has the trace. */
    | { readonly at: 'content'; readonly path: string; readonly type: string; readonly offset: number }
}

function needlesOf({ addresses, names, hosts }: Wanted): Needle[] {
  const all = [...names.map((name) => needle('name', name)), ...hosts.map((host) => needle('host', host))]
  return [...addressNeedles(addresses), ...all.filter((one) => one.text !== '')]
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%[0-9a-fA-F]{2}/g, (code) => String.fromCharCode(parseInt(code.slice(1), 16)))
}

/** Holds what was found, each needle once a place. */
class Finder implements Walker {
  readonly traces: Trace[] = []
  private readonly needles: readonly Needle[]
  constructor(needles: readonly Needle[]) {
    this.needles = needles
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    for (const field of header.fields) this.field(field, place.path)
    const info = partInfo(header, place.parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    const deep = place.depth >= DEPTH_MAX
    if (info.type.startsWith('multipart/') && info.boundary !== '' && !deep) {
      this.hits(hitsIn(info.boundary, this.needles), { at: 'field', path: place.path, field: 'Content-Type' })
      return { kind: 'multipart', header: raw, type: info.type, boundary: info.boundary, renamed: info.boundary }
    }
    if (info.type === 'message/rfc822' && info.encoding === 'identity' && !deep) return { kind: 'message', header: raw }
    return { kind: 'leaf', header: raw, sink: this.content(info, place) }
  }

  between(): Sink {
    const scan = new TraceScan(this.needles, 'identity')
    return new WatchSink(scan, () => {
      this.found(scan.hits, 'between parts', '')
    })
  }

  private field(field: HeaderField, path: string): void {
    const readings = [unfoldedBody(field), readableBody(field)]
    const hits = [...readings, ...readings.map(percentDecoded)].flatMap((text) => hitsIn(text, this.needles))
    this.hits(hits, { at: 'field', path, field: field.name })
  }

  private hits(hits: readonly Hit[], place: Trace['place']): void {
    for (const one of new Set(hits.map((hit) => hit.needle)))
      this.traces.push({ kind: one.kind, text: one.text, place })
  }

  private found(hits: readonly Hit[], path: string, type: string): void {
    for (const { needle: one, offset } of hits) {
      this.traces.push({ kind: one.kind, text: one.text, place: { at: 'content', path, type, offset } })
    }
  }

  private content(info: PartInfo, place: PartPlace): Sink {
    const scan = new TraceScan(this.needles, info.encoding)
    const held: Buffer[] = []
    let size = 0
    const watch = new WatchSink(scan, () => {
      const missing = this.needles.filter((one) => !scan.hits.some((hit) => hit.needle === one))
      const shown = size <= TEXT_PART_MAX ? shownTexts(Buffer.concat(held), info) : []
      const more = shown.flatMap((text) => hitsIn(text, missing))
      const firsts = missing.flatMap((one) => more.filter((hit) => hit.needle === one).slice(0, 1))
      this.found([...scan.hits, ...firsts], place.path, info.type)
    })
    if (!info.type.startsWith('text/') && !isFolded(info)) return watch
    return {
      push: (bytes) => {
        size += bytes.length
        if (size <= TEXT_PART_MAX) held.push(bytes)
        return watch.push(bytes)
      },
      end: () => watch.end(),
    }
  }
}

/** A text as its reader sees it, in every way that may make a trace of it. */
function shownTexts(content: Buffer, info: PartInfo): readonly string[] {
  if (isFolded(info)) return calendarReadings(unfoldedPartText(content, info))
  const text = readPartText(content, info)
  const views = isHtml(info.type)
    ? [entityView(text).text, renderedView(text).text]
    : [text, plainView(text, info.delSp).text]
  return [...views, ...views.filter((view) => view.includes('%')).map(percentDecoded)]
}

/** A finder for a message that comes in pieces: its header first, whole, then its body. */
export function createTraceFinder(
  header: Buffer,
  wanted: Wanted,
): { push(chunk: Buffer): void; end(): readonly Trace[] } {
  const finder = new Finder(needlesOf(wanted))
  const walk = new MimeWalk(finder, parseHeaderBlock(header), header)
  return {
    push: (chunk) => {
      walk.push(chunk)
    },
    end: () => {
      walk.end()
      return finder.traces
    },
  }
}

/** Every trace of the user in a whole message, in the order in which they stand. */
export function findTraces(message: Buffer, wanted: Wanted): readonly Trace[] {
  const length = headerLength(message)
  const finder = createTraceFinder(message.subarray(0, length), wanted)
  finder.push(message.subarray(length))
  return finder.end()
}
