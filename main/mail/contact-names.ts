// The display names that we give to contacts (`Bob 'bob at example.com'`) come back in what a mail program quotes: "Bob 'bob
// at example.com' wrote". To the contact that is the mark of an alias system, so the part that we added is taken out again.
import type { AddressKey } from '../terms/address.ts'
import { addressKey, MAX_ADDRESS } from '../terms/address.ts'
import type { ReplyFacts } from './facts.ts'

/** The contacts of a reply, by address. */
export type ContactNames = ReadonlySet<AddressKey>

export interface NameMark {
  readonly start: number
  readonly end: number
  /** What stands there instead: nothing behind a name, the address where there was none. */
  readonly text: string
}

/** Either side of an address may be nearly all of it. */
const LOCAL_MAX = MAX_ADDRESS
const DOMAIN_MAX = 255

export function contactNamesOf(facts: ReplyFacts): ContactNames {
  const contacts = [...facts.targets.values()].filter((target) => target.kind === 'contact')
  return new Set(contacts.map((target) => addressKey(target.address)))
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

/** Reads the address round a mark that stands for its `@`, and what the template put round the address. */
function markAround(text: string, lower: string, at: number, mark: string, names: ContactNames): NameMark | undefined {
  let start = at
  while (start > 0 && at - start < LOCAL_MAX && isLocal(lower[start - 1] ?? '')) start--
  let end = at + mark.length
  const domain = end
  while (end < text.length && end - domain < DOMAIN_MAX && isDomain(lower[end] ?? '')) end++
  if (lower[end - 1] === '.') end--
  const address = `${lower.slice(start, at)}@${lower.slice(domain, end)}`
  if (!names.has(address as AddressKey)) return undefined
  if (lower[start - 1] === "'" && lower[end] === "'") {
    const behindName = lower[start - 2] === ' ' && isNameEnd(lower, start - 2)
    return behindName ? { start: start - 2, end: end + 1, text: '' } : { start: start - 1, end: end + 1, text: address }
  }
  const dashed = mark === '(a)' && lower.slice(start - 3, start) === ' - '
  return dashed ? { start: start - 3, end, text: '' } : undefined
}

/** Whether a name ends before the space at `space`. */
function isNameEnd(text: string, space: number): boolean {
  const before = text[space - 1] ?? ''
  return before !== '' && !',:;"(<>\r\n \t'.includes(before)
}

/** Where the templates `quoted` and `dash` have left their mark behind a name. */
export function findContactNames(text: string, names: ContactNames): readonly NameMark[] {
  if (names.size === 0) return []
  const lower = text.toLowerCase()
  // A letter whose lower case is longer would shift what follows: such texts are rare, and keep the mark.
  if (lower.length !== text.length) return []
  return [' at ', '(a)'].flatMap((mark) => {
    const marks: NameMark[] = []
    for (let at = lower.indexOf(mark); at >= 0; at = lower.indexOf(mark, at + mark.length)) {
      const found = markAround(text, lower, at, mark, names)
      if (found !== undefined) marks.push(found)
    }
    return marks
  })
}
