// The URIs in the fields of a mailing list (RFC 2369): `mailto:` of somebody, to whom the user could write with one click.
import type { Address, AddressKey } from '../terms/address.ts'
import { addressKey, parseAddress } from '../terms/address.ts'
import { oneLine } from './charset.ts'
import { unfoldedBody } from './compose-field.ts'
import type { HeaderField } from './header-block.ts'

const URIS_MAX = 10

/** The URIs between the angle brackets, in their order. RFC 2369 §2 */
export function urisOf(field: HeaderField): string[] {
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

export interface MailTo {
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
export function mailTo(uri: string): MailTo | undefined {
  if (!uri.toLowerCase().startsWith('mailto:')) return undefined
  const question = uri.indexOf('?')
  const spelled = uri.slice('mailto:'.length, question < 0 ? uri.length : question)
  const address = parseAddress(decoded(spelled) ?? spelled)
  return address === undefined ? undefined : { address, query: question < 0 ? '' : keptFields(uri.slice(question)) }
}

/** `mailto:` of an address, what is special in URIs percent-encoded. */
export function mailToUri(address: Address, query: string): string {
  return `mailto:${encodeURIComponent(address).replaceAll('%40', '@').replaceAll('%2B', '+')}${query}`
}

/** A URI as the user may use it, `ours` in the place of each address; undefined for one that would show the real address. */
export function mappedUri(uri: string, ours: (key: AddressKey) => Address | undefined): string | undefined {
  const to = mailTo(uri)
  if (to === undefined) return uri.toLowerCase().startsWith('mailto:') ? undefined : uri
  const address = ours(addressKey(to.address))
  return address === undefined ? undefined : mailToUri(address, to.query)
}

/** A list of URIs in angle brackets, ready to be folded. RFC 2369 §2 */
export function uriWords(uris: readonly string[]): string[] {
  return uris.map((uri, index) => `<${uri}>${index < uris.length - 1 ? ',' : ''}`)
}
