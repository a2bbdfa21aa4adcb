// Who replies: a message to a reply address proves itself by a DKIM signature of the user's own domain over everything that says
// who writes to whom, fresh, and never seen before. DKIM does not sign the envelope, so without all of that an old signed mail
// of the user's could be replayed to any address of ours. behaviour.md 4.1
import { getDomain } from 'tldts'
import { domainOf, type Address } from '../terms/address.ts'
import type { Signature } from './verify.ts'

export interface ProofFacts {
  /** Who the message says wrote it; undefined where that is nobody or several. */
  readonly author: Address | undefined
  /** Whether that is a verified recipient who may reply. */
  readonly mayReply: boolean
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

function aligned(author: Address, signature: Signature): boolean {
  const domain = domainOf(author)
  if (signature.domain === domain) return true
  const own = getDomain(domain)
  return own !== null && own === getDomain(signature.domain)
}

function covers(signature: Signature, fields: readonly string[]): boolean {
  const count = (list: readonly string[], name: string): number => list.filter((one) => one === name).length
  return !signature.partial && COVERED.every((name) => count(signature.fields, name) >= count(fields, name))
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
  const own = facts.signatures.filter((signature) => aligned(author, signature))
  if (own.length === 0) return no(`It bears no valid signature (DKIM) of ${domainOf(author)}.`)
  if (!own.some((signature) => covers(signature, facts.fields)))
    return no('Its signature leaves out From, To, Cc, Date, Message-ID or a part of the body.')
  return { proven: true }
}

/**
 * Whether a report may go to this reverse-path: SPF passed for it, or a signature is aligned with its domain. Anything else may be
 * forged, and the report would hit a stranger (backscatter). behaviour.md 1, 5.2
 */
export function isProvenReversePath(
  reversePath: Address | undefined,
  spf: string | undefined,
  signatures: readonly Signature[],
): boolean {
  if (reversePath === undefined) return false
  return spf === 'pass' || signatures.some((signature) => aligned(reversePath, signature))
}
