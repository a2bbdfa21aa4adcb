// The plan for the body of a reply: text is scrubbed, attachments are watched, sealed parts pass and are reported, names of
// parts that tell are changed. behaviour.md 4.4, 4.6
import { addressTable, findAddresses } from './address-finder.ts'
import { HoldSink, TextSink, WatchSink } from './body-sinks.ts'
import { CalendarBudget, isCalendar } from './calendar-part.ts'
import type { CalendarHold, CalendarReply } from './calendar-reply.ts'
import { scrubbedCalendar } from './calendar-reply.ts'
import { contactNamesOf } from './contact-names.ts'
import type { ReplyFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { closeHeaderBlock, serialiseHeaderBlock } from './header-block.ts'
import { fieldNames, withParametersReplaced, withTextReplaced } from './header-text.ts'
import type { PartInfo } from './mime-part.ts'
import { partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Sink, Walker } from './mime-walk.ts'
import { DEPTH_MAX } from './mime-walk.ts'
import { editPartText, readPartText } from './part-text.ts'
import { replyTable } from './reply.ts'
import type { Scrubbing } from './scrub.ts'
import { isHtml, scrubTransform } from './scrub.ts'
import { isSealed, outgoingBoundary, tellingOf, withContentIdRenamed, withNamesRenamed } from './telling.ts'
import { isUnreadableCharset } from './text-model.ts'
import type { Needle } from './trace-scan.ts'
import { TraceScan, addressNeedles, hitsIn } from './trace-scan.ts'
import { decodeTransfer } from './transfer-encoding.ts'

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

export type UnscrubbableReason = 'sealed' | 'inline-pgp' | 'too-deep' | CalendarHold

/** A part of the text that could not be scrubbed: the caller holds the reply. */
export interface UnscrubbablePart {
  readonly path: string
  readonly type: string
  readonly reason: UnscrubbableReason
}

export interface ReplyBodyOptions {
  /** False: the user switched scrubbing off for this message. Names of parts are changed all the same. */
  readonly scrub: boolean
  /** Attachments that carry the real address are taken out. */
  readonly removeFlagged: boolean
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
  eightBit: true,
  boundary: '',
  attachment: false,
  name: '',
  delSp: false,
  reportType: '',
}

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
  private readonly needles: readonly Needle[]
  private readonly encodedNeedles: readonly Needle[]
  private readonly ownTable: Scrubbing['table']
  private readonly calendars: CalendarReply
  private readonly calendarBudget = new CalendarBudget()
  constructor(facts: ReplyFacts, options: ReplyBodyOptions) {
    this.options = options
    this.scrubbing = { table: replyTable(facts), names: contactNamesOf(facts), telling: tellingOf(facts) }
    this.needles = addressNeedles(facts.userAddresses)
    this.encodedNeedles = this.needles.map((one) => ({ ...one, folded: [] }))
    this.ownTable = addressTable(
      [...this.scrubbing.table.byKey.values()].filter(({ key }) => facts.userAddresses.has(key)),
    )
    this.calendars = { facts, scrubbing: this.scrubbing, ownTable: this.ownTable }
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header, place.parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    if (place.nested) return this.nested(info, raw, place)
    const written = place.path === '' ? raw : this.partHeader(header, info)
    if (isSealed(info.type)) {
      this.report(info, place, 'sealed')
      return { kind: 'leaf', header: raw, sink: undefined }
    }
    if (info.type.startsWith('multipart/') && info.boundary !== '') {
      const renamed = outgoingBoundary(info, this.scrubbing.telling)
      if (place.depth < DEPTH_MAX)
        return { kind: 'multipart', header: written, type: info.type, boundary: info.boundary, renamed }
      this.report(info, place, 'too-deep')
      return { kind: 'leaf', header: raw, sink: undefined }
    }
    // Without a boundary there are no parts: programs show all of it as text.
    const whole = info.type.startsWith('multipart/') && info.boundary === ''
    if (whole) return { kind: 'leaf', header: written, sink: this.textSink({ ...PREAMBLE, type: info.type }, place) }
    if (isCalendar(info)) return { kind: 'leaf', header: written, sink: this.calendarSink(info, place) }
    if (isBodyText(info, place)) return { kind: 'leaf', header: written, sink: this.textSink(info, place) }
    if (info.type === 'message/rfc822' && info.encoding === 'identity' && place.depth < DEPTH_MAX)
      return { kind: 'message', header: written }
    return this.attachment(info, written, place)
  }

  between(nested: boolean): Sink | undefined {
    const place: PartPlace = { path: 'between parts', parent: '', nested, depth: 0 }
    return nested ? this.watch(PREAMBLE, place) : this.textSink(PREAMBLE, place)
  }

  /** Inside an attached message nothing is changed: its header and its parts are looked at. */
  private nested(info: PartInfo, raw: Buffer, place: PartPlace): PartPlan {
    const scan = new TraceScan(this.needles, 'identity')
    scan.push(raw, true)
    this.flag(scan, info, place, false)
    const deep = place.depth >= DEPTH_MAX
    if (info.type.startsWith('multipart/') && info.boundary !== '' && !deep) {
      return { kind: 'multipart', header: raw, type: info.type, boundary: info.boundary, renamed: info.boundary }
    }
    if (info.type === 'message/rfc822' && info.encoding === 'identity' && !deep) return { kind: 'message', header: raw }
    return { kind: 'leaf', header: raw, sink: this.watch(info, place) }
  }

  private watch(info: PartInfo, place: PartPlace): Sink {
    const scan = new TraceScan(this.needles, info.encoding)
    return new WatchSink(scan, () => {
      this.flag(scan, info, place, false)
    })
  }

  private attachment(info: PartInfo, header: Buffer, place: PartPlace): PartPlan {
    // The message itself has no place to put anything else in.
    if (!this.options.removeFlagged || place.path === '') return { kind: 'leaf', header, sink: this.watch(info, place) }
    const scan = new TraceScan(this.needles, info.encoding)
    const decide = (held: boolean): Buffer | undefined => {
      this.flag(scan, info, place, held)
      return scan.hits.length > 0 ? REMOVED : undefined
    }
    return { kind: 'leaf', header: Buffer.alloc(0), sink: new HoldSink(header, scan, decide) }
  }

  private flag(scan: TraceScan, { type, name }: PartInfo, { path }: PartPlace, removed: boolean): void {
    const [first] = scan.hits
    if (first !== undefined) this.flagged.push({ path, type, name, trace: first.needle.text, removed })
  }

  private report({ type }: PartInfo, { path }: PartPlace, reason: UnscrubbableReason): void {
    this.unscrubbable.push({ path, type, reason })
  }

  private textSink(info: PartInfo, place: PartPlace): Sink {
    return this.editing(info, place, (content) => this.scrubbed(content, info, place))
  }

  private calendarSink(info: PartInfo, place: PartPlace): Sink {
    return this.editing(info, place, (whole) => {
      const { content, held } = scrubbedCalendar(whole, info, this.calendars, this.calendarBudget)
      if (held !== undefined) this.report(info, place, held)
      return content
    })
  }

  private editing(info: PartInfo, place: PartPlace, edit: (content: Buffer) => Buffer): Sink {
    if (!this.options.scrub) return this.watch(info, place)
    const tooLarge = (): Sink => {
      this.report(info, place, 'too-large')
      return this.watch(info, place)
    }
    return new TextSink(edit, tooLarge)
  }

  private scrubbed(content: Buffer, info: PartInfo, place: PartPlace): Buffer {
    if (isUnreadableCharset(info.charset)) {
      this.report(info, place, 'charset')
      return content
    }
    const text = readPartText(content, info)
    if (text.startsWith('-----BEGIN PGP ') || text.includes('\n-----BEGIN PGP ')) {
      this.report(info, place, 'inline-pgp')
      return content
    }
    const clean = editPartText(content, info, scrubTransform(info, this.scrubbing))
    if (this.isTelling(clean, info)) this.report(info, place, 'trace-left')
    return clean
  }

  /**
   * The net under the scrubbing: the result is read again, also in ways in which it cannot be edited: as quoted-printable
   * that no header declares (parts behind a broken boundary), and as base64 in a link or in lines.
   */
  private isTelling(content: Buffer, info: PartInfo): boolean {
    const text = readPartText(content, info)
    const readings = [text]
    if (text.includes('='))
      readings.push(decodeTransfer(Buffer.from(text, 'utf8'), 'quoted-printable').bytes.toString('utf8'))
    if (readings.some((reading) => findAddresses(reading, this.ownTable).length > 0)) return true
    const joined = text.replaceAll('\r', '').replaceAll('\n', '')
    if (hitsIn(joined, this.encodedNeedles).length > 0) return true
    return isHtml(info.type) && scrubTransform(info, { ...this.scrubbing, table: this.ownTable })(text).length > 0
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
    if (field.key === 'content-type') {
      return [withParametersReplaced(withNamesRenamed(field, info, telling), table)].filter(
        (clean) => clean !== undefined,
      )
    }
    if (field.key === 'content-disposition')
      return [withParametersReplaced(field, table)].filter((clean) => clean !== undefined)
    if (field.key === 'content-description') return [withTextReplaced(field, table)]
    const named = field.key === 'content-id' ? withContentIdRenamed(field, telling) : field
    const foreign = !field.key.startsWith('content-') && telling.isTelling(field.raw.toString('latin1'))
    return foreign || fieldNames(named, table) ? [] : [named]
  }
}
