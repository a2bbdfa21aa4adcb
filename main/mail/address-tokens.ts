// The tokens of an address list (RFC 5322 §3.4 and what mail makes of it): words, quoted strings, comments, angle
// brackets, marks. A bracket or quote that is never closed is an ordinary character; that it is not closed is found out
// once, so that no input is read twice.

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly spaced: boolean }
  | { readonly kind: 'quoted'; readonly text: string; readonly raw: string; readonly spaced: boolean }
  | { readonly kind: 'comment'; readonly text: string; readonly spaced: boolean }
  | { readonly kind: 'angle'; readonly text: string; readonly spaced: boolean }
  | { readonly kind: 'mark'; readonly text: ',' | ';' | ':'; readonly spaced: boolean }

const LITERAL_MAX = 80
/** How long an encoded word may be that keeps its own commas and brackets. */
const ENCODED_MAX = 2000

interface Span {
  readonly text: string
  readonly end: number
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

function isWordEnd(character: string): boolean {
  return isSpace(character) || '"()<>,;:'.includes(character)
}

class Tokenizer {
  readonly text: string
  at = 0
  private quotesOpenFrom = Number.MAX_SAFE_INTEGER
  private commentsOpenFrom = Number.MAX_SAFE_INTEGER
  constructor(text: string) {
    this.text = text
  }

  peek(offset = 0): string {
    return this.text[this.at + offset] ?? ''
  }

  skipSpace(): boolean {
    const start = this.at
    while (this.at < this.text.length && isSpace(this.peek())) this.at++
    return this.at > start
  }

  /** The quoted string whose quote stands at `at`; undefined where it is never closed. RFC 5322 §3.2.4 */
  quotedAt(at: number): Span | undefined {
    if (at >= this.quotesOpenFrom) return undefined
    let out = ''
    let from = at + 1
    for (let i = from; i < this.text.length; i++) {
      const character = this.text[i] ?? ''
      if (character === '"') return { text: out + this.text.slice(from, i), end: i + 1 }
      if (character !== '\\' || i + 1 === this.text.length) continue
      out += this.text.slice(from, i)
      from = ++i
    }
    this.quotesOpenFrom = at
    return undefined
  }

  /** The comment whose bracket stands at `at`, nested ones inside; undefined where it is never closed. RFC 5322 §3.2.2 */
  commentAt(at: number): Span | undefined {
    if (at >= this.commentsOpenFrom) return undefined
    let depth = 1
    let out = ''
    for (let i = at + 1; i < this.text.length; i++) {
      let character = this.text[i] ?? ''
      if (character === '(') depth++
      else if (character === ')' && --depth === 0) return { text: out, end: i + 1 }
      else if (character === '\\' && i + 1 < this.text.length) character = this.text[++i] ?? ''
      out += character
    }
    this.commentsOpenFrom = at
    return undefined
  }

  /**
   * What stands between angle brackets, comments taken out. Brackets within brackets count once; one that is not closed
   * ends at the next comma, save the commas of a source route (RFC 5322 §4.4), which is dropped.
   */
  angle(): string {
    this.at++
    let out = ''
    let route = false
    while (this.at < this.text.length) {
      const character = this.peek()
      if (character === '>') break
      if ((character === ',' || character === ';') && !route) return out
      const quoted = character === '"' ? this.quotedAt(this.at) : undefined
      const comment = character === '(' ? this.commentAt(this.at) : undefined
      if (quoted !== undefined) {
        out += this.text.slice(this.at, quoted.end)
        this.at = quoted.end
      } else if (comment !== undefined) this.at = comment.end
      else {
        if (character === '<') out = ''
        else if (character === ':' && route) {
          out = ''
          route = false
        } else if (out !== '' || !isSpace(character)) out += character
        if (out.length === 1 && out === '@') route = true
        this.at++
      }
    }
    while (this.peek() === '>') this.at++
    return out
  }

  /** Where an RFC 2047 encoded word that begins here ends, so that its commas and brackets are its own; -1 for none. */
  private encodedEnd(): number {
    if (this.peek() !== '=' || this.peek(1) !== '?') return -1
    let marks = 0
    const limit = Math.min(this.text.length, this.at + ENCODED_MAX)
    for (let i = this.at + 2; i < limit; i++) {
      const character = this.text[i] ?? ''
      if (isSpace(character)) return -1
      if (character !== '?') continue
      if (marks === 2) return this.text[i + 1] === '=' ? i + 2 : -1
      marks++
    }
    return -1
  }

  word(): string {
    const start = this.at
    const encoded = this.encodedEnd()
    if (encoded > 0) this.at = encoded
    while (this.at < this.text.length && !isWordEnd(this.peek())) {
      if (this.peek() === '[') this.skipLiteral()
      this.at++
    }
    if (this.at === start && this.peek() === '(') this.at++ // a comment that nothing closes
    return this.text.slice(start, this.at)
  }

  /** RFC 5321 §4.1.3: an address literal has colons of its own. Leaves the cursor on its closing bracket. */
  private skipLiteral(): void {
    const limit = Math.min(this.text.length, this.at + LITERAL_MAX)
    for (let i = this.at + 1; i < limit; i++) {
      const character = this.text[i] ?? ''
      if (isSpace(character) || character === '[') return
      if (character === ']') {
        this.at = i
        return
      }
    }
  }

  next(): Token | undefined {
    const spaced = this.skipSpace()
    while (this.peek() === '>' || this.peek() === ')') this.at++ // closes nothing
    const character = this.peek()
    if (character === '') return undefined
    if (character === ',' || character === ';' || character === ':') {
      this.at++
      return { kind: 'mark', text: character, spaced }
    }
    if (character === '<') return { kind: 'angle', text: this.angle(), spaced }
    const quoted = character === '"' ? this.quotedAt(this.at) : undefined
    if (quoted !== undefined) {
      const raw = this.text.slice(this.at, quoted.end)
      this.at = quoted.end
      return { kind: 'quoted', text: quoted.text, raw, spaced }
    }
    if (character === '"') {
      this.at++ // a quote that nothing closes
      return { kind: 'word', text: this.word(), spaced }
    }
    const comment = character === '(' ? this.commentAt(this.at) : undefined
    if (comment !== undefined) {
      this.at = comment.end
      return { kind: 'comment', text: comment.text, spaced }
    }
    return { kind: 'word', text: this.word(), spaced }
  }
}

/** Some thousand addresses with their names: more than any letter has, and bounded where a field has nothing but brackets. */
const TOKENS_MAX = 20_000

/** Cuts the unfolded body of an address field into tokens; of one that is longer than any, the rest is one word, an entry of its own. */
export function addressTokens(text: string): Token[] {
  const tokenizer = new Tokenizer(text)
  const tokens: Token[] = []
  for (let token = tokenizer.next(); token !== undefined; token = tokenizer.next()) {
    tokens.push(token)
    if (tokens.length < TOKENS_MAX) continue
    const rest = text.slice(tokenizer.at).trim()
    const comma = { kind: 'mark', text: ',', spaced: false } as const
    if (rest !== '') tokens.push(comma, { kind: 'word', text: rest, spaced: true })
    break
  }
  return tokens
}
