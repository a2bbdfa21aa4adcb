// A structured MIME field: `value; name=value; …` (RFC 2045 §5.1), with the continuations and charsets of RFC 2231, cut into
// segments that keep their text, so that a single parameter can be changed or dropped and the others stay as they are.
import { decodeCharset, oneLine } from './charset.ts'
import { decodeWords } from './encoded-word.ts'

export interface Parameter {
  /** Lower case, without the `*0*` of RFC 2231. */
  readonly name: string
  /** RFC 2231 §3: which piece of a continued value this is; -1 for a whole one. */
  readonly section: number
  /** RFC 2231 §4: percent-encoded. */
  readonly extended: boolean
  /** Without quotes, not yet percent-decoded. */
  readonly value: string
  /** The text between the semicolons. */
  readonly raw: string
}

export interface StructuredBody {
  /** `text/plain`: lower case, without comments and spaces. */
  readonly value: string
  readonly rawValue: string
  readonly parameters: readonly Parameter[]
}

/** Cuts at semicolons outside quotes and comments; what is never closed reaches to the end. */
function segments(text: string): string[] {
  const out: string[] = []
  let start = 0
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && (quoted || depth > 0)) at++
    else if (character === '"' && depth === 0) quoted = !quoted
    else if (quoted) continue
    else if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (character === ';' && depth === 0) {
      out.push(text.slice(start, at))
      start = at + 1
    }
  }
  out.push(text.slice(start))
  return out
}

/** Text without its comments, quotes and all else kept; one that is never closed reaches to the end. RFC 5322 §3.2.2 */
export function withoutComments(text: string): string {
  let out = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && (quoted || depth > 0)) {
      if (depth === 0) out += character + (text[at + 1] ?? '')
      at++
    } else if (character === '"' && depth === 0) {
      quoted = !quoted
      out += character
    } else if (quoted) out += character
    else if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) out += character
  }
  return out
}

/** The first word of a field's text; comments and what stands behind a semicolon (`8bit;`) are left out. */
export function firstWord(text: string): string {
  return withoutComments(text).split(';')[0]?.trim().split(/\s/)[0] ?? ''
}

/** Text without comments, quotes taken off and quoted pairs undone. */
function unquoted(text: string): string {
  let out = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && quoted) out += text[++at] ?? ''
    else if (character === '"' && depth === 0) quoted = !quoted
    else if (quoted) out += character
    else if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) out += character
  }
  return out.trim()
}

function sectionOf(text: string | undefined): number {
  if (text === undefined || text === '' || text.length > 4) return -1
  for (const character of text) if (character < '0' || character > '9') return -1
  return Number(text)
}

function parameterOf(raw: string): Parameter {
  const equals = raw.indexOf('=')
  const left = unquoted(equals < 0 ? raw : raw.slice(0, equals)).toLowerCase()
  const value = equals < 0 ? '' : unquoted(raw.slice(equals + 1))
  const extended = left.endsWith('*')
  const [name, section] = (extended ? left.slice(0, -1) : left).split('*')
  return { name: name ?? '', section: sectionOf(section), extended, value, raw }
}

/** Reads the unfolded body of a Content-Type or Content-Disposition field. */
export function parseStructured(text: string): StructuredBody {
  const [rawValue = '', ...rest] = segments(text)
  const value = unquoted(rawValue).replaceAll(' ', '').replaceAll('\t', '').toLowerCase()
  return { value, rawValue, parameters: rest.filter((raw) => raw.trim() !== '').map(parameterOf) }
}

/** RFC 2231 §4: `charset'language'percent-encoded`. */
function percentBytes(text: string): Buffer {
  const bytes: number[] = []
  const source = Buffer.from(text, 'utf8')
  for (let at = 0; at < source.length; at++) {
    const hex = source[at] === 0x25 ? parseInt(source.toString('latin1', at + 1, at + 3), 16) : Number.NaN
    if (Number.isNaN(hex)) bytes.push(source[at] ?? 0)
    else {
      bytes.push(hex)
      at += 2
    }
  }
  return Buffer.from(bytes)
}

function withoutCharset(value: string): { charset: string; text: string } {
  const first = value.indexOf("'")
  const second = first < 0 ? -1 : value.indexOf("'", first + 1)
  return second < 0 ? { charset: '', text: value } : { charset: value.slice(0, first), text: value.slice(second + 1) }
}

function valueOf(all: readonly Parameter[]): string | undefined {
  const whole = all.find((parameter) => parameter.section < 0 && !parameter.extended)
  const pieces = all.filter((parameter) => parameter.section >= 0 || parameter.extended)
  if (pieces.length === 0) return whole === undefined ? undefined : oneLine(decodeWords(whole.value))
  const ordered = pieces.toSorted((a, b) => a.section - b.section)
  let charset = ''
  const bytes = ordered.map((piece, index) => {
    if (!piece.extended) return Buffer.from(piece.value, 'utf8')
    const tagged = index === 0 ? withoutCharset(piece.value) : { charset, text: piece.value }
    charset = tagged.charset
    return percentBytes(tagged.text)
  })
  return oneLine(decodeCharset(Buffer.concat(bytes), charset))
}

/** The value of a parameter: continuations joined, charsets and encoded words decoded; undefined where it is not there. */
export function parameterValue(body: StructuredBody, name: string): string | undefined {
  return valueOf(body.parameters.filter((parameter) => parameter.name === name))
}

/** The values of all parameters, decoded, by name. */
export function parameterValues(body: StructuredBody): ReadonlyMap<string, string> {
  const byName = new Map<string, Parameter[]>()
  for (const parameter of body.parameters) {
    const before = byName.get(parameter.name)
    if (before === undefined) byName.set(parameter.name, [parameter])
    else before.push(parameter)
  }
  return new Map([...byName].map(([name, all]) => [name, valueOf(all) ?? '']))
}
