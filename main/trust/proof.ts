// Who replies: a message to a reply address proves itself by a DKIM signature of the user's own domain over everything that says
// who writes to whom, fresh, and never seen before. DKIM does not sign the envelope, so without all of that an old signed mail
// of the user's could be replayed to any address of ours. behaviour.md 4.1
//
// A signature here authorises, so d= is the domain of the address and no relation of it: neighbours under a shared suffix
// (ada.dyn.example, mallory.dyn.example) and under one organisation are other people.
import { getPublicSuffix } from 'tldts'
import { addressKey, domainOf, type Address, type Domain } from '../terms/address.ts'
import type { Signature } from './verify.ts'

export interface ProofFacts {
  /** Who the message says wrote it; undefined where that is nobody or several. */
  readonly author: Address | undefined
  /** Whether that is a verified recipient who may reply. */
  readonly mayReply: boolean
  /** A domain above the author's that the user named as one that signs for it. */
  readonly signingDomain: Domain | undefined
  readonly signatures: readonly Signature[]
  /** The names of all fields of the header, lower case, once for each instance. */
  readonly fields: readonly string[]
  /** Whether To or Cc names the very address that the message came to. */
  readonly namesAddress: boolean
  /** Milliseconds since the epoch, undefined without a readable Date. */
  readonly date: number | undefined
  readonly hasMessageId: boolean
  readonly seenBefore: boolean
  readonly now: number
  /** The user allows aligned SPF alone for this recipient, and it passed. */
  readonly spfAllowed: boolean
}

export type Proof = { readonly proven: true } | { readonly proven: false; readonly why: string }

const HOUR = 3_600_000
/** Mail may wait in a queue for days, but a reply that did is better looked at. */
const FRESH_FOR = 72 * HOUR
/** How far ahead the user's clock may be. */
const AHEAD = HOUR

/** What must be covered, each instance of it that the message has; From, To or Cc, Date and Message-ID must be there. */
const COVERED = ['from', 'to', 'cc', 'date', 'message-id'] as const

/** The private section of the public suffix list counts too: what stands under such a name belongs to many. */
function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowPrivateDomains: true, validateHostname: false }) === domain
}

/** Whether the user may name `domain` as one that signs for the address: a domain above its own that is nobody's suffix. */
export function maySignFor(domain: Domain, address: Address): boolean {
  return domainOf(address).endsWith(`.${domain}`) && !isPublicSuffix(domain)
}

/** Whether the signature is one of the domain itself, or of the one that the user named. */
function signsFor(signature: Signature, author: Address, named: Domain | undefined): boolean {
  if (signature.domain === domainOf(author)) return true
  return named !== undefined && signature.domain === named && maySignFor(named, author)
}

function count(list: readonly string[], name: string): number {
  return list.filter((one) => one === name).length
}

function covers(signature: Signature, fields: readonly string[]): boolean {
  return !signature.partial && COVERED.every((name) => count(signature.fields, name) >= count(fields, name))
}

/** Names the domain above that signed, so that a user whose provider signs so knows what to allow. */
function unsigned({ author, signatures }: ProofFacts & { readonly author: Address }): string {
  const parent = signatures.find((signature) => maySignFor(signature.domain as Domain, author))
  const why = `It has no valid DKIM signature of ${domainOf(author)}.`
  return parent === undefined
    ? why
    : `${why} It is signed by ${parent.domain}; if that is your provider, set it as the signing domain of this recipient.`
}

/** Pure; `why` is a sentence for the user. */
export function verifyProof(facts: ProofFacts): Proof {
  const no = (why: string): Proof => ({ proven: false, why })
  if (facts.author === undefined) return no('It does not say who wrote it.')
  const { author } = facts
  if (!facts.mayReply) return no(`${author} is none of your mailboxes, or may not reply.`)
  if (!facts.namesAddress) return no('Neither To nor Cc names this reply address.')
  if (!facts.hasMessageId) return no('It has no Message-ID, so it could be sent again and again.')
  if (facts.seenBefore) return no('The same message was here before.')
  if (facts.date === undefined || facts.date < facts.now - FRESH_FOR || facts.date > facts.now + AHEAD)
    return no('Its Date is not of these days.')
  if (facts.spfAllowed) return { proven: true }
  const own = facts.signatures.filter((signature) => signsFor(signature, author, facts.signingDomain))
  if (own.length === 0) return no(unsigned({ ...facts, author }))
  if (!own.some((signature) => covers(signature, facts.fields)))
    return no('Its signature leaves out From, To, Cc, Date, Message-ID or a part of the body.')
  return { proven: true }
}

export interface ReversePathFacts {
  readonly reversePath: Address | undefined
  /** The result of SPF for the reverse-path. RFC 7208 §2.4 */
  readonly spf: string | undefined
  /** The one author, where there is one. */
  readonly author: Address | undefined
  readonly signatures: readonly Signature[]
  /** The names of all fields of the header, lower case, once for each instance. */
  readonly fields: readonly string[]
}

/**
 * Whether a report may go to this reverse-path: SPF passed for it, or a whole signature of its domain covers a From that is that very
 * mailbox. A signature of the domain alone says nothing about the mailbox: a signed message of somebody else's, sent again under another
 * envelope, would make us write to whomever it names (backscatter). behaviour.md 1, 5.2
 */
export function isProvenReversePath({ reversePath, spf, author, signatures, fields }: ReversePathFacts): boolean {
  if (reversePath === undefined) return false
  if (spf === 'pass') return true
  if (author === undefined || addressKey(author) !== addressKey(reversePath)) return false
  return signatures.some(
    (signature) =>
      signature.domain === domainOf(author) &&
      !signature.partial &&
      count(signature.fields, 'from') >= count(fields, 'from'),
  )
}
