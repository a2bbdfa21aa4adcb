// Gathers the facts about one recipient from the store: the look-ups behind the pure decision.
import { createHash } from 'node:crypto'
import type { Store } from '../store/store.ts'
import {
  addressKey,
  domainOf,
  localPartOf,
  parseAddress,
  splitTag,
  type Address,
  type AddressKey,
} from '../terms/address.ts'
import { address as joinAddress } from '../terms/address.ts'
import type { RecipientFacts } from './decide-recipient.ts'

export interface FactsContext {
  readonly store: Store
  readonly authenticated: boolean
  readonly routed: boolean
  readonly mayMakeAlias: boolean
  /** The delivery behind a signed return path; undefined where it is none. */
  readonly bouncedDelivery: (address: Address) => number | undefined
  readonly unsubscribedDelivery: (address: Address) => number | undefined
}

/** What stays of an address that the user wanted forgotten. */
export function addressHash(key: AddressKey): Buffer {
  return createHash('sha256').update(key).digest()
}

/** `user=example.com` in a tag, read as the address it stands for; undefined where it is an ordinary tag. */
export function addressInTag(tag: string): Address | undefined {
  const equals = tag.lastIndexOf('=')
  if (equals < 1 || !tag.includes('.', equals)) return undefined
  return parseAddress(`${tag.slice(0, equals)}@${tag.slice(equals + 1)}`)
}

export function gatherFacts(address: Address | undefined, context: FactsContext): RecipientFacts {
  const nothing = { alias: undefined, forgotten: false, contact: undefined, contactAlias: undefined } as const
  const { authenticated, routed, mayMakeAlias } = context
  const base = { address, routed, authenticated, mayMakeAlias }
  if (address === undefined)
    return {
      ...base,
      ...nothing,
      localPart: 'postmaster',
      tag: '',
      domain: undefined,
      bouncedDelivery: undefined,
      unsubscribedDelivery: undefined,
      addressInTag: undefined,
    }
  const { directory } = context.store
  const domain = directory.domain(domainOf(address))
  const { base: local, tag } = splitTag(localPartOf(address))
  const own = { ...base, localPart: local, tag, domain }
  if (domain === undefined || routed)
    return { ...own, ...nothing, bouncedDelivery: undefined, unsubscribedDelivery: undefined, addressInTag: undefined }
  const contact = directory.contactByReplyAddress(addressKey(address))
  const key = addressKey(joinAddress(local, domain.name))
  const alias = directory.alias(key)
  return {
    ...own,
    contact,
    contactAlias: contact === undefined ? undefined : directory.aliasById(contact.aliasId),
    alias,
    forgotten: alias === undefined && directory.isForgotten(addressHash(key)),
    bouncedDelivery: context.bouncedDelivery(address),
    unsubscribedDelivery: context.unsubscribedDelivery(address),
    addressInTag: addressInTag(tag),
  }
}
