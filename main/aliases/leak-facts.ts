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

/**
 * Many people write through one list, each under a domain of their own: the organisation is the list's, where a signature of its domain
 * proves that. RFC 2919 §2: `List-Id: name <announce.lists.example>`; anybody can write one, so alone it says nothing.
 */
function listOrganisation({ listId, signers }: { listId: string | undefined; signers: readonly string[] }) {
  const open = listId?.lastIndexOf('<') ?? -1
  if (listId === undefined || open < 0 || !listId.trimEnd().endsWith('>')) return undefined
  const organisation = organisationOfDomain(
    listId
      .trimEnd()
      .slice(open + 1, -1)
      .trim()
      .toLowerCase(),
  )
  return signers.map(organisationOfDomain).includes(organisation) ? organisation : undefined
}

export function lookForLeak(
  store: Store,
  aliasId: string,
  sender: Address,
  message: { readonly at: number; readonly signers: readonly string[]; readonly listId: string | undefined },
): Heard {
  const organisation = listOrganisation(message) ?? organisationOf(sender)
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
