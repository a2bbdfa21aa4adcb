// Text as a reader sees it, with the way back to where each character stands: entities decoded, tags and soft line breaks
// left out. An address that is cut by any of these is whole in one of the views.
import type { TextEdit } from './text-model.ts'

export interface View {
  readonly text: string
  /** Where the character at an index of `text` begins and ends in the source. Undefined: one and the same. */
  readonly starts: Uint32Array | undefined
  readonly ends: Uint32Array | undefined
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['commat', '@'],
  ['period', '.'],
  ['plus', '+'],
  ['lowbar', '_'],
  ['hyphen', '\u2010'],
  ['dash', '\u2010'],
  ['shy', '\u00ad'],
  ['percnt', '%'],
  ['colon', ':'],
  ['num', '#'],
  ['equals', '='],
  ['sol', '/'],
  ['zwnj', '\u200c'],
  ['zwj', '\u200d'],
  ['Tab', '\t'],
  ['NewLine', '\n'],
])
const ENTITY_MAX = 12

/** Characters without width: they cut a word for programs and not for people. */
function isInvisible(code: number): boolean {
  return code === 0xad || (code >= 0x200b && code <= 0x200d) || code === 0x2060 || code === 0xfeff
}

interface Entity {
  readonly text: string
  readonly end: number
}

function codePoint(digits: string, radix: number): string | undefined {
  const code = parseInt(digits, radix)
  return Number.isNaN(code) || code > 0x10ffff ? undefined : String.fromCodePoint(code)
}

/** The character reference at `at`, where an ampersand stands. The semicolon may be missing, as browsers allow. */
export function entityAt(text: string, at: number): Entity | undefined {
  let end = at + 1
  if (text[end] === '#') {
    const hex = text[end + 1] === 'x' || text[end + 1] === 'X'
    const from = end + (hex ? 2 : 1)
    end = from
    const isDigit = (character: string): boolean => (hex ? '0123456789abcdefABCDEF' : '0123456789').includes(character)
    // No bound: browsers read any number of leading zeros.
    while (end < text.length && isDigit(text[end] ?? '')) end++
    const decoded = end === from ? undefined : codePoint(text.slice(from, end), hex ? 16 : 10)
    return decoded === undefined ? undefined : { text: decoded, end: text[end] === ';' ? end + 1 : end }
  }
  const semicolon = text.slice(end, at + ENTITY_MAX).indexOf(';')
  const named = semicolon < 0 ? undefined : NAMED.get(text.slice(end, end + semicolon))
  return named === undefined ? undefined : { text: named, end: end + semicolon + 1 }
}

/** `%40` and its like decoded, whatever else stands around them. */
export function percentDecoded(text: string): string {
  return text.replaceAll(/%[0-9a-fA-F]{2}/g, (code) => String.fromCharCode(parseInt(code.slice(1), 16)))
}

/** Builds a view character by character. */
export class ViewBuilder {
  private readonly parts: string[] = []
  private readonly starts: Uint32Array
  private readonly ends: Uint32Array
  private length = 0
  constructor(size: number) {
    this.starts = new Uint32Array(size)
    this.ends = new Uint32Array(size)
  }

  add(text: string, start: number, end: number): void {
    for (let i = 0; i < text.length; i++) {
      this.starts[this.length] = start
      this.ends[this.length] = end
      this.length++
    }
    this.parts.push(text)
  }

  /** Source text as it is. */
  keep(source: string, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      this.starts[this.length] = at
      this.ends[this.length] = at + 1
      this.length++
    }
    this.parts.push(source.slice(start, end))
  }

  view(): View {
    return { text: this.parts.join(''), starts: this.starts, ends: this.ends }
  }
}

/** The source with its character references decoded; tags and attributes are still in it. */
export function entityView(source: string): View {
  if (!source.includes('&')) return { text: source, starts: undefined, ends: undefined }
  const builder = new ViewBuilder(source.length)
  let from = 0
  let at = source.indexOf('&')
  while (at >= 0) {
    const entity = entityAt(source, at)
    if (entity !== undefined) {
      builder.keep(source, from, at)
      builder.add(entity.text, at, entity.end)
      from = entity.end
    }
    at = source.indexOf('&', entity?.end ?? at + 1)
  }
  builder.keep(source, from, source.length)
  return builder.view()
}

/** Finds the ends of tags. A tag or comment that is never closed is text; it is found out once. */
export class TagScanner {
  private readonly text: string
  private readonly lastClose: number
  private quotesBroken = false
  private commentsBroken = false
  constructor(text: string) {
    this.text = text
    this.lastClose = text.lastIndexOf('>')
  }

  /** Where the tag that begins at `at` ends; -1 where none does. */
  end(at: number): number {
    const next = this.text.charCodeAt(at + 1) | 0x20
    const tag = (next >= 0x61 && next <= 0x7a) || '/!?'.includes(this.text[at + 1] ?? ' ')
    if (!tag || at > this.lastClose) return -1
    if (this.text.startsWith('<!--', at) && !this.commentsBroken) {
      const close = this.text.indexOf('-->', at + 4)
      if (close >= 0) return close + 3
      this.commentsBroken = true
    }
    return this.quotesBroken ? this.text.indexOf('>', at) + 1 : this.quoted(at)
  }

