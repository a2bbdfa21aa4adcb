// What would happen now to a message, and by which setting: the decisions of the door, asked without sending anything.
import { decideRecipient, type RecipientDecision } from '../../aliases/decide-recipient.ts'
import { decideSender, type SenderDecision } from '../../aliases/decide-sender.ts'
import { SETTINGS, type Setting } from '../../aliases/decide-settings.ts'
import { gatherFacts } from '../../aliases/facts.ts'
import { gatherSenderFacts } from '../../aliases/sender-facts.ts'
import { looksRouted } from '../../smtp/parse-command.ts'
import { parseAddress } from '../../terms/address.ts'
import type { Reply } from '../../terms/reply.ts'
import { invalid, type ApiParts } from '../parts.ts'

export interface Why {
  readonly address: string
  readonly sender: string | null
  /** `forward`, `make-alias`, `refuse`, `discard`, `ask`, … */
  readonly outcome: string
  /** The setting that decided. */
  readonly setting: Setting
  /** The same in a sentence. */
  readonly text: string
  readonly answer: {
    readonly code: number
    readonly enhanced: string
    readonly text: string
    readonly id: string
  } | null
  /** When it is decided: at RCPT, or behind DATA where the header From is known. */
  readonly at: 'rcpt' | 'data'
  readonly alias: string | null
  readonly recipients: readonly string[]
  /** The pattern or the block that it comes from. */
  readonly entry: { readonly kind: 'pattern' | 'block'; readonly id: string; readonly value: string } | null
}

function answerOf(reply: Reply): Why['answer'] {
  return { code: reply.code, enhanced: reply.enhanced ?? '', text: reply.text, id: reply.id }
}

function entryOf(parts: ApiParts, decision: RecipientDecision | SenderDecision): Why['entry'] {
  if (decision.kind === 'make-alias' && decision.pattern !== undefined)
    return { kind: 'pattern', id: decision.pattern.id, value: decision.pattern.pattern }
  const blockId = decision.kind === 'refuse' || decision.kind === 'discard' ? decision.blockId : null
  const block = blockId === null ? undefined : parts.store.policy.block(blockId)
  return block === undefined ? null : { kind: 'block', id: block.id, value: block.value }
}

/** Rates are left out: they are about how many messages came in this hour, not about who may write. */
export function why(parts: ApiParts, to: string, from: string | undefined): Why {
  const address = parseAddress(to)
  if (address === undefined) throw invalid('address', 'That is not a mail address.')
  const sender = from === undefined ? undefined : parseAddress(from)
  if (from !== undefined && sender === undefined) throw invalid('sender', 'The sender is not a mail address.')
  const decision = decideRecipient(
    gatherFacts(address, {
      store: parts.store,
      now: parts.clock.now(),
      sender,
      authenticated: false,
      routed: looksRouted(address),
      mayMakeAlias: true,
      withinRate: () => true,
      // A signed return path is for machines: whoever asks here holds no key, and the answer would only be "it is one".
      bouncedDelivery: () => undefined,
      unsubscribedDelivery: () => undefined,
    }),
  )
  const alias = 'alias' in decision ? decision.alias : undefined
  const base = {
    ...{ address, sender: sender ?? null, alias: alias?.address ?? null },
    recipients: recipientsOf(parts, decision),
  }
  const recipientSays: Why = {
    ...{ ...base, outcome: decision.kind, setting: decision.because, text: SETTINGS[decision.because], at: 'rcpt' },
    ...{ answer: decision.kind === 'refuse' ? answerOf(decision.reply) : null, entry: entryOf(parts, decision) },
  }
  if (decision.kind !== 'forward' && decision.kind !== 'make-alias') return recipientSays
  const policy = decision.kind === 'forward' ? decision.alias.policy : 'all'
  if (sender === undefined) {
    if (policy === 'all') return recipientSays
    const setting = policy === 'known' ? 'policy-known' : 'policy-ask'
    return { ...recipientSays, setting, text: `It depends on the sender: ${SETTINGS[setting]}`, at: 'data' }
  }
  const says = decideSender(gatherSenderFacts(parts.store, alias, [sender]))
  if (says.kind === 'pass')
    return says.because === 'alias'
      ? recipientSays
      : { ...recipientSays, setting: says.because, text: SETTINGS[says.because] }
  return {
    ...{ ...base, recipients: [], outcome: says.kind, setting: says.because, text: SETTINGS[says.because], at: 'data' },
    ...{ answer: says.kind === 'refuse' ? answerOf(says.reply) : null, entry: entryOf(parts, says) },
  }
}

function recipientsOf(parts: ApiParts, decision: RecipientDecision): readonly string[] {
  const { directory } = parts.store
  if (decision.kind === 'forward') return directory.recipientsFor(decision.alias.id).map((one) => one.email)
  if (decision.kind === 'to-user') return directory.recipientsFor('').map((one) => one.email)
  if (decision.kind !== 'make-alias') return []
  const named = (decision.pattern?.recipientIds ?? []).map((id) => directory.recipient(id)?.email ?? '')
  const there = named.filter((one) => one !== '')
  if (there.length > 0) return there
  const byDomain = directory.domainById(decision.domain.id)?.defaultRecipientId ?? null
  const own = byDomain === null ? undefined : directory.recipient(byDomain)
  return own === undefined ? directory.recipientsFor('').map((one) => one.email) : [own.email]
}
