// The decision of RCPT, taken again behind DATA: minutes may lie between them, in which the alias was switched off, deleted, forgotten or
// came to its last message. What is committed rests on what is so now.
import { decideRecipient, type RecipientDecision } from '../aliases/decide-recipient.ts'
import { gatherFacts } from '../aliases/facts.ts'
import type { Address } from '../terms/address.ts'
import { REPLIES } from '../terms/reply.ts'
import type { Arrival } from './arrival.ts'
import type { MailParts } from './parts.ts'
import type { Refused } from './plan-recipients.ts'
import type { Plan } from './plan.ts'

/** Messages that were let through and are not committed yet, for each alias that takes only so many. */
export class UnderWay {
  private readonly counts = new Map<string, number>()

  of(aliasId: string): number {
    return this.counts.get(aliasId) ?? 0
  }

  /** Returns what takes them out again. */
  enter(aliasIds: ReadonlySet<string>): () => void {
    for (const id of aliasIds) this.counts.set(id, this.of(id) + 1)
    return () => {
      for (const id of aliasIds) {
        const left = this.of(id) - 1
        if (left > 0) this.counts.set(id, left)
        else this.counts.delete(id)
      }
    }
  }
}

export interface SecondLook {
  readonly plans: readonly Plan[]
  readonly refused: readonly Refused[]
  /** To be called when the message is committed, or is not going to be. */
  readonly leave: () => void
}

function decideAgain(parts: MailParts, { address, decision }: Plan, arrival: Arrival): RecipientDecision {
  if (decision.kind !== 'forward' && decision.kind !== 'make-alias') return decision
  return decideNow(parts, address, arrival)
}

/** What is decided now about mail to an alias or to an address that may become one. */
export function decideNow(parts: MailParts, address: Address | undefined, arrival: Arrival): RecipientDecision {
  // Rates were asked at RCPT, where the message was counted; addresses of ours were told apart there for good.
  const facts = gatherFacts(address, {
    ...{ store: parts.store, now: arrival.receivedAt, sender: arrival.transaction.reversePath },
    ...{ authenticated: arrival.peer.account !== undefined, routed: false, mayMakeAlias: true },
    ...{ withinRate: () => true, bouncedDelivery: () => undefined, unsubscribedDelivery: () => undefined },
    realAddressTag: parts.realAddressTag,
  })
  return decideRecipient(facts)
}

/** Whether the messages that are being committed right now fill the alias up: one of them may still fail, so it is asked to come again. */
function isFull(decision: RecipientDecision, underWay: UnderWay): boolean {
  if (decision.kind !== 'forward' || decision.alias.expiresAfter === null) return false
  return decision.alias.forwarded + underWay.of(decision.alias.id) >= decision.alias.expiresAfter
}

/** Everything in one turn: nothing else is decided between the look and the entry in `underWay`. */
export function lookAgain(parts: MailParts, plans: readonly Plan[], arrival: Arrival, underWay: UnderWay): SecondLook {
  const kept: Plan[] = []
  const refused: Refused[] = []
  const counted = new Set<string>()
  for (const plan of plans) {
    const decision = decideAgain(parts, plan, arrival)
    if (decision.kind === 'refuse') refused.push({ plan, reply: decision.reply, blockId: decision.blockId })
    else if (isFull(decision, underWay)) refused.push({ plan, reply: REPLIES.expiredCountDeferred, blockId: null })
    else {
      kept.push({ ...plan, decision })
      if (decision.kind === 'forward' && decision.alias.expiresAfter !== null) counted.add(decision.alias.id)
    }
  }
  return { plans: kept, refused, leave: underWay.enter(counted) }
}
