// Gathers the facts about one recipient from the store: the look-ups behind the pure decision.
import { createHash } from 'node:crypto'
import type { Store } from '../store/store.ts'
import {
  addressKey,
  domainOf,
  localPartOf,
  mayBeOurs,
  parseAddress,
  splitTag,
  type Address,
  type AddressKey,
} from '../terms/address.ts'
import { address as joinAddress } from '../terms/address.ts'
import type { PatternState, RecipientFacts } from './decide-recipient.ts'
import { matchesWhole } from './match.ts'
import { findBlock } from './sender-facts.ts'

export interface FactsContext {
  readonly store: Store
  readonly authenticated: boolean
  readonly routed: boolean
  readonly mayMakeAlias: boolean
  readonly now: number
  /** The reverse-path; undefined for the null sender. */
  readonly sender: Address | undefined
  readonly withinRate: (alias: { readonly id: string; readonly hourlyLimit: number | null }) => boolean
  /** The delivery behind a signed return path; undefined where it is none. */
  readonly bouncedDelivery: (address: Address) => number | undefined
  /** `realAddressTag`; undefined where it plays no part. */
  readonly realAddressTag?: string | undefined
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

/** The first pattern of the domain that takes the whole local part. */
function findPattern(store: Store, domainId: string, local: string): PatternState | undefined {
  const text = local.toLowerCase().normalize('NFC')
  return store.policy.patterns(domainId).find(({ pattern }) => matchesWhole(pattern, text))
}

export function gatherFacts(address: Address | undefined, context: FactsContext): RecipientFacts {
  const nothing = {
    ...{ alias: undefined, forgotten: false, contact: undefined, contactAlias: undefined },
    ...{ pattern: undefined, block: undefined, withinRate: true, realAddress: false, tagOfNoMeaning: false },
  } as const
  const { authenticated, routed, mayMakeAlias, now } = context
  const base = { now, address, routed, authenticated, mayMakeAlias }
  if (address === undefined)
    return {
      ...base,
      ...nothing,
      localPart: 'postmaster',
      tag: '',
      tooLong: false,
      domain: undefined,
      bouncedDelivery: undefined,
      unsubscribedDelivery: undefined,
      addressInTag: undefined,
    }
  const { directory } = context.store
  const domain = directory.domain(domainOf(address))
  const { base: local, tag } = splitTag(localPartOf(address))
  const own = { ...base, localPart: local, tag, tooLong: !mayBeOurs(localPartOf(address)), domain }
  if (domain === undefined || routed)
    return { ...own, ...nothing, bouncedDelivery: undefined, unsubscribedDelivery: undefined, addressInTag: undefined }
  const key = addressKey(joinAddress(local, domain.name))
  const realAddress = tag !== '' && tag.toLowerCase() === context.realAddressTag
  const contact = directory.contactByReplyAddress(realAddress ? key : addressKey(address))
  const tagOfNoMeaning = tag !== '' && contact === undefined && directory.contactByReplyAddress(key) !== undefined
  const alias = directory.alias(key)
  return {
    ...own,
    contact,
    realAddress,
    tagOfNoMeaning,
    contactAlias: contact === undefined ? undefined : directory.aliasById(contact.aliasId),
    alias,
    pattern: alias === undefined ? findPattern(context.store, domain.id, local) : undefined,
    block: authenticated ? undefined : findBlock(context.store, context.sender, alias?.id ?? null),
    withinRate: alias === undefined || context.withinRate(alias),
    forgotten: alias === undefined && directory.isForgotten(addressHash(key)),
    bouncedDelivery: context.bouncedDelivery(address),
    unsubscribedDelivery: context.unsubscribedDelivery(address),
    addressInTag: addressInTag(tag),
  }
}
