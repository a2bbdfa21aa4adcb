// Finds the relay's reply addresses in any text (quoted mail, attendee lists). Which ones exist only the store knows, so each
// candidate is resolved by a function that is handed in.
import type { AddressKey } from '../terms/address.ts'
import type { KnownAddress } from './address-finder.ts'
import { findAddresses } from './address-finder.ts'
import type { ReplyTarget } from './facts.ts'

/** 110 random bits in base32: what the relay makes (behaviour.md 3.3). */
const REPLY_LENGTH = 22
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** Whether a local part looks like that of a reply address. */
export function isReplyLocalPart(local: string): boolean {
  if (local.length !== REPLY_LENGTH) return false
  for (const letter of local.toLowerCase()) if (!BASE32.includes(letter)) return false
  return true
}

/** Says what an address stands for; asked once for each address. */
export type ResolveTarget = (key: AddressKey) => ReplyTarget | undefined

/**
 * The reply addresses that stand in a text, each with what it stands for: those of the relay's own making, and
 * `alias+user=example.com@` of other relays. `domains` are ours; `resolve` decides.
 */
export function replyAddressesIn(
  text: string,
  domains: ReadonlySet<string>,
  resolve: ResolveTarget,
): ReadonlyMap<AddressKey, ReplyTarget> {
  const targets = new Map<AddressKey, ReplyTarget>()
  const get = (key: AddressKey): KnownAddress | undefined => {
    const local = key.slice(0, key.lastIndexOf('@'))
    const [base = ''] = local.split('+')
    if (!isReplyLocalPart(base) && !local.includes('=')) return undefined
    const target = targets.get(key) ?? resolve(key)
    if (target === undefined) return undefined
    targets.set(key, target)
    return { key, replacement: target.address, withTags: false }
  }
  findAddresses(text, { byKey: { get, size: 1 }, domains })
  return targets
}
