// Cutting a query into words: white space parts them, double quotes hold them together, also behind a colon.

export interface Word {
  readonly text: string
  /** The whole of it stood in quotes: never a `key:value`. */
  readonly quoted: boolean
}

export function splitWords(query: string): readonly Word[] {
  const words: Word[] = []
  let text = ''
  let inQuotes = false
  let quoted = false
  const end = (): void => {
    if (text !== '') words.push({ text: text.toLowerCase().normalize('NFC'), quoted })
    text = ''
    quoted = false
  }
  for (const character of query) {
    if (character === '"') {
      if (text === '' && !inQuotes) quoted = true
      inQuotes = !inQuotes
    } else if (!inQuotes && /\s/u.test(character)) end()
    else text += character
  }
  end()
  return words
}
