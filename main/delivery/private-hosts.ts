// Mail servers inside the user's own network: dialled only where the user named them, since where a domain's servers are is said by its
// owner. A mailbox of the user's is named by the user, and so are its servers. RFC 6890
import { isPublicAddress } from '../dns/public-address.ts'
import type { Domain } from '../terms/address.ts'
import type { MayReach } from './mx.ts'

export interface Reachable {
  /** As the setting has them: `mail.home.arpa`, or `.home.arpa` for all below it. */
  readonly named: () => readonly string[]
  /** Whether mail to this domain goes to a mailbox of the user's. */
  readonly isOwn: (domain: Domain) => boolean
}

export function mayReachFor(domain: Domain, reachable: Reachable): MayReach {
  if (reachable.isOwn(domain)) return () => true
  const named = reachable.named()
  return (host, address) =>
    isPublicAddress(address) || named.some((one) => (one.startsWith('.') ? host.endsWith(one) : host === one))
}
