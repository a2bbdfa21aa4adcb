// A header that any server takes: RFC 6532 §3 allows raw UTF-8 only behind SMTPUTF8, and older mail has raw octets of other charsets. The relay writes
// these headers in its own name, so it writes words as encoded words and file names as RFC 2231 has them. What stays beyond ASCII is an address
// that has such letters itself; that one needs SMTPUTF8.
import { composeField, phraseWords, readableBody, unfoldedBody, unstructuredWords } from './compose-field.ts'
import { listWords } from './compose-addresses.ts'
import { plainName } from './display-name.ts'
import { ANSWER_FIELDS, addressesIn } from './correspondents.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { mailboxesOf } from './address-list.ts'
import { withMessageIds } from './message-ids.ts'
import { parseStructured, type Parameter } from './parameters.ts'

const ADDRESSES: ReadonlySet<string> = new Set([...ANSWER_FIELDS, 'from', 'sender', 'to', 'cc'])
/** Others verify them octet by octet, so they cannot be written anew. RFC 8617 §4.1 */
const ARC: ReadonlySet<string> = new Set(['arc-seal', 'arc-message-signature', 'arc-authentication-results'])
const IDS: ReadonlySet<string> = new Set(['in-reply-to', 'references'])
/** No encoded word may stand in them (RFC 2047 §5). */
const TRACE: ReadonlySet<string> = new Set(['received', 'authentication-results', 'received-spf', 'return-path'])
const STRUCTURED: ReadonlySet<string> = new Set(['content-type', 'content-disposition'])
const URIS: ReadonlySet<string> = new Set([
  ...['list-unsubscribe', 'list-post', 'list-help', 'list-subscribe', 'list-owner', 'list-archive'],
])

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false
  return true
}

function isHigh(raw: Buffer): boolean {
  return raw.some((byte) => byte >= 0x80)
}

function hasUtf8Boundary(field: HeaderField): boolean {
  const { parameters } = parseStructured(unfoldedBody(field))
  return parameters.some(({ name, raw }) => name === 'boundary' && !isAscii(raw))
}

/** Text with everything beyond ASCII as question marks. */
export function inAscii(text: string): string {
  return isAscii(text) ? text : Array.from(text, (letter) => (letter <= '~' ? letter : '?')).join('')
}

/** RFC 2231 §4: what is beyond ASCII percent-encoded, under the charset. */
function asciiParameter({ name, value, raw, section, extended }: Parameter): string {
  if (isAscii(raw)) return raw.trim()
  // A continued or encoded value that has raw octets as well is nobody's name any more.
  if (section >= 0 || extended) return inAscii(raw.trim())
  const encoded = Array.from(value, (letter) =>
    /[A-Za-z0-9._-]/.test(letter) ? letter : encodeURIComponent(letter).replaceAll(/[!'()*]/g, inPercent),
  )
  return `${name}*=utf-8''${encoded.join('')}`
}

function inPercent(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
}

function asciiStructured(field: HeaderField): HeaderField {
  const body = parseStructured(unfoldedBody(field).toWellFormed())
  const words = [
    inAscii(body.rawValue.trim()),
    ...body.parameters.filter(({ name }) => isAscii(name)).map(asciiParameter),
  ]
  return composeField(
    field.name,
    words.map((word, index) => (index < words.length - 1 ? `${word};` : word)),
  )
}

/** RFC 3986 §2.5: percent-encoded UTF-8; what is encoded already stays. */
function asciiUris(text: string): string {
  const letters = Array.from(text.toWellFormed(), (letter) => (letter <= '~' ? letter : encodeURIComponent(letter)))
  return letters.join('')
}

/** RFC 2919 §3: a phrase, and the identifier in brackets, which is what programs look for. */
function listIdWords(text: string): string[] {
  const open = text.lastIndexOf('<')
  return open < 0 ? unstructuredWords(text) : [...phraseWords(text.slice(0, open)), inAscii(text.slice(open))]
}

/** The fields that stand in its place; the very same one where it is ASCII. */
export function asciiField(field: HeaderField): readonly HeaderField[] {
  const { key, name, raw } = field
  if (!isHigh(raw)) return [field]
  if (ADDRESSES.has(key)) return [composeField(name, listWords(addressesIn(field), plainName))]
  // The delimiters in the body have the same octets: a boundary cannot be written in another way. RFC 2046 §5.1.1
  if (key === 'content-type' && hasUtf8Boundary(field)) return [field]
  if (STRUCTURED.has(key)) return [asciiStructured(field)]
  if (key === 'list-id') return [composeField(name, listIdWords(readableBody(field)))]
  if (IDS.has(key)) {
    const ids = withMessageIds(field, (id) => (isAscii(id) ? id : undefined), 'dropped')
    return ids === undefined || isHigh(ids.raw) ? [] : [ids]
  }
  if (TRACE.has(key)) return [composeField(name, inAscii(unfoldedBody(field)).split(' '))]
  if (URIS.has(key)) return [composeField(name, asciiUris(unfoldedBody(field)).split(' '))]
  return [composeField(name, unstructuredWords(readableBody(field)))]
}

/**
 * A header in ASCII, but for addresses and boundaries that are not. A signature with other octets goes, and with one field of an ARC chain all of
 * them: rewriting has broken the one, and the others prove nothing any more when a hop is missing (RFC 8617 §5.2).
 */
export function asciiFields(fields: readonly HeaderField[]): HeaderField[] {
  const isArcHigh = fields.some(({ key, raw }) => ARC.has(key) && isHigh(raw))
  return fields
    .filter(({ key, raw }) => !(isArcHigh && ARC.has(key)) && !(key === 'dkim-signature' && isHigh(raw)))
    .flatMap(asciiField)
}

/** Whether the header names somebody by an address beyond ASCII. RFC 6531 §3.2: it must not go to a server without SMTPUTF8. */
export function namesUtf8Address(header: HeaderBlock): boolean {
  return header.fields
    .filter(({ key, raw }) => ADDRESSES.has(key) && isHigh(raw))
    .some((field) => mailboxesOf(addressesIn(field)).some(({ address }) => address !== undefined && !isAscii(address)))
}
