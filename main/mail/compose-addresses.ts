// Address lists as words for a field of ours. RFC 5322 §3.4
import type { Address } from '../terms/address.ts'
import type { AddressEntry, Mailbox } from './address-list.ts'
import { phraseWords } from './compose-field.ts'
import { safeName } from './display-name.ts'

/** `name <address>`, or the address alone where there is no name. */
export function mailboxWords(displayName: string, address: Address): string[] {
  const phrase = phraseWords(displayName)
  return phrase.length === 0 ? [address] : [...phrase, `<${address}>`]
}

/** What is no address keeps its words as the name of an empty group: a valid list that loses nothing. RFC 5322 §3.4 */
function unreadableWords(name: string): string[] {
  const phrase = phraseWords(name)
  return phrase.length === 0 ? [] : withSuffix(phrase, ':;')
}

function withSuffix(words: readonly string[], suffix: string): string[] {
  const last = words.at(-1)
  return last === undefined ? [] : [...words.slice(0, -1), `${last}${suffix}`]
}

/** What is done with a name before it is written. */
type NameWriter = (name: string) => string

function oneMailbox({ address, displayName, isShown }: Mailbox, nameOf: NameWriter): string[] {
  const name = isShown === true ? displayName : nameOf(displayName)
  return address === undefined ? unreadableWords(name) : mailboxWords(name, address)
}

function separated(lists: readonly (readonly string[])[]): string[] {
  const full = lists.filter((words) => words.length > 0)
  return full.flatMap((words, index) => (index < full.length - 1 ? withSuffix(words, ',') : words))
}

function groupWords(displayName: string, members: readonly Mailbox[], nameOf: NameWriter): string[] {
  const name = phraseWords(nameOf(displayName))
  const readable = members.filter((member) => member.address !== undefined)
  return withSuffix(
    [
      ...withSuffix(name.length === 0 ? ['group'] : name, ':'),
      ...separated(readable.map((member) => oneMailbox(member, nameOf))),
    ],
    ';',
  )
}

/** The words of a whole list, commas and all. Names that were not made for showing go through `nameOf`. */
export function listWords(entries: readonly AddressEntry[], nameOf: NameWriter = safeName): string[] {
  return separated(
    entries.map((entry) =>
      entry.kind === 'group' ? groupWords(entry.displayName, entry.members, nameOf) : oneMailbox(entry, nameOf),
    ),
  )
}
