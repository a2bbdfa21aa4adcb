// Whose mail is this, and may it pass: one envelope recipient, decided from facts alone. behaviour.md 1 and 2
import type { Address, Domain } from '../terms/address.ts'
import { REPLIES, withText, type Reply } from '../terms/reply.ts'

/** What the decision needs of an alias. */
export interface AliasState {
  readonly id: string
  readonly address: Address
  readonly active: boolean
  readonly whenDisabled: 'reject' | 'discard' | 'defer'
  readonly rejectText: string | null
  readonly deletedAt: number | null
}

export interface DomainState {
  readonly id: string
  readonly name: Domain
  readonly active: boolean
  readonly catchAll: boolean
}

export interface ContactState {
  readonly id: string
  readonly address: Address
}

export interface RecipientFacts {
  /** undefined for the bare `<postmaster>`. */
  readonly address: Address | undefined
  /** A percent hack, a bang path, a quoted `@`: somebody tries our doors. */
  readonly routed: boolean
  readonly localPart: string
  readonly tag: string
  /** The domain of the address where it is ours. */
  readonly domain: DomainState | undefined
  /** Whether the session proved to be the user's. */
  readonly authenticated: boolean
  readonly alias: AliasState | undefined
  readonly forgotten: boolean
  /** The contact whose reply address this is, and the alias it belongs to. */
  readonly contact: ContactState | undefined
  readonly contactAlias: AliasState | undefined
  /** The delivery whose signed return path this is. */
  readonly bouncedDelivery: number | undefined
  /** The delivery whose signed unsubscribe address this is. */
  readonly unsubscribedDelivery: number | undefined
  /** The stranger in `alias+user=example.com@`, where it reads as one. */
  readonly addressInTag: Address | undefined
  /** False once too many aliases came to be in this hour. */
  readonly mayMakeAlias: boolean
}

export type RecipientDecision =
  | { readonly kind: 'refuse'; readonly reply: Reply; readonly aliasId: string | null }
  | { readonly kind: 'discard'; readonly alias: AliasState }
  | {
      readonly kind: 'forward'
      readonly alias: AliasState
      readonly tag: string
      /** An order to send, should the message turn out to be proven to be the user's. */
      readonly addressInTag: Address | undefined
    }
  | { readonly kind: 'make-alias'; readonly domain: DomainState; readonly localPart: string; readonly tag: string }
  /** `postmaster`, `abuse`: to the user, no alias. RFC 5321 §4.5.1, RFC 2142 */
  | { readonly kind: 'to-user' }
  | { readonly kind: 'reply'; readonly contact: ContactState; readonly alias: AliasState }
  /** From an authenticated session to somebody outside: which alias it goes out from, the From field says. */
  | { readonly kind: 'send'; readonly to: Address; readonly alias: AliasState | undefined }
  /** A reply that nobody proved to be the user's: kept for the user, not sent. */
  | { readonly kind: 'hold-reply'; readonly contact: ContactState; readonly alias: AliasState }
  | { readonly kind: 'bounce'; readonly deliveryId: number }
  | { readonly kind: 'unsubscribe'; readonly deliveryId: number }

const TO_USER = new Set(['postmaster', 'abuse'])
/** Never made by a catch-all: nobody writes there but programs, or people who probe. contract.md "Addresses" */
const NEVER_MADE = new Set(['mailer-daemon', 'tls-reports', 'dmarc-reports', 'bounces', 'noreply-dmarc', 'root'])

function refuse(reply: Reply, alias?: AliasState): RecipientDecision {
  return { kind: 'refuse', reply, aliasId: alias?.id ?? null }
}

/** One recipient. Total: every combination of facts has its answer. */
export function decideRecipient(facts: RecipientFacts): RecipientDecision {
  if (facts.address === undefined) return { kind: 'to-user' }
  if (facts.domain === undefined) {
    if (!facts.authenticated || facts.routed) return refuse(REPLIES.notOurs)
    return { kind: 'send', to: facts.address, alias: undefined }
  }
  if (facts.routed) return refuse(REPLIES.notOurs)
  if (facts.bouncedDelivery !== undefined) return { kind: 'bounce', deliveryId: facts.bouncedDelivery }
  if (facts.unsubscribedDelivery !== undefined) return { kind: 'unsubscribe', deliveryId: facts.unsubscribedDelivery }
  if (facts.contact !== undefined) return decideReply(facts, facts.contact)
  if (TO_USER.has(facts.localPart.toLowerCase())) return { kind: 'to-user' }
  if (facts.alias !== undefined) return decideAlias(facts, facts.alias)
  return decideUnknown(facts, facts.domain)
}

function decideReply(facts: RecipientFacts, contact: ContactState): RecipientDecision {
  const alias = facts.contactAlias
  if (alias?.deletedAt !== null) return refuse(REPLIES.replyAddressUnknown, alias)
  return { kind: facts.authenticated ? 'reply' : 'hold-reply', contact, alias }
}

function decideAlias(facts: RecipientFacts, alias: AliasState): RecipientDecision {
  // A tag that names somebody is an order to send only when the user gives it; from anybody else it is a tag.
  if (facts.authenticated && facts.addressInTag !== undefined) return { kind: 'send', to: facts.addressInTag, alias }
  if (alias.deletedAt !== null) return refuse(REPLIES.aliasDeleted, alias)
  if (facts.domain?.active === false) return refuse(REPLIES.unknownAlias, alias)
  if (alias.active) return { kind: 'forward', alias, tag: facts.tag, addressInTag: facts.addressInTag }
  switch (alias.whenDisabled) {
    case 'reject':
      return refuse(withText(REPLIES.aliasDisabled, alias.rejectText ?? undefined), alias)
    case 'defer':
      return refuse(withText(REPLIES.aliasDeferred, alias.rejectText ?? undefined), alias)
    case 'discard':
      return { kind: 'discard', alias }
  }
}

function decideUnknown(facts: RecipientFacts, domain: DomainState): RecipientDecision {
  if (facts.forgotten) return refuse(REPLIES.aliasForgotten)
  // A quoted local part is legal and nobody's alias: it is not made one, whatever the catch-all says.
  const plain = !facts.localPart.startsWith('"') && !NEVER_MADE.has(facts.localPart.toLowerCase())
  if (!domain.active || !domain.catchAll || !plain) return refuse(REPLIES.unknownAlias)
  if (!facts.mayMakeAlias) return refuse(REPLIES.tooManyNewAliases)
  return { kind: 'make-alias', domain, localPart: facts.localPart, tag: facts.tag }
}
