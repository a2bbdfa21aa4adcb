// How people and programs read an address that is not written as one: with escapes (Markdown, CSS, RTF, scripts), in letters that only
// look like ASCII, broken over quoted lines, cut by tags and marks, or with another sign for its `@` (VERP, SRS, bang paths). What is
// found here is not edited, it holds the reply. Only what stands round a sign is looked at, so a text without one costs one pass.
import { entityView, percentDecoded } from './text-view.ts'

/** Characters on either side of a sign: an address of the longest, and marks and quotes between its letters. */
const AROUND = 600

/** Whatever may stand for an at sign, by its first character; the rest is looked at where that stands. */
const SIGN =
  /[@\uff20\ufe6b\u24d0]|%(?:25){1,8}40|\\(?:x|u\{?0{0,4}|'|0{0,4})40|\\100|&#0{0,6}64|&#[xX]0{0,6}40|&commat/y

/** The characters with which a sign begins. */
function mayBeSign(code: number): boolean {
  return (
    code === 0x40 ||
    code === 0x25 ||
    code === 0x26 ||
    code === 0x5c ||
    (code >= 0x24d0 && (code === 0x24d0 || code === 0xff20 || code === 0xfe6b))
  )
}

/** The stretches of a text round its signs, one behind the other. */
function aroundSigns(text: string): string {
  const parts: string[] = []
  let start = -1
  let end = 0
  for (let at = 0; at < text.length; at++) {
    if (!mayBeSign(text.charCodeAt(at))) continue
    SIGN.lastIndex = at
    if (!SIGN.test(text)) continue
    if (start >= 0 && at - AROUND > end) {
      parts.push(text.slice(start, end))
      start = -1
    }
    if (start < 0) start = Math.max(0, at - AROUND)
    end = Math.min(text.length, at + AROUND)
  }
  if (start >= 0) parts.push(text.slice(start, end))
  return parts.join('\n\n')
}

/** Compatibility forms that become ASCII in NFKC, or look like a dot. */
const ALIKE =
  /[\u00aa\u00b2\u00b3\u00b9\u00ba\u2024\u2070-\u209f\u2100-\u214f\u2460-\u24ff\u3002\ufb00-\ufb06\ufe50-\ufe6b\uff01-\uff61\u{1d400}-\u{1d7ff}]/u

function inAscii(text: string): string {
  if (!ALIKE.test(text)) return text
  return text
    .replaceAll('\u24d0', '@')
    .normalize('NFKC')
    .replace(/[\u2024\u3002]/g, '.')
}

/**
 * The code of one character in hexadecimal, as scripts (`\x40`), CSS (`\000040`, `\40 `) and RTF (`\'40`) write it; octal (`\100`, C and
 * PDF); or a mark that Markdown takes literally.
 */
const ESCAPE =
  /\\(?:x([0-9a-f]{2})|u\{?0{0,4}([2-7][0-9a-f])\}?|'([0-9a-f]{2})|0{4}([2-7][0-9a-f])[ \t\n]?|([01][0-7]{2})|0{0,3}([2-7][0-9a-f])(?![0-9a-f])[ \t\n]?|([!-/:-@[-`{-~]))/gi

function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replaceAll(ESCAPE, (...match: (string | undefined)[]) => {
    const [, script, unicode, rtf, padded, octal, css, mark] = match
    if (mark !== undefined) return mark
    const hex = script ?? unicode ?? rtf ?? padded ?? css
    return String.fromCharCode(hex === undefined ? parseInt(octal ?? '0', 8) : parseInt(hex, 16))
  })
}

const PERCENT_ROUNDS = 5

/** Links in links are encoded once more for each. */
function allPercentDecoded(text: string): string {
  let decoded = text
  for (let round = 0; round < PERCENT_ROUNDS && decoded.includes('%'); round++) {
    const next = percentDecoded(decoded)
    if (next === decoded) break
    decoded = next
  }
  return decoded
}

/** Lines that end or begin in the middle of an address, joined; what quotes them goes. */
function joinedAtMarks(text: string): string {
  return text.replace(/([@.\-_+])[ \t]{0,80}\r?\n[>| \t]{0,80}|[ \t]{0,80}\r?\n[>| \t]{0,80}(?=[@.\-_+])/g, '$1')
}

const WORD_END = /[\p{L}\p{N}][ \t]{0,80}\r?$/u
const WORD_START = /^[>| \t]{0,80}[\p{L}\p{N}]/u

/** Each two lines between which an address may be broken in a word, as one. */
function joinedInWords(text: string): string {
  const joined: string[] = []
  let before = ''
  for (const line of text.split('\n')) {
    const hasSign = line.includes('@') || before.includes('@')
    if (hasSign && WORD_START.test(line.slice(0, 81)) && WORD_END.test(before.slice(-82)))
      joined.push(before.trimEnd() + line.replace(/^[>| \t]{1,80}/, ''))
    before = line
  }
  return joined.join('\n')
}

/** Without the marks of Markdown, and with strings put together that a script puts together. */
function withoutMarks(text: string): string {
  return text.replace(/["'`][ \t]{0,8}[+.,&]?[ \t]{0,8}["'`]/g, '').replace(/[*`~]|_+(?=[@.])|([@.])_+/g, '$1')
}

/** Without tags; what stands in comments and CDATA stays, as some program shows it. */
function withoutTags(text: string): string {
  const open = text.replace(/<!--[ \t]{0,80}-->|<!--(?:\[if [^\]<>]{0,80}\]>)?|<!\[endif\]|-->|<!\[CDATA\[|\]\]>/gi, '')
  return entityView(open.replace(/<[/a-z?!][^<>]*>/gi, '')).text
}

const PIECE_MAX = 255
/** Words of a list in front of the address: `list-bounces+`, `bounce-`. */
const PREFIXES_MAX = 6

function isPieceEnd(character: string): boolean {
  return character <= ' ' || '<>()[]{}:;,"\'\\@=#%!/?&|'.includes(character)
}

function pieceBefore(text: string, at: number): string {
  let start = at
  while (start > 0 && at - start < PIECE_MAX && !isPieceEnd(text[start - 1] ?? ' ')) start--
  return text.slice(start, at)
}

function pieceBehind(text: string, at: number): string {
  let end = at
  while (end < text.length && end - at < PIECE_MAX && !isPieceEnd(text[end] ?? ' ')) end++
  return text.slice(at, end)
}

/** The local part, and what is left of it without the words in front. */
function localParts(piece: string): readonly string[] {
  const parts = [piece]
  let from = 0
  for (let at = 0; at < piece.length && parts.length < PREFIXES_MAX; at++)
    if (piece[at] === '+' || piece[at] === '-') {
      from = at + 1
      parts.push(piece.slice(from))
    }
  return parts
}

/** `local=domain`, `local%domain`, `domain=local` (SRS), `domain!local` as addresses, one in a line. */
function mailboxesIn(text: string): string {
  const found: string[] = []
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x3d || (code !== 0x3d && code !== 0x23 && code !== 0x25 && code !== 0x21)) continue
    const before = pieceBefore(text, index)
    const behind = before === '' ? '' : pieceBehind(text, index + 1)
    if (behind === '') continue
    if (behind.includes('.')) for (const local of localParts(before)) found.push(`${local}@${behind}`)
    if (before.includes('.')) found.push(`${behind}@${before}`)
  }
  return found.join('\n')
}

/**
 * The readings of a text that a program or a person may take an address from, though none stands there; those that are the text itself
 * are left out. Linear.
 */
export function* looseReadings(text: string, isMarkup: boolean): Generator<string> {
  const decoded = allPercentDecoded(text)
  for (const one of decoded === text ? [text] : [text, decoded]) {
    const mailboxes = mailboxesIn(one)
    if (mailboxes !== '') yield mailboxes
  }
  const near = aroundSigns(text)
  if (near === '') return
  const plain = allPercentDecoded(unescaped(inAscii(near)))
  if (plain !== near) yield plain
  for (const shown of isMarkup && plain.includes('<') ? [plain, withoutTags(plain)] : [plain]) {
    const joined = withoutMarks(joinedAtMarks(shown))
    if (joined !== near) yield joined
    const inWords = joinedInWords(shown)
    if (inWords !== '') yield inWords
  }
}
