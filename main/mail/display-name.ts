// How a contact shows in the user's mail program. No `@` in a display name: programs that see one there take the name for
// an address, warn of phishing, or answer to it.
import type { Address } from '../terms/address.ts'
import { domainOf, localPartOf } from '../terms/address.ts'
import { oneLine } from './charset.ts'
import type { FromTemplate } from './facts.ts'

/** Longer names are cut: they are there to hide what follows them. */
const NAME_MAX = 128

/** The at sign, and those that only look like it (full width, small). */
const AT_SIGNS = new Set(['@', '\uff20', '\ufe6b'])

function spelled(text: string, at: string): string {
  let out = ''
  for (const character of text) out += AT_SIGNS.has(character) ? at : character
  return oneLine(out)
}

function shortened(name: string): string {
  const characters = Array.from(name)
  return characters.length <= NAME_MAX ? name : `${characters.slice(0, NAME_MAX - 1).join('')}…`
}

/** A name without an at sign, on one line, of bounded length. */
export function safeName(name: string): string {
  return shortened(spelled(name, ' at '))
}

/** The display name of a contact by the template that the user chose. behaviour.md 3.2 */
export function contactName(template: FromTemplate, displayName: string, address: Address): string {
  const local = localPartOf(address)
  const domain = domainOf(address)
  const inWords = spelled(`${local} at ${domain}`, ' at ')
  // A name that only repeats the address says it twice.
  const bare = displayName.startsWith("'") && displayName.endsWith("'") ? displayName.slice(1, -1) : displayName
  const own = bare.toLowerCase() === address.toLowerCase() ? '' : displayName
  const name = safeName(own)
  switch (template) {
    case 'quoted':
      return name === '' ? `'${inWords}'` : `${name} '${inWords}'`
    case 'dash': {
      const dashed = `${spelled(local, '(a)')}(a)${domain}`
      return name === '' ? dashed : `${shortened(spelled(own, '(a)'))} - ${dashed}`
    }
    case 'name':
      return name === '' ? inWords : name
    case 'address':
      return inWords
    case 'none':
      return ''
  }
}
