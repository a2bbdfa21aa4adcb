// What mailauth found, in the few words that the log, the decision and the Authentication-Results field use.
import type { Verdicts } from '../store/rows.ts'
import type { Signature } from './verify.ts'

/** The part of mailauth's result that is used here; everything in it comes from outside. */
export interface AuthenticationOutcome {
  readonly spf?: unknown
  readonly dkim?: { readonly results?: readonly { readonly status: { readonly result: string } }[] } | undefined
  readonly dmarc?: unknown
  readonly arc?: unknown
  readonly headers?: string
}

const WORDS = new Set(['pass', 'fail', 'softfail', 'neutral', 'none', 'policy', 'temperror', 'permerror', 'skipped'])

function word(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('status' in value)) return 'none'
  const { status } = value
  if (typeof status !== 'object' || status === null || !('result' in status)) return 'none'
  return typeof status.result === 'string' && WORDS.has(status.result) ? status.result : 'none'
}

/** One word a method. DKIM: `pass` where any signature passes, else the first one's result. */
export function verdictsOf(outcome: AuthenticationOutcome): Verdicts {
  const signatures = (outcome.dkim?.results ?? []).map((one) => one.status.result).filter((one) => WORDS.has(one))
  const dkim = signatures.includes('pass') ? 'pass' : (signatures[0] ?? 'none')
  return { spf: word(outcome.spf), dkim, dmarc: word(outcome.dmarc), arc: word(outcome.arc) }
}

function namesOf(signed: unknown): string[] {
  if (typeof signed !== 'object' || signed === null || !('headers' in signed) || !Array.isArray(signed.headers))
    return []
  return signed.headers.map((line: unknown) => String(line).split(':', 1)[0]?.trim().toLowerCase() ?? '')
}

/** The DKIM signatures that verified, with what they cover. */
export function signaturesOf(outcome: AuthenticationOutcome): readonly Signature[] {
  const results: readonly unknown[] = outcome.dkim?.results ?? []
  return results.flatMap((one) => {
    if (word(one) !== 'pass' || typeof one !== 'object' || one === null) return []
    const domain = 'signingDomain' in one && typeof one.signingDomain === 'string' ? one.signingDomain : ''
    const fields = namesOf('signingHeaders' in one ? one.signingHeaders : undefined)
    const partial = !('canonBodyLengthLimited' in one) || one.canonBodyLengthLimited !== false
    return [{ domain: domain.toLowerCase(), fields, partial }]
  })
}

/** The value of the Authentication-Results field (RFC 8601 §2.2) that mailauth composed; undefined where there is none. */
export function authenticationResultsOf(outcome: AuthenticationOutcome): string | undefined {
  const name = 'Authentication-Results: '
  const text = outcome.headers ?? ''
  const start = text.indexOf(name)
  if (start < 0) return undefined
  let end = start
  do end = text.indexOf('\r\n', end + 1)
  while (end >= 0 && (text[end + 2] === ' ' || text[end + 2] === '\t'))
  return text.slice(start + name.length, end < 0 ? text.length : end)
}
