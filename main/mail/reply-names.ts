// Reads what the user wrote and changes nothing: which reply addresses stand in it, and which names that the relay gave to contacts.
// All of them must be resolved before the reply is rewritten, for a mail program quotes whole header blocks: people who are in To or
// Cc of an earlier message, and not of this one. It reads the parts that the editor edits; attachments stay as they are.
import type { AddressKey } from '../terms/address.ts'
import { TextSink } from './body-sinks.ts'
import { PREAMBLE, isBodyText } from './body-text.ts'
import { isCalendar } from './calendar-part.ts'
import { unfoldedBody, readableBody } from './compose-field.ts'
import { findContactNames } from './contact-names.ts'
import type { ReplyTarget } from './facts.ts'
import type { HeaderBlock } from './header-block.ts'
import { parseHeaderBlock } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX, MimeWalk, impliedType } from './mime-walk.ts'
import type { ResolveTarget } from './reply-addresses.ts'
import { replyAddressesIn } from './reply-addresses.ts'
import { isSealed } from './telling.ts'
import { isReadableCharset } from './text-model.ts'
import { textReadings } from './text-readings.ts'

/** What only the store knows. Each is asked once for an address. */
export interface NameLookups {
  /** Our domains. */
  readonly domains: ReadonlySet<string>
  readonly target: ResolveTarget
  /** Whether somebody with this address is a contact of the alias. */
  readonly isContact: (key: AddressKey) => boolean
}

export interface NamedInText {
  readonly targets: ReadonlyMap<AddressKey, ReplyTarget>
  readonly contactNames: ReadonlySet<AddressKey>
}

class NameWalker implements Walker {
  readonly targets = new Map<AddressKey, ReplyTarget>()
  readonly contactNames = new Set<AddressKey>()
  private readonly lookups: NameLookups
  constructor(lookups: NameLookups) {
    this.lookups = lookups
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    for (const field of header.fields) {
      this.read(unfoldedBody(field))
      this.read(readableBody(field))
    }
    const info = partInfo(header, impliedType(place))
    const { type, boundary } = info
    const leaf = (sink: Sink | undefined): PartPlan => ({ kind: 'leaf', header: raw, sink })
    if (isSealed(type)) return leaf(undefined)
    if (type.startsWith('multipart/')) {
      if (boundary === '') return leaf(this.textSink({ ...PREAMBLE, type }))
      if (place.depth >= DEPTH_MAX) return leaf(undefined)
      return { kind: 'multipart', header: raw, type, boundary, renamed: boundary }
    }
    return leaf(!isCalendar(info) && isBodyText(info, place) ? this.textSink(info) : undefined)
  }

  between(): Sink {
    return this.textSink(PREAMBLE)
  }

  private textSink(info: PartInfo): Sink {
    const take = (content: Buffer): Buffer => {
      // What cannot be read holds the reply.
      if (isReadableCharset(info.charset)) for (const reading of textReadings(content, info)) this.read(reading)
      return content
    }
    // What is larger is not edited, and holds the reply.
    return new TextSink(take, () => undefined)
  }

  private read(text: string): void {
    const { domains, target, isContact } = this.lookups
    for (const [key, found] of replyAddressesIn(text, domains, target)) this.targets.set(key, found)
    const has = (key: AddressKey): boolean => {
      if (this.contactNames.has(key)) return true
      if (!isContact(key)) return false
      this.contactNames.add(key)
      return true
    }
    findContactNames(text, { has, size: 1 })
  }
}

export interface NameReader {
  push(chunk: Buffer): void
  end(): NamedInText
}

/** A reader for a message whose body comes in pieces: its header first, whole. Memory: one text part. */
export function createNameReader(header: Buffer, lookups: NameLookups): NameReader {
  const walker = new NameWalker(lookups)
  const walk = new MimeWalk(walker, parseHeaderBlock(header), header)
  return {
    push: (chunk) => {
      walk.push(chunk)
    },
    end: () => {
      walk.end()
      return walker
    },
  }
}
