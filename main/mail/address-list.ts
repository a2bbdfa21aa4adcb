// Address lists as mail has them: RFC 5322 §3.4 with names, comments, groups and routes, and the malformed ones that real
// programs write. Never throws, always linear; the same text gives the same list.
import type { Address } from '../terms/address.ts'
import { ADDRESS_TEXT_MAX, addressIn } from './address-text.ts'
import type { Token } from './address-tokens.ts'
import { addressTokens } from './address-tokens.ts'
import { oneLine } from './charset.ts'
import { decodeWords } from './encoded-word.ts'

export interface Mailbox {
  readonly kind: 'mailbox'
  /** Undefined where the text cannot be read as an address. */
  readonly address: Address | undefined
  /** Decoded, on one line; the whole entry's text where it has no address. */
  readonly displayName: string
  /** The name was made by the relay and goes out as it is: `contactName` has bounded it, and nothing of it may be cut. */
  readonly isShown?: true
}

/** RFC 5322 §3.4: `name: members;`. `undisclosed-recipients:;` is one without members. */
export interface Group {
  readonly kind: 'group'
  readonly displayName: string
  readonly members: readonly Mailbox[]
}

export type AddressEntry = Mailbox | Group

interface Draft {
  /** Words and quoted strings, in their order. */
  words: Token[]
  comments: string[]
  angle: string | undefined
  /** An `@` among the words: what they say is an address, not the name of a group. */
  hasAt: boolean
}

interface Pending extends Mailbox {
  /** The phrase before decoding; a comma in it may have cut it off from the mailbox that follows. */
  readonly phrase: string
  /** No address, no brackets: probably the first half of `Doe, John <john@example.com>`. */
  readonly bare: boolean
}

const emptyDraft = (): Draft => ({ words: [], comments: [], angle: undefined, hasAt: false })

/** Words joined as they stood. Quoted strings with their quotes when an address is looked for, without them for a name. */
function joined(words: readonly Token[], quotes: 'kept' | 'dropped'): string {
  const parts: string[] = []
  for (const word of words) {
    if (parts.length > 0 && word.spaced) parts.push(' ')
    parts.push(word.kind === 'quoted' && quotes === 'kept' ? word.raw : word.text)
  }
  return parts.join('')
}

/** The address that words are, if any: ones that are together too long for it are not even joined. */
function addressOf(words: readonly Token[]): Address | undefined {
  let length = 0
  for (const { text } of words) {
    length += text.length
    if (length > ADDRESS_TEXT_MAX) return undefined
  }
  return addressIn(joined(words, 'kept'))
}

/** How many words at the end of the list stand without a space between them: where an address without brackets is. */
function lastRun(words: readonly Token[]): number {
  let start = words.length - 1
  while (start > 0 && words[start]?.spaced === false) start--
  return Math.max(start, 0)
}

function nameOf(phrase: string, comments: readonly string[]): string {
  const name = oneLine(decodeWords(phrase))
  return name === '' ? oneLine(decodeWords(comments.join(' '))) : name
}

/** An entry without brackets: an address alone, or a name and an address whose brackets were forgotten. */
function withoutBrackets(draft: Draft): Pending {
  const start = lastRun(draft.words)
  const last = addressOf(draft.words.slice(start))
  const name = joined(draft.words.slice(0, start), 'dropped')
  const glued = name.endsWith('@') || name.endsWith('.')
  if (last !== undefined && !glued) {
    return { kind: 'mailbox', address: last, displayName: nameOf(name, draft.comments), phrase: name, bare: false }
  }
  const address = addressOf(draft.words)
  const phrase = joined(draft.words, 'dropped')
  const comments = draft.comments.map((comment) => ` (${comment})`).join('')
  const displayName = address === undefined ? nameOf(phrase + comments, []) : nameOf('', draft.comments)
  return { kind: 'mailbox', address, displayName, phrase, bare: address === undefined && !phrase.includes('@') }
}

function withBrackets(draft: Draft, angle: string): Pending {
  const inside = addressIn(angle)
  // `bob@example.com <>`: the brackets hold nothing, the name is the address. Where they hold what cannot be read, the name is somebody's
  // word about it, and may be anybody's address.
  if (inside === undefined && draft.hasAt && angle.trim() === '') {
    const before = withoutBrackets(draft)
    if (before.address !== undefined) return before
  }
  const phrase = joined(draft.words, 'dropped')
  const text = inside === undefined ? `${phrase} ${angle}` : phrase
  return { kind: 'mailbox', address: inside, displayName: nameOf(text, draft.comments), phrase, bare: false }
}

