// The plan for the body of a reply: text is scrubbed, attachments are watched, sealed parts pass and are reported, names of
// parts that tell are changed. behaviour.md 4.4, 4.6
import type { KnownAddress } from './address-finder.ts'
import { addressTable, findAddresses } from './address-finder.ts'
import { isScrubbable, scrubbedAttachment } from './attachment-scrub.ts'
import type { Search } from './attachment-watch.ts'
import { AttachedMessage, addressIn, watched } from './attachment-watch.ts'
import { ReplaceSink, TextSink } from './body-sinks.ts'
import { PREAMBLE, isBodyText } from './body-text.ts'
import { CalendarBudget, isCalendar } from './calendar-part.ts'
import type { CalendarReply } from './calendar-reply.ts'
import { scrubbedCalendar } from './calendar-reply.ts'
import { contactNamesOf } from './contact-names.ts'
import type { ReplyFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { closeHeaderBlock, serialiseHeaderBlock } from './header-block.ts'
import { fieldNames, withFoldersRemoved, withParametersReplaced, withTextReplaced } from './header-text.ts'
import type { PartInfo } from './mime-part.ts'
import { isMessageType, partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX, impliedType } from './mime-walk.ts'
import { editPartText, readPartText } from './part-text.ts'
import { Notes } from './notes.ts'
import { opaqueLabel, opaqueText } from './opaque-file.ts'
import { isPartField, plainField } from './plain-fields.ts'
import { replyTable } from './reply.ts'
import type { FlaggedPart, Reported } from './reply-report.ts'
import { ReplyReport } from './reply-report.ts'
import type { Scrubbing } from './scrub.ts'
import { scrubTransform } from './scrub.ts'
import { isSealed, outgoingBoundary, tellingOf, withContentIdRenamed, withNamesRenamed } from './telling.ts'
import { isReadableCharset } from './text-model.ts'
import { textReadings } from './text-readings.ts'
import { addressNeedles, hitsInBase64 } from './trace-scan.ts'
import type { UnreadReason } from './unread-part.ts'
import { isBroken, unreadHeader } from './unread-part.ts'

export interface ReplyBodyOptions {
  /** False: the user switched scrubbing off for this message. Names of parts are changed all the same. */
  readonly scrub: boolean
  /** The user's own addresses stay, on their word; reply addresses are replaced. */
  readonly keepOwn?: boolean | undefined
  /** The user's addresses are replaced in attachments that are text. */
  readonly scrubAttachments?: boolean | undefined
  /** Attachments to be taken out, by their paths: `removable` of an earlier pass over the same body. */
  readonly remove?: ReadonlyMap<string, FlaggedPart> | undefined
}

/** What stands before the first part and behind the last one. */
const BETWEEN: Reported = {
  info: PREAMBLE,
  place: { path: 'between parts', parent: '', nested: false, depth: 0 },
  attachment: false,
}

/** The part that goes out in the place of one that was taken out. */
const REMOVED = Buffer.from('Content-Type: text/plain; charset=us-ascii\r\n\r\n[An attachment was removed.]')

/** Whether a part is a file, and not what the user wrote. */
function isAttachment(info: PartInfo, place: PartPlace): boolean {
  if (info.type.startsWith('multipart/') || isSealed(info.type)) return false
  return isCalendar(info) || !isBodyText(info, place)
}

/** What the header of a part says already. */
function unreadPart(header: HeaderBlock, raw: Buffer, { info, place }: Reported): UnreadReason | undefined {
  // Some programs pass over a line that is no field, for some the body begins there. Of the message's own header none leaves.
  const junk = place.path !== '' && header.fields.some(({ key }) => key === '')
  return junk ? 'structure' : unreadHeader(header, raw, info)
}

function ownAddressReplaced({ withRealAddress }: ReplyFacts): string {
  if (withRealAddress === undefined) return 'your address in the text was replaced by the alias'
  return `your address in the text was replaced by the alias; to send a message with your address in it, write to ${withRealAddress}`
}

export class ReplyBody implements Walker {
  readonly report = new ReplyReport()
  readonly notes = new Notes()
  private readonly options: ReplyBodyOptions
  private readonly scrubbing: Scrubbing
  private readonly search: Search
  private readonly calendars: CalendarReply
  private readonly calendarBudget = new CalendarBudget()
  /** The attached message whose parts are being walked. */
  private attached: AttachedMessage | undefined
  constructor(facts: ReplyFacts, options: ReplyBodyOptions) {
    this.options = options
    const keepOwn = options.keepOwn === true
    const isOwn = ({ key }: KnownAddress): boolean => facts.userAddresses.has(key)
    const whole = replyTable(facts)
    const own = keepOwn ? [] : [...whole.byKey.values()].filter(isOwn)
    const table = keepOwn ? addressTable([...whole.byKey.values()].filter((known) => !isOwn(known))) : whole
    const onFound = (known: KnownAddress): void => {
      if (isOwn(known)) this.notes.add('own-address-in-text', ownAddressReplaced(facts))
    }
    this.scrubbing = { table, names: contactNamesOf(facts), telling: tellingOf(facts), onFound }
    this.search = { needles: addressNeedles(keepOwn ? [] : facts.userAddresses), table: addressTable(own) }
    this.calendars = { facts, scrubbing: this.scrubbing, ownTable: this.search.table }
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header, impliedType(place))
    if (place.nested && this.attached !== undefined) return this.attached.plan(header, raw, place)
    const removed = this.options.remove?.get(place.path)
    if (removed !== undefined) return this.replaced(removed)
    const part = { info, place, attachment: isAttachment(info, place) }
    const written = place.path === '' ? raw : this.partHeader(header, info)
    if (isSealed(info.type)) {
      // RFC 1847 §2.1: what is signed begins with the header of the first part inside, and none of that is touched.
      this.report.hold(part, 'sealed')
      return { kind: 'leaf', header: written, sink: undefined }
    }
    const unread = unreadPart(header, raw, part)
    if (unread !== undefined) this.report.hold(part, unread)
    if (info.type.startsWith('multipart/')) return this.multipart(part, written)
    if (isCalendar(info)) return { kind: 'leaf', header: written, sink: this.calendarSink(part) }
    if (isBodyText(info, place)) return { kind: 'leaf', header: written, sink: this.textSink(part) }
    return this.attachment(part, written)
  }

  longDelimiter(): void {
    this.report.hold(BETWEEN, 'structure')
  }

  private replaced(part: FlaggedPart): PartPlan {
    this.report.removed(part)
    return { kind: 'leaf', header: Buffer.alloc(0), sink: new ReplaceSink(REMOVED) }
  }

  private multipart(part: Reported, header: Buffer): PartPlan {
    const { info, place } = part
    const { type, boundary } = info
    // Without a boundary there are no parts: programs show all of it as text.
    if (boundary === '') return { kind: 'leaf', header, sink: this.textSink({ ...part, info: { ...PREAMBLE, type } }) }
    const renamed = outgoingBoundary(info, this.scrubbing.telling)
    if (place.depth < DEPTH_MAX) return { kind: 'multipart', header, type, boundary, renamed }
    this.report.hold(part, 'too-deep')
    return { kind: 'leaf', header, sink: undefined }
  }

  between(nested: boolean): Sink | undefined {
    return nested ? this.attached?.between() : this.textSink(BETWEEN)
  }

  /** An attachment is looked at; it is changed only where the user wants that, and can be at all. */
  private attachment(part: Reported, header: Buffer): PartPlan {
    const { info, place } = part
    const tell = this.report.tell(part)
    if (isMessageType(info.type) && info.encoding === 'identity' && place.depth < DEPTH_MAX) {
      this.attached = new AttachedMessage(this.search, 0, tell)
      return { kind: 'message', header }
    }
    const changed = this.options.scrubAttachments === true && isScrubbable(info)
    const sink = changed ? this.attachmentSink(part) : watched(info, this.search, place.depth, tell)
    return { kind: 'leaf', header, sink }
  }

  private attachmentSink(part: Reported): Sink {
    const { info, place } = part
    return this.editing(part, (content) => {
      const clean = scrubbedAttachment(content, info, this.search.table)
      const watch = watched(info, this.search, place.depth, this.report.tell(part))
      watch.push(clean)
      watch.end()
      if (clean !== content) this.report.flag(part, addressIn(content, info, this.search) ?? '', 'scrubbed')
      return clean
    })
  }

  private textSink(part: Reported): Sink {
    return this.editing(part, (content) => this.scrubbed(content, part))
  }

  private calendarSink(part: Reported): Sink {
    return this.editing(part, (whole) => {
      this.unreadContent(whole, part)
      const { content, held } = scrubbedCalendar(whole, part.info, this.calendars, this.calendarBudget)
      if (held !== undefined) this.report.hold(part, held)
      return content
    })
  }

  private editing(part: Reported, edit: (content: Buffer) => Buffer): Sink {
    const { info, place } = part
    const watch = (): Sink => watched(info, this.search, place.depth, this.report.tell(part))
    if (!this.options.scrub) return watch()
    const tooLarge = (): Sink => {
      this.report.hold(part, 'too-large')
      return watch()
    }
    return new TextSink(edit, tooLarge)
  }

  private unreadContent(content: Buffer, part: Reported): void {
    const { charset, encoding } = part.info
    if (!isReadableCharset(charset)) this.report.hold(part, 'charset')
    if (isBroken(content, encoding)) this.report.hold(part, 'transfer-encoding')
  }

  private scrubbed(content: Buffer, part: Reported): Buffer {
    const { info } = part
    this.unreadContent(content, part)
    const text = readPartText(content, info)
    const opaque = opaqueLabel(info) ?? opaqueText(text)
    if (opaque !== undefined && opaque !== 'inline-pgp') this.report.hold(part, opaque)
    if (text.startsWith('-----BEGIN PGP ') || text.includes('\n-----BEGIN PGP ')) {
      this.report.hold(part, 'inline-pgp')
      return content
    }
    const clean = editPartText(content, info, scrubTransform(info, this.scrubbing))
    const left = this.leftIn(clean, info)
    if (left !== undefined) this.report.hold(part, left)
    return clean
  }

  /** The net under the scrubbing: the result is read again, also in ways in which it cannot be edited. */
  private leftIn(content: Buffer, info: PartInfo): 'trace-left' | 'reply-address' | undefined {
    const { facts } = this.calendars
    let ours = false
    for (const reading of textReadings(content, info))
      for (const { known } of findAddresses(reading, this.scrubbing.table)) {
        if (facts.userAddresses.has(known.key)) return 'trace-left'
        ours = true
      }
    if (hitsInBase64(readPartText(content, info), this.search.needles).length > 0) return 'trace-left'
    return ours ? 'reply-address' : undefined
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
        return [withParametersReplaced(withNamesRenamed(withFoldersRemoved(plain), info, telling), table)].filter(
          (clean) => clean !== undefined,
        )
      case 'content-disposition':
        return [withParametersReplaced(withFoldersRemoved(plain), table)].filter((clean) => clean !== undefined)
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
