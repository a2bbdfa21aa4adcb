// Has this alias been sold or leaked? behaviour.md 2.5: it always heard from one organisation and now hears from an unrelated
// one. Few false alarms matter more than the first possible moment: one mail makes no habit, and services that send for
// others are no strangers.

export interface Heard {
  readonly organisation: string
  readonly messages: number
  readonly firstSeen: number
  readonly sender: string
}

export interface LeakFacts {
  /** Organisations that wrote to the alias before, with how often. */
  readonly heard: readonly Heard[]
  readonly sender: string
  readonly organisation: string
  readonly at: number
  readonly sendsForOthers: boolean
  /** The user wrote to this sender, made the contact or allowed it. */
  readonly invited: boolean
  /** Organisations that signed the message (DKIM, verified): the old one vouching for the new one. */
  readonly signers: readonly string[]
  /** Whether two organisations carry one name under two suffixes. */
  readonly sameBrand: (a: string, b: string) => boolean
}

export interface LeakEvidence {
  readonly at: number
  readonly sender: string
  readonly organisation: string
  /** Who it was until then. */
  readonly expected: string
  readonly expectedMessages: number
  readonly expectedSince: number
}

/** Below that, one organisation is not yet what the alias "always" heard from. */
const HABIT = 2

export function decideLeak(facts: LeakFacts): LeakEvidence | undefined {
  const [only, ...others] = facts.heard
  if (only === undefined || others.length > 0 || only.messages < HABIT) return undefined
  // An alias that a person at a mailbox provider writes to was given to people, not to an organisation.
  if (only.organisation.includes('@') || only.organisation === facts.organisation) return undefined
  if (facts.sendsForOthers || facts.invited) return undefined
  if (facts.signers.includes(only.organisation) || facts.sameBrand(only.organisation, facts.organisation))
    return undefined
  return {
    at: facts.at,
    sender: facts.sender,
    organisation: facts.organisation,
    expected: only.organisation,
    expectedMessages: only.messages,
    expectedSince: only.firstSeen,
  }
}
