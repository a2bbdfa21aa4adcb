// Writing a new header field: folding, phrases, unstructured text. Nothing that comes in here can begin a line of its own.
import { decodeUnlabelled, oneLine } from './charset.ts'
import { decodeWords, encodeWords } from './encoded-word.ts'
import type { HeaderField } from './header-block.ts'
import { fieldBody } from './header-block.ts'

/** RFC 5322 §2.1.1: should and must, without CRLF. */
const LINE_WANTED = 78
const LINE_MAX = 998
/** Longer plain words are written as encoded words, which can be folded. */
const PLAIN_WORD_MAX = 72

/** The last guard against header injection: whatever it is that came here, no control character gets past. */
function withoutControls(word: string): string {
  let out = ''
  let from = 0
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at)
    if (code >= 0x20 && code !== 0x7f) continue
    out += word.slice(from, at)
    from = at + 1
  }
  return out + word.slice(from)
}

/** Cuts a word that no line could hold; never inside a character. */
function bounded(word: string): string {
  const room = LINE_MAX - 1
  if (Buffer.byteLength(word) <= room) return word
  let used = 0
  let out = ''
  for (const character of word) {
    used += Buffer.byteLength(character)
    if (used > room) break
    out += character
  }
  return out
}

/**
 * A field from words, which are put on lines of at most 78 octets where they fit. A word is never broken; one that no
 * line could hold is cut. An empty word stands for one more space.
 */
export function composeField(name: string, words: readonly string[]): HeaderField {
  const lines: string[] = []
  let line = `${name}:`
  let column = line.length
  let bare = false // the line has nothing but white space so far: folding here would make an empty-looking line
  words.forEach((given, index) => {
    const word = bounded(withoutControls(given))
    const size = Buffer.byteLength(word)
    const tooWide = column + 1 + size > (index === 0 ? LINE_MAX : LINE_WANTED)
    if (tooWide && !bare) {
      lines.push(line)
      line = ''
      column = 0
      bare = true
    }
    line += ` ${word}`
    column += 1 + size
    if (size > 0) bare = false
  })
  lines.push(line)
  const raw = Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8')
  return { name, key: name.toLowerCase(), raw }
}

/** RFC 5322 §3.2.3 */
function isAtext(code: number): boolean {
  if (code >= 0x30 && code <= 0x39) return true
  const lower = code | 0x20
  if (lower >= 0x61 && lower <= 0x7a) return true
  return code < 0x80 && "!#$%&'*+-/=?^_`{|}~".includes(String.fromCharCode(code))
}

function isPrintable(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

function isAtoms(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 0x20 && !isAtext(code)) return false
  }
  return true
}

/** A display name as the words of a phrase: atoms, one quoted string, or encoded words. RFC 5322 §3.2.5, RFC 2047 §5. */
export function phraseWords(name: string): string[] {
  const text = oneLine(name)
  if (text === '') return []
  if (!isPrintable(text) || text.includes('=?')) return encodeWords(text)
  if (isAtoms(text)) {
    const words = text.split(' ')
    return words.every((word) => word.length <= PLAIN_WORD_MAX) ? words : encodeWords(text)
  }
  const quoted = `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  return quoted.length <= PLAIN_WORD_MAX ? [quoted] : encodeWords(text)
}

/** Unstructured text as words: plain where it may be, else encoded. RFC 5322 §2.2.1, RFC 2047 §5 (1). */
export function unstructuredWords(text: string): string[] {
  const clean = oneLine(text)
  if (clean === '') return []
  const words = clean.split(' ')
  const plain = isPrintable(clean) && !clean.includes('=?') && words.every((word) => word.length <= PLAIN_WORD_MAX)
  return plain ? words : encodeWords(clean)
}

/**
 * The body of a field on one line: unfolded (RFC 5322 §2.2.3), not decoded. A bare CR, which the door refuses, is a gap:
 * what stands on both sides of it must not grow together.
 */
export function unfoldedBody(field: HeaderField): string {
  const text = decodeUnlabelled(fieldBody(field))
  if (!text.includes('\n') && !text.includes('\r')) return text.trim()
  return text.replaceAll('\r\n', '').replaceAll('\n', '').replaceAll('\r', ' ').trim()
}

/** What a person would read in the field: unfolded, decoded, without control characters. */
export function readableBody(field: HeaderField): string {
  return oneLine(decodeWords(unfoldedBody(field)))
}