  private quoted(at: number): number {
    let quote = ''
    for (let i = at + 1; i < this.text.length; i++) {
      const character = this.text[i] ?? ''
      if (quote !== '') {
        if (character === quote) quote = ''
      } else if (character === '>') return i + 1
      else if ((character === '"' || character === "'") && this.text[i - 1] === '=') quote = character
    }
    this.quotesBroken = true
    return this.text.indexOf('>', at) + 1
  }
}

/** Tags that do not part what stands before them from what stands behind. */
const INLINE: ReadonlySet<string> = new Set(
  'a abbr b bdi bdo big cite code em font i ins kbd mark nobr s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
)

function isInline(source: string, at: number, end: number): boolean {
  const start = source[at + 1] === '/' ? at + 2 : at + 1
  if (source[start] === '!') return true
  let stop = start
  while (stop < end && stop - start < ENTITY_MAX && !' \t\r\n/>'.includes(source[stop] ?? '>')) stop++
  return INLINE.has(source.slice(start, stop).toLowerCase())
}

/** What a browser shows: no tags, no invisible characters, references decoded. */
export function renderedView(source: string): View {
  const builder = new ViewBuilder(source.length)
  const tags = new TagScanner(source)
  let at = 0
  while (at < source.length) {
    const character = source[at] ?? ''
    const tagEnd = character === '<' ? tags.end(at) : -1
    const entity = character === '&' ? entityAt(source, at) : undefined
    if (tagEnd > at) {
      if (!isInline(source, at, tagEnd)) builder.add('\n', tagEnd, tagEnd)
      at = tagEnd
    } else if (entity !== undefined) {
      if (!isInvisible(entity.text.codePointAt(0) ?? 0)) builder.add(entity.text, at, entity.end)
      at = entity.end
    } else {
      if (!isInvisible(source.charCodeAt(at))) builder.keep(source, at, at + 1)
      at++
    }
  }
  return builder.view()
}

/** Where the next line's own text begins, its quote marks and stuffed space left out. RFC 3676 §4.4, §4.5 */
function flowedLineStart(source: string, at: number): number {
  let start = at
  while (source[start] === '>') start++
  return source[start] === ' ' ? start + 1 : start
}

/** Plain text without invisible characters; with `delSp` also without soft line breaks (RFC 3676 §4.1). */
export function plainView(source: string, delSp: boolean): View {
  const builder = new ViewBuilder(source.length)
  let at = 0
  while (at < source.length) {
    const newline =
      source[at] !== ' ' || !delSp
        ? -1
        : source[at + 1] === '\n'
          ? at + 2
          : source.startsWith('\r\n', at + 1)
            ? at + 3
            : -1
    if (newline >= 0) at = flowedLineStart(source, newline)
    else {
      if (!isInvisible(source.charCodeAt(at))) builder.keep(source, at, at + 1)
      at++
    }
  }
  return builder.view()
}

/** The text without its folds (RFC 5545 §3.1, RFC 6350 §3.2): a line end and one white space are nothing. */
export function unfoldedView(source: string): View {
  const builder = new ViewBuilder(source.length)
  let from = 0
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) {
    const next = source[at + 1]
    if (next !== ' ' && next !== '\t') continue
    builder.keep(source, from, source[at - 1] === '\r' && at > from ? at - 1 : at)
    from = at + 2
  }
  builder.keep(source, from, source.length)
  return builder.view()
}

/** A backslash and the mark behind it are the mark alone: `real\_name` in Markdown, also where it is sent as plain text. */
export function literalView(source: string): View {
  const builder = new ViewBuilder(source.length)
  let from = 0
  for (let at = source.indexOf('\\'); at >= 0; at = source.indexOf('\\', at + 2)) {
    if (!/^[!-/:-@[-`{-~]$/.test(source[at + 1] ?? '')) continue
    builder.keep(source, from, at)
    builder.add(source[at + 1] ?? '', at, at + 2)
    from = at + 2
  }
  builder.keep(source, from, source.length)
  return builder.view()
}

/**
 * A change of the view from `start` to `end` as edits of the source. Where tags or soft breaks stand in between, the new
 * text goes to the first piece, the other pieces go, and what stood between them stays.
 */
export function editsOfView(view: View, start: number, end: number, text: string): TextEdit[] {
  const { starts, ends } = view
  if (starts === undefined || ends === undefined) return [{ start, end, text }]
  const edits: TextEdit[] = []
  let from = starts[start] ?? 0
  for (let at = start; at < end; at++) {
    const stop = ends[at] ?? 0
    if (at + 1 < end && (starts[at + 1] ?? 0) <= stop) continue
    edits.push({ start: from, end: stop, text: edits.length === 0 ? text : '' })
    from = starts[at + 1] ?? stop
  }
  return edits
}
