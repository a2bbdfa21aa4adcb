// What comes of a message whose sender is not who it says: pure, from what the verifier found and what the user set. behaviour.md 1
//
// What follows from each outcome stands in decide-trust-table.ts. Around it: a domain of the user's own is refused to everybody who does
// not prove it, a sealer of the user's trust may speak for a message, and a sender whom the user let through once is let through again.
import type { Author } from '../mail/author.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import type { ArcResult, Caution, DmarcPolicy, DmarcResult, SpfResult } from '../terms/verdicts.ts'
import { ARC, AUTHOR, DMARC, SPF, type Follows } from './decide-trust-table.ts'

export interface TrustFacts {
  readonly spf: SpfResult
  readonly dmarc: DmarcResult
  readonly arc: ArcResult
  /** What the domain asks for, after its `t` and its `np` and `sp`; undefined where it has no record. */
  readonly policy: DmarcPolicy | undefined
  readonly author: Author
  /** Whether some reading of From names a domain of the user's own, or one below it. */
  readonly authorIsOurs: boolean
  /** Whether From names a mailbox of the user's. Its domain is somebody else's, so it cannot be refused for that. */
  readonly authorIsUser: boolean
  /** A valid signature of exactly the author's domain, over the whole body. */
  readonly aligned: boolean
  /** SPF passed, for a reverse-path at exactly the author's domain. */
  readonly sentByAuthor: boolean
  /** Something that might have proved the author could not be looked up. */
  readonly unresolved: boolean
  /** d= of the newest seal of an ARC chain. */
  readonly sealer: string | undefined
  /** The domain for which DMARC passed when the sealer saw the message. */
  readonly sealedFor: string | undefined
  /** No resolver could be reached, and the message comes from this machine: nothing is known, and there is no network. */
  readonly unreachable: boolean
  /** The user let mail of every author through to this alias although it proved nothing. */
  readonly allowed: boolean
  readonly settings: TrustSettings
}

export interface TrustSettings {
  readonly dmarc: 'hold' | 'refuse'
  readonly spf: 'hold' | 'deliver'
  readonly temporary: 'defer' | 'deliver'
  /** Domains whose ARC seal the user believes. */
  readonly sealers: readonly string[]
}

export type TrustDecision =
  | { readonly kind: 'pass'; readonly note: string | undefined }
  | { readonly kind: 'hold'; readonly reason: 'dmarc-failed' | 'spf-failed'; readonly text: string }
  | { readonly kind: 'refuse'; readonly reply: Reply }

const PASS: TrustDecision = { kind: 'pass', note: undefined }

/** RFC 8617 §7.2.1: somebody whom the user trusts saw it whole, from this very author, and says so under a chain that holds. */
export function isVouchedFor({ arc, author, sealer, sealedFor, settings }: TrustFacts): boolean {
  if (ARC[arc] !== 'vouches' || sealer === undefined || author.kind !== 'known' || sealedFor !== author.domain)
    return false
  return settings.sealers.some((one) => sealer === one || sealer.endsWith(`.${one}`))
}

interface Walked {
  readonly follows: Exclude<Follows, 'next'>
  readonly by: 'author' | 'dmarc' | 'spf'
}

/** The first check that settles it. */
function walk(facts: TrustFacts): Walked {
  const { author, dmarc, policy, spf, aligned, unresolved, settings } = facts
  if (author.kind === 'unknown') return settled(AUTHOR[author.fault].follows, 'author')
  const row = DMARC[dmarc]
  // A policy that is not known asks for the most.
  const follows = typeof row === 'string' ? row : row[policy ?? 'reject']
  if (follows === 'fail' && dmarc === 'fail' && unresolved) return settled('defer', 'dmarc')
  if (follows !== 'next') return settled(follows, 'dmarc')
  if (aligned) return settled('pass', 'spf')
  const last = SPF[spf]
  if (settings.spf === 'deliver') return settled(last === 'pass' ? 'pass' : 'warn', 'spf')
  return settled(last === 'fail' && unresolved ? 'defer' : last, 'spf')
}

