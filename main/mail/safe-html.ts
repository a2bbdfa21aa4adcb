// The HTML of a mail as a document that can do nothing: no script, no style sheet, no link, nothing from outside, nothing on top of
// anything else. What may stay is written anew from a list (safe-elements.ts), each text and value escaped, and no element among it
// whose content a browser reads by other rules than ours (raw text, foreign content, templates). So the result means the same to every
// parser, however the mail was read: there is nothing in it to mutate. Time is linear; depth and length are bounded.
import { Parser } from 'htmlparser2'
import { oneLine } from './charset.ts'
import { typeOfBytes } from './magic.ts'
import { ATTRIBUTES, DROPPED, FETCHING, KEPT, VOID } from './safe-elements.ts'
import { namesOtherHost, readTarget, type SafeLink, type Target } from './safe-links.ts'
import { countRemote, safeStyle } from './safe-style.ts'

export interface SafeHtml {
  /** The body's content. */
  readonly body: string
  /** The same as plain text. */
  readonly text: string
  readonly links: readonly SafeLink[]
  readonly linkCount: number
  readonly droppedLinks: number
  readonly withheld: { readonly images: number; readonly trackers: number; readonly other: number }
  readonly inlineImages: number
  readonly truncated: boolean
}

export interface InlineImage {
  readonly bytes: Buffer
}

/** Pictures that came with the mail, by Content-ID without its brackets. RFC 2392 */
export type InlineImages = ReadonlyMap<string, InlineImage>

const DEPTH_MAX = 200
/** What is open at once in the source; the parser's own cost goes with it. Nobody writes a mail that deep. */
const OPEN_MAX = 5000
const OUTPUT_MAX = 2 * 1024 * 1024
const IMAGES_MAX = 6 * 1024 * 1024
const TEXT_MAX = 256 * 1024
const LINKS_MAX = 500
const LINK_TEXT_MAX = 200
/** Where a picture of somewhere else would be. */
const NO_PICTURE = { en: 'picture not loaded', de: 'Bild nicht geladen' } as const
export type DocumentLanguage = keyof typeof NO_PICTURE

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
const DATA_IMAGE = /^data:image\/[a-z.+-]{1,20};base64,/i
const BLOCK = new Set('blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 hr li ol p pre table td th tr ul'.split(' '))

type Attributes = Readonly<Record<string, string>>

export function escaped(text: string): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (character === '&') out += '&amp;'
    else if (character === '<') out += '&lt;'
    else if (character === '>') out += '&gt;'
    else if (character === '"') out += '&quot;'
    else if (character === "'") out += '&#39;'
    else if (character === '`') out += '&#96;'
    // Controls mean nothing here; a lone surrogate is no character.
    else if (code === 0x09 || code === 0x0a || code === 0x0d || (code >= 0x20 && (code < 0xd800 || code > 0xdfff)))
      out += character
  }
  return out
}

interface OpenLink {
  readonly target: Target | undefined
  text: string
}

class Sanitiser {
  private readonly images: InlineImages
  private readonly noPicture: string
  private readonly out: string[] = []
  private readonly plain: string[] = []
  /** What each open element of the source became: its name here, or nothing. */
  private readonly open: (string | undefined)[] = []
  private parser: Parser | undefined
  private depth = 0
  private size = 0
  private imageSize = 0
  private plainSize = 0
  /** How many open elements are gone with their content. */
  private dropped = 0
  private inStyle = false
  private link: OpenLink | undefined
  private readonly links: SafeLink[] = []
  private linkCount = 0
  private droppedLinks = 0
  private readonly withheld = { images: 0, trackers: 0, other: 0 }
  private inlineImages = 0
  private truncated = false

  constructor(images: InlineImages, language: DocumentLanguage) {
    this.images = images
    this.noPicture = NO_PICTURE[language]
  }

  onparserinit(parser: Parser): void {
    this.parser = parser
  }

  onopentag(name: string, attributes: Attributes): void {
    if (this.open.length >= OPEN_MAX) {
      this.truncated = true
      this.parser?.pause()
    }
    this.open.push(this.openElement(name, attributes))
  }

  onclosetag(name: string): void {
    const written = this.open.pop()
    if (name === 'style') this.inStyle = false
    if (written === '!') this.dropped--
    else if (written === 'a') this.endLink()
    else if (written !== undefined) {
      if (!VOID.has(written)) {
        this.out.push(`</${written}>`)
        this.depth--
      }
      if (BLOCK.has(written)) this.addPlain(written === 'td' || written === 'th' ? '\t' : '\n')
    }
  }

