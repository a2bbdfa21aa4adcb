// The names of people in To and Cc of what the user writes. A mail program that answers a forward puts there the name that stood in the forward, and
// that is the word of whoever wrote it: a third person may have called somebody whatever they liked. Only what the user typed goes out.
import { addressKey } from '../terms/address.ts'
import { findContactNames } from './contact-names.ts'
import { contactName, safeName } from './display-name.ts'
import { oneLine } from './charset.ts'
import type { FromTemplate, ReplyTarget } from './facts.ts'

const TEMPLATES: readonly FromTemplate[] = ['quoted', 'dash', 'name', 'address']

function folded(text: string): string {
  const plain = oneLine(text).toLowerCase().normalize('NFC')
  // Outlook puts names in quotes of its own.
  return plain.length > 2 && plain.startsWith("'") && plain.endsWith("'") ? plain.slice(1, -1) : plain
}

/** `Bob 'bob at example.com'`, `'bob at example.com'`: nobody types that, and to the other side it is the mark of an alias system. */
function bearsOurMark(name: string): boolean {
  const text = oneLine(name)
  if (!text.endsWith("'")) return false
  const inside = text.slice(text.lastIndexOf("'", text.length - 2) + 1, -1)
  const [local = '', domain = '', ...more] = inside.split(' at ')
  return local !== '' && domain.includes('.') && more.length === 0 && !domain.includes(' ')
}

/**
 * The name if the user typed it, else nothing. `name` stood beside the reply address of `contact`; `bareNames`: a mailbox of the user's shows
 * contacts by their names alone, so that what was typed cannot be told from what the relay wrote.
 */
export function typedName(
  name: string,
  contact: Extract<ReplyTarget, { kind: 'contact' }>,
  bareNames: boolean,
): string {
  const { address, displayName } = contact
  if (bareNames || bearsOurMark(name) || findContactNames(name, new Set([addressKey(address)])).length > 0) return ''
  const written = [safeName(displayName), ...TEMPLATES.map((template) => contactName(template, displayName, address))]
  const ours = [...written, address, ...TEMPLATES.map((template) => contactName(template, '', address))]
  return ours.some((one) => folded(one) === folded(name)) ? '' : name
}
