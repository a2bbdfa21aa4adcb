// Which organisation an address belongs to, as far as names can tell: the registrable domain (public suffix list, private
// section too: two customers of one hoster are two organisations). At mailbox providers each person is one of their own.
// It GROUPS only: by it an alias is told to have leaked. It authorises nothing; what does compares whole domains (trust/proof.ts).
import { getDomain, getDomainWithoutSuffix } from 'tldts'
import { domainOf, type Address } from '../terms/address.ts'
import { senderKey } from './match.ts'
import { MAILBOX_PROVIDERS, SENDS_FOR_OTHERS } from './senders-for-others.ts'

const OPTIONS = { allowPrivateDomains: true, validateHostname: false } as const

function registrable(domain: string): string {
  return getDomain(domain, OPTIONS) ?? domain
}

/** `shop.example`, or for somebody at a mailbox provider the whole address. */
export function organisationOf(sender: Address): string {
  const domain = registrable(domainOf(sender))
  return MAILBOX_PROVIDERS.has(domain) ? senderKey(sender) : domain
}

export function organisationOfDomain(domain: string): string {
  return registrable(domain)
}

/** Services through which a shop's own mail comes: their name in From says nothing about who wrote. */
export function sendsForOthers(organisation: string): boolean {
  return SENDS_FOR_OTHERS.has(organisation)
}

/** `shop.de` and `shop.co.uk` are most likely one house. */
export function sameBrand(a: string, b: string): boolean {
  const brand = (name: string): string | null => getDomainWithoutSuffix(name, OPTIONS)
  const first = brand(a)
  return first !== null && first !== '' && first === brand(b)
}
