// RFC 4180: lines of cells, as spreadsheets and other mail services write them. Linear; a quote that never closes ends at the end of the text.

/** A spreadsheet takes a cell that begins like a formula for one; strangers write subjects and names. */
const FORMULA = /^[=+\-@\t\r]/

/** One cell. A text that begins like a formula gets a `'` in front, which `parseCsv` takes off again. */
export function csvCell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export const csvLine = (cells: readonly (string | number | boolean | null | undefined)[]): string =>
  `${cells.map(csvCell).join(',')}\r\n`

function plain(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell
}

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
