// One TLS session of ours with a mail server of somebody's, as a TLS report counts it: by which policy, and what was wrong. RFC 8460 §4. Pure.

/** RFC 8460 §4.3. `dane-required` is left out: nobody here can ask for DANE where a domain has none. */
export type ResultType =
  | 'starttls-not-supported'
  | 'certificate-host-mismatch'
  | 'certificate-expired'
  | 'certificate-not-trusted'
  | 'validation-failure'
  | 'tlsa-invalid'
  | 'dnssec-invalid'
  | 'sts-policy-fetch-error'
  | 'sts-policy-invalid'
  | 'sts-webpki-invalid'

/** RFC 8460 §4.2: what the domain asked for when it was tried. */
export interface SessionPolicy {
  readonly type: 'tlsa' | 'sts' | 'no-policy-found'
  readonly lines: readonly string[]
  /** Patterns of the servers that it names. */
  readonly hosts: readonly string[]
}

/** What is not known is left empty. */
export interface SessionFailure {
  readonly type: ResultType
  readonly host: string
  readonly ip: string
  readonly helo: string
  readonly sendingIp: string
  /** A code, as `reportCode` lets through: RFC 8460 §4.3 would take a sentence, but ours may tell of the network here. */
  readonly reason: string
}

export interface CountedSession {
  readonly domain: string
  readonly policy: SessionPolicy
  /** undefined where it went as the policy asks. */
  readonly failure: SessionFailure | undefined
}

const REASON_MAX = 120

/** Words of a far server or of a library, fit for a report: ASCII, one line, short. */
export function plainReason(text: string): string {
  return text
    .slice(0, 4 * REASON_MAX)
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, REASON_MAX)
}

const CODE = /^[A-Za-z0-9_.:-]{1,60}$/
/** OpenSSL's own number: `error:0A000126:SSL routines:…`. */
const OPENSSL = /\berror:[0-9A-F]{8}(?=:)/
/** The name that Node or the system has for it: `ECONNRESET`, `ERR_SSL_WRONG_VERSION_NUMBER`, `CERT_HAS_EXPIRED`. */
const NAMED = /\b(?:E[A-Z]{3,20}|[A-Z]{2,10}_[A-Z_]{3,50})\b/

/** What a report says of a failure: a code stays, anything else does not leave. */
export function reportCode(code: string): string {
  return CODE.test(code) ? code : ''
}

/** The code that the words of an error bring along; empty where they have none. */
export function codeWithin(text: string): string {
  const start = text.slice(0, 4 * REASON_MAX)
  return (OPENSSL.exec(start) ?? NAMED.exec(start))?.[0] ?? ''
}
