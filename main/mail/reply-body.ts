// The plan for the body of a reply: text is scrubbed, attachments are watched, sealed parts pass and are reported, names of
// parts that tell are changed. behaviour.md 4.4, 4.6
import { addressTable, findAddresses } from './address-finder.ts'
import type { Search, Tell } from './attachment-watch.ts'
import { AttachedMessage, watched } from './attachment-watch.ts'
import { ReplaceSink, TextSink } from './body-sinks.ts'
import { CalendarBudget, isCalendar } from './calendar-part.ts'
import type { CalendarHold, CalendarReply } from './calendar-reply.ts'
import { scrubbedCalendar } from './calendar-reply.ts'
import { contactNamesOf } from './contact-names.ts'
import type { ReplyFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { closeHeaderBlock, serialiseHeaderBlock } from './header-block.ts'
import { fieldNames, withParametersReplaced, withTextReplaced } from './header-text.ts'
import type { PartInfo } from './mime-part.ts'
import { isMessageType, partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX, impliedType } from './mime-walk.ts'
import { editPartText, readPartText } from './part-text.ts'
import { isPartField, plainField } from './plain-fields.ts'
import { replyTable } from './reply.ts'
import type { Scrubbing } from './scrub.ts'
import { scrubTransform } from './scrub.ts'
import { isSealed, outgoingBoundary, tellingOf, withContentIdRenamed, withNamesRenamed } from './telling.ts'
import { isReadableCharset } from './text-model.ts'
import { textReadings } from './text-readings.ts'
import { addressNeedles, hitsInBase64 } from './trace-scan.ts'
import type { UnreadReason } from './unread-part.ts'
import { holdsEncodedFile, isBroken, unreadHeader } from './unread-part.ts'

/** A part that names the user and was not edited. */
export interface FlaggedPart {
  readonly path: string
  readonly type: string
  readonly name: string
  /** The address that was found. */
  readonly trace: string
  /** It was taken out of the message. */
  readonly removed: boolean
}

export type UnscrubbableReason = UnreadReason | CalendarHold

/** A part that could not be scrubbed, or not be searched: the caller holds the reply. */
export interface UnscrubbablePart {
  readonly path: string
  readonly type: string
  readonly reason: UnscrubbableReason
}

export interface ReplyBodyOptions {
  /** False: the user switched scrubbing off for this message. Names of parts are changed all the same. */
  readonly scrub: boolean
  /** Attachments to be taken out: those that an earlier pass over the same body has flagged, by their paths. */
  readonly remove?: ReadonlyMap<string, FlaggedPart> | undefined
}

/** The flagged attachments that can be taken out of a message: there is a message round each of them. */
export function removable(flagged: readonly FlaggedPart[]): ReadonlyMap<string, FlaggedPart> {
  return new Map(flagged.filter(({ path }) => path !== '').map((part) => [part.path, part]))
}

/** Parts that are text to be read, whatever else they are called. */
const READ_TYPES: ReadonlySet<string> = new Set([
  'text/plain',
  'text/html',
  'text/enriched',
  'text/richtext',
  'text/markdown',
  'text/x-amp-html',
  'text/watch-html',
  'text/x-watch-html',
  // Receipts and reports name the mailbox that made them. RFC 8098 §3.2.4, RFC 3464 §2.3.2
  'message/disposition-notification',
  'message/delivery-status',
  'text/rfc822-headers',
])

const PREAMBLE: PartInfo = {
  type: 'text/plain',
  charset: '',
  encoding: 'identity',
  knownEncoding: true,
  eightBit: true,
  boundary: '',
  longBoundary: false,
  attachment: false,
  name: '',
  delSp: false,
  reportType: '',
}

/** The part that goes out in the place of one that was taken out. */
const REMOVED = Buffer.from('Content-Type: text/plain; charset=us-ascii\r\n\r\n[An attachment was removed.]')

/** Whether a part is what the user wrote, and not a file that they attached. */
function isBodyText(info: PartInfo, place: PartPlace): boolean {
  if (info.attachment || place.nested || !READ_TYPES.has(info.type)) return false
  return info.name === '' || place.path === '' || place.parent === 'multipart/alternative'
}

export class ReplyBody implements Walker {
  readonly flagged: FlaggedPart[] = []
  readonly unscrubbable: UnscrubbablePart[] = []
  private readonly options: ReplyBodyOptions
  private readonly scrubbing: Scrubbing
  private readonly search: Search
  private readonly calendars: CalendarReply
  private readonly calendarBudget = new CalendarBudget()
  /** The attached message whose parts are being walked. */
  private attached: AttachedMessage | undefined
  constructor(facts: ReplyFacts, options: ReplyBodyOptions) {
    this.options = options
    this.scrubbing = { table: replyTable(facts), names: contactNamesOf(facts), telling: tellingOf(facts) }
    const own = [...this.scrubbing.table.byKey.values()].filter(({ key }) => facts.userAddresses.has(key))
    this.search = { needles: addressNeedles(facts.userAddresses), table: addressTable(own) }
    this.calendars = { facts, scrubbing: this.scrubbing, ownTable: this.search.table }
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header, impliedType(place))
    if (place.nested && this.attached !== undefined) return this.attached.plan(header, raw, place)
    const removed = this.options.remove?.get(place.path)
    if (removed !== undefined) return this.replaced(removed)
    const written = place.path === '' ? raw : this.partHeader(header, info)
    if (isSealed(info.type)) {
      // RFC 1847 §2.1: what is signed begins with the header of the first part inside, and none of that is touched.
      this.report(info, place, 'sealed')
      return { kind: 'leaf', header: written, sink: undefined }
    }
    const unread = this.unread(header, raw, info, place)
    if (unread !== undefined) this.report(info, place, unread)
    if (info.type.startsWith('multipart/')) return this.multipart(info, written, place)
    if (isCalendar(info)) return { kind: 'leaf', header: written, sink: this.calendarSink(info, place) }
    if (isBodyText(info, place)) return { kind: 'leaf', header: written, sink: this.textSink(info, place) }
    return this.attachment(info, written, place)
  }

  longDelimiter(): void {
    this.unscrubbable.push({ path: 'between parts', type: 'multipart/mixed', reason: 'structure' })
  }

  private unread(header: HeaderBlock, raw: Buffer, info: PartInfo, place: PartPlace): UnreadReason | undefined {
    // Some programs pass over a line that is no field, for some the body begins there. Of the message's own header none leaves.
    const junk = place.path !== '' && header.fields.some(({ key }) => key === '')
    return junk ? 'structure' : unreadHeader(header, raw, info)
  }

  private replaced(part: FlaggedPart): PartPlan {
    this.flagged.push({ ...part, removed: true })
    return { kind: 'leaf', header: Buffer.alloc(0), sink: new ReplaceSink(REMOVED) }
  }

  private multipart(info: PartInfo, header: Buffer, place: PartPlace): PartPlan {
    const { type, boundary } = info
    // Without a boundary there are no parts: programs show all of it as text.
    if (boundary === '') return { kind: 'leaf', header, sink: this.textSink({ ...PREAMBLE, type }, place) }
    const renamed = outgoingBoundary(info, this.scrubbing.telling)
    if (place.depth < DEPTH_MAX) return { kind: 'multipart', header, type, boundary, renamed }
    this.report(info, place, 'too-deep')
    return { kind: 'leaf', header, sink: undefined }
  }

  between(nested: boolean): Sink | undefined {
    if (nested) return this.attached?.between()
    return this.textSink(PREAMBLE, { path: 'between parts', parent: '', nested, depth: 0 })
  }

  /** Nothing is changed in an attachment: it is looked at. */
  private attachment(info: PartInfo, header: Buffer, place: PartPlace): PartPlan {
    const tell = this.tell(info, place)
    if (isMessageType(info.type) && info.encoding === 'identity' && place.depth < DEPTH_MAX) {
      this.attached = new AttachedMessage(this.search, 0, tell)
      return { kind: 'message', header }
    }
    return { kind: 'leaf', header, sink: watched(info, this.search, place.depth, tell) }
  }

  /** Takes what is found in an attachment; each kind of finding is reported once. */
  private tell(info: PartInfo, place: PartPlace): Tell {
    const { path } = place
    return (finding) => {
      if (finding.kind === 'trace') {
        if (this.flagged.some((one) => one.path === path)) return
        this.flagged.push({ path, type: info.type, name: info.name, trace: finding.address, removed: false })
      } else this.report(info, place, finding.reason)
    }
  }

  private report({ type }: PartInfo, { path }: PartPlace, reason: UnscrubbableReason): void {
    const known = this.unscrubbable.some((one) => one.path === path && one.reason === reason)
    if (!known) this.unscrubbable.push({ path, type, reason })
  }

  private textSink(info: PartInfo, place: PartPlace): Sink {
    return this.editing(info, place, (content) => this.scrubbed(content, info, place))
  }

  private calendarSink(info: PartInfo, place: PartPlace): Sink {
    return this.editing(info, place, (whole) => {
      this.unreadContent(whole, info, place)
      const { content, held } = scrubbedCalendar(whole, info, this.calendars, this.calendarBudget)
      if (held !== undefined) this.report(info, place, held)
      return content
    })
  }

  private editing(info: PartInfo, place: PartPlace, edit: (content: Buffer) => Buffer): Sink {
    const watch = (): Sink => watched(info, this.search, place.depth, this.tell(info, place))
    if (!this.options.scrub) return watch()
    const tooLarge = (): Sink => {
      this.report(info, place, 'too-large')
      return watch()
    }
    return new TextSink(edit, tooLarge)
  }

  private unreadContent(content: Buffer, info: PartInfo, place: PartPlace): void {
    if (!isReadableCharset(info.charset)) this.report(info, place, 'charset')
    if (isBroken(content, info.encoding)) this.report(info, place, 'transfer-encoding')
  }

  private scrubbed(content: Buffer, info: PartInfo, place: PartPlace): Buffer {
    this.unreadContent(content, info, place)
    const text = readPartText(content, info)
    if (holdsEncodedFile(text)) this.report(info, place, 'encoded-file')
    if (text.startsWith('-----BEGIN PGP ') || text.includes('\n-----BEGIN PGP ')) {
      this.report(info, place, 'inline-pgp')
      return content
    }
    const clean = editPartText(content, info, scrubTransform(info, this.scrubbing))
    if (this.isTelling(clean, info)) this.report(info, place, 'trace-left')
    return clean
  }

  /** The net under the scrubbing: the result is read again, also in ways in which it cannot be edited. */
  private isTelling(content: Buffer, info: PartInfo): boolean {
    const { needles, table } = this.search
    for (const reading of textReadings(content, info)) if (findAddresses(reading, table).length > 0) return true
    return hitsInBase64(readPartText(content, info), needles).length > 0
  }

  /** The fields of one part. Those that only say something about its content stay; what names the user is changed or goes. */
  private partHeader(header: HeaderBlock, info: PartInfo): Buffer {
    const fields = header.fields.flatMap((field) => this.partField(field, info))
    const same =
      fields.length === header.fields.length && fields.every((field, index) => field === header.fields[index])
    return same ? serialiseHeaderBlock(header) : closeHeaderBlock(fields, header.closing)
  }

  private partField(field: HeaderField, info: PartInfo): HeaderField[] {
    const { table, telling } = this.scrubbing
    // A line that is no field holds the reply; where the user lets it go, it goes as it is.
    if (field.key !== '' && !isPartField(field.key)) return []
    const plain = plainField(field)
    if (plain === undefined) return []
    switch (field.key) {
      case 'content-type':
        return [withParametersReplaced(withNamesRenamed(plain, info, telling), table)].filter(
          (clean) => clean !== undefined,
        )
      case 'content-disposition':
        return [withParametersReplaced(plain, table)].filter((clean) => clean !== undefined)
      case 'content-description':
        return [withTextReplaced(plain, table)]
      case 'content-id': {
        const named = withContentIdRenamed(plain, telling)
        return fieldNames(named, table) ? [] : [named]
      }
      default:
        return fieldNames(plain, table) ? [] : [plain]
    }
  }
}
