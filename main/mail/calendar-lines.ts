// Reads a calendar as content lines (RFC 5545 §3.1) with their positions in the bytes, so that an edit changes the lines it touches
// and no others.
//
// This reader alone decides where a name, a parameter or a value stands, and every edit goes by it. It is strict where programs
// differ (bare CR, a fold after an empty line, BEGIN and END that do not match): such a calendar counts as unreadable.
import { isAscii } from 'node:buffer'
import { decoderFor } from './charset.ts'
import type { CalendarBudget } from './calendar-part.ts'
import type { TextEdit, TextModel } from './text-model.ts'
import { isOtherThanAscii, isSingleByte, textModel, wideOrder } from './text-model.ts'
import type { ByteEdit } from './transfer-encoding.ts'
import { splice } from './transfer-encoding.ts'

/** Lines as they stand in the bytes, folds counted. A picture that fills CALENDAR_MAX has 14,000, in quoted-printable 30,000. */
const LINES_MAX = 30_000
/** ical.js looks for the end of the line at each parameter: this keeps it linear. Attendees have 5 to 10. */
const PARAMETERS_MAX = 100
/** RFC 5545 needs three levels, RFC 9073 five. */
const NESTING_MAX = 16
/** RFC 5545 §3.1: octets of a line, its line end not counted. */
const FOLD_AT = 75

const SEMICOLON = 0x3b
const COMMA = 0x2c

/** A piece of `Calendar.text`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Parameter extends Span {
  /** Upper case. `start` is at its semicolon. */
  readonly name: string
  /** Each value, without its quotes. */
  readonly values: readonly Span[]
}

export interface ContentLine extends Span {
  /** Upper case. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly value: Span
}

export type Unread = 'calendar' | 'charset' | 'too-large'

export interface Calendar {
  /** All content lines, unfolded, with the line ends that they have. */
  readonly text: string
  readonly lines: readonly ContentLine[]
  /** The text as it stands in the bytes, folds and all; of eight-bit charsets, a character for each octet. */
  readonly folded: string
  /** `folded` without its folds. */
  readonly unfolded: string
  /** Edits of the text as edits of the bytes, changed lines folded anew; undefined where one does not stay inside its line. */
  toBytes(edits: readonly TextEdit[]): ByteEdit[] | undefined
}

/** Where a content line stands in the folded and in the unfolded text. */
interface FoldedLine {
  readonly start: number
  end: number
  /** What the line's first fold looks like. */
  fold: string
  eol: string
  readonly from: number
  to: number
}

interface Unfolded {
  readonly text: string
  readonly lines: readonly FoldedLine[]
}

/** RFC 5545 §3.1: a line end and one white space are nothing. */
function unfold(folded: string): Unfolded | Unread {
  const pieces: string[] = []
  const lines: FoldedLine[] = []
  let length = 0
  let count = 0
  let at = 0
  while (at < folded.length) {
    if (++count > LINES_MAX) return 'too-large'
    const newline = folded.indexOf('\n', at)
    const next = newline < 0 ? folded.length : newline + 1
    const end = newline < 0 ? next : newline > at && folded[newline - 1] === '\r' ? newline - 1 : newline
    const last = lines.at(-1)
    const eol = folded.slice(end, next)
    if (folded[at] === ' ' || folded[at] === '\t') {
      // Some readers join it to the line before the empty one, others do not.
      if (last === undefined || last.from === last.to) return 'calendar'
      if (last.fold === '') last.fold = `${last.eol}${folded[at] ?? ''}`
      pieces.push(folded.slice(at + 1, end))
      length += end - at - 1
      Object.assign(last, { end, eol, to: length })
    } else {
      if (last !== undefined) {
        pieces.push(last.eol)
        length += last.eol.length
      }
      pieces.push(folded.slice(at, end))
      lines.push({ start: at, end, fold: '', eol, from: length, to: length + end - at })
      length += end - at
    }
    at = next
  }
  pieces.push(lines.at(-1)?.eol ?? '')
  return { text: pieces.join(''), lines }
}

function marksIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === SEMICOLON || code === COMMA) count++
  }
  return count
}

/** Ends a line for some readers (bare CR), shifts to other letters (ISO 2022), or is cut off (NUL). */
function hasOddControls(text: string): boolean {
  for (const control of ['\0', '\x0e', '\x0f', '\x1b']) if (text.includes(control)) return true
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) if (text[at + 1] !== '\n') return true
  return false
}

