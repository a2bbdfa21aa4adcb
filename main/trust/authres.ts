// What an ARC-Authentication-Results field says about DMARC. It is the word of a server that the user trusts, but parts of it were
// written by whoever sent the message (an address in quotes, a comment), so quotes and comments are read as such. RFC 8601 §2.2

interface Cursor {
  readonly text: string
  at: number
}

/** Behind the comment that begins at the cursor, nested ones included; at the end of the text where it is never closed. */
function skipComment(cursor: Cursor): void {
  let depth = 0
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at]
    if (character === '\\') cursor.at++
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) {
      cursor.at++
      return
    }
  }
}

/** Behind the quoted string that begins at the cursor. */
function skipQuoted(cursor: Cursor): void {
  for (cursor.at++; cursor.at < cursor.text.length; cursor.at++) {
    const character = cursor.text[cursor.at]
    if (character === '\\') cursor.at++
    else if (character === '"') {
      cursor.at++
      return
    }
  }
}

/** The results of a field: each the words outside of quotes and comments; what was quoted stands as one `"`. */
function resultsOf(text: string): readonly string[] {
  const cursor: Cursor = { text, at: 0 }
  const results: string[] = []
  let words = ''
  while (cursor.at < text.length) {
    const character = text[cursor.at] ?? ''
    if (character === '(') {
      skipComment(cursor)
      words += ' '
    } else if (character === '"') {
      skipQuoted(cursor)
      words += '"'
    } else {
      cursor.at++
      if (character === ';') {
        results.push(words)
        words = ''
      } else words += character
    }
  }
  return [...results, words]
}

/**
 * The domain for which DMARC passed, in lower case, by the body of an (ARC-)Authentication-Results field; undefined where it did not
 * pass, where the field does not say for whom (RFC 8601 §2.7.4 `header.from`), or where it says so more than once.
 */
export function dmarcPassedFor(text: string): string | undefined {
  const [first, ...others] = resultsOf(text).filter((one) => /^\s*dmarc\s*=/i.test(one))
  if (first === undefined || others.length > 0) return undefined
  // White space may stand around the marks (RFC 8601 §2.2); it is folded first, so that a long run is looked at once.
  const folded = first.toLowerCase().split(/\s+/).join(' ')
  const tight = ['=', '.'].reduce(
    (line, mark) => line.split(` ${mark}`).join(mark).split(`${mark} `).join(mark),
    folded,
  )
  const words = tight.trim().split(' ')
  if (words[0] !== 'dmarc=pass') return undefined
  const [from, ...more] = words.filter((word) => word.startsWith('header.from='))
  if (from === undefined || more.length > 0) return undefined
  const domain = from.slice('header.from='.length)
  return domain === '' || domain.includes('"') ? undefined : domain
}
