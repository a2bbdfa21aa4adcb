// XML as it comes, a piece at a time: opens, texts, closes. Of XML 1.0 it takes what reports are made of and refuses the rest by name:
// no document types, so no entities beyond the five of the language, nothing fetched and nothing that grows. Each character is looked at
// once; memory is one value, one tag and the names of the open elements.
import { ReportRefused } from './refusal.ts'

/** Reports have at most 6 elements in each other. */
const DEPTH_MAX = 16
const NAME_MAX = 100
const TAG_MAX = 4096
const VALUE_MAX = 4096

export interface XmlEvents {
  open(name: string): void
  /** All text directly in the element, entities read, trimmed. */
  close(name: string, text: string): void
}

type Markup = 'undecided' | 'tag' | 'instruction' | 'comment' | 'cdata'

const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

/** XML 1.0 production [4], the part of it that is ASCII; a prefix of a namespace is taken off. */
const NAME = /^[A-Za-z_][A-Za-z0-9._-]*(?::[A-Za-z_][A-Za-z0-9._-]*)?$/
/** Attributes stand behind it; reports keep nothing in them, so they are passed over. */
const SPACE = /[ \t\r\n]/

function character(digits: string, base: number): string {
  const code = parseInt(digits, base)
  const valid = base === 16 ? /^[0-9a-fA-F]{1,6}$/.test(digits) : /^[0-9]{1,7}$/.test(digits)
  if (!valid || code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new ReportRefused('The XML names a character that does not exist.')
  return String.fromCodePoint(code)
}

/** An entity makes one character of several, so a text never grows. */
function unescapeText(text: string): string {
  let out = ''
  let from = 0
  for (;;) {
    const at = text.indexOf('&', from)
    if (at < 0) return out + text.slice(from)
    const end = text.indexOf(';', at)
    const name = end < 0 ? '' : text.slice(at + 1, end)
    if (name === '' || name.length > 10) throw new ReportRefused('The XML has an & that begins no entity.')
    const known = NAMED.get(name)
    out += text.slice(from, at)
    if (known !== undefined) out += known
    else if (name.startsWith('#x')) out += character(name.slice(2), 16)
    else if (name.startsWith('#')) out += character(name.slice(1), 10)
    else throw new ReportRefused('The XML uses an entity of its own; those are not read.')
    from = end + 1
  }
}

interface Open {
  readonly tag: string
  readonly name: string
  text: string
}

export class XmlReader {
  private readonly events: XmlEvents
  private readonly stack: Open[] = []
  private markup: Markup | undefined
  private token = ''
  /** The last characters of a comment or the like: the token itself is not searched again at each of them. */
  private tail = ''
  private quote = ''
  private raw = ''
  private seenRoot = false
  private started = false

  constructor(events: XmlEvents) {
    this.events = events
  }

  push(text: string): void {
    let at = 0
    if (!this.started && text !== '') {
      this.started = true
      if (text.startsWith('\uFEFF')) at = 1
    }
    while (at < text.length) {
      if (this.markup === undefined) {
        const next = text.indexOf('<', at)
        const end = next < 0 ? text.length : next
        if (end > at) this.addText(text.slice(at, end))
        at = end
        if (next >= 0) {
          this.endText()
          this.markup = 'undecided'
          this.token = ''
          at++
        }
      } else this.markupCharacter(text.charAt(at++))
    }
  }

  end(): void {
    this.endText()
    if (this.markup !== undefined || this.stack.length > 0 || !this.seenRoot)
      throw new ReportRefused('The XML breaks off before its end.')
  }

  /** White space in front of a value is dropped as it comes: an indented report may have megabytes of it. */
  private addText(text: string): void {
    this.raw += this.raw === '' ? text.trimStart() : text
    if (this.raw.length > VALUE_MAX) throw new ReportRefused('A value in the XML is longer than any report needs.')
  }

  private endText(): void {
    const text = this.raw.trim()
    this.raw = ''
    if (text === '') return
    this.keep(unescapeText(text))
  }

  private keep(text: string): void {
    const open = this.stack.at(-1)
    if (open === undefined) throw new ReportRefused('This is no XML: there is text outside of its element.')
    if (open.text.length + text.length > VALUE_MAX)
      throw new ReportRefused('A value in the XML is longer than any report needs.')
    open.text += text
  }

  private markupCharacter(one: string): void {
    switch (this.markup) {
      case 'undecided':
        this.token += one
        this.decide()
        break
      case 'tag':
        this.tagCharacter(one)
        break
      case 'instruction':
        this.until(one, '?>')
        break
      case 'comment':
        this.until(one, '-->')
        break
      case 'cdata':
        this.token += one
        if (this.token.length > VALUE_MAX)
          throw new ReportRefused('A value in the XML is longer than any report needs.')
        this.tail = (this.tail + one).slice(-3)
        if (this.tail === ']]>') {
          this.keep(this.token.slice(0, -3))
          this.markup = undefined
        }
        break
      case undefined:
        break
    }
  }

  /** Skips to an end; only so much is kept as tells it. */
  private until(one: string, end: string): void {
    this.tail = (this.tail + one).slice(-end.length)
    if (this.tail === end) this.markup = undefined
  }

  private decide(): void {
    const { token } = this
    if (!token.startsWith('!')) {
      this.markup = token === '?' ? 'instruction' : 'tag'
      this.token = ''
      this.tail = ''
      this.quote = ''
      if (this.markup === 'tag') this.tagCharacter(token)
    } else if (token === '!--' || token === '![CDATA[') {
      this.markup = token === '!--' ? 'comment' : 'cdata'
      this.token = ''
      this.tail = ''
    } else if (!'!--'.startsWith(token) && !'![CDATA['.startsWith(token))
      throw new ReportRefused('The XML declares a document type or entities; those are not read.')
  }

  private tagCharacter(one: string): void {
    if (this.quote !== '') {
      if (one === this.quote) this.quote = ''
    } else if (one === '>') {
      this.markup = undefined
      this.tag(this.token)
      return
    } else if (one === '<') throw new ReportRefused('The XML is broken: a < stands within a tag.')
    else if (one === '"' || one === "'") this.quote = one
    this.token += one
    if (this.token.length > TAG_MAX) throw new ReportRefused('A tag of the XML is longer than any report needs.')
  }

  private tag(token: string): void {
    if (token.startsWith('/')) {
      this.closeTag(token.slice(1).trimEnd())
      return
    }
    const empty = token.endsWith('/')
    const space = token.search(SPACE)
    const tag = token.slice(0, space >= 0 ? space : empty ? -1 : undefined)
    if (tag.length > NAME_MAX || !NAME.test(tag))
      throw new ReportRefused('The XML is broken: a tag has no proper name.')
    if (this.stack.length === 0 && this.seenRoot) throw new ReportRefused('The XML has more than one root element.')
    if (this.stack.length >= DEPTH_MAX) throw new ReportRefused('The XML is nested deeper than any report is.')
    this.seenRoot = true
    const name = tag.slice(tag.indexOf(':') + 1)
    this.stack.push({ tag, name, text: '' })
    this.events.open(name)
    if (empty) this.closeTag(tag)
  }

  private closeTag(tag: string): void {
    const open = this.stack.pop()
    if (open?.tag !== tag) throw new ReportRefused('The XML is broken: a tag is closed that is not open.')
    this.events.close(open.name, open.text.trim())
  }
}
