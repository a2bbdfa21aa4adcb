// Names in ids that say whose machine made them: hosts that are no public domain, and the user's own name. Mail servers of the world
// put their domain there; a laptop puts what its owner called it.
import type { AddressKey } from '../terms/address.ts'

/** RFC 6762 §3, and what routers and systems hand out. */
const LOCAL_LABELS: ReadonlySet<string> = new Set('local lan home internal localdomain localhost'.split(' '))

/** Whether a host is no domain of the public DNS: one word, an address, a name of a network at home. */
export function isMachineHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  if (name === '') return false
  if (name.startsWith('[') || name.endsWith('.home.arpa')) return true
  return LOCAL_LABELS.has(name.slice(name.lastIndexOf('.') + 1)) || !name.includes('.')
}

function isAlnumAt(text: string, at: number): boolean {
  const character = text[at] ?? ''
  return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9')
}

/** Whether a word stands in a text with no letter or digit on either side; both in lower case. */
export function containsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isAlnumAt(text, at - 1) && !isAlnumAt(text, at + word.length)) return true
  }
  return false
}

/** Shorter local parts (`info`, `ann`) stand in ids of everybody. */
const LOCAL_MIN = 5

/** The local parts of the user's addresses that are long enough to mean the user. */
export function tellingLocals(addresses: Iterable<AddressKey>): readonly string[] {
  const locals = [...addresses].map((key) => key.slice(0, key.lastIndexOf('@')))
  return [...new Set(locals)].filter((local) => local.length >= LOCAL_MIN)
}

/** Whether a machine of the user's made an id (`left@host`), or its left part names the user. */
export function isOwnId(id: string, locals: readonly string[]): boolean {
  const lower = id.trim().toLowerCase()
  const sign = lower.lastIndexOf('@')
  const left = sign < 0 ? lower : lower.slice(0, sign)
  return (sign >= 0 && isMachineHost(lower.slice(sign + 1))) || locals.some((local) => containsWord(left, local))
}
