// What a connection to one mail server has to prove before a message goes over it. Pure: one decision, from facts that others gathered.
//
// Precedence (RFC 8461 §2, RFC 7672 §2.2): what the user says of the domain; TLSA records that are proved; an MTA-STS policy that is
// enforced; else encryption where it is offered. Nothing here ever makes less of a policy than it asks, but the user's own word.
import type { TlsaData } from '../dns/rdata.ts'
import { policyNames, type StsPolicy } from './mta-sts.ts'
import { usableRecords } from './tlsa.ts'

/** The user's word about a domain. `opportunistic` and `none` go below what the domain asks for itself. */
export type TlsOverride = 'none' | 'opportunistic' | 'encrypted' | 'verified'
export const TLS_OVERRIDES: readonly TlsOverride[] = ['none', 'opportunistic', 'encrypted', 'verified']

export type Requirement =
  | { readonly level: 'none' | 'opportunistic' | 'encrypted'; readonly why: string }
  /** A certificate that everybody's authorities vouch for, for the name of the server. */
  | { readonly level: 'verified' | 'mta-sts'; readonly why: string }
  | {
      readonly level: 'dane'
      readonly why: string
      readonly records: readonly TlsaData[]
      /** What a certificate under a usage 2 record may be for; the first is sent as SNI. */
      readonly names: readonly string[]
    }
  /** Not this server, now. */
  | { readonly level: 'refuse'; readonly why: string; readonly reason: 'dane-failed' | 'mta-sts-failed' }

export type TlsaFact =
  | { readonly kind: 'found'; readonly records: readonly TlsaData[]; readonly base: string }
  | { readonly kind: 'none'; readonly why: string }
  /** RFC 7672 §2.1.2: an answer that can't be had or is bogus: this server is not to be used. */
  | { readonly kind: 'trouble'; readonly why: string }

export interface TlsFacts {
  readonly domain: string
  readonly host: string
  readonly tlsa: TlsaFact
  /** More names for the same: the domain, and what aliases lead to. RFC 7672 §3.2.2 */
  readonly names: readonly string[]
  readonly policy: StsPolicy | undefined
  readonly override: TlsOverride | undefined
  /** RFC 8689: the sender wants it proved. */
  readonly requireTls: boolean
  /** RFC 8689 §4: the message says that it is to go even where nothing can be proved. */
  readonly tlsOptional: boolean
}

/** Pure. RFC 7672 §2.2, RFC 8461 §5, RFC 8689 §4.2.1 and §4.3. */
export function decideTls(facts: TlsFacts): Requirement {
  const { override, tlsa, policy, host, domain, requireTls, tlsOptional } = facts
  if ((override === 'none' || override === 'opportunistic') && !requireTls)
    return { level: override, why: `you set ${domain} to ${override}` }
  // RFC 8689 §4.2.1: REQUIRETLS stands above it, and what the user says of the domain does too.
  if (tlsOptional && !requireTls && override === undefined)
    return { level: 'opportunistic', why: 'the message says that TLS is not required (TLS-Required: No)' }
  if (tlsa.kind === 'trouble') return { level: 'refuse', why: tlsa.why, reason: 'dane-failed' }
  if (tlsa.kind === 'found') {
    const records = usableRecords(tlsa.records)
    const names = [...new Set([tlsa.base, host, ...facts.names])]
    if (records.length > 0) return { level: 'dane', why: `${tlsa.base} has TLSA records (DANE)`, records, names }
    // RFC 7672 §2.2: none that can be used: encryption is a must, and nothing more can be asked.
    if (override !== 'verified' && !requireTls && policy?.mode !== 'enforce')
      return { level: 'encrypted', why: `${tlsa.base} has TLSA records, none of which can be used` }
  }
  if (policy?.mode === 'enforce') {
    if (policyNames(policy, host)) return { level: 'mta-sts', why: `${domain} enforces MTA-STS` }
    return {
      ...{ level: 'refuse', reason: 'mta-sts-failed' },
      why: `${host} is none of the servers that the MTA-STS policy of ${domain} names`,
    }
  }
  if (requireTls) return { level: 'verified', why: 'the sender requires TLS (REQUIRETLS)' }
  if (override === 'verified' || override === 'encrypted')
    return { level: override, why: `you set ${domain} to ${override}` }
  return { level: 'opportunistic', why: 'no policy asks for more' }
}
