// Whose mail is this, and may it pass: one envelope recipient, decided from facts alone. behaviour.md 1 and 2
//
// The order is part of the contract: our own addresses, then the alias (deleted, switched off, expired, blocked), then what
// may make one (forgotten, patterns, catch-all). What only the header From can tell is decided behind DATA: decide-sender.ts
import type { Address, Domain } from '../terms/address.ts'
import { REPLIES, withText, type Reply } from '../terms/reply.ts'
import type { Setting } from './decide-settings.ts'
import { mayMakeItself, REPORTS, TO_USER } from './reserved.ts'

/** What the decision needs of an alias. */
export interface AliasState {
  readonly id: string
  readonly address: Address
  readonly active: boolean
  readonly whenDisabled: 'reject' | 'discard' | 'defer'
  readonly rejectText: string | null
  readonly deletedAt: number | null
  readonly policy: 'all' | 'known' | 'ask'
  readonly expiresAt: number | null
  /** Messages forwarded in all. */
  readonly expiresAfter: number | null
  /** Days without any use. */
  readonly expiresIdle: number | null
  readonly forwarded: number
  readonly lastForwarded: number | null
  readonly lastReplied: number | null
  readonly lastSent: number | null
  readonly createdAt: number
  readonly hourlyLimit: number | null
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

/** The first of the domain's ordered patterns that takes the whole local part. */
export interface PatternState {
  readonly id: string
  readonly pattern: string
  readonly recipientIds: readonly string[]
  readonly labels: string
}

/** An entry of the block list that the sender falls under. */
export interface BlockState {
  readonly id: string
  readonly value: string
  readonly aliasId: string | null
  readonly answer: 'reject' | 'discard'
  readonly text: string | null
}

export interface RecipientFacts {
  readonly now: number
  /** undefined for the bare `<postmaster>`. */
  readonly address: Address | undefined
  /** A percent hack, a bang path, a quoted `@`: somebody tries our doors. */
  readonly routed: boolean
  readonly localPart: string
  readonly tag: string
  /** The local part, tag and all, has more octets than any that we give out. */
  readonly tooLong: boolean
  /** The domain of the address where it is ours. */
  readonly domain: DomainState | undefined
  /** Whether the session proved to be the user's. */
  readonly authenticated: boolean
  readonly alias: AliasState | undefined
  readonly forgotten: boolean
  /** The contact whose reply address this is, and the alias it belongs to. */
  readonly contact: ContactState | undefined
  readonly contactAlias: AliasState | undefined
  /** Behind the reply address stands the tag that asks for the real address in this message. */
  readonly realAddress: boolean
  /** A reply address with another tag: nobody's, and no alias is made of it. */
  readonly tagOfNoMeaning: boolean
  /** The delivery whose signed return path this is. */
  readonly bouncedDelivery: number | undefined
  /** The delivery whose signed unsubscribe address this is. */
  readonly unsubscribedDelivery: number | undefined
  /** The stranger in `alias+user=example.com@`, where it reads as one. */
  readonly addressInTag: Address | undefined
  readonly pattern: PatternState | undefined
  /** The block that the reverse-path falls under. */
  readonly block: BlockState | undefined
  /** False once too many aliases came to be in this hour. */
  readonly mayMakeAlias: boolean
  /** False once too many messages came to this alias in this hour. */
  readonly withinRate: boolean
}

interface ToContact<Kind> {
  readonly kind: Kind
  readonly contact: ContactState
  readonly alias: AliasState
  /** The user asks that their own address stays in this one message. */
  readonly realAddress: boolean
}

export type RecipientDecision = { readonly because: Setting } & (
  | {
      readonly kind: 'refuse'
      readonly reply: Reply
      readonly aliasId: string | null
      readonly blockId: string | null
    }
  | {
      readonly kind: 'discard'
      readonly reply: Reply
      /** undefined where the block list threw away mail to an address that no alias has yet. */
      readonly alias: AliasState | undefined
      readonly blockId: string | null
    }
  | {
      readonly kind: 'forward'
      readonly alias: AliasState
      readonly tag: string
      /** An order to send, should the message turn out to be proven to be the user's. */
      readonly addressInTag: Address | undefined
    }
  | {
      readonly kind: 'make-alias'
      readonly domain: DomainState
      readonly localPart: string
      readonly tag: string
      readonly pattern: PatternState | undefined
    }
  /** `postmaster`, `abuse`: to the user, no alias. RFC 5321 §4.5.1, RFC 2142 */
  | { readonly kind: 'to-user' }
  /** One of the addresses that our DNS records ask reports to. */
  | { readonly kind: 'report'; readonly report: 'tls' | 'dmarc' }
  | ToContact<'reply'>
  /** From an authenticated session to somebody outside: which alias it goes out from, the From field says. */
  | { readonly kind: 'send'; readonly to: Address; readonly alias: AliasState | undefined }
  /** A reply that nobody proved to be the user's: kept for the user, not sent. */
  | ToContact<'hold-reply'>
  | { readonly kind: 'bounce'; readonly deliveryId: number }
  | { readonly kind: 'unsubscribe'; readonly deliveryId: number }
)

const DAY = 86_400_000

function refuse(because: Setting, reply: Reply, alias?: AliasState, block?: BlockState): RecipientDecision {
  return { kind: 'refuse', because, reply, aliasId: alias?.id ?? null, blockId: block?.id ?? null }
}

/** One recipient. Total: every combination of facts has its answer. */
export function decideRecipient(facts: RecipientFacts): RecipientDecision {
  if (facts.address === undefined) return { kind: 'to-user', because: 'reserved-address' }
  if (facts.domain === undefined) {
    if (!facts.authenticated || facts.routed) return refuse('not-our-domain', REPLIES.notOurs)
    return { kind: 'send', because: 'authenticated', to: facts.address, alias: undefined }
  }
  if (facts.routed) return refuse('not-our-domain', REPLIES.notOurs)
  if (facts.bouncedDelivery !== undefined)
    return { kind: 'bounce', because: 'return-path', deliveryId: facts.bouncedDelivery }
  if (facts.unsubscribedDelivery !== undefined)
    return { kind: 'unsubscribe', because: 'unsubscribe-address', deliveryId: facts.unsubscribedDelivery }
  if (facts.contact !== undefined) return decideReply(facts, facts.contact)
  if (facts.tagOfNoMeaning) return refuse('no-such-alias', REPLIES.replyAddressUnknown)
  if (TO_USER.has(facts.localPart.toLowerCase())) return { kind: 'to-user', because: 'reserved-address' }
  const report = REPORTS.get(facts.localPart.toLowerCase())
  if (report !== undefined) return { kind: 'report', because: 'report-address', report }
  // RFC 5321 §4.5.3.1.1: ours have 64 octets at most, so a longer one is nobody's, save where its tag names somebody whom the user writes to.
  const names = facts.alias !== undefined && facts.addressInTag !== undefined
  if (facts.tooLong && !names) return refuse('no-such-alias', REPLIES.unknownAlias)
  if (facts.alias !== undefined) return decideAlias(facts, facts.alias)
  return decideUnknown(facts, facts.domain)
}

function decideReply(facts: RecipientFacts, contact: ContactState): RecipientDecision {
  const alias = facts.contactAlias
  if (alias?.deletedAt !== null) return refuse('alias-deleted', REPLIES.replyAddressUnknown, alias)
  const { realAddress } = facts
  return { kind: facts.authenticated ? 'reply' : 'hold-reply', because: 'reply-address', contact, alias, realAddress }
}

/** Which of the alias's ends has come; undefined while none has. */
export function expiryOf(alias: AliasState, now: number): Setting | undefined {
  if (alias.expiresAt !== null && now >= alias.expiresAt) return 'expired-time'
  if (alias.expiresAfter !== null && alias.forwarded >= alias.expiresAfter) return 'expired-count'
  if (alias.expiresIdle === null) return undefined
  const used = Math.max(alias.createdAt, alias.lastForwarded ?? 0, alias.lastReplied ?? 0, alias.lastSent ?? 0)
  return now - used >= alias.expiresIdle * DAY ? 'expired-idle' : undefined
}

const EXPIRED = {
  'expired-time': { reject: REPLIES.expiredTime, defer: REPLIES.expiredTimeDeferred },
  'expired-count': { reject: REPLIES.expiredCount, defer: REPLIES.expiredCountDeferred },
  'expired-idle': { reject: REPLIES.expiredIdle, defer: REPLIES.expiredIdleDeferred },
} as const

/** A closed alias answers as its owner chose; the id says why it is closed, the words tell a stranger nothing. */
function closed(alias: AliasState, because: Setting, reject: Reply, defer: Reply): RecipientDecision {
  switch (alias.whenDisabled) {
    case 'reject':
      return refuse(because, withText(reject, alias.rejectText ?? undefined), alias)
    case 'defer':
      return refuse(because, withText(defer, alias.rejectText ?? undefined), alias)
    case 'discard':
      return { kind: 'discard', because, reply: reject, alias, blockId: null }
  }
}

/** What the block list says; undefined where it says nothing. */
function blocked(block: BlockState | undefined, alias: AliasState | undefined): RecipientDecision | undefined {
  if (block === undefined) return undefined
  const because = block.aliasId === null ? 'blocked-everywhere' : 'blocked-for-alias'
  if (block.answer === 'discard')
    return { kind: 'discard', because, reply: REPLIES.senderBlocked, alias, blockId: block.id }
  return refuse(because, withText(REPLIES.senderBlocked, block.text ?? undefined), alias, block)
}

function decideAlias(facts: RecipientFacts, alias: AliasState): RecipientDecision {
  // A tag that names somebody is an order to send only when the user gives it; from anybody else it is a tag.
  if (facts.authenticated && facts.addressInTag !== undefined)
    return { kind: 'send', because: 'authenticated', to: facts.addressInTag, alias }
  if (alias.deletedAt !== null) return refuse('alias-deleted', REPLIES.aliasDeleted, alias)
  if (facts.domain?.active === false) return refuse('domain-off', REPLIES.unknownAlias, alias)
  if (!alias.active) return closed(alias, 'alias-off', REPLIES.aliasDisabled, REPLIES.aliasDeferred)
  const end = expiryOf(alias, facts.now)
  if (end === 'expired-time' || end === 'expired-count' || end === 'expired-idle')
    return closed(alias, end, EXPIRED[end].reject, EXPIRED[end].defer)
  const block = blocked(facts.block, alias)
  if (block !== undefined) return block
  if (!facts.withinRate) return refuse('alias-rate', REPLIES.tooFast, alias)
  return { kind: 'forward', because: 'alias', alias, tag: facts.tag, addressInTag: facts.addressInTag }
}

function decideUnknown(facts: RecipientFacts, domain: DomainState): RecipientDecision {
  if (facts.forgotten) return refuse('alias-forgotten', REPLIES.aliasForgotten)
  if (!domain.active) return refuse('domain-off', REPLIES.unknownAlias)
  if (!mayMakeItself(facts.localPart)) return refuse('never-made', REPLIES.unknownAlias)
  if (facts.pattern === undefined && !domain.catchAll) return refuse('no-such-alias', REPLIES.unknownAlias)
  const block = blocked(facts.block, undefined)
  if (block !== undefined) return block
  if (!facts.mayMakeAlias) return refuse('new-alias-rate', REPLIES.tooManyNewAliases)
  const because = facts.pattern === undefined ? 'catch-all' : 'domain-pattern'
  const { localPart, tag, pattern } = facts
  return { kind: 'make-alias', because, domain, localPart, tag, pattern }
}