/** At the end of the row nothing is left to decide by: then it fails. */
function settled(follows: Follows, by: Walked['by']): Walked {
  return { follows: follows === 'next' ? 'fail' : follows, by }
}

/** Whether a message from one of the user's own domains is what it says. A domain without a DMARC record takes exact proof only. */
function provesOwn(facts: TrustFacts): boolean {
  if (facts.author.kind === 'unknown') return false
  if (facts.dmarc === 'pass' || isVouchedFor(facts)) return true
  return facts.dmarc === 'none' && (facts.aligned || facts.sentByAuthor)
}

/** The whole message has to come again: what would decide cannot be known now. */
export function decideDeferral(facts: TrustFacts): Reply | undefined {
  const { follows, by } = walk(facts)
  if (follows !== 'defer' || isVouchedFor(facts)) return undefined
  const reply = by === 'dmarc' ? REPLIES.dmarcTemporary : REPLIES.spfTemporary
  // A domain of ours is never believed unseen.
  if (facts.authorIsOurs) return provesOwn(facts) ? undefined : reply
  return facts.settings.temporary === 'deliver' || facts.unreachable || facts.allowed ? undefined : reply
}

function refuseOrHold(facts: TrustFacts, by: Walked['by']): TrustDecision {
  const { author, policy, settings } = facts
  if (by === 'spf')
    return {
      kind: 'hold',
      reason: 'spf-failed',
      text: 'Failed SPF: this server may not send for the domain of the return path, and no signature vouches for the message. Release it only if you trust it.',
    }
  if (settings.dmarc === 'refuse') return { kind: 'refuse', reply: REPLIES.dmarcFailed }
  if (author.kind === 'unknown') {
    const text = `${AUTHOR[author.fault].why} The sender cannot be checked (DMARC). Release it only if you trust it.`
    return { kind: 'hold', reason: 'dmarc-failed', text }
  }
  const text =
    facts.dmarc === 'permerror'
      ? `The DMARC record of ${author.domain} is not valid, so the sender cannot be checked. Release it only if you trust it.`
      : `Failed DMARC: may not be from ${author.domain}, which asks to ${policy ?? 'reject'} such mail. Release it only if you trust it.`
  return { kind: 'hold', reason: 'dmarc-failed', text }
}

function warning({ author, spf }: TrustFacts, { follows, by }: Walked): string {
  const domain = author.kind === 'known' ? author.domain : 'the sender'
  if (follows === 'defer') return `The sender could not be checked: the DNS of ${domain} did not answer.`
  if (by === 'spf' && spf === 'softfail') return `SPF has doubts: ${domain} may not use this server (softfail).`
  return by === 'spf'
    ? 'Failed SPF: this server may not send for the domain of the return path.'
    : `Failed DMARC: may not be from ${domain}.`
}

/** What the user is to be warned of where the message passes. */
export function cautionOf(facts: TrustFacts): Caution | undefined {
  if (provesOwn(facts)) return undefined
  if (facts.authorIsUser) return 'own-mailbox'
  return !isVouchedFor(facts) && walk(facts).follows === 'defer' ? 'unchecked' : undefined
}

const CLAIMS_USER = 'It claims to be from your own mailbox and does not prove it.'

export function decideTrust(facts: TrustFacts): TrustDecision {
  if (facts.authorIsOurs && !provesOwn(facts)) return { kind: 'refuse', reply: REPLIES.ownDomainForged }
  if (facts.dmarc === 'pass' && facts.author.kind === 'known') return PASS
  if (isVouchedFor(facts)) return { kind: 'pass', note: `${facts.sealer ?? ''}, whom you trust, vouches for it (ARC).` }
  const walked = walk(facts)
  switch (walked.follows) {
    case 'pass':
      return facts.authorIsUser && !provesOwn(facts) ? { kind: 'pass', note: CLAIMS_USER } : PASS
    // What is put off by decideDeferral comes here only where the user, or the lack of a network, wants it delivered.
    case 'defer':
    case 'warn':
      return { kind: 'pass', note: warning(facts, walked) }
    case 'fail':
      if (facts.allowed) return { kind: 'pass', note: 'It failed the sender checks; you allowed this sender.' }
      return refuseOrHold(facts, walked.by)
  }
}
