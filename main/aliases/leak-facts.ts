// Gathers what decide-leak.ts wants to know about one message that passes to an alias.
import type { Store } from '../store/store.ts'
import { addressKey, type Address } from '../terms/address.ts'
import { decideLeak, type LeakEvidence } from './decide-leak.ts'
import { organisationOf, organisationOfDomain, sameBrand, sendsForOthers } from './organisations.ts'

export interface Heard {
  /** What to count; undefined where the sender's name says nothing about who wrote. */
  readonly organisation: string | undefined
  readonly leak: LeakEvidence | undefined
}

export function lookForLeak(
  store: Store,
  aliasId: string,
  sender: Address,
  message: { readonly at: number; readonly signers: readonly string[] },
): Heard {
  const organisation = organisationOf(sender)
  const forOthers = sendsForOthers(organisation)
  const contact = store.directory.contactByAddress(aliasId, addressKey(sender))
  const leak = decideLeak({
    heard: store.policy.organisations(aliasId),
    sender,
    organisation,
    at: message.at,
    sendsForOthers: forOthers,
    invited: contact !== undefined && (contact.standing === 'allowed' || contact.replied > 0),
    signers: message.signers.map(organisationOfDomain),
    sameBrand,
  })
  return { organisation: forOthers ? undefined : organisation, leak }
}
