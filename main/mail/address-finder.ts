// Finds known addresses inside any text: a subject, a display name, a line of a body. The text is never searched address by
// address: each `@` is looked at once, what stands around it is read, and looked up. Linear, whatever the number of addresses.
//
// In running text, somebody else's address that only ends like one of the user's (`john.smith@` where `smith@` is known) is
// left alone; the same local part with a `+tag` is the user's. Behind the domain a further label makes it another domain
// (`alice@example.com.br`), unless it is the ending of a file name or the beginning of a sentence.
import type { AddressKey } from '../terms/address.ts'
import { addressKey, MAX_ADDRESS, parseAddress, parseDomain } from '../terms/address.ts'

/** A local part as it stands; each of its octets may be three characters where it is percent-encoded. */
const LOCAL_MAX = MAX_ADDRESS
const PERCENT_MAX = 3 * LOCAL_MAX
const DOMAIN_MAX = 255
/** A domain of more labels is none of ours; bounds the work on `@a.a.a.a…`. */
const ENDS_MAX = 16

export interface KnownAddress {
  readonly key: AddressKey
  /** What is written in its place. */
  readonly replacement: string
  /** Whether `local+anything@domain` is the same person. */
  readonly withTags: boolean
}

/** Says of each address that may be one whether it is known; the domains bound what it is asked for. */
export interface AddressLookup {
  readonly byKey: Pick<ReadonlyMap<AddressKey, KnownAddress>, 'get' | 'size'>
  readonly domains: ReadonlySet<string>
}

export interface AddressTable extends AddressLookup {
  readonly byKey: ReadonlyMap<AddressKey, KnownAddress>
}

export interface FoundAddress {
  readonly start: number
  readonly end: number
  readonly known: KnownAddress
  /** The `@` was written `%40`: so must the replacement's be. */
  readonly percent: boolean
}

export function addressTable(known: readonly KnownAddress[]): AddressTable {
  const byKey = new Map(known.map((entry) => [entry.key, entry]))
  const domains = new Set(known.map(({ key }) => key.slice(key.lastIndexOf('@') + 1)))
  return { byKey, domains }
}

function isAlnum(code: number): boolean {
  if (code >= 0x30 && code <= 0x39) return true
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isHex(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  const lower = code | 0x20
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66)
}

/** A `.`, `_`, `+` or `-` binds to the letters before it; alone, it is somebody's emphasis or a list mark. */
function isJoint(code: number): boolean {
  return code === 0x2e || code === 0x5f || code === 0x2b || code === 0x2d
}

/** `text`: words are joined by `.`, `-`, `_`, `+`. `file-name`: these marks part them (`key_alice@example.com.asc`). */
export type Joints = 'text' | 'file-name'

/** Whether a local part may begin at `start`: nothing before it belongs to it. */
function isBoundary(text: string, start: number, floor: number, joints: Joints): boolean {
  let at = start - 1
  if (joints === 'file-name' && at >= 0 && isJoint(text.charCodeAt(at))) return true
  while (at >= floor && isJoint(text.charCodeAt(at))) at--
  if (at < 0 || !isAlnum(text.charCodeAt(at))) return true
  // `%3Calice`: the letter before is the tail of a percent-encoded mark.
  const percent = at === start - 1 && at >= 2 && text[at - 2] === '%' && isHex(text, at - 1) && isHex(text, at)
  return percent && !isAlnum(parseInt(text.slice(at - 1, at + 1), 16))
}

function isLocalEnd(code: number): boolean {
  return code <= 0x20 || code === 0x7f || '<>()[]:;,"\\@'.includes(String.fromCharCode(code))
}

function isDomainCharacter(code: number): boolean {
  return isAlnum(code) || code === 0x2d || code === 0x2e || code >= 0x80
}

/** Endings of files that people name after an address: keys, cards, calendars, mail, documents, pictures. */
const FILE_ENDINGS: ReadonlySet<string> = new Set(
  'asc key gpg pgp pub sig p7s p7m p12 pfx crt cer pem vcf ics eml msg mbox txt pdf doc docx odt csv htm html xml json zip gz png jpg jpeg gif bak'.split(
    ' ',
  ),
)

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** Whether the label behind the dot belongs to the domain. */
function isFurtherLabel(text: string, dot: number): boolean {
  let end = dot + 1
  while (end < text.length && isLetter(text.charCodeAt(end))) end++
  const label = text.slice(dot + 1, end)
  const before = text.charCodeAt(dot - 1)
  const sentence = before >= 0x61 && label.charCodeAt(0) < 0x61
  return label.length > 1 && !sentence && !FILE_ENDINGS.has(label.toLowerCase())
}

/** Whether `%XX` stands here and says a character of a domain. */
function isPercentDomain(text: string, at: number): boolean {
  if (text[at] !== '%' || !isHex(text, at + 1) || !isHex(text, at + 2)) return false
  const code = parseInt(text.slice(at + 1, at + 3), 16)
  return code < 0x80 && isDomainCharacter(code)
}

