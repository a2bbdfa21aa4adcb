// What a TLS session with a mail server counts as in the reports that we send: the policy it was held against, and where it fell short
// of it. Pure. RFC 8460 §4.2, §4.3
import { isInside } from '../dns/public-address.ts'
import {
  codeWithin,
  plainReason,
  reportCode,
  type ResultType,
  type SessionFailure,
  type SessionPolicy,
} from '../reports/tls-session.ts'
import { plainAddress } from '../terms/peer-address.ts'
import type { TlsFacts } from './decide-tls.ts'
import { policyNames, type StsPolicy } from './mta-sts.ts'
import { DANE_PROBLEMS, usableRecords } from './tlsa.ts'

/** How a connection turned out, as the client saw it. */
export interface SeenSession {
  /** `done`: the connection serves; `no-tls`: none was offered; `handshake`: offered, and it does not work; `peer`: the wrong server. */
  readonly end: 'done' | 'no-tls' | 'handshake' | 'peer'
  readonly encrypted: boolean
  /** Why authorities do not vouch for the certificate; empty where they do, or where there is none. */
  readonly certificate: string
  /** What was wrong, in words. */
  readonly problem: string
  /** The name that the server greets with. */
  readonly helo: string
  readonly localAddress: string
}

/** How sessions with one server are counted. */
export interface SessionRule {
  readonly policy: SessionPolicy
  /** What is wrong whatever the server does. */
  readonly wrong: { readonly type: ResultType; readonly reason: string } | undefined
}

function stsLines({ mode, mx, maxAge }: StsPolicy): readonly string[] {
  return ['version: STSv1', `mode: ${mode}`, ...mx.map((one) => `mx: ${one}`), `max_age: ${maxAge}`]
}

/** RFC 8460 §4.4: without policy there are neither lines nor patterns. */
const NO_POLICY: SessionRule = { policy: { type: 'no-policy-found', lines: [], hosts: [] }, wrong: undefined }

/** undefined where a word of ours (the user's, or RFC 8689 §5) stands above what the domain asks: that says nothing about the domain. */
export function sessionRule({
  override,
  tlsa,
  policy,
  host,
  tlsOptional,
  requireTls,
}: TlsFacts): SessionRule | undefined {
  if (override === 'none' || override === 'opportunistic' || (tlsOptional && !requireTls)) return undefined
  if (tlsa.kind === 'trouble')
    return {
      policy: { type: 'tlsa', lines: [], hosts: [host] },
      wrong: { type: 'dnssec-invalid', reason: 'tlsa-lookup' },
    }
  const sts = policy === undefined || policy.mode === 'none' ? undefined : policy
  if (tlsa.kind === 'found') {
    const lines = tlsa.records.map((one) =>
      `${one.usage} ${one.selector} ${one.matching} ${one.data.toString('hex')}`.slice(0, 300),
    )
    const usable = usableRecords(tlsa.records).length > 0
    const invalid = { type: 'tlsa-invalid', reason: 'tlsa-unusable' } as const
    if (usable || sts?.mode !== 'enforce')
      return {
        policy: { type: 'tlsa', lines: lines.slice(0, 20), hosts: [host] },
        wrong: usable ? undefined : invalid,
      }
  }
  if (sts === undefined) return NO_POLICY
  const named = policyNames(sts, host)
  return {
    policy: { type: 'sts', lines: stsLines(sts), hosts: sts.mx },
    wrong: named ? undefined : { type: 'validation-failure', reason: 'mx-not-in-policy' },
  }
}

const EXPIRED = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

function certificateType(code: string): ResultType {
  if (EXPIRED.has(code)) return 'certificate-expired'
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? 'certificate-host-mismatch' : 'certificate-not-trusted'
}

function daneWrong(problem: string): Wrong {
  if (problem.includes(DANE_PROBLEMS.otherName)) return { type: 'certificate-host-mismatch', reason: 'tlsa-other-name' }
  if (problem.includes(DANE_PROBLEMS.notCurrent)) return { type: 'certificate-expired', reason: 'tlsa-not-current' }
  return { type: 'certificate-not-trusted', reason: 'tlsa-no-match' }
}

type Wrong = { readonly type: ResultType; readonly reason: string }

function wrongOf({ policy, wrong }: SessionRule, seen: SeenSession): Wrong | 'none' | 'nothing' {
  if (seen.end === 'no-tls' || (seen.end === 'done' && !seen.encrypted))
    return { type: 'starttls-not-supported', reason: '' }
  if (seen.end === 'handshake') return { type: 'validation-failure', reason: codeWithin(seen.problem) }
  if (wrong !== undefined) return wrong
  switch (policy.type) {
    case 'tlsa':
      return seen.end === 'peer' ? daneWrong(seen.problem) : 'none'
    case 'sts':
      // RFC 8460 §1: a policy in testing is looked at like any other, though nobody goes by it.
      if (seen.certificate === '') return 'none'
      return { type: certificateType(seen.certificate), reason: reportCode(seen.certificate) }
    case 'no-policy-found':
      // What the user asks for beyond the domain is no failure of the domain's.
      return seen.end === 'peer' ? 'nothing' : 'none'
  }
}

/** What a session counts as; undefined where it counts as nothing. */
export function countSession(
  rule: SessionRule,
  place: { readonly host: string; readonly address: string },
  seen: SeenSession,
): { readonly policy: SessionPolicy; readonly failure: SessionFailure | undefined } | undefined {
  const wrong = wrongOf(rule, seen)
  if (wrong === 'nothing') return undefined
  if (wrong === 'none') return { policy: rule.policy, failure: undefined }
  const sendingIp = isInside(seen.localAddress) ? '' : plainAddress(seen.localAddress)
  const failure = { ...wrong, host: place.host, ip: place.address, helo: plainReason(seen.helo), sendingIp }
  return { policy: rule.policy, failure }
}

/** A server that was not even dialled, for what the DNS or the policy say. */
export function countRefusal(rule: SessionRule, host: string): ReturnType<typeof countSession> {
  if (rule.wrong === undefined) return undefined
  return { policy: rule.policy, failure: { ...rule.wrong, host, ip: '', helo: '', sendingIp: '' } }
}
