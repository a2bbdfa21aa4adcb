// What a verifier says of a message whose author it knows and about whom it found nothing else.
import type { Author } from '../../main/mail/index.ts'
import type { Domain } from '../../main/terms/address.ts'
import { parseAddress } from '../../main/terms/address.ts'
import type { Evidence } from '../../main/trust/verify.ts'

export function authorAt(email: string): Author {
  const address = parseAddress(email)
  if (address === undefined) throw new Error(`${email} is no address`)
  return { kind: 'known', domain: address.slice(address.lastIndexOf('@') + 1) as Domain, addresses: [address] }
}

export function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    author: authorAt('ada@shop.test'),
    ...{ aligned: false, unresolved: false, sealer: undefined, sealedFor: undefined, offline: false },
    ...change,
  }
}