  ontext(text: string): void {
    if (this.dropped > 0) {
      if (this.inStyle) this.withheld.other += countRemote(text)
      return
    }
    this.write(escaped(text))
    this.addPlain(text.replace(/[ \t\r\n\f]+/g, ' '))
    if (this.link !== undefined && this.link.text.length < LINK_TEXT_MAX) this.link.text += text.slice(0, LINK_TEXT_MAX)
  }

  result(): SafeHtml {
    const text = this.plain.join('')
    const { links, linkCount, droppedLinks, withheld, inlineImages, truncated } = this
    return {
      body: this.out.join(''),
      text: tidied(text),
      links,
      linkCount,
      droppedLinks,
      withheld,
      inlineImages,
      truncated,
    }
  }

  /** What the element becomes: a name, `a` for a link, `!` where it goes with its content, undefined where only its tags go. */
  private openElement(name: string, attributes: Attributes): string | undefined {
    if (DROPPED.has(name) || this.dropped > 0) {
      this.countDropped(name, attributes)
      this.dropped++
      return '!'
    }
    if (name === 'img' || name === 'image') {
      this.image(attributes)
      return undefined
    }
    if (name === 'a' || name === 'area') return this.beginLink(attributes)
    for (const attribute of FETCHING) if (isRemote(attributes[attribute])) this.withheld.other++
    const kept = KEPT.get(name)
    if (kept === undefined || this.depth >= DEPTH_MAX) return undefined
    if (!this.write(`<${kept}${this.attributes(attributes)}>`)) return undefined
    if (VOID.has(kept)) this.addPlain(kept === 'br' ? '\n' : '')
    else this.depth++
    return kept
  }

  private countDropped(name: string, attributes: Attributes): void {
    if (name === 'style') this.inStyle = true
    const asks = [...FETCHING.map((one) => attributes[one]), name === 'link' ? attributes['href'] : undefined]
    if (asks.some(isRemote)) this.withheld.other++
  }

  private attributes(given: Attributes): string {
    let out = ''
    for (const [name, pattern] of ATTRIBUTES) {
      const value = Object.hasOwn(given, name) ? given[name]?.trim() : undefined
      if (value !== undefined && pattern.test(value)) out += ` ${name}="${escaped(value)}"`
    }
    const style = Object.hasOwn(given, 'style') ? safeStyle(given['style'] ?? '') : undefined
    if (style === undefined) return out
    this.withheld.other += style.remote
    return style.text === '' ? out : `${out} style="${escaped(style.text)}"`
  }

  private beginLink(attributes: Attributes): string | undefined {
    this.endLink()
    const href = Object.hasOwn(attributes, 'href') ? attributes['href'] : undefined
    // A place in the mail itself: there is nothing to lead to.
    if (href === undefined || href.startsWith('#')) return undefined
    this.linkCount++
    const target = readTarget(href)
    if (target === undefined) this.droppedLinks++
    this.link = { target, text: '' }
    this.write('<span class="l">')
    return 'a'
  }

  private endLink(): void {
    const link = this.link
    if (link === undefined) return
    this.link = undefined
    // Whatever stood open in the link is closed by its own end; spans and blocks may overlap here, which moves no text.
    this.out.push('</span>')
    const { target } = link
    if (target === undefined) return
    const number = this.linkCount
    const text = oneLine(link.text).slice(0, LINK_TEXT_MAX)
    this.write(
      `<span class="h"> [${number} ${escaped(target.host === '' ? target.url.slice(0, 60) : target.host)}]</span>`,
    )
    this.addPlain(` [${number}]`)
    if (this.links.length >= LINKS_MAX) return
    const other = namesOtherHost(text, target.host) ? (['other-host'] as const) : []
    this.links.push({ number, text, url: target.url, host: target.host, warnings: [...other, ...target.warnings] })
  }

