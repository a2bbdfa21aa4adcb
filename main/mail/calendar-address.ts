// Finds the addresses in a calendar that a program may write to without asking: the value of ORGANIZER and ATTENDEE, every value
// or parameter that is a `mailto:` URI, and bare addresses in properties and parameters that take them (RFC 5545 §3.3.3,
// RFC 7986 §6.2). Running text such as DESCRIPTION is not searched: no program answers to it.
import type { Address, AddressKey } from '../terms/address.ts'
import { addressKey, parseAddress } from '../terms/address.ts'
import { decodedParameter, sliced } from './calendar-ical.ts'
import type { Calendar, ContentLine, Span } from './calendar-lines.ts'

/** Properties and parameters in which an address without `mailto:` is one all the same; X- ones are added by their prefix. */
const BARE: ReadonlySet<string> = new Set([
  'ATTENDEE',
  'ORGANIZER',
  'CONTACT',
  'CALENDAR-ADDRESS', // RFC 9073 §6.4
  'VOTER',
  'EMAIL',
  'SENT-BY',
  'DELEGATED-TO',
  'DELEGATED-FROM',
  'MEMBER',
])
/** Parameters that are names or words, whatever they look like. */
const WORDS: ReadonlySet<string> = new Set(['CN', 'VALUE', 'TZID', 'LANGUAGE', 'FMTTYPE', 'ENCODING', 'PARTSTAT'])
const SCHEME = 'mailto:'
/** More in one value is a list of nothing but addresses, and each of them is looked up. */
const ADDRESSES_MAX = 1000
/** Longer ones are no addresses: 254 octets, percent-encoded. */
const ADDRESS_MAX = 1000

/** An address where a program looks for one. */
export interface CalendarAddress extends Span {
  readonly address: Address
  /** The property's own value, not one of its parameters. */
  readonly isValue: boolean
}

/** A piece of a line with the place where it stands: searching never leaves the piece. */
interface Piece {
  readonly text: string
  readonly start: number
}

interface Found extends Span {
  readonly address: Address
}

function trimmed({ text, start }: Piece): Piece {
  const inner = text.trimStart()
  return { text: inner.trimEnd(), start: start + text.length - inner.length }
}

/** Brackets that a program put round the address. */
function unwrapped(piece: Piece): Piece {
  const { text, start } = trimmed(piece)
  const wrapped = text.startsWith('<') && text.endsWith('>')
  return wrapped ? trimmed({ text: text.slice(1, -1), start: start + 1 }) : { text, start }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function addressAt(piece: Piece, isUri: boolean): Found[] {
  const { text, start } = unwrapped(piece)
  if (text.length > ADDRESS_MAX) return []
  const address = (isUri ? parseAddress(percentDecoded(text)) : undefined) ?? parseAddress(text)
  return address === undefined ? [] : [{ start, end: start + text.length, address }]
}

function split({ text, start }: Piece, mark: string): Piece[] {
  const parts: Piece[] = []
  let from = 0
  for (const part of text.split(mark, ADDRESSES_MAX)) {
    parts.push({ text: part, start: start + from })
    from += part.length + 1
  }
  return parts
}

/** Whom a `mailto:` URI names: before the question mark, and in the fields behind it. RFC 6068 §2 */
function mailToPieces({ text, start }: Piece): Piece[] {
  const question = text.indexOf('?')
  const path = { text: question < 0 ? text : text.slice(0, question), start }
  const fields = question < 0 ? [] : split({ text: text.slice(question + 1), start: start + question + 1 }, '&')
  const named = fields.flatMap((field) => {
    const equals = field.text.indexOf('=')
    const names = ['to', 'cc', 'bcc'].includes(field.text.slice(0, Math.max(0, equals)).toLowerCase())
    return names ? [{ text: field.text.slice(equals + 1), start: field.start + equals + 1 }] : []
  })
  return [path, ...named].flatMap((part) => split(part, ','))
}

function isMailTo(text: string): boolean {
  return text.length > SCHEME.length && text.slice(0, SCHEME.length).toLowerCase() === SCHEME
}

function addressesAt(piece: Piece, bare: boolean): Found[] {
  const place = unwrapped(piece)
  if (isMailTo(place.text)) {
    const uri = { text: place.text.slice(SCHEME.length), start: place.start + SCHEME.length }
    return mailToPieces(uri).flatMap((part) => addressAt(part, true))
  }
  if (!bare) return []
  // `Name <address>`, as vCalendar had it.
  const open = place.text.endsWith('>') ? place.text.lastIndexOf('<') : -1
  if (open < 0) return addressAt(place, false)
  const inner = unwrapped({ text: place.text.slice(open), start: place.start + open })
  return isMailTo(inner.text) ? addressesAt(inner, false) : addressAt(inner, false)
}

function pieceAt(text: string, span: Span): Piece {
  return { text: sliced(text, span), start: span.start }
}

function isBare(name: string): boolean {
  return BARE.has(name) || name.startsWith('X-')
}

/** The addresses of one line, in the order in which they stand. */
export function addressesOfLine(text: string, line: ContentLine): CalendarAddress[] {
  const inParameters = line.parameters
    .filter(({ name }) => !WORDS.has(name))
    .flatMap(({ name, values }) => values.flatMap((value) => addressesAt(pieceAt(text, value), isBare(name))))
  const inValue = addressesAt(pieceAt(text, line.value), isBare(line.name))
  return [
    ...inParameters.map((found) => ({ ...found, isValue: false })),
    ...inValue.map((found) => ({ ...found, isValue: true })),
  ]
}

/**
 * Everybody whom the calendars name in such a place, once each; who organises first. Without a limit: the caller has one for the
 * whole message.
 */
export function everybodyInCalendars(calendars: readonly Calendar[]): readonly Address[] {
  const found = calendars.flatMap(({ text, lines }) =>
    lines.flatMap((line) => {
      const organises = line.name === 'ORGANIZER'
      return addressesOfLine(text, line).map(({ address }) => ({ address, organises }))
    }),
  )
  const ordered = [...found.filter(({ organises }) => organises), ...found]
  const known = new Map<AddressKey, Address>()
  for (const { address } of ordered) if (!known.has(addressKey(address))) known.set(addressKey(address), address)
  return [...known.values()]
}

/** The first value of a parameter, decoded; undefined where the line has no such parameter. */
export function parameterText(text: string, line: ContentLine, name: string): string | undefined {
  const [value] = line.parameters.find((parameter) => parameter.name === name)?.values ?? []
  return value === undefined ? undefined : decodedParameter(sliced(text, value))
}

/** An address behind `mailto:`, what is special in URIs or in content lines percent-encoded. RFC 6068 §2 */
export function mailToText(address: string): string {
  let out = ''
  for (const character of address) {
    const plain = character <= '~' && !'%"\\<>^`{|}[]?#;, '.includes(character)
    out += plain ? character : encodeURIComponent(character)
  }
  return out
}
