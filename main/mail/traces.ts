// The leak finder: every trace of the user that is left in a message, with its place. The preview of a held or sent reply
// marks them. behaviour.md 4.5
import type { AddressKey } from '../terms/address.ts'
import { isText } from './attachment-watch.ts'
import { WatchSink } from './body-sinks.ts'
import { readableBody, unfoldedBody } from './compose-field.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { headerLength, parseHeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { MimeWalk, planAsRead } from './mime-walk.ts'
import { TEXT_PART_MAX } from './part-text.ts'
import { textReadings } from './text-readings.ts'
import type { Hit, Needle } from './trace-scan.ts'
import { TraceScan, addressNeedles, hitsIn, hitsInBase64, innerReadings, needle } from './trace-scan.ts'

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

/** The first place of each needle in the first text that has it. */
function hitsInTexts(texts: Iterable<string>, needles: readonly Needle[]): readonly Hit[] {
  const hits: Hit[] = []
  let missing = needles
  for (const text of texts) {
    const found = hitsIn(text, missing)
    hits.push(...found)
    missing = missing.filter((one) => !found.some((hit) => hit.needle === one))
  }
  return hits
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
    const plan = planAsRead(header, raw, place, (info) => this.content(info, place))
    if (plan.kind === 'multipart')
      this.named(
        hitsIn(plan.boundary, this.needles).map((hit) => hit.needle),
        { at: 'field', path: place.path, field: 'Content-Type' },
      )
    return plan
  }

  between(): Sink {
    const scan = new TraceScan(this.needles, 'identity')
    return new WatchSink(scan, () => {
      this.found(scan.hits, 'between parts', '')
    })
  }

  private field(field: HeaderField, path: string): void {
    const readings = [unfoldedBody(field), readableBody(field)].flatMap((text) => [...innerReadings(text)])
    const hits = readings.flatMap((text) => hitsIn(text, this.needles)).map((hit) => hit.needle)
    const inBase64 = hitsInBase64(unfoldedBody(field), this.needles)
    this.named([...hits, ...inBase64], { at: 'field', path, field: field.name })
  }

  private named(needles: readonly Needle[], place: Trace['place']): void {
    for (const one of new Set(needles)) this.traces.push({ kind: one.kind, text: one.text, place })
  }

  private found(hits: readonly Hit[], path: string, type: string): void {
    for (const { needle: one, offset } of hits) {
      this.traces.push({ kind: one.kind, text: one.text, place: { at: 'content', path, type, offset } })
    }
  }

  private needlesBut(hits: readonly Hit[]): readonly Needle[] {
    return this.needles.filter((one) => !hits.some((hit) => hit.needle === one))
  }

  private content(info: PartInfo, place: PartPlace): Sink {
    const scan = new TraceScan(this.needles, info.encoding)
    const held: Buffer[] = []
    let size = 0
    const watch = new WatchSink(scan, () => {
      const shown = size <= TEXT_PART_MAX ? textReadings(Buffer.concat(held), info) : []
      this.found([...scan.hits, ...hitsInTexts(shown, this.needlesBut(scan.hits))], place.path, info.type)
    })
    if (!isText(info)) return watch
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
