// Gathers the facts about a sender from the store: the look-ups behind decide-sender.ts.
import type { BlockRow, SenderKeys } from '../store/queries/policy.ts'
import type { Store } from '../store/store.ts'
import { addressKey, type Address } from '../terms/address.ts'
import type { AliasState, BlockState } from './decide-recipient.ts'
import type { SenderFacts } from './decide-sender.ts'
import { blockTakes, domainsAbove, senderKey } from './match.ts'

export function keysOf(sender: Address): SenderKeys {
  return { full: addressKey(sender), untagged: senderKey(sender), domains: domainsAbove(sender) }
}

/** The entry of the block list that this sender falls under: the alias's own first, exact ones before those with stars. */
export function findBlock(store: Store, sender: Address | undefined, aliasId: string | null): BlockState | undefined {
  if (sender === undefined) return undefined
  const found: BlockRow | undefined =
    store.policy.exactBlocks(keysOf(sender), aliasId)[0] ??
    store.policy
      .triedBlocks(aliasId)
      .find(({ kind, value }) => (kind === 'wildcard' || kind === 'pattern') && blockTakes(kind, value, sender))
  return found
}

/**
 * The facts about whoever the header names as author; the reverse-path stands in where it names nobody. One blocked author
 * is enough to block, and all of them must be known: a second From address opens no door.
 */
export function gatherSenderFacts(
  store: Store,
  alias: AliasState | undefined,
  authors: readonly Address[],
): SenderFacts {
  const { policy } = store
  const aliasId = alias?.id ?? null
  let block: BlockState | undefined
  for (const author of authors) block ??= findBlock(store, author, aliasId)
  return {
    alias,
    block,
    contactBlocked: aliasId !== null && authors.some((one) => policy.isContactBlocked(aliasId, keysOf(one))),
    known: aliasId !== null && authors.length > 0 && authors.every((one) => policy.isKnown(aliasId, addressKey(one))),
  }
}