  private image(attributes: Attributes): void {
    const alt = oneLine((Object.hasOwn(attributes, 'alt') ? attributes['alt'] : undefined) ?? '').slice(
      0,
      LINK_TEXT_MAX,
    )
    const src = (Object.hasOwn(attributes, 'src') ? attributes['src'] : undefined)?.trim() ?? ''
    if (Object.hasOwn(attributes, 'style')) this.withheld.other += countRemote(attributes['style'] ?? '')
    const inline = this.inlineSource(src)
    if (inline !== undefined) {
      this.imageSize += inline.length
      this.inlineImages++
      this.out.push(`<img alt="${escaped(alt)}"${this.attributes(withoutStyle(attributes))} src="${inline}">`)
      return
    }
    if (!isRemote(src) && !isRemote(attributes['srcset'])) return
    if (isTracker(attributes)) {
      this.withheld.trackers++
      return
    }
    this.withheld.images++
    this.write(`<span class="x">[${alt === '' ? this.noPicture : escaped(alt)}]</span>`)
    this.addPlain(alt === '' ? '' : `[${alt}]`)
  }

  /** A picture that came with the mail, if it is one by its bytes and there is room for it. */
  private inlineSource(src: string): string | undefined {
    const bytes = src.toLowerCase().startsWith('cid:') ? this.images.get(contentId(src))?.bytes : dataBytes(src)
    if (bytes === undefined) return undefined
    const type = typeOfBytes(bytes)
    const size = Math.ceil(bytes.length / 3) * 4
    if (!PICTURES.has(type) || this.imageSize + size > IMAGES_MAX) return undefined
    return `data:${type};base64,${bytes.toString('base64')}`
  }

  private write(text: string): boolean {
    this.size += text.length
    if (this.size > OUTPUT_MAX) {
      this.truncated = true
      return false
    }
    this.out.push(text)
    return true
  }

  private addPlain(text: string): void {
    if (this.plainSize > TEXT_MAX) return
    this.plainSize += text.length
    this.plain.push(text)
  }
}

function withoutStyle(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'style'))
}

/** RFC 2392 §2: a Content-ID, percent-encoded. */
function contentId(src: string): string {
  const text = src.slice('cid:'.length)
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function dataBytes(src: string): Buffer | undefined {
  const prefix = DATA_IMAGE.exec(src.slice(0, 100))
  return prefix === null || src.length > IMAGES_MAX ? undefined : Buffer.from(src.slice(prefix[0].length), 'base64')
}

/** Anything that is no part of the mail: also a reference without a scheme, or with one that leads to this machine. */
function isRemote(value: string | undefined): boolean {
  const start = value?.trim().slice(0, 10).toLowerCase() ?? ''
  return start !== '' && !start.startsWith('data:') && !start.startsWith('cid:') && !start.startsWith('#')
}

/** Too small to be seen, or hidden: it is there to be asked for, not to be looked at. */
function isTracker(attributes: Attributes): boolean {
  const style = (attributes['style'] ?? '').slice(0, 1000).toLowerCase().replace(/\s+/g, '')
  const isTiny = (value: string | undefined): boolean => value !== undefined && /^\s*[0-3](px)?\s*$/.test(value)
  if (isTiny(attributes['width']) || isTiny(attributes['height'])) return true
  return /(^|;)(display:none|visibility:hidden|opacity:0|(max-)?(width|height):[0-3](px)?)(!important)?(;|$)/.test(
    style,
  )
}

/** No line longer than the text, no more than one empty line at a time, no white space at the ends. */
function tidied(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  return lines
    .filter((line, at) => line !== '' || (lines[at - 1] ?? '') !== '')
    .join('\n')
    .trim()
}

/** Reads HTML of any kind and writes what may be shown of it; the one word of ours in it is in the language of the pages around it. */
export function sanitiseHtml(html: string, images: InlineImages, language: DocumentLanguage = 'en'): SafeHtml {
  const sanitiser = new Sanitiser(images, language)
  const parser = new Parser(sanitiser, { decodeEntities: true })
  parser.end(html)
  return sanitiser.result()
}

/** Our own words about links and pictures look the same in every mail; the mail's own classes and identifiers are gone. */
const STYLE = [
  'html{color-scheme:light;background:#fff;color:#111}',
  'body{margin:12px;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}',
  'img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}',
  '.l{text-decoration:underline}',
  '.h,.x{all:initial;font:13px/1.5 system-ui,sans-serif;color:#555;background:#eee}',
].join('')

/** The document that goes into the frame. */
export function documentOf({ body }: SafeHtml): string {
  return [
    '<!doctype html><html><head><meta charset="utf-8"><title>Message</title>',
    `<style>${STYLE}</style></head><body dir="auto">`,
    body,
    '</body></html>',
  ].join('')
}
