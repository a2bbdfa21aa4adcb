// Shows a calendar's text as its readers see it: with the escapes of values (RFC 5545 §3.3.11) and of parameters (RFC 6868)
// decoded, and HTML rendered. An address that an escape or a tag cuts in two is whole in one of the views.
import type { PartInfo } from './mime-part.ts'
import { decodeWords } from './encoded-word.ts'
import { withoutFolds } from './folds.ts'
import { readPartText } from './part-text.ts'
import { textModel, wideOrder } from './text-model.ts'
import type { View } from './text-view.ts'
import { attributeView } from './attribute-view.ts'
import { ViewBuilder, entityView, percentDecoded, plainView, renderedView } from './text-view.ts'
import { Base64Decoder, decodeTransfer } from './transfer-encoding.ts'

interface Escape {
  readonly text: string
  readonly length: number
}

/** JSON stands in properties of Exchange (`X-MICROSOFT-LOCATIONS`): `\u0040`, its backslash doubled or not. */
function jsonEscape(text: string, at: number): Escape | undefined {
  const digits = text.slice(at, at + 4)
  if (digits.length < 4) return undefined
  for (const digit of digits) if (!'0123456789abcdefABCDEF'.includes(digit)) return undefined
  return { text: String.fromCharCode(parseInt(digits, 16)), length: 4 }
}

function escapeAt(text: string, at: number): Escape | undefined {
  const next = text[at + 1] ?? ''
  if (text[at] === '^') {
    const decoded = next === 'n' || next === 'N' ? '\n' : next === "'" ? '"' : next === '^' ? '^' : undefined
    return decoded === undefined ? undefined : { text: decoded, length: 2 }
  }
  if (next === 'n' || next === 'N') return { text: '\n', length: 2 }
  const skipped = next === '\\' && text[at + 2] === 'u' ? 3 : next === 'u' ? 2 : 0
  const json = skipped === 0 ? undefined : jsonEscape(text, at + skipped)
  if (json !== undefined) return { text: json.text, length: skipped + json.length }
  return '\\;,:"'.includes(next) && next !== '' ? { text: next, length: 2 } : undefined
}

/** The text with its escapes decoded: those of values and those of parameters, wherever they stand. */
export function unescapedView(source: string): View {
  if (!source.includes('\\') && !source.includes('^')) return { text: source, starts: undefined, ends: undefined }
  const builder = new ViewBuilder(source.length)
  let from = 0
  let at = 0
  while (at < source.length) {
    const escape = source[at] === '\\' || source[at] === '^' ? escapeAt(source, at) : undefined
    if (escape === undefined) {
      at++
      continue
    }
    builder.keep(source, from, at)
    builder.add(escape.text, at, at + escape.length)
    at += escape.length
    from = at
  }
  builder.keep(source, from, source.length)
  return builder.view()
}

/** A view of a view's text, as a view of its source. */
function through(outer: View, inner: View): View {
  if (outer.starts === undefined || outer.ends === undefined) return inner
  if (inner.starts === undefined || inner.ends === undefined) return { ...outer, text: inner.text }
  const { starts, ends } = outer
  const innerEnds = inner.ends
  return {
    text: inner.text,
    starts: inner.starts.map((at) => starts[at] ?? 0),
    ends: innerEnds.map((at) => ends[Math.max(0, at - 1)] ?? 0),
  }
}

/** Every view in which an address of an unfolded calendar may be whole. */
export function calendarViews(text: string): readonly View[] {
  const plain: View = { text, starts: undefined, ends: undefined }
  const unescaped = unescapedView(text)
  const views = [plain, unescaped, through(unescaped, plainView(unescaped.text, false))]
  if (!unescaped.text.includes('<') && !unescaped.text.includes('&')) return views
  const html = [entityView, renderedView, attributeView].map((view) => through(unescaped, view(unescaped.text)))
  return [...views, ...html]
}

/** What stands in base64 inside of a calendar: attached files, and `data:` URIs. RFC 5545 §3.1.3, RFC 2397 §3 */
function attachedTexts(text: string): string[] {
  const found: string[] = []
  for (const line of text.split('\n')) {
    const upper = line.slice(0, 2000).toUpperCase()
    const inUri = upper.indexOf(';BASE64,')
    const isBinary =
      upper.includes('ENCODING=BASE64') || upper.includes('ENCODING="BASE64"') || upper.includes('ENCODING=B:')
    const from = inUri >= 0 ? inUri + 8 : isBinary ? line.indexOf(':') + 1 : -1
    if (from >= 0) found.push(new Base64Decoder().push(Buffer.from(line.slice(from), 'latin1')).toString('latin1'))
  }
  return found
}

/** Every text that a reader may get to see of an unfolded calendar. */
export function calendarReadings(text: string): readonly string[] {
  const views = calendarViews(text).map((view) => view.text)
  const decoded = views.filter((view) => view.includes('%')).map(percentDecoded)
  const more = [
    ...decoded,
    ...decoded.filter((one) => one.includes('%')).map(percentDecoded),
    ...(text.includes('=?') ? [decodeWords(text)] : []),
    ...(text.includes('=')
      ? [decodeTransfer(Buffer.from(text, 'utf8'), 'quoted-printable').bytes.toString('utf8')]
      : []),
    ...attachedTexts(text).flatMap((file) => [file, withoutFolds(file)]),
  ]
  return [...new Set([...views, ...more])]
}

/** The content of a part, unfolded, in the charset that it claims; for parts that need not be calendars at all. */
export function unfoldedPartText(content: Buffer, info: PartInfo): string {
  const { bytes } = decodeTransfer(content, info.encoding)
  if (wideOrder(bytes, info.charset) !== undefined) return withoutFolds(readPartText(content, info))
  const octets = Buffer.from(withoutFolds(bytes.toString('latin1')), 'latin1')
  return textModel(octets, info.charset).text
}
