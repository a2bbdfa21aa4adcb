// One address out of the text that stands where an address should: with the obsolete spaces, a `mailto:`, dots in odd
// places, or a name in front. What no reading turns into an address stays undefined.
import type { Address } from '../terms/address.ts'
import { parseAddress } from '../terms/address.ts'
import { oneLine } from './charset.ts'
import { decodeWords } from './encoded-word.ts'

const SPACES = new Set([' ', '\t'])
const SCHEME = 'mailto:'
/** Longer text is no address, and not worth a second look. */
export const ADDRESS_TEXT_MAX = 2000

/** RFC 5322 §4.4: white space around the dots and the `@` of an address is obsolete, yet read. */
function withoutObsoleteSpaces(text: string): string {
  let out = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (SPACES.has(character)) {
      let next = at
      while (SPACES.has(text[next] ?? '')) next++
      const before = out.at(-1) ?? ''
      const after = text[next] ?? ''
      const around = before === '@' || before === '.' || after === '@' || after === '.'
      if (!around) out += ' '
      at = next - 1
    } else out += character
  }
  return out.trim()
}

/** Some providers hand out local parts with dots in odd places (`a..b@`, `a.@`): they need quotes. RFC 5321 §4.1.2 */
function withQuotedLocalPart(text: string): Address | undefined {
  const at = text.lastIndexOf('@')
  if (at < 1) return undefined
  const local = text.slice(0, at)
  if (!local.includes('.') || local.includes('"') || local.includes(' ') || local.includes('\\')) return undefined
  for (const character of local) {
    if (character <= ' ' || '()<>[]:;@,'.includes(character)) return undefined
  }
  return parseAddress(`"${local}"${text.slice(at)}`)
}

function directly(text: string): Address | undefined {
  return parseAddress(text) ?? withQuotedLocalPart(text)
}

/** Takes a pair of quotes or brackets off that somebody put round an address. */
function unwrapped(text: string): string {
  const pair = `${text[0] ?? ''}${text.at(-1) ?? ''}`
  const wrapped = text.length > 2 && (pair === "''" || pair === '[]' || pair === '{}' || pair === '""')
  return wrapped ? text.slice(1, -1) : text
}

function strict(text: string): Address | undefined {
  const trimmed = text.trim()
  const plain = trimmed.toLowerCase().startsWith(SCHEME) ? trimmed.slice(SCHEME.length) : trimmed
  if (plain.length === 0 || plain.length > ADDRESS_TEXT_MAX) return undefined
  return directly(plain) ?? directly(unwrapped(plain)) ?? directly(withoutObsoleteSpaces(plain))
}

/**
 * The address that the text is, or that stands in it as a word; encoded words are decoded where nothing else helps. Where another word has an
 * `@` and cannot be read, the text is no address at all: the one that can be read may be somebody else.
 */
export function addressIn(text: string): Address | undefined {
  if (text.length > ADDRESS_TEXT_MAX) return undefined
  const whole = strict(text)
  if (whole !== undefined || !text.includes(' ')) return whole ?? decoded(text)
  let found: Address | undefined
  for (const word of text.split(' ')) {
    const one = strict(word)
    if (one === undefined && word.includes('@')) return decoded(text)
    found = one ?? found
  }
  return found ?? decoded(text)
}

/** Broken clients encode the address too (RFC 2047 §5 (3) forbids it). */
function decoded(text: string): Address | undefined {
  if (!text.includes('=?')) return undefined
  const plain = oneLine(decodeWords(text))
  return plain === text ? undefined : strict(plain)
}
