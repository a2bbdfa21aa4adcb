// How a contact shows in the user's mail program. No `@` in a display name: programs that see one there take the name for
// an address, warn of phishing, or answer to it.
import type { Address } from '../terms/address.ts'
import { domainOf, localPartOf } from '../terms/address.ts'
import { oneLine } from './charset.ts'
import type { FromTemplate } from './facts.ts'
import { shownName, withoutAddresses } from './shown-name.ts'

/** Names that stand beside no address of a contact's are cut here. */
const NAME_MAX = 128

/** The at sign, and those that only look like it (full width, small). */
const AT_SIGNS = new Set(['@', '\uff20', '\ufe6b'])

function spelled(text: string, at: string): string {
  let out = ''
  for (const character of text) out += AT_SIGNS.has(character) ? at : character
  return oneLine(out)
}

/** A name without an at sign, on one line, as long as it is. */
export function plainName(name: string): string {
  return spelled(name, ' at ')
}

/** A name without an at sign, on one line, of bounded length. */
export function safeName(name: string): string {
  const characters = Array.from(plainName(name))
  return characters.length <= NAME_MAX ? characters.join('') : `${characters.slice(0, NAME_MAX - 1).join('')}…`
}

/** The name that a stranger gave themselves or somebody else, fit to stand beside the address; empty where it says nothing but an address. */
function ownName(displayName: string): string {
  const visible = shownName(displayName, Infinity)
  return shownName(plainName(withoutAddresses(visible)))
}

/**
 * The display name of a contact by the template that the user chose. The address in it always stands whole, behind at most `NAME_COLUMNS`
 * of a name; in a name, no other address stands. behaviour.md 3.2
 */
export function contactName(template: FromTemplate, displayName: string, address: Address): string {
  const local = localPartOf(address)
  const domain = domainOf(address)
  const inWords = spelled(`${local} at ${domain}`, ' at ')
  const name = ownName(displayName)
  switch (template) {
    case 'quoted':
      return name === '' ? `'${inWords}'` : `${name} '${inWords}'`
    case 'dash': {
      const dashed = `${spelled(local, '(a)')}(a)${domain}`
      return name === '' ? dashed : `${name} - ${dashed}`
    }
    case 'name':
      return name === '' ? inWords : name
    case 'address':
      return inWords
    case 'none':
      return ''
  }
}
