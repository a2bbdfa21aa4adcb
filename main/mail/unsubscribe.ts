// List-Unsubscribe (RFC 2369, RFC 8058) on its way to the user: a `mailto:` answered from the user's mailbox would show the
// real address, so it goes by an address of ours; or the button does something else altogether. behaviour.md 3.8
import type { Address, AddressKey } from '../terms/address.ts'
import { addressKey } from '../terms/address.ts'
import { composeField } from './compose-field.ts'
import type { ForwardFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'
import { mailTo, mailToUri, mappedUri, uriWords, urisOf } from './list-uris.ts'

/** The addresses that a message wants unsubscribing mail at: the caller makes an address of ours for each. */
export function unsubscribeAddressesOf(header: HeaderBlock): readonly Address[] {
  const uris = fieldsNamed(header, 'list-unsubscribe').flatMap(urisOf)
  const found = uris.map((uri) => mailTo(uri)?.address).filter((address) => address !== undefined)
  return [...new Map(found.map((address) => [addressKey(address), address])).values()]
}

/** What becomes of the message's List-Unsubscribe fields: one field, or none. Undefined: they stay as they are. */
export function unsubscribeFields(header: HeaderBlock, facts: ForwardFacts): readonly HeaderField[] | undefined {
  const { unsubscribe } = facts
  if (unsubscribe === undefined) return undefined
  const theirs = unsubscribe.mode === 'ours' ? [] : fieldsNamed(header, 'list-unsubscribe').flatMap(urisOf)
  const ours = (key: AddressKey): Address | undefined => unsubscribe.relay.get(key) ?? facts.replyAddresses.get(key)
  const uris = theirs.map((uri) => mappedUri(uri, ours)).filter((uri) => uri !== undefined)
  if (unsubscribe.mode !== 'keep' && unsubscribe.ours !== undefined)
    uris.push(mailToUri(unsubscribe.ours, '?subject=unsubscribe'))
  if (uris.length === 0) return []
  return [composeField('List-Unsubscribe', uriWords(uris))]
}
