// Edits a calendar in a reply: the user's addresses become the alias, reply addresses become the contacts' own, and names that
// only the relay writes become plain ones. The reply is held when anything of it is left, or the calendar cannot be read.
// behaviour.md 4.4
import type { AddressKey } from '../terms/address.ts'
import { addressKey, domainOf, localPartOf, splitTag } from '../terms/address.ts'
import type { AddressLookup, AddressTable, FoundAddress, KnownAddress } from './address-finder.ts'
import { findAddresses, replacementFor } from './address-finder.ts'
import type { OpenCalendar } from './calendar.ts'
import { editedCalendar, openCalendar } from './calendar.ts'
import { addressesOfLine, mailToText, parameterText } from './calendar-address.ts'
import { sliced, textsOf } from './calendar-ical.ts'
import type { Calendar, ContentLine, Unread } from './calendar-lines.ts'
import type { CalendarBudget } from './calendar-part.ts'
import { isOrganizers, sealedUidEdits } from './calendar-uid.ts'
import { calendarReadings, calendarViews } from './calendar-views.ts'
import { findContactNames } from './contact-names.ts'
import { contactName, safeName } from './display-name.ts'
import type { FromTemplate, ReplyFacts } from './facts.ts'
import type { PartInfo } from './mime-part.ts'
import { isReplyLocalPart } from './reply-addresses.ts'
import type { Scrubbing } from './scrub.ts'
import type { TextEdit } from './text-model.ts'
import { editsOfView } from './text-view.ts'
import { addressNeedles, hitsInBase64 } from './trace-scan.ts'

export type CalendarHold = Unread | 'trace-left' | 'reply-address'

export interface ScrubbedCalendar {
  readonly content: Buffer
  /** Why the reply must be held; undefined where nothing is left to hold it for. */
  readonly held: CalendarHold | undefined
}

/** What is known of the user, in the forms in which a calendar is searched. */
export interface CalendarReply {
  readonly facts: ReplyFacts
  readonly scrubbing: Scrubbing
  /** The part of the table that is the user's own addresses. */
  readonly ownTable: AddressTable
}

/** The line in which a position stands; lines are in order. */
function lineAt(lines: readonly ContentLine[], position: number): ContentLine | undefined {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lines[middle]?.start ?? 0) <= position) low = middle
    else high = middle - 1
  }
  return lines[low]
}

/** RFC 6868 §3 */
function asParameter(text: string): string {
  return text.replaceAll('^', '^^').replaceAll('"', "^'").replaceAll('\n', '^n')
}

/** RFC 5545 §3.3.11 */
function asText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,')
}

/** An address as it may stand where another one stood. */
function replacementAt(found: FoundAddress, isUri: boolean, isParameter: boolean): string {
  // RFC 6068 §2 has the `@` of a mailbox as it is, and attendees are compared letter by letter.
  if (isUri) return mailToText(found.known.replacement)
  if (found.percent) return replacementFor(found)
  return isParameter ? asParameter(found.known.replacement) : asText(found.known.replacement)
}

/** Addresses and the names that only a relay writes, in every way in which the text may be read. */
function textEdits({ text, lines }: Calendar, { scrubbing }: CalendarReply): TextEdit[] {
  return calendarViews(text).flatMap((view) => {
    const addresses = findAddresses(view.text, scrubbing.table).flatMap((found) => {
      const isUri = view.text.slice(Math.max(0, found.start - 7), found.start).toLowerCase() === 'mailto:'
      const start = view.starts?.[found.start] ?? found.start
      const isParameter = start < (lineAt(lines, start)?.value.start ?? 0)
      return editsOfView(view, found.start, found.end, replacementAt(found, isUri, isParameter))
    })
    const names = findContactNames(view.text, scrubbing.names, 'code')
    return [...addresses, ...names.flatMap(({ start, end, text: name }) => editsOfView(view, start, end, name))]
  })
}

/** In ids the marks between words part an address from what stands before it: `20261201T090000Z-ada@example.com`. */
function idEdits({ text, lines }: Calendar, { scrubbing }: CalendarReply): TextEdit[] {
  const ids = lines.filter(({ name }) => name === 'UID' || name === 'RELATED-TO')
  return ids.flatMap(({ value }) => {
    const found = findAddresses(sliced(text, value), scrubbing.table, 'file-name')
    return found.map((one) => ({
      start: value.start + one.start,
      end: value.start + one.end,
      text: replacementFor(one),
    }))
  })
}

type Whose = { readonly kind: 'alias' | 'other-alias' } | { readonly kind: 'contact'; readonly key: AddressKey }

/** Whom a line with a calendar address is about; undefined for a stranger, or for no address. */
function whose(text: string, line: ContentLine, { facts, ownTable }: CalendarReply): Whose | undefined {
  for (const { address, isValue } of addressesOfLine(text, line)) {
    if (!isValue) continue
    const base = `${splitTag(localPartOf(address)).base}@${domainOf(address)}`
      .toLowerCase()
      .normalize('NFC') as AddressKey
    const key = addressKey(address)
    const alias = addressKey(facts.alias)
    if ([key, base].some((one) => one === alias || facts.userAddresses.has(one))) return { kind: 'alias' }
    const target = facts.targets.get(key)
    if (target !== undefined) return target.kind === 'contact' ? { kind: 'contact', key } : { kind: 'other-alias' }
  }
  return findAddresses(sliced(text, line.value), ownTable).length > 0 ? { kind: 'alias' } : undefined
}

const TEMPLATES: readonly FromTemplate[] = ['quoted', 'dash', 'name', 'address']

