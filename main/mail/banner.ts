// Banners in forwarded mail: a line of ours in the text and in the HTML of a message, at the top or at the bottom. What is
// sealed, attached or too large stays without one. behaviour.md 3.9
import { oneLine } from './charset.ts'
import type { Banner } from './facts.ts'
import type { PartInfo } from './mime-part.ts'
import type { TextTransform } from './part-text.ts'
import { isHtml } from './scrub.ts'
import type { TextEdit } from './text-model.ts'

function lineEndOf(text: string): string {
  const newline = text.indexOf('\n')
  return newline > 0 && text[newline - 1] !== '\r' ? '\n' : '\r\n'
}

const ASCII_FORMS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['–', '-'],
  ['—', '-'],
  ['‘', "'"],
  ['’', "'"],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['€', 'EUR'],
])

/** ASCII only: a part that says 7bit, or says nothing, can carry no more. RFC 2045 §2.7 */
function asciiOf(text: string): string {
  let out = ''
  for (const character of text.normalize('NFKD')) {
    const code = character.codePointAt(0) ?? 0
    const mark = code >= 0x300 && code <= 0x36f
    if (!mark) out += code < 0x80 ? character : (ASCII_FORMS.get(character) ?? '?')
  }
  return out
}

/** HTML text; everything beyond ASCII as a character reference, so that the part's charset does not matter. */
function htmlOf(text: string): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    out += code < 0x80 && !'&<>"\''.includes(character) ? character : `&#${code};`
  }
  return out
}

function linesOf(banner: Banner): string[] {
  return banner.text
    .split('\n')
    .map(oneLine)
    .filter((line) => line !== '')
}

function plainEdit(text: string, banner: Banner, info: PartInfo): TextEdit {
  const eol = lineEndOf(text)
  const ascii = (info.encoding === 'identity' && !info.eightBit) || info.charset === '' || info.charset === 'us-ascii'
  const lines = linesOf(banner).map((line) => (ascii ? asciiOf(line) : line))
  const block = lines.join(eol)
  if (banner.position === 'top') return { start: 0, end: 0, text: `${block}${eol}${eol}` }
  const gap = text === '' || text.endsWith('\n') ? eol : `${eol}${eol}`
  return { start: text.length, end: text.length, text: `${gap}${block}${eol}` }
}

/** Behind `<body …>`, or where the text begins: behind the byte order mark and the doctype. */
function topOfHtml(lower: string): number {
  const body = lower.indexOf('<body')
  const close = body < 0 ? -1 : lower.indexOf('>', body)
  if (close >= 0) return close + 1
  const head = lower.indexOf('</head>')
  if (head >= 0) return head + '</head>'.length
  const html = lower.indexOf('<html')
  const htmlEnd = html < 0 ? -1 : lower.indexOf('>', html)
  if (htmlEnd >= 0) return htmlEnd + 1
  const doctype = lower.trimStart().startsWith('<!doctype') ? lower.indexOf('>') + 1 : 0
  return doctype > 0 ? doctype : lower.startsWith('\ufeff') ? 1 : 0
}

function bottomOfHtml(lower: string): number {
  const body = lower.lastIndexOf('</body')
  if (body >= 0) return body
  const html = lower.lastIndexOf('</html')
  return html >= 0 ? html : lower.length
}

const STYLES = {
  plain: 'margin:0 0 12px;padding:8px 12px;border:1px solid #ccc;font:13px sans-serif;color:#333;background:#f6f6f6',
  warning:
    'margin:0 0 12px;padding:8px 12px;border:2px solid #b00020;font:13px sans-serif;color:#7a0014;background:#fff0f0',
} as const

function htmlEdit(text: string, banner: Banner): TextEdit {
  const lower = text.toLowerCase()
  const at = lower.length !== text.length ? 0 : banner.position === 'top' ? topOfHtml(lower) : bottomOfHtml(lower)
  const lines = linesOf(banner).map(htmlOf).join('<br>')
  return { start: at, end: at, text: `<div style="${STYLES[banner.style]}">${lines}</div>` }
}

/** The edits that put the banners in; several at one place keep their order. */
export function bannerTransform(info: PartInfo, banners: readonly Banner[]): TextTransform {
  return (text) => {
    const edits = banners
      .filter((banner) => linesOf(banner).length > 0)
      .map((banner) => (isHtml(info.type) ? htmlEdit(text, banner) : plainEdit(text, banner, info)))
    const places = new Map<number, TextEdit>()
    for (const edit of edits) {
      const before = places.get(edit.start)
      places.set(edit.start, before === undefined ? edit : { ...edit, text: before.text + edit.text })
    }
    return [...places.values()]
  }
}
