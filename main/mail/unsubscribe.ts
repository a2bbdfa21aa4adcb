// List-Unsubscribe (RFC 2369, RFC 8058) on its way to the user: a `mailto:` answered from the user's mailbox would show the
// real address, so it goes by an address of ours; or the button does something else altogether. behaviour.md 3.8
import type { Address } from '../terms/address.ts'
import { addressKey, parseAddress } from '../terms/address.ts'
import { oneLine } from './charset.ts'
import { composeField, unfoldedBody } from './compose-field.ts'
import type { ForwardFacts } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'

const URIS_MAX = 10

/** The URIs between the angle brackets, in their order. RFC 2369 §2 */
function urisOf(field: HeaderField): string[] {
  const text = unfoldedBody(field)
  const uris: string[] = []
  let open = text.indexOf('<')
  while (open >= 0 && uris.length < URIS_MAX) {
    const close = text.indexOf('>', open)
    if (close < 0) break
    // RFC 2369 §2: white space inside the brackets is ignored.
    uris.push(
      text
        .slice(open + 1, close)
        .replaceAll(' ', '')
        .replaceAll('\t', ''),
    )
    open = text.indexOf('<', close)
  }
  return uris
}

interface MailTo {
  readonly address: Address
  /** The question mark and the fields that are kept. */
  readonly query: string
}

/**
 * The header fields of a mailto URI (RFC 6068 §2) that unsubscribing needs: its subject and its body. Anything else would put words into
 * the user's mail, or people: a `cc` or `bcc` gets the answer with the real address in it.
 */
function keptFields(query: string): string {
  const kept = query
    .slice(1)
    .split('&')
    .flatMap((pair) => {
      const [name = '', ...rest] = pair.split('=')
      const value = rest.join('=')
      const key = decoded(name)?.toLowerCase().trim()
      const text = decoded(value)
      // RFC 6068 §5: a line end in a subject begins another field; in a body it is one.
      if ((key !== 'subject' && key !== 'body') || text === undefined) return []
      const clean = key === 'subject' ? oneLine(text) : text.replaceAll(/[^\P{Cc}\r\n\t]/gu, '')
      return [`${key}=${encodeURIComponent(clean)}`]
    })
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** A mailto URI with one address, as every sender writes it. */
function mailTo(uri: string): MailTo | undefined {
  if (!uri.toLowerCase().startsWith('mailto:')) return undefined
  const question = uri.indexOf('?')
  const spelled = uri.slice('mailto:'.length, question < 0 ? uri.length : question)
  const address = parseAddress(decoded(spelled) ?? spelled)
  return address === undefined ? undefined : { address, query: question < 0 ? '' : keptFields(uri.slice(question)) }
}

/** The addresses that a message wants unsubscribing mail at: the caller makes an address of ours for each. */
export function unsubscribeAddressesOf(header: HeaderBlock): readonly Address[] {
  const uris = fieldsNamed(header, 'list-unsubscribe').flatMap(urisOf)
  const found = uris.map((uri) => mailTo(uri)?.address).filter((address) => address !== undefined)
  return [...new Map(found.map((address) => [addressKey(address), address])).values()]
}

/** `mailto:` of an address, what is special in URIs percent-encoded. */
function mailToUri(address: Address, query: string): string {
  return `mailto:${encodeURIComponent(address).replaceAll('%40', '@').replaceAll('%2B', '+')}${query}`
}

/** A URI as the user may use it; undefined for one that would show the real address. */
function kept(uri: string, facts: ForwardFacts): string | undefined {
  const to = mailTo(uri)
  if (to === undefined) return uri.toLowerCase().startsWith('mailto:') ? undefined : uri
  const key = addressKey(to.address)
  const ours = facts.unsubscribe?.relay.get(key) ?? facts.replyAddresses.get(key)
  return ours === undefined ? undefined : mailToUri(ours, to.query)
}

/** What becomes of the message's List-Unsubscribe fields: one field, or none. Undefined: they stay as they are. */
export function unsubscribeFields(header: HeaderBlock, facts: ForwardFacts): readonly HeaderField[] | undefined {
  const { unsubscribe } = facts
  if (unsubscribe === undefined) return undefined
  const theirs = unsubscribe.mode === 'ours' ? [] : fieldsNamed(header, 'list-unsubscribe').flatMap(urisOf)
  const uris = theirs.map((uri) => kept(uri, facts)).filter((uri) => uri !== undefined)
  if (unsubscribe.mode !== 'keep' && unsubscribe.ours !== undefined)
    uris.push(mailToUri(unsubscribe.ours, '?subject=unsubscribe'))
  if (uris.length === 0) return []
  const words = uris.map((uri, index) => `<${uri}>${index < uris.length - 1 ? ',' : ''}`)
  return [composeField('List-Unsubscribe', words)]
}
