// RFC 4180: lines of cells, as spreadsheets and other mail services write them. Linear; a quote that never closes ends at the end of the text.

/**
 * A spreadsheet takes a cell that begins like a formula for one, and strangers write subjects and names. One that was told of another
 * separator cuts a cell at `;` and tabs, so what follows those, or a line end, is a beginning too. Full-width signs count in some locales.
 * Programs drop controls, white space and what is invisible before they look, each another set: all of it counts as not there.
 */
const BEGINS =
  /^'*(?:(?![\t\r\n])[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}])*[=+\-@\uff0b\uff0d\uff1d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]/u
const CUTS = /([;\t\r\n])/

const isCut = (text: string | undefined): boolean => text !== undefined && /^'*[\t\r\n]/.test(text)

/** The text with a `'` before all that begins like a formula. */
function neutral(text: string): string {
  const pieces = text.split(CUTS).map((piece, i) => (i > 0 && BEGINS.test(piece) ? `'${piece}` : piece))
  return BEGINS.test(text) || isCut(text) ? `'${pieces.join('')}` : pieces.join('')
}

/** What `neutral` was given: one `'` less wherever it put one. */
function plain(cell: string): string {
  const taken = (text: string): string => (text.startsWith("'") && BEGINS.test(text) ? text.slice(1) : text)
  const whole = cell.startsWith("'") && isCut(cell) ? cell.slice(1) : cell
  return whole
    .split(CUTS)
    .map((piece, i) => (i > 0 || whole === cell ? taken(piece) : piece))
    .join('')
}

/** One cell, always in quotes, so that no separator of another country cuts it. `parseCsv` reads back what was given. */
export function csvCell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '""'
  const text = String(value)
  return `"${(typeof value === 'string' ? neutral(text) : text).replaceAll('"', '""')}"`
}

export const csvLine = (cells: readonly (string | number | boolean | null | undefined)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`

/** The separator that the first line uses: spreadsheets of some countries write semicolons. */
function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/)
  const head = end < 0 ? text : text.slice(0, end)
  const count = (one: string): number => head.split(one).length
  return count(';') > count(',') ? ';' : count('\t') > count(',') ? '\t' : ','
}

/** RFC 4180 §2. Lines that hold nothing are left out. */
export function parseCsv(input: string): readonly (readonly string[])[] {
  const text = input.startsWith('\ufeff') ? input.slice(1) : input
  const separator = separatorOf(text)
  const lines: string[][] = []
  let cells: string[] = []
  let at = 0
  while (at < text.length) {
    const cell = readCell(text, at, separator)
    cells.push(plain(cell.value))
    at = cell.end
    if (text[at] === separator) {
      at++
      if (at === text.length) cells.push('')
      continue
    }
    if (cells.some((one) => one !== '')) lines.push(cells)
    cells = []
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
  }
  if (cells.some((one) => one !== '')) lines.push(cells)
  return lines
}

function readCell(text: string, start: number, separator: string): { readonly value: string; readonly end: number } {
  const isEnd = (character: string | undefined): boolean =>
    character === undefined || character === separator || character === '\r' || character === '\n'
  if (text[start] !== '"') {
    let end = start
    while (!isEnd(text[end])) end++
    return { value: text.slice(start, end), end }
  }
  const pieces: string[] = []
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return { value: pieces.join('') + text.slice(at), end: text.length }
    pieces.push(text.slice(at, quote))
    if (text[quote + 1] === '"') {
      pieces.push('"')
      at = quote + 2
      continue
    }
    // What stands between the closing quote and the separator belongs to nobody.
    let end = quote + 1
    while (!isEnd(text[end])) end++
    return { value: pieces.join(''), end }
  }
}