/** Reads the parameters of a line from the semicolon at `at` on; -1 for `end` where they are not as RFC 5545 §3.1 has them. */
function parametersOf(text: string, at: number, limit: number): { parameters: Parameter[]; end: number } {
  const bad = { parameters: [], end: -1 }
  const parameters: Parameter[] = []
  while (text[at] === ';') {
    const start = at
    while (++at < limit && !'=;:"'.includes(text[at] ?? ''));
    if (text[at] !== '=' || at === start + 1 || at >= limit || parameters.length === PARAMETERS_MAX) return bad
    const name = text.slice(start + 1, at).toUpperCase()
    const values: Span[] = []
    do {
      at++
      const quoted = text[at] === '"'
      const from = quoted ? at + 1 : at
      let end = from
      while (end < limit && (quoted ? text[end] !== '"' : !',;:'.includes(text[end] ?? ''))) end++
      if (quoted && end >= limit) return bad
      values.push({ start: from, end })
      at = quoted ? end + 1 : end
    } while (text[at] === ',')
    if (at >= limit || (text[at] !== ';' && text[at] !== ':')) return bad
    parameters.push({ name, start, end: at, values })
  }
  return { parameters, end: at }
}

/** RFC 5545 §3.1: `name *(";" param) ":" value`. */
function contentLine(text: string, start: number, end: number): ContentLine | undefined {
  let at = start
  while (at < end && !':;"'.includes(text[at] ?? '')) at++
  if (at === start || at === end || text[at] === '"') return undefined
  const { parameters, end: colon } = parametersOf(text, at, end)
  if (colon < 0 || text[colon] !== ':') return undefined
  return { name: text.slice(start, at).toUpperCase(), start, end, parameters, value: { start: colon + 1, end } }
}

/** Whether every BEGIN has its END, and all of it is inside calendars. RFC 5545 §3.4 */
function isWellFormed(text: string, lines: readonly ContentLine[]): boolean {
  const open: string[] = []
  for (const { name, parameters, value } of lines) {
    if (name !== 'BEGIN' && name !== 'END') {
      if (open.length === 0) return false
      continue
    }
    const component = text.slice(value.start, value.end).trim().toUpperCase()
    if (parameters.length > 0) return false
    if (name === 'END' && open.pop() !== component) return false
    if (name === 'BEGIN' && open.push(component) > NESTING_MAX) return false
    if (name === 'BEGIN' && open.length === 1 && component !== 'VCALENDAR') return false
  }
  return open.length === 0 && lines.length > 0
}

/** The content lines of an unfolded text, empty ones left out. */
function contentLines(text: string): readonly ContentLine[] | undefined {
  const lines: ContentLine[] = []
  // A byte order mark is no part of the first name.
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (at < text.length) {
    const newline = text.indexOf('\n', at)
    const next = newline < 0 ? text.length : newline + 1
    const end = newline < 0 ? next : newline > at && text[newline - 1] === '\r' ? newline - 1 : newline
    const line = end > at ? contentLine(text, at, end) : undefined
    if (end > at && line === undefined) return undefined
    if (line !== undefined) lines.push(line)
    at = next
  }
  return isWellFormed(text, lines) ? lines : undefined
}

/** Where each line of `text` begins; the lines are those of the folded text, since a line end is one in every charset that we read. */
function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The unit in which the bytes are folded: an octet, or two of UTF-16. */
interface Coding {
  readonly label: string
  readonly unit: 1 | 2
  read(bytes: Buffer): string
  write(text: string): Buffer
}

const OCTETS = {
  unit: 1,
  read: (bytes: Buffer) => bytes.toString('latin1'),
  write: (text: string) => Buffer.from(text, 'latin1'),
} as const

