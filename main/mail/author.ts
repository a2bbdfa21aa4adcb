// Who wrote a message, for the checks and for the reader alike: this reading decides whose domain DMARC is asked about, and the same
// mailboxes are the ones that a forward shows. Two readings of one From are how a forged author passes for a checked one.
import type { Address, Domain } from '../terms/address.ts'
import { domainOf, parseDomain } from '../terms/address.ts'
import type { Mailbox } from './address-list.ts'
import { isUnreadable } from './address-list.ts'
import { authorsOf } from './correspondents.ts'
import type { HeaderBlock } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'

/** Why a message has no author domain that could be checked. RFC 9989 §5.3.1, §11.5 */
export type AuthorFault =
  /** No From field at all. RFC 5322 §3.6 asks for one. */
  | 'no-from'
  /** More than one From field: a signature may cover one, and a reader see the other. */
  | 'several-from-fields'
  /** From names nobody with an address. */
  | 'no-address'
  /** An entry of From has an `@` and can't be read as an address. */
  | 'unreadable'
  /** Authors at more than one domain. */
  | 'several-domains'
  /** From is longer than any real one, and is not read by the verifier. */
  | 'too-long'
  /** Another program reads other authors in the same bytes. */
  | 'ambiguous'

export type Author =
  | { readonly kind: 'known'; readonly domain: Domain; readonly addresses: readonly Address[] }
  | {
      readonly kind: 'unknown'
      readonly fault: AuthorFault
      /** Every domain that some reading of From names: none of them may be ours. */
      readonly domains: readonly Domain[]
    }

/** Octets of all From fields together. The longest path has 256 (RFC 5321 §4.5.3.1.3); a few names stand beside it. */
export const FROM_MAX = 8 * 1024

function domainsOf(mailboxes: readonly Mailbox[]): readonly Domain[] {
  const domains = mailboxes.flatMap(({ address }) => (address === undefined ? [] : [domainOf(address)]))
  return [...new Set(domains)]
}

function faultIn(header: HeaderBlock, mailboxes: readonly Mailbox[], domains: readonly Domain[]) {
  const fields = fieldsNamed(header, 'from')
  if (fields.length === 0) return 'no-from'
  if (fields.length > 1) return 'several-from-fields'
  if ((fields[0]?.raw.length ?? 0) > FROM_MAX) return 'too-long'
  if (mailboxes.some(isUnreadable)) return 'unreadable'
  if (domains.length === 0) return 'no-address'
  return domains.length > 1 ? 'several-domains' : undefined
}

/** Reads the author of a message. Several mailboxes are one author domain where they share it (RFC 9989 §5.3.1). */
export function readAuthor(header: HeaderBlock): Author {
  const mailboxes = authorsOf(header)
  const domains = domainsOf(mailboxes)
  const fault = faultIn(header, mailboxes, domains)
  if (fault !== undefined) return { kind: 'unknown', fault, domains }
  const [domain] = domains
  if (domain === undefined) return { kind: 'unknown', fault: 'no-address', domains }
  return { kind: 'known', domain, addresses: mailboxes.flatMap(({ address }) => address ?? []) }
}

/**
 * The author, held against the one that another program evaluated of the same header. The mail program of somebody who gets the message
 * as it came reads it by neither of the two, so what they do not agree on is nobody's.
 *
 * `evaluated`: the author domain that it found, undefined for none. `addresses`: what it read in From, where only one of them may be ours.
 */
export function agreedAuthor(
  author: Author,
  { evaluated, addresses }: { readonly evaluated: string | undefined; readonly addresses: readonly string[] },
): Author {
  if (author.kind === 'known' && evaluated !== undefined && parseDomain(evaluated) === author.domain) return author
  const ours = author.kind === 'known' ? [author.domain] : author.domains
  const theirs = addresses.flatMap((text) => parseDomain(text.slice(text.lastIndexOf('@') + 1).trim()) ?? [])
  const domains = [...new Set([...ours, ...theirs])]
  return { kind: 'unknown', fault: author.kind === 'known' ? 'ambiguous' : author.fault, domains }
}