/** Collects mailboxes of the list or of the group that is open. */
class Collector {
  readonly entries: (Pending | Group)[] = []
  private draft = emptyDraft()
  private group: { displayName: string; members: Pending[] } | undefined

  take(token: Token): void {
    switch (token.kind) {
      case 'word':
      case 'quoted':
        // Words behind the brackets are nobody's: `<a@b> junk`.
        if (this.draft.angle !== undefined) break
        this.draft.words.push(token)
        if (token.text.includes('@')) this.draft.hasAt = true
        break
      case 'comment':
        this.draft.comments.push(token.text)
        break
      case 'angle':
        // Two addresses with the comma forgotten: `A <a@b> B <c@d>` is two mailboxes.
        if (this.draft.angle !== undefined) this.finish()
        this.draft.angle = token.text
        break
      case 'mark':
        this.mark(token.text)
        break
    }
  }

  private mark(mark: ',' | ';' | ':'): void {
    if (mark === ':') this.colon()
    else {
      this.finish()
      if (mark === ';') this.closeGroup()
    }
  }

  private colon(): void {
    const { words, comments, angle, hasAt } = this.draft
    if (words.length === 1 && words[0]?.text.toLowerCase() === 'mailto') this.draft.words = []
    else if (this.group === undefined && angle === undefined && !hasAt) {
      this.group = { displayName: nameOf(joined(words, 'dropped'), comments), members: [] }
      this.draft = emptyDraft()
    }
  }

  closeGroup(): void {
    if (this.group !== undefined) this.entries.push({ kind: 'group', ...this.group })
    this.group = undefined
  }

  finish(): void {
    const draft = this.draft
    this.draft = emptyDraft()
    if (draft.words.length === 0 && draft.angle === undefined && draft.comments.length === 0) return
    const list: (Pending | Group)[] = this.group?.members ?? this.entries
    const entry = draft.angle === undefined ? withoutBrackets(draft) : withBrackets(draft, draft.angle)
    list.push(draft.angle === undefined || entry.address === undefined ? entry : this.rejoined(list, entry))
  }

  /** `Doe, John <john@example.com>`: the quotes were forgotten, and the comma was meant for the name. */
  private rejoined(list: (Pending | Group)[], entry: Pending): Pending {
    if (entry.phrase === '') return entry
    const parts = [entry.phrase]
    for (let last = list.at(-1); last?.kind === 'mailbox' && last.bare; last = list.at(-1)) {
      parts.push(last.phrase)
      list.pop()
    }
    if (parts.length === 1) return entry
    const phrase = parts.reverse().join(', ')
    return { ...entry, phrase, displayName: nameOf(phrase, []) }
  }
}

function collect(text: string): (Pending | Group)[] {
  const collector = new Collector()
  for (const token of addressTokens(text)) collector.take(token)
  collector.finish()
  collector.closeGroup()
  return collector.entries
}

/** The mailboxes of entries, those inside groups included. */
export function mailboxesOf(entries: readonly AddressEntry[]): Mailbox[] {
  return entries.flatMap((entry) => (entry.kind === 'group' ? entry.members : [entry]))
}

/** An entry that means to be an address and cannot be read as one: nobody else may stand in for it. */
export function isUnreadable({ address, displayName }: Mailbox): boolean {
  return address === undefined && displayName.includes('@')
}

/** A whole mailbox inside encoded words (`=?utf-8?Q?Bob_<bob=40example.com>=0A?=`): decoded and read once more. */
function reread(entry: Pending): readonly Mailbox[] {
  if (entry.address !== undefined || !entry.displayName.includes('@') || !entry.phrase.includes('=?')) return [entry]
  const inner = mailboxesOf(collect(entry.displayName))
  const readable = inner.filter((mailbox) => mailbox.address !== undefined)
  return readable.length > 0 && !inner.some(isUnreadable) ? readable : [entry]
}

function plain({ kind, address, displayName }: Mailbox): Mailbox {
  return { kind, address, displayName }
}

/**
 * Reads the unfolded body of an address field.
 *
 * What has no address keeps its text as display name, so that nothing is lost; empty members of the list are skipped.
 */
export function parseAddressList(text: string): readonly AddressEntry[] {
  return collect(text).flatMap((entry): AddressEntry[] =>
    entry.kind === 'group' ? [{ ...entry, members: entry.members.map(plain) }] : reread(entry).map(plain),
  )
}
