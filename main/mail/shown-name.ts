// A name as people may see it beside an address: short, on one line, with nothing in it that pushes the address out of sight or
// passes for it. Names are written by strangers, and the address that was checked stands behind them.
import { oneLine } from './charset.ts'

/** Columns of a name; a wide character (Chinese, emoji) takes two. Longer ones are there to hide what follows them. */
export const NAME_COLUMNS = 60

/** A name is at most so many UTF-16 units before anything is done with it: joined emoji take a dozen for one that people see. */
const UNITS_MAX = 2048

/** Hebrew and Vietnamese have up to three marks on a letter. Towers of them cover the lines above and below. */
const MARKS_MAX = 3

/** Signs in a row, spaces between them not counted. */
const SIGNS_MAX = 4

/** Letters that show as empty space: the fillers of Hangul, and Braille without a dot. */
const BLANKS = /^[\u115f\u1160\u2800\u3164\uffa0]$/u

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Joiners hold emoji together and shape Persian and Indic letters. */
function isJoiner(character: string): boolean {
  return character === '\u200c' || character === '\u200d'
}

/** Without what nobody sees: other spaces are spaces, and what has no width is nothing but where it joins two characters. */
function visible(text: string): string {
  let out = ''
  let before = ' '
  let marks = 0
  for (const character of text) {
    const isMark = /^\p{M}$/u.test(character)
    const isSpace = /^\s$/u.test(character) || BLANKS.test(character)
    marks = isMark ? marks + 1 : 0
    if (isSpace) {
      if (before !== ' ') out += ' '
      before = ' '
      continue
    }
    const hasBase = before !== ' ' && !isJoiner(before)
    if (isMark ? !hasBase || marks > MARKS_MAX : isJoiner(character) ? !hasBase : isInvisible(character)) continue
    out += character
    before = character
  }
  return out.trim()
}

function isInvisible(character: string): boolean {
  return /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Cn}\p{Co}]$/u.test(character)
}

/** Wide in East Asian typography, near enough: what lies beyond the scripts of Europe, India and the Middle East. */
function columnsOf(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0
  return code >= 0x1100 && (code <= 0x115f || (code >= 0x2e80 && code < 0xd7b0) || code >= 0xf900) ? 2 : 1
}

function isWord(grapheme: string): boolean {
  return /[\p{L}\p{N}]/u.test(grapheme)
}

/** At most `columns` of what people see; runs of signs are cut to a few. */
function shortened(text: string, columns: number): string {
  let out = ''
  let used = 0
  let signs = 0
  for (const { segment } of graphemes.segment(text)) {
    if (isWord(segment)) signs = 0
    else if (segment === ' ' && out.endsWith(' ')) continue
    else if (segment !== ' ' && ++signs > SIGNS_MAX) continue
    used += columnsOf(segment)
    if (used > columns) return `${out.trimEnd()}…`
    out += segment
  }
  return out.trimEnd()
}

/** A name in at most `columns`, an ellipsis beside them where it was longer. */
export function shownName(text: string, columns = NAME_COLUMNS): string {
  const bounded = text.length > UNITS_MAX ? `${text.slice(0, UNITS_MAX).toWellFormed()}…` : text
  return shortened(visible(oneLine(bounded)), columns)
}

/** What stands for an at sign where people write one in another way; the text is in NFKC and lower case. */
const BRACKETED = '[([{<](?:at|a|@)[)\\]}>]'
/** A word that begins like a domain with a dot inside of it. */
const NAME_OF_DOMAIN = '[\\p{L}\\p{N}.-]*[\\p{L}\\p{N}]\\.\\p{L}[\\p{L}\\p{N}-]+'
const MARKED = new RegExp(`\\S@\\S|\\S${BRACKETED}${NAME_OF_DOMAIN}`, 'u')
const AT_ALONE = new RegExp(`^(?:at|@|${BRACKETED})$`, 'u')
const DOMAIN = new RegExp(`^["'(<[{@]*${NAME_OF_DOMAIN}`, 'u')

function folded(word: string): string {
  // Enclosed letters become plain ones in NFKC, and would no longer look like an at sign.
  return word
    .replace(/[\u200c\u200d]/gu, '')
    .replace(/[\u24b6\u24d0\u249c]/gu, '@')
    .normalize('NFKC')
    .replace(/[\u3002\u2024]/gu, '.')
    .toLowerCase()
}

/**
 * The name without the addresses that stand in it: `…` for each, nothing where nothing else is left. People take an address in a name
 * for the author's, and only the author's was checked.
 */
export function withoutAddresses(name: string): string {
  const words = name.split(' ')
  const plain = words.map(folded)
  const isPart = plain.map((word) => MARKED.test(word))
  for (const [at, word] of plain.entries()) {
    const before = plain[at - 1] ?? ''
    const after = plain[at + 1] ?? ''
    const isSpelled = AT_ALONE.test(word) && before !== '' && DOMAIN.test(after)
    const isCut = (word.endsWith('@') || after.startsWith('@')) && DOMAIN.test(after)
    if (isSpelled) isPart[at - 1] = isPart[at] = isPart[at + 1] = true
    if (isCut) isPart[at] = isPart[at + 1] = true
  }
  if (!isPart.includes(true)) return name
  const kept = words.map((word, at) => (isPart[at] === true ? '…' : word))
  const once = kept.filter((word, at) => word !== '…' || kept[at - 1] !== '…').join(' ')
  return isWord(once) ? once : ''
}
