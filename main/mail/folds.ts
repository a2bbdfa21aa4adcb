// Takes the folds out of calendars (RFC 5545 §3.1), cards (RFC 6350 §3.2) and LDIF (RFC 2849): a line end followed by one white
// space is not part of the text.

/** Folds taken out as the most generous reader does it: with empty lines before the white space. */
export function withoutFolds(text: string): string {
  const parts: string[] = []
  let from = 0
  let at = text.indexOf('\n')
  while (at >= 0) {
    const start = at > from && text[at - 1] === '\r' ? at - 1 : at
    let end = at + 1
    while (text[end] === '\n' || (text[end] === '\r' && text[end + 1] === '\n')) end += text[end] === '\n' ? 1 : 2
    if (text[end] === ' ' || text[end] === '\t') {
      parts.push(text.slice(from, start))
      from = end + 1
    }
    at = text.indexOf('\n', end)
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from)
}