/** Where a domain that begins at `start` may end, the longest reading first: before each dot, hyphen or foreign letter. */
function domainEnds(text: string, start: number, joints: Joints): number[] {
  const limit = Math.min(text.length, start + DOMAIN_MAX)
  const ends: number[] = []
  let at = start
  let ascii = true
  while (at < limit && ends.length < ENDS_MAX) {
    const percent = isPercentDomain(text, at)
    if (!percent && !isDomainCharacter(text.charCodeAt(at))) break
    const code = percent ? parseInt(text.slice(at + 1, at + 3), 16) : text.charCodeAt(at)
    const foreign = ascii && code >= 0x80
    if (foreign) ascii = false
    const dot = code === 0x2e && (joints === 'file-name' || percent || !isFurtherLabel(text, at))
    if ((foreign || dot || code === 0x2d) && at > start) ends.push(at)
    at += percent ? 3 : 1
  }
  if (at > start) ends.push(at)
  return ends.toReversed()
}

function folded(text: string): string {
  return text.toLowerCase().normalize('NFC')
}

function percentDecoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function lookup(table: AddressLookup, local: string, domain: string): KnownAddress | undefined {
  const exact = table.byKey.get(`${folded(local)}@${domain}` as AddressKey)
  if (exact !== undefined) return exact
  const plus = local.indexOf('+')
  if (plus < 1) return undefined
  const base = table.byKey.get(`${folded(local.slice(0, plus))}@${domain}` as AddressKey)
  return base?.withTags === true ? base : undefined
}

interface Local {
  readonly start: number
  readonly known: KnownAddress
}

function quotedLocal(text: string, at: number, domain: string, table: AddressLookup): Local | undefined {
  const start = text.lastIndexOf('"', at - 2)
  if (start < 0 || at - start > LOCAL_MAX) return undefined
  const parsed = parseAddress(`${text.slice(start, at)}@${domain}`)
  const known = parsed === undefined ? undefined : table.byKey.get(addressKey(parsed))
  return known === undefined ? undefined : { start, known }
}

interface Search {
  readonly text: string
  readonly table: AddressLookup
  readonly joints: Joints
}

function localBefore({ text, table, joints }: Search, at: number, floor: number, domain: string): Local | undefined {
  if (text[at - 1] === '"') return quotedLocal(text, at, domain, table)
  const lowest = Math.max(
    floor,
    at - (text.slice(Math.max(floor, at - PERCENT_MAX), at).includes('%') ? PERCENT_MAX : LOCAL_MAX),
  )
  let start = at
  while (start > lowest && !isLocalEnd(text.charCodeAt(start - 1))) start--
  for (; start < at; start++) {
    if (!isBoundary(text, start, floor, joints)) continue
    const known = lookup(table, percentDecoded(text.slice(start, at)), domain)
    if (known !== undefined) return { start, known }
  }
  return undefined
}

function domainKey(spelled: string): string {
  const text = percentDecoded(spelled)
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return parseDomain(text) ?? ''
  return text.toLowerCase()
}

interface Sign {
  readonly at: number
  readonly percent: boolean
}

/** Goes from one `@` or `%40` to the next; each of the two is looked for only once it has been passed. */
class Signs {
  private readonly text: string
  private plain: number
  private percent: number
  constructor(text: string) {
    this.text = text
    this.plain = text.indexOf('@')
    this.percent = text.indexOf('%40')
  }

  /** The first one at or behind `from`; undefined where there is none. `from` never goes back. */
  next(from: number): Sign | undefined {
    if (this.plain >= 0 && this.plain < from) this.plain = this.text.indexOf('@', from)
    if (this.percent >= 0 && this.percent < from) this.percent = this.text.indexOf('%40', from)
    if (this.percent >= 0 && (this.plain < 0 || this.percent < this.plain)) return { at: this.percent, percent: true }
    return this.plain < 0 ? undefined : { at: this.plain, percent: false }
  }
}

/** Every known address in the text, from left to right, none overlapping another. */
export function findAddresses(text: string, table: AddressLookup, joints: Joints = 'text'): readonly FoundAddress[] {
  const found: FoundAddress[] = []
  if (table.byKey.size === 0) return found
  let floor = 0
  const signs = new Signs(text)
  let sign = signs.next(0)
  while (sign !== undefined) {
    const behind = sign.at + (sign.percent ? 3 : 1)
    for (const end of domainEnds(text, behind, joints)) {
      const domain = domainKey(text.slice(behind, end))
      if (!table.domains.has(domain)) continue
      const local = localBefore({ text, table, joints }, sign.at, floor, domain)
      if (local === undefined) continue
      found.push({ start: local.start, end, known: local.known, percent: sign.percent })
      floor = end
      break
    }
    sign = signs.next(Math.max(behind, floor))
  }
  return found
}

/** What is written for an address that was found: percent-encoded where it stood so. */
export function replacementFor(found: FoundAddress): string {
  if (!found.percent) return found.known.replacement
  return encodeURIComponent(found.known.replacement)
}

/** The text with every known address replaced; the very same string where there is none. */
export function replaceAddresses(text: string, table: AddressTable, joints: Joints = 'text'): string {
  const found = findAddresses(text, table, joints)
  if (found.length === 0) return text
  let out = ''
  let from = 0
  for (const one of found) {
    out += text.slice(from, one.start) + replacementFor(one)
    from = one.end
  }
  return out + text.slice(from)
}