function utf16(bigEndian: boolean): Coding {
  return {
    label: bigEndian ? 'utf-16be' : 'utf-16le',
    unit: 2,
    read: (bytes) => (bigEndian ? Buffer.from(bytes).swap16() : bytes).toString('utf16le'),
    write: (text) => (bigEndian ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le')),
  }
}

/**
 * How the bytes are read. RFC 5545 §3.1.4: UTF-8 where nothing else is said. Charsets whose letters have bytes that look like
 * colons and semicolons (Shift_JIS, GB18030) are read only where all of it is ASCII.
 */
function codingOf(bytes: Buffer, charset: string): Coding | undefined {
  if (isOtherThanAscii(charset)) return undefined
  const order = wideOrder(bytes, charset)
  if (order !== undefined) return bytes.length % 2 === 0 ? utf16(order === 'big') : undefined
  if (isAscii(bytes)) return { ...OCTETS, label: '' }
  const decoder = decoderFor(charset)
  const unicode = charset === '' || charset === 'us-ascii' || decoder?.encoding === 'utf-8'
  if (unicode) return { ...OCTETS, label: 'utf-8' }
  return decoder !== undefined && isSingleByte(decoder) ? { ...OCTETS, label: charset } : undefined
}

/** A line in pieces of at most 75 octets that never part the octets of one character. RFC 5545 §3.1 */
function fold(line: string, fold: string, { label, unit }: Coding): string {
  const most = unit === 1 ? FOLD_AT : Math.floor(FOLD_AT / 2)
  const parts: string[] = []
  let from = 0
  while (line.length - from > most - (from === 0 ? 0 : 1)) {
    let cut = from + most - (from === 0 ? 0 : 1)
    const inside = (code: number): boolean =>
      unit === 1 ? label === 'utf-8' && (code & 0xc0) === 0x80 : code >= 0xdc00 && code <= 0xdfff
    for (let back = 0; back < 3 && inside(line.charCodeAt(cut)); back++) cut--
    parts.push(line.slice(from, cut))
    from = cut
  }
  parts.push(line.slice(from))
  return parts.join(fold)
}

class LinesOfBytes implements Calendar {
  readonly text: string
  readonly lines: readonly ContentLine[]
  readonly folded: string
  readonly unfolded: string
  private readonly places: readonly FoldedLine[]
  private readonly model: TextModel
  private readonly coding: Coding
  constructor(coding: Coding, folded: string, unfolded: Unfolded, model: TextModel, lines: readonly ContentLine[]) {
    this.coding = coding
    this.folded = folded
    this.unfolded = unfolded.text
    this.places = unfolded.lines
    this.model = model
    this.text = model.text
    this.lines = lines
  }

  toBytes(edits: readonly TextEdit[]): ByteEdit[] | undefined {
    const { unit } = this.coding
    const out: ByteEdit[] = []
    let index = 0
    let line: ByteEdit[] = []
    const close = (): void => {
      const place = this.places[index]
      if (line.length === 0 || place === undefined) return
      const before = this.coding.write(this.unfolded.slice(place.from, place.to))
      const after = this.coding.read(splice(before, line))
      const eol = place.eol === '' ? '\r\n' : place.eol
      const folded = fold(after, place.fold === '' ? `${eol} ` : place.fold, this.coding)
      out.push({ start: place.start * unit, end: place.end * unit, bytes: this.coding.write(folded) })
      line = []
    }
    for (const edit of this.model.toBytes(edits)) {
      while ((this.places[index]?.to ?? Infinity) * unit < edit.start) {
        close()
        index++
      }
      const place = this.places[index]
      if (place === undefined || edit.start < place.from * unit || edit.end > place.to * unit) return undefined
      if (edit.bytes.includes(0x0a) || edit.bytes.includes(0x0d)) return undefined
      line.push({ ...edit, start: edit.start - place.from * unit, end: edit.end - place.from * unit })
    }
    close()
    return out
  }
}

/** Reads the decoded bytes of a calendar, or says why they cannot be read. Without a budget: what was read within one before. */
export function readContentLines(bytes: Buffer, charset: string, budget?: CalendarBudget): Calendar | Unread {
  const coding = codingOf(bytes, charset)
  if (coding === undefined) return 'charset'
  const folded = coding.read(bytes)
  if (hasOddControls(folded)) return 'calendar'
  const unfolded = unfold(folded)
  if (typeof unfolded === 'string') return unfolded
  if (budget?.takeLines(unfolded.lines.length, marksIn(unfolded.text)) === false) return 'too-large'
  // Unfolded before it is decoded: some fold between the octets of one character.
  const octets = coding.write(unfolded.text)
  const model = textModel(octets, coding.label)
  const lines = contentLines(model.text)
  if (lines === undefined || lineStarts(model.text).length !== lineStarts(unfolded.text).length) return 'calendar'
  return new LinesOfBytes(coding, folded, unfolded, model, lines)
}
