// The display names that we give to contacts (`Bob 'bob at example.com'`) come back in what a mail program quotes: "Bob 'bob
// at example.com' wrote". To the contact that is the mark of an alias system, so the part that we added is taken out again; and
// `"'bob at example.com'" <reply address>`, a name that only repeats the address, becomes the address.
import type { AddressKey } from '../terms/address.ts'
import { addressKey, MAX_ADDRESS } from '../terms/address.ts'
import type { ReplyFacts } from './facts.ts'

/** Says of an address whether it is a contact's. */
export type ContactNames = Pick<ReadonlySet<AddressKey>, 'has' | 'size'>

export interface NameMark {
  readonly start: number
  readonly end: number
  /** What stands there instead: nothing behind a name, the address where there was none. */
  readonly text: string
}

/** What people read, or code (HTML with its tags, a calendar), where quotation marks and angle brackets are not theirs to take away. */
export type Form = 'text' | 'code'

/** Either side of an address may be nearly all of it. */
const LOCAL_MAX = MAX_ADDRESS
const DOMAIN_MAX = 255
/** A name in front of our mark; we write none that is longer. */
const NAME_MAX = 256

export function contactNamesOf(facts: ReplyFacts): ContactNames {
  const contacts = [...facts.targets.values()].filter((target) => target.kind === 'contact')
  return new Set([...contacts.map((target) => addressKey(target.address)), ...(facts.contactNames ?? [])])
}

function isLocal(character: string): boolean {
  return character > ' ' && !`<>()[]:;,"\\@'`.includes(character)
}

function isDomain(character: string): boolean {
  return (
    (character >= 'a' && character <= 'z') ||
    (character >= '0' && character <= '9') ||
    character === '.' ||
    character === '-'
  )
}

interface Spelled {
  readonly start: number
  readonly end: number
  readonly address: string
}

/** Reads the address round a mark that stands for its `@`; undefined where it is no contact's. */
function spelledAround(lower: string, at: number, mark: string, names: ContactNames): Spelled | undefined {
  let start = at
  while (start > 0 && at - start < LOCAL_MAX && isLocal(lower[start - 1] ?? '')) start--
  let end = at + mark.length
  const domain = end
  while (end < lower.length && end - domain < DOMAIN_MAX && isDomain(lower[end] ?? '')) end++
  if (lower[end - 1] === '.') end--
  const address = `${lower.slice(start, at)}@${lower.slice(domain, end)}`
  return names.has(address as AddressKey) ? { start, end, address } : undefined
}

/** Whether a name ends before the space at `space`. */
function isNameEnd(text: string, space: number): boolean {
  const before = text[space - 1] ?? ''
  return before !== '' && !',:;"(<>\r\n \t'.includes(before)
}

/** Where the mailbox `<…>` that follows at `at` begins and ends; undefined where there is none. */
function mailboxBehind(text: string, at: number): { readonly open: number; readonly close: number } | undefined {
  const open = text[at] === ' ' ? at + 1 : at
  if (text[open] !== '<') return undefined
  let close = open + 1
  let signs = 0
  for (; close < text.length && close - open < LOCAL_MAX + DOMAIN_MAX; close++) {
    const character = text[close] ?? ''
    if (character === '>') return signs === 1 ? { open, close } : undefined
    if (character <= ' ' || character === '"' || character === '<') return undefined
    if (character === '@') signs++
  }
  return undefined
}

/** A display name that is our mark and nothing else: where a mailbox follows, only the address stays. */
function aloneMarks(text: string, { start, end, address }: Spelled, isOurs: boolean, form: Form): NameMark[] {
  if (form === 'code') return isOurs ? [{ start, end, text: address }] : []
  const quoted = text[start - 1] === '"' && text[end] === '"'
  const from = quoted ? start - 1 : start
  const to = quoted ? end + 1 : end
  const mailbox = mailboxBehind(text, to)
  if (mailbox === undefined) return isOurs ? [{ start, end, text: address }] : []
  return [
    { start: from, end: mailbox.open + 1, text: '' },
    { start: mailbox.close, end: mailbox.close + 1, text: '' },
  ]
}

/** RFC 5322 §3.2.3: a phrase of these needs no quotation marks. */
function isPhrase(name: string): boolean {
  return name !== '' && /^[\p{L}\p{N} !#$%&'*+\-/=?^_`{|}~]+$/u.test(name)
}

/** Our mark behind a name: it goes, with the quotation marks that only it needs. */
function behindMarks(text: string, start: number, end: number, form: Form): NameMark[] {
  const mark = { start, end, text: '' }
  if (form === 'code' || text[end] !== '"') return [mark]
  const lowest = Math.max(0, start - NAME_MAX)
  let open = start - 1
  while (open >= lowest && !'"\r\n'.includes(text[open] ?? '')) open--
  if (open < lowest || text[open] !== '"' || !isPhrase(text.slice(open + 1, start))) return [mark]
  return [
    { start: open, end: open + 1, text: '' },
    { start, end: end + 1, text: '' },
  ]
}

/** What the templates have left round an address that is spelled in words. behaviour.md 3.2 */
function marksAround(text: string, mark: string, spelled: Spelled, form: Form): NameMark[] {
  const { start, end, address } = spelled
  if (text[start - 1] === "'" && text[end] === "'") {
    const behindName = text[start - 2] === ' ' && isNameEnd(text, start - 2)
    if (behindName) return behindMarks(text, start - 2, end + 1, form)
    return aloneMarks(text, { start: start - 1, end: end + 1, address }, true, form)
  }
  const dashed = mark === '(a)' && text.slice(start - 3, start) === ' - '
  if (dashed) return behindMarks(text, start - 3, end, form)
  // In the user's own sentence these are words ("we met bob at example.com"): in front of a mailbox they are a name.
  const begins = start === 0 || ',:;"\r\n\t '.includes(text[start - 1] ?? '')
  return begins ? aloneMarks(text, spelled, false, form) : []
}

/** Where our templates have left their mark. Marks may come out of order, and never overlap. */
export function findContactNames(text: string, names: ContactNames, form: Form = 'text'): readonly NameMark[] {
  if (names.size === 0) return []
  const lower = text.toLowerCase()
  // A letter whose lower case is longer would shift what follows: such texts are rare, and keep the mark.
  if (lower.length !== text.length) return []
  return [' at ', '(a)'].flatMap((mark) => {
    const marks: NameMark[] = []
    for (let at = lower.indexOf(mark); at >= 0; at = lower.indexOf(mark, at + mark.length)) {
      const spelled = spelledAround(lower, at, mark, names)
      if (spelled !== undefined) marks.push(...marksAround(lower, mark, spelled, form))
    }
    return marks
  })
}
