// Patterns of the user against text from outside, in linear time: RE2 for expressions, and wildcards become such. A pattern
// that is too big to run quickly is refused when it is made; what is matched is bounded by the address grammar.
import { RE2JS } from 're2js'
import { addressKey, domainOf, localPartOf, parseAddress, splitTag, type Address } from '../terms/address.ts'
import { messageOf } from '../terms/failure.ts'

export type BlockKind = 'address' | 'domain' | 'wildcard' | 'pattern'

export const MAX_PATTERN = 200
/** Instructions of the compiled program: a bounded repeat of a bounded repeat is what grows. */
const MAX_PROGRAM = 2000
/** The longest text that is ever looked at. RFC 5321 §4.5.3.1.3 with room for UTF-8. */
const MAX_TEXT = 512
const KEPT = 1000

const compiled = new Map<string, RE2JS | undefined>()

/** Why a pattern cannot be used; undefined where it can. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === '') return 'A pattern cannot be empty.'
  return pattern.length > MAX_PATTERN ? `A pattern has at most ${MAX_PATTERN} characters.` : programProblem(pattern)
}

function programProblem(pattern: string): string | undefined {
  try {
    const program = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE)
    return program.programSize() > MAX_PROGRAM ? 'The pattern is too big to be tried on every message.' : undefined
  } catch (error) {
    return `The pattern is not an expression of RE2: ${messageOf(error)}`
  }
}

function compile(pattern: string): RE2JS | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern)
  const made = programProblem(pattern) === undefined ? RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE) : undefined
  if (compiled.size >= KEPT) compiled.clear()
  compiled.set(pattern, made)
  return made
}

/** Whether the expression takes the whole text. A pattern that cannot be used takes nothing. */
export function matchesWhole(pattern: string, text: string): boolean {
  return text.length <= MAX_TEXT && compile(pattern)?.matches(text) === true
}

function wildcardPattern(value: string): string {
  return value
    .split('*')
    .map((piece) => RE2JS.quote(piece))
    .join('.*')
}

/** Whom a block is about, folded: the tag is left out, so that nobody passes by adding or changing one. */
export function senderKey(sender: Address): string {
  const { base } = splitTag(localPartOf(sender))
  return addressKey(`${base}@${domainOf(sender)}` as Address)
}

/** The domain and everything above it that has a dot: `a.b.example` is under `a.b.example` and `b.example`. */
export function domainsAbove(sender: Address): readonly string[] {
  const labels = domainOf(sender).split('.')
  return labels.slice(0, Math.max(1, labels.length - 1)).map((_, i) => labels.slice(i).join('.'))
}

/** Whether a wildcard or pattern of the block list takes this sender. `*.example` looks at the domain alone. */
export function blockTakes(kind: 'wildcard' | 'pattern', value: string, sender: Address): boolean {
  const key = senderKey(sender)
  if (kind === 'pattern') return matchesWhole(value, key) || matchesWhole(value, addressKey(sender))
  const text = value.includes('@') ? key : domainOf(sender)
  return matchesWhole(wildcardPattern(value), text)
}

/** How a block is stored: its kind where none was said, and its value folded. undefined where it makes no sense. */
export function readBlock(raw: string, kind: BlockKind | undefined): { kind: BlockKind; value: string } | undefined {
  const text = raw.trim()
  const wanted = kind ?? guessKind(text)
  if (wanted === 'pattern') {
    const pattern = kind === undefined ? text.slice(1, -1) : text
    return patternProblem(pattern) === undefined ? { kind: 'pattern', value: pattern } : undefined
  }
  const address = parseAddress(wanted === 'address' ? text : `x@${text.replace(/^@/, '')}`)
  if (wanted === 'address') return address === undefined ? undefined : { kind: 'address', value: senderKey(address) }
  if (wanted === 'domain') return address === undefined ? undefined : { kind: 'domain', value: domainOf(address) }
  const folded = foldWildcard(text)
  return folded === undefined ? undefined : { kind: 'wildcard', value: folded }
}

/** `/expression/`, something with a star, an address, or else a domain. */
function guessKind(text: string): BlockKind {
  if (text.length > 2 && text.startsWith('/') && text.endsWith('/')) return 'pattern'
  if (text.includes('*')) return 'wildcard'
  return text.indexOf('@') > 0 ? 'address' : 'domain'
}

function foldWildcard(text: string): string | undefined {
  if (text.length > MAX_PATTERN || /[^\x21-\u{10ffff}]/u.test(text) || /^[*@.]*$/.test(text)) return undefined
  const at = text.lastIndexOf('@')
  // The stars stand for labels while the domain is folded to A-labels, and come back behind it.
  const domain = parseAddress(`x@${text.slice(at + 1).replaceAll('*', 'star0star')}`)
  const folded = domain === undefined ? undefined : domainOf(domain).replaceAll('star0star', '*')
  if (folded === undefined) return undefined
  return at < 0 ? folded : `${text.slice(0, at).toLowerCase().normalize('NFC')}@${folded}`
}