/** Whether the name of a contact is one that the relay wrote: only the address in words, which is no name. */
function isRelayed(written: string, key: AddressKey, { facts }: CalendarReply): boolean {
  const target = facts.targets.get(key)
  if (target?.kind !== 'contact') return false
  return TEMPLATES.some((template) => contactName(template, '', target.address) === written.trim())
}

/** CN and DIR of the user's own line say who the user is, whatever they say. RFC 5545 §3.2.2, §3.2.6 */
function personEdits({ text, lines }: Calendar, reply: CalendarReply): TextEdit[] {
  return lines.flatMap((line) => {
    const names = line.parameters.filter(({ name }) => name === 'CN')
    const directories = line.parameters.filter(({ name }) => name === 'DIR')
    if (names.length + directories.length === 0) return []
    const who = whose(text, line, reply)
    if (who === undefined) return []
    if (who.kind === 'contact') {
      // No name in its place: the one that we know, anybody may have given.
      const relayed = isRelayed(parameterText(text, line, 'CN') ?? '', who.key, reply)
      return relayed ? names.map(({ start, end }) => ({ start, end, text: '' })) : []
    }
    const fromName = who.kind === 'alias' ? reply.facts.fromName : ''
    return [
      ...names.map(({ start, end }, index) => ({ start, end, text: index === 0 ? named(fromName) : '' })),
      ...directories.map(({ start, end }) => ({ start, end, text: '' })),
    ]
  })
}

/** The parameter that says the name; nothing for no name. */
function named(name: string): string {
  const safe = asParameter(safeName(name))
  if (safe === '') return ''
  return [',', ';', ':'].some((mark) => safe.includes(mark)) ? `;CN="${safe}"` : `;CN=${safe}`
}

function uidEdits(calendar: Calendar, { facts, scrubbing, ownTable }: CalendarReply): TextEdit[] {
  if (facts.calendarKey === undefined) return []
  const seal = { alias: facts.alias, key: facts.calendarKey }
  return sealedUidEdits(
    calendar,
    seal,
    (uid) => findAddresses(uid, ownTable, 'file-name').length > 0 || scrubbing.telling.isTellingId(uid),
  )
}

/** One that says nothing of its maker; the property must be there (RFC 5545 §3.7.3). */
const PRODID = '-//Calendar//NONSGML 1.0//EN'

/** Properties of calendar programs that say whose calendar it is, or where its owner sets out from. No answer needs them. */
function isOwnersProperty(name: string): boolean {
  // Where and when the event is, guests are to know.
  if (name === 'X-WR-TIMEZONE' || name === 'X-APPLE-STRUCTURED-LOCATION') return false
  return ['X-WR-', 'X-APPLE-', 'X-OWNER', 'X-CALENDARSERVER-', 'X-MS-OLK-SENDER', 'X-PRIMARY-CALENDAR'].some((start) =>
    name.startsWith(start),
  )
}

/** What names the user's program, calendar or person beside attendees is emptied where it stands, since lines are edited, not taken out. */
function ownersEdits({ text, lines }: Calendar): TextEdit[] {
  // RFC 5546 §3.2.3, §3.2.7: in an answer, CONTACT is the organizer's own.
  const isOrganizer = isOrganizers(text, lines)
  return lines.flatMap(({ name, parameters, value }) => {
    if (name === 'PRODID') return [{ ...value, text: PRODID }]
    if (!isOwnersProperty(name) && !(name === 'CONTACT' && isOrganizer)) return []
    return [...parameters.map(({ start, end }) => ({ start, end, text: '' })), { ...value, text: '' }]
  })
}

/** Reply addresses on the alias's domain that stand for nobody whom we know. */
function unknownReplyAddresses({ alias, targets }: ReplyFacts): AddressLookup {
  const get = (key: AddressKey): KnownAddress | undefined => {
    const [local = ''] = key.slice(0, key.lastIndexOf('@')).split('+')
    const known = key === addressKey(alias) || targets.get(key)?.kind === 'alias'
    return !known && isReplyLocalPart(local) ? { key, replacement: '', withTags: false } : undefined
  }
  return { byKey: { get, size: 1 }, domains: new Set([domainOf(alias)]) }
}

/** What is still to be read in the calendar as it goes out: by us in every way that we know, and by ical.js. */
function leftIn({ calendar, agreed }: OpenCalendar, { facts, scrubbing }: CalendarReply): CalendarHold | undefined {
  const readings = [...calendarReadings(calendar.text), textsOf(agreed).join('\n')]
  const left = [
    ...readings.flatMap((reading) => findAddresses(reading, scrubbing.table).map(({ known }) => known.key)),
    ...hitsInBase64(calendar.text, addressNeedles(scrubbing.table.byKey.keys())).map(({ text }) => text),
  ]
  if (left.some((key) => facts.userAddresses.has(key as AddressKey))) return 'trace-left'
  const unknown = unknownReplyAddresses(facts)
  const ours = left.length > 0 || readings.some((reading) => findAddresses(reading, unknown).length > 0)
  return ours ? 'reply-address' : undefined
}

/** The calendar as the world may see it, and whether the reply has to be held for it. */
export function scrubbedCalendar(
  content: Buffer,
  info: PartInfo,
  reply: CalendarReply,
  budget: CalendarBudget,
): ScrubbedCalendar {
  const open = openCalendar(content, info, budget)
  if (typeof open === 'string') return { content, held: open }
  const { calendar } = open
  // Of two edits at one place the first wins: what is sealed or dropped needs no other change.
  const edits = [
    ...ownersEdits(calendar),
    ...uidEdits(calendar, reply),
    ...personEdits(calendar, reply),
    ...textEdits(calendar, reply),
    ...idEdits(calendar, reply),
  ]
  const edited = editedCalendar(open, info, edits)
  return edited === undefined ? { content, held: 'calendar' } : { content: edited.content, held: leftIn(edited, reply) }
}
