// Boundaries and Content-IDs that carry the user's host or address get other names on the way out: behaviour.md 4.4. The new
// name is a hash of the old one and of the message's id, so header, delimiters and `cid:` links agree without a table, and
// the same message gives the same bytes on a retry.
import { createHash } from 'node:crypto'
import { domainOf } from '../terms/address.ts'
import { composeField, unfoldedBody } from './compose-field.ts'
import type { ReplyFacts } from './facts.ts'
import type { HeaderField } from './header-block.ts'
import type { PartInfo } from './mime-part.ts'
import { containsWord, isOwnId, tellingLocals } from './machine-names.ts'
import { parseStructured } from './parameters.ts'

export interface Telling {
  /** Whether the text names an address, a mail domain, a host or the local part of the user's. */
  isTelling(text: string): boolean
  /** The same of an id (`left@host`), which tells also by a host that is no public domain. */
  isTellingId(id: string): boolean
  /** The boundary that goes out in this one's place. */
  boundary(old: string): string
  /** The same for a Content-ID, without its brackets. */
  contentId(old: string): string
}

export function tellingOf(facts: ReplyFacts): Telling {
  const words = new Set([...(facts.userHosts ?? [])].map((host) => host.toLowerCase()).filter((host) => host !== ''))
  for (const key of facts.userAddresses) words.add(key.slice(key.lastIndexOf('@') + 1))
  // The alias's own domain is what everything is renamed to.
  words.delete(domainOf(facts.alias))
  const hash = (old: string): string =>
    createHash('sha256').update(`${facts.messageId}\0${old}`).digest('hex').slice(0, 24)
  const locals = tellingLocals(facts.userAddresses)
  const isTelling = (text: string): boolean => {
    const lower = text.toLowerCase()
    return [...words, ...locals].some((word) => containsWord(lower, word))
  }
  const isTellingId = (id: string): boolean => isTelling(id) || isOwnId(id, locals)
  return {
    isTelling,
    isTellingId,
    boundary: (old) => (isTelling(old) ? `=_${hash(old)}` : old),
    contentId: (old) => (isTellingId(old) ? `${hash(old)}@${domainOf(facts.alias)}` : old),
  }
}

/** Bodies that nobody but their signer or reader may touch. RFC 3156, RFC 8551 */
export function isSealed(type: string): boolean {
  return (
    type === 'multipart/signed' ||
    type === 'multipart/encrypted' ||
    type === 'application/pgp-encrypted' ||
    type === 'application/pkcs7-mime' ||
    type === 'application/x-pkcs7-mime'
  )
}

/** The boundary under which a multipart goes out; header and body must agree on it. */
export function outgoingBoundary(info: PartInfo, telling: Telling): string {
  return isSealed(info.type) ? info.boundary : telling.boundary(info.boundary)
}

/** A Content-Type whose boundary and `start` (multipart/related) are renamed; the same field where they need not be. */
export function withNamesRenamed(field: HeaderField, info: PartInfo, telling: Telling): HeaderField {
  const boundary = outgoingBoundary(info, telling)
  const body = parseStructured(unfoldedBody(field))
  const start = body.parameters.find(({ name }) => name === 'start')?.value ?? ''
  const isStartTelling = start !== '' && telling.isTellingId(bareId(start))
  if (boundary === info.boundary && !isStartTelling) return field
  const segments = body.parameters
    .filter(({ name, section }) => name !== 'boundary' || section <= 0)
    .map(({ name, raw }) => {
      if (name === 'boundary' && boundary !== info.boundary) return `boundary="${boundary}"`
      return name === 'start' && isStartTelling ? `start="${renamedId(start, telling)}"` : raw.trim()
    })
  const words = [body.rawValue.trim(), ...segments]
  return composeField(
    field.name,
    words.map((word, index) => (index < words.length - 1 ? `${word};` : word)),
  )
}

function bareId(text: string): string {
  const trimmed = text.trim()
  return trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1) : trimmed
}

/** A Content-ID with its brackets, renamed where it tells. RFC 2392 */
export function renamedId(text: string, telling: Telling): string {
  return `<${telling.contentId(bareId(text))}>`
}

export function withContentIdRenamed(field: HeaderField, telling: Telling): HeaderField {
  const text = unfoldedBody(field)
  return telling.isTellingId(bareId(text)) ? composeField(field.name, [renamedId(text, telling)]) : field
}
