// A header that every reader reads alike. What RFC 5322 only lets a reader accept (§4.5: white space before the colon) and what it knows nothing of
// (a line that is no field, a byte order mark, control characters) make one program end the header there, another skip the line, and a third
// join it to the field above: then whom we have judged is not whom somebody else reads. It goes before anything else is done with a field.
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldOf } from './header-block.ts'
import type { Notes } from './notes.ts'

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20
const COLON = 0x3a

/** Line ends and tabs are white space; a CR alone (which the door refuses) is one that some take for a line end. */
function isControl(raw: Buffer, at: number): boolean {
  const byte = raw[at] ?? SPACE
  if (byte === CR) return raw[at + 1] !== LF
  return (byte < SPACE && byte !== TAB && byte !== LF) || byte === 0x7f
}

function withoutControls(raw: Buffer): Buffer {
  let out: Buffer | undefined
  for (let at = 0; at < raw.length; at++) {
    if (!isControl(raw, at)) continue
    out ??= Buffer.from(raw)
    out[at] = SPACE
  }
  return out ?? raw
}

/** RFC 5322 §4.2: a folded line of white space alone is obsolete, and for some readers the end of the header. */
function withoutBlankLines(raw: Buffer): Buffer {
  const lines: Buffer[] = []
  let blank = false
  for (let start = 0; start < raw.length;) {
    const newline = raw.indexOf(LF, start)
    const end = newline < 0 ? raw.length : newline + 1
    const line = raw.subarray(start, end)
    const isBlank = start > 0 && line.every((byte) => byte === SPACE || byte === TAB || byte === CR || byte === LF)
    if (isBlank) blank = true
    else lines.push(line)
    start = end
  }
  return blank ? Buffer.concat(lines) : raw
}

function isMboxLine({ key, raw }: HeaderField): boolean {
  return key === '' && raw.toString('latin1', 0, 5) === 'From '
}

/** The field as every reader reads it; the very same field where nothing is odd about it. */
function plain(field: HeaderField): HeaderField {
  const { name } = field
  const colon = field.raw.indexOf(COLON)
  // A byte order mark before the name, or white space behind it.
  const named = colon === name.length ? field.raw : Buffer.concat([Buffer.from(name), field.raw.subarray(colon)])
  const raw = withoutBlankLines(withoutControls(named))
  return raw === field.raw ? field : fieldOf(raw)
}

/** The block without what readers disagree on. */
export function readAlike(block: HeaderBlock, notes: Notes): HeaderBlock {
  const fields = block.fields.flatMap((field, index): HeaderField[] => {
    if (field.key === '') {
      if (index > 0 || !isMboxLine(field)) notes.add('junk-line', 'a line of the header that is no field was dropped')
      return []
    }
    const clean = plain(field)
    if (clean !== field) notes.add('field-cleaned', `${field.name} had characters that mail programs read differently`)
    return [clean]
  })
  return { ...block, fields }
}
