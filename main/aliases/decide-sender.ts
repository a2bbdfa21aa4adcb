// May this sender write to this alias: decided behind DATA, since the sender is whom the header names. contract.md "Addresses"
import { REPLIES, withText, type Reply } from '../terms/reply.ts'
import type { AliasState, BlockState } from './decide-recipient.ts'
import type { Setting } from './decide-settings.ts'

export interface SenderFacts {
  /** undefined where the mail will make its alias: that one has no contacts and the policy of a new alias. */
  readonly alias: AliasState | undefined
  /** The block that one of the authors falls under. */
  readonly block: BlockState | undefined
  /** Whether a contact of the alias that the user blocked is among the authors. */
  readonly contactBlocked: boolean
  /** Whether every author wrote before, was written to, or was allowed by the user. */
  readonly known: boolean
}

export type SenderDecision = { readonly because: Setting } & (
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse'; readonly reply: Reply; readonly blockId: string | null }
  | { readonly kind: 'discard'; readonly blockId: string | null }
  /** Held until the user says yes or no; the answer sticks. */
  | { readonly kind: 'ask' }
)

export function decideSender({ alias, block, contactBlocked, known }: SenderFacts): SenderDecision {
  if (contactBlocked)
    return { kind: 'refuse', because: 'blocked-contact', reply: REPLIES.contactBlocked, blockId: null }
  if (block !== undefined) {
    const because = block.aliasId === null ? 'blocked-everywhere' : 'blocked-for-alias'
    if (block.answer === 'discard') return { kind: 'discard', because, blockId: block.id }
    return {
      kind: 'refuse',
      because,
      reply: withText(REPLIES.senderBlocked, block.text ?? undefined),
      blockId: block.id,
    }
  }
  const policy = alias?.policy ?? 'all'
  if (policy === 'all') return { kind: 'pass', because: 'alias' }
  if (known) return { kind: 'pass', because: 'sender-known' }
  if (policy === 'ask') return { kind: 'ask', because: 'policy-ask' }
  return { kind: 'refuse', because: 'policy-known', reply: REPLIES.senderUnknown, blockId: null }
}
