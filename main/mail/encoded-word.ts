// RFC 2047 encoded words: reading them as leniently as mail is, writing them strictly.
import { decodeCharset } from './charset.ts'

const CHARSET_MAX = 60
/** Shorter than RFC 2047 §2's 75, so that a field name stands before the first one on its 78 columns. */
const WORD_MAX = 62
const PREFIX = '=?utf-8?'

interface Word {
  readonly charset: string
  readonly encoding: 'q' | 'b'
  readonly body: string
  readonly end: number
}

/** Octets gathered one by one, in one piece of memory: a header of encoded words alone has tens of thousands of them. */
class Octets {
  private bytes = Buffer.allocUnsafe(256)
  private length = 0

  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + count))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  push(octet: number): void {
    this.room(1)
    this.bytes[this.length++] = octet
  }

  pushAll(octets: Buffer): void {
    this.room(octets.length)
    this.length += octets.copy(this.bytes, this.length)
  }

  /** What is there, for as long as nothing is pushed; then it is empty. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length)
    this.length = 0
    return taken
  }
}

/** RFC 2047 §4.2: the Q encoding. What is no ASCII should not be there, and stays as it is. */
function pushQ(text: string, into: Octets): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0
    const value = code === 0x3d ? hexIn(text, at + 1) : -1
    if (value >= 0) {
      into.push(value)
      at += 2
    } else if (code === 0x5f) into.push(0x20)
    else if (code < 0x80) into.push(code)
    else {
      const character = String.fromCodePoint(code)
      into.pushAll(Buffer.from(character, 'utf8'))
      at += character.length - 1
    }
  }
}

function hexIn(text: string, at: number): number {
  if (at + 1 >= text.length) return -1
  const high = hexDigit(text.charCodeAt(at))
  const low = hexDigit(text.charCodeAt(at + 1))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** The byte that two hexadecimal digits at `at` say, -1 where they are not such. */
export function hexAt(bytes: Buffer, at: number): number {
  if (at + 1 >= bytes.length) return -1
  const high = hexDigit(bytes[at] ?? 0)
  const low = hexDigit(bytes[at + 1] ?? 0)
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

/** Finds encoded words from left to right; a look-up table of the next end keeps it linear on `=?=?=?…`. */
class WordScanner {
  readonly text: string
  private nextEnd = -1
  constructor(text: string) {
    this.text = text
  }

  private endFrom(start: number): number {
    if (this.nextEnd < start) {
      const found = this.text.indexOf('?=', start)
      this.nextEnd = found < 0 ? Number.MAX_SAFE_INTEGER : found
    }
    return this.nextEnd
  }

  /** The encoded word that begins at `start` (where `=?` stands), or undefined. White space inside is let pass. */
  wordAt(start: number): Word | undefined {
    const mark = this.text.indexOf('?', start + 2)
    if (mark < 0 || mark - start - 2 > CHARSET_MAX || mark === start + 2 || this.text[mark + 2] !== '?')
      return undefined
    const encoding = this.text[mark + 1]?.toLowerCase()
    if (encoding !== 'q' && encoding !== 'b') return undefined
    const begin = mark + 3
    const end = this.endFrom(begin)
    if (end >= this.text.length) return undefined
    // The next word began before this one ended: this one was cut off. `=?=` is the padding of base64.
    const another = this.text.slice(begin, end).indexOf('=?')
    if (another >= 0 && begin + another < end - 1) return undefined
    const body = this.text.slice(begin, end)
    const label = this.text.slice(start + 2, mark)
    const star = label.indexOf('*') // RFC 2231 §5: the language behind the charset
    return {
      charset: (star < 0 ? label : label.slice(0, star)).toLowerCase(),
      encoding,
      body,
      end: end + 2,
    }
  }
}

/**
 * Text with its encoded words decoded. White space between two of them is no part of the text (RFC 2047 §6.2), and bytes
 * of neighbours in one charset are joined first: senders do split them inside a character.
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  const scanner = new WordScanner(text)
  const out: string[] = []
  const octets = new Octets()
  let pending = false
  let charset = ''
  const flush = (): void => {
    if (pending) out.push(decodeCharset(octets.take(), charset))
    pending = false
  }
  let plainFrom = 0
  let at = text.indexOf('=?')
  while (at >= 0) {
    const word = scanner.wordAt(at)
    if (word === undefined) {
      at = text.indexOf('=?', at + 2)
      continue
    }
    const between = text.slice(plainFrom, at)
    const adjacent = pending && between.trim() === ''
    if (!adjacent || word.charset !== charset) flush()
    if (!adjacent) out.push(between)
    charset = word.charset
    if (word.encoding === 'q') pushQ(word.body, octets)
    else octets.pushAll(Buffer.from(word.body, 'base64'))
    pending = true
    plainFrom = word.end
    at = text.indexOf('=?', word.end)
  }
  flush()
  out.push(text.slice(plainFrom))
  return out.join('')
}

/** RFC 2047 §5 (3): the octets that stand for themselves in an encoded word within a phrase. */
function isPlainInQ(byte: number): boolean {
  if (byte >= 0x30 && byte <= 0x39) return true
  const lower = byte | 0x20
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    byte === 0x21 ||
    byte === 0x2a ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2f
  )
}

function encodeQ(bytes: Buffer): string {
  let out = ''
  for (const byte of bytes) {
    if (byte === 0x20) out += '_'
    else if (isPlainInQ(byte)) out += String.fromCharCode(byte)
    else out += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

function lengthInQ(bytes: Buffer): number {
  let length = 0
  for (const byte of bytes) length += byte === 0x20 || isPlainInQ(byte) ? 1 : 3
  return length
}

/** Text as encoded words, UTF-8. No word ends inside a character (RFC 2047 §5). */
export function encodeWords(text: string): string[] {
  const all = Buffer.from(text, 'utf8')
  const useQ = lengthInQ(all) <= Math.ceil(all.length / 3) * 4
  const room = WORD_MAX - PREFIX.length - 4
  const words: string[] = []
  let part: Buffer[] = []
  let used = 0
  const flush = (): void => {
    if (part.length === 0) return
    const bytes = Buffer.concat(part)
    words.push(useQ ? `${PREFIX}q?${encodeQ(bytes)}?=` : `${PREFIX}b?${bytes.toString('base64')}?=`)
    part = []
    used = 0
  }
  for (const character of text) {
    const bytes = Buffer.from(character, 'utf8')
    // Base64 grows by whole groups of three: count the bytes, and keep what fits the groups.
    const cost = useQ ? lengthInQ(bytes) : bytes.length
    if (used + cost > (useQ ? room : Math.floor(room / 4) * 3)) flush()
    part.push(bytes)
    used += cost
  }
  flush()
  return words
}
