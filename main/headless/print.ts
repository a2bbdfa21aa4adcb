// What a command prints: a table for people, one JSON document for programs. Text from mail is hostile to a terminal too.

/** No control characters, no bidirectional tricks: an alias named by a stranger must not move our cursor. */
export function safe(value: unknown): string {
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value)
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const control = code < 0x20 || (code >= 0x7f && code < 0xa0)
    const direction =
      (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code === 0x200e || code === 0x200f
    out += control || direction ? '\ufffd' : character
  }
  return out
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Columns as wide as their widest cell, up to 60. */
export function printTable(head: readonly string[], rows: readonly (readonly unknown[])[]): void {
  const cells = rows.map((row) => row.map((cell) => safe(cell)))
  const widths = head.map((title, i) =>
    Math.min(60, Math.max(title.length, ...cells.map((row) => (row[i] ?? '').length))),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  printLine(line(head))
  for (const row of cells) printLine(line(row))
}

/** `2026-11-21 22:58:03`, local time. */
export function localTime(at: number | null | undefined): string {
  if (at === null || at === undefined) return '-'
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 19).replace('T', ' ')
}

/** Key and value, one a line. */
export function printFields(fields: Readonly<Record<string, unknown>>): void {
  const width = Math.max(...Object.keys(fields).map((key) => key.length))
  for (const [key, value] of Object.entries(fields)) printLine(`${key.padEnd(width)}  ${safe(value)}`)
}
