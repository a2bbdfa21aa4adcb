// A word of the user's about one message: it goes out with the real address in it. It stands as a tag in the reply address
// (`…+real-k3q7x@alias.example`), since that is what can be typed in any mail program, webmail too.
import { createHmac } from 'node:crypto'
import type { Address } from '../terms/address.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const LETTERS = 5

/** What the tag is made under. */
export const REAL_ADDRESS_KEY = 'real-address-tag'

/**
 * The tag of this relay. Part of it is a secret, so that no stranger can put it where the user would send it without a look: into
 * Reply-To, or into a link. `key`: 32 octets of the relay's.
 */
export function realAddressTag(key: Uint8Array): string {
  const digest = createHmac('sha256', key).update('tag').digest()
  return `real-${[...digest.subarray(0, LETTERS)].map((octet) => BASE32[octet % 32]).join('')}`
}

/** A reply address with the tag in it. */
export function withRealAddressTag(replyAddress: Address, tag: string): Address {
  const at = replyAddress.lastIndexOf('@')
  return `${replyAddress.slice(0, at)}+${tag}${replyAddress.slice(at)}` as Address
}
