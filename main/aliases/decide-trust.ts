// What comes of a message whose sender is not who it says: pure, from what the verifier found and what the user set. behaviour.md 1
//
// RFC 9989 §8.6: a receiver does not refuse for `p=reject` alone, or mailing lists would be lost; so it is held, and the user may release
// it. It is refused where the user chose so, or where somebody forges a domain of the user's own.
import { REPLIES, type Reply } from '../terms/reply.ts'

export interface TrustFacts {
  readonly spf: string
  readonly dkim: string
  readonly dmarc: string
  readonly arc: string
  /** What the domain asks for, after its `t` and its `np` and `sp`; undefined where it has no record. */
  readonly policy: string | undefined
  /** A valid signature of the author's own organisation. */
  readonly aligned: boolean
  /** d= of the newest seal of a valid ARC chain. */
  readonly sealer: string | undefined
  /** The chain's first reading of the message says that it was authentic then. */
  readonly sealedAuthentic: boolean
  /** The one domain in From. */
  readonly authorDomain: string | undefined
  readonly authorIsOurs: boolean
  /** No resolver could be reached: nothing is known, through no fault of the message. */
  readonly offline: boolean
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

function demands({ policy }: TrustFacts): boolean {
  return policy === 'reject' || policy === 'quarantine'
}

/** RFC 8617 §7.2.1: somebody whom the user trusts saw it whole, and says so under a chain that holds. */
export function isVouchedFor({ arc, sealer, sealedAuthentic, settings }: TrustFacts): boolean {
  if (arc !== 'pass' || sealer === undefined || !sealedAuthentic) return false
  return settings.sealers.some((one) => sealer === one || sealer.endsWith(`.${one}`))
}

/** The whole message has to come again: what would decide cannot be known now. */
export function decideDeferral(facts: TrustFacts): Reply | undefined {
  const { spf, dkim, dmarc, aligned, offline, settings } = facts
  if (settings.temporary === 'deliver' || offline || isVouchedFor(facts)) return undefined
  if (dmarc === 'pass') return undefined
  if (dmarc === 'temperror') return REPLIES.dmarcTemporary
  if (dmarc === 'fail') {
    const mayPass = spf === 'temperror' || dkim === 'temperror'
    return demands(facts) && mayPass ? REPLIES.dmarcTemporary : undefined
  }
  // Without a DMARC record a hard fail of SPF would hold it.
  return spf === 'temperror' && !aligned && settings.spf === 'hold' ? REPLIES.spfTemporary : undefined
}

export function decideTrust(facts: TrustFacts): TrustDecision {
  const { dmarc, spf, aligned, authorDomain, authorIsOurs, settings, sealer } = facts
  const author = authorDomain ?? 'its sender'
  if (dmarc === 'pass') return PASS
  if (isVouchedFor(facts)) return { kind: 'pass', note: `${sealer ?? ''}, whom you trust, vouches for it (ARC).` }
  if (dmarc === 'fail') {
    if (!demands(facts))
      return { kind: 'pass', note: `It may be forged: it does not prove that it comes from ${author} (DMARC).` }
    if (settings.dmarc === 'refuse' || authorIsOurs) return { kind: 'refuse', reply: REPLIES.dmarcFailed }
    const text = `It does not prove that it comes from ${author}, which asks to ${facts.policy ?? ''} such mail (DMARC). Release it if you know better.`
    return { kind: 'hold', reason: 'dmarc-failed', text }
  }
  if (dmarc === 'none' && spf === 'fail' && !aligned && settings.spf === 'hold') {
    const text =
      'The domain of its envelope says that this server may not send for it (SPF), and nothing else speaks for it. Release it if you know better.'
    return { kind: 'hold', reason: 'spf-failed', text }
  }
  return PASS
}
