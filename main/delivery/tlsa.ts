// TLSA records against the certificates that a server shows. Pure, but for the arithmetic. RFC 7672 §3, RFC 7671
import { createHash, X509Certificate } from 'node:crypto'
import type { TlsaData } from '../dns/rdata.ts'

/** What is wrong with a certificate, in the words that others tell them apart by. */
export const DANE_PROBLEMS = {
  notCurrent: 'has a certificate in its chain that is not valid now',
  otherName: 'has a certificate for another name',
} as const

const MAX_RECORDS = 20
const MAX_CHAIN = 10
const DIGESTS = new Map([
  [1, { name: 'sha256', size: 32 }],
  [2, { name: 'sha512', size: 64 }],
])

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length === bytes.length
  } catch {
    return false
  }
}

/**
 * The records that can be used. RFC 7672 §3.1: usages 2 and 3 only, since a mail server has no CA that both sides know;
 * RFC 7671 §9: of one usage and selector, the strongest digest.
 */
export function usableRecords(records: readonly TlsaData[]): readonly TlsaData[] {
  const usable = records.slice(0, MAX_RECORDS).filter(({ usage, selector, matching, data }) => {
    if ((usage !== 2 && usage !== 3) || selector > 1 || matching > 2) return false
    const digest = DIGESTS.get(matching)
    if (digest !== undefined) return data.length === digest.size
    return selector === 1 ? data.length > 0 : isCertificate(data)
  })
  return usable.filter(
    (one) =>
      one.matching !== 1 ||
      !usable.some((other) => other.matching === 2 && other.usage === one.usage && other.selector === one.selector),
  )
}

/** Where a DER value begins and ends: its header's size and its content's. X.690 §8.1 */
function measure(bytes: Buffer, at: number): { readonly start: number; readonly end: number } | undefined {
  const first = bytes[at + 1]
  if (first === undefined) return undefined
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const count = first & 0x7f
  if (count === 0 || count > 3 || at + 2 + count > bytes.length) return undefined
  const start = at + 2 + count
  return { start, end: start + bytes.readUIntBE(at + 2, count) }
}

/** The SubjectPublicKeyInfo as it stands in the certificate: a key that was read and written anew may differ. RFC 5280 §4.1 */
export function publicKeyInfo(certificate: Buffer): Buffer | undefined {
  const outer = measure(certificate, 0)
  const inner = outer === undefined ? undefined : measure(certificate, outer.start)
  if (inner === undefined) return undefined
  // version [0] (left out in version 1), serial number, algorithm, issuer, validity, subject, then the key.
  let at = inner.start
  const skip = certificate[at] === 0xa0 ? 6 : 5
  for (let i = 0; i < skip; i++) {
    const one = measure(certificate, at)
    if (one === undefined || one.end > certificate.length) return undefined
    at = one.end
  }
  const found = measure(certificate, at)
  return found === undefined || found.end > certificate.length ? undefined : certificate.subarray(at, found.end)
}

/** RFC 6698 §2.1 */
export function matches(record: TlsaData, certificate: Buffer): boolean {
  const selected = record.selector === 0 ? certificate : publicKeyInfo(certificate)
  if (selected === undefined) return false
  const digest = DIGESTS.get(record.matching)
  return digest === undefined
    ? selected.equals(record.data)
    : createHash(digest.name).update(selected).digest().equals(record.data)
}

function hasName(certificate: X509Certificate, names: readonly string[]): boolean {
  // RFC 7672 §3.2.3: names of the certificate may have a star for their whole first label.
  return names.some((name) => certificate.checkHost(name, { partialWildcards: false }) !== undefined)
}

function isCurrent(certificate: X509Certificate, now: number): boolean {
  return Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo)
}

function signedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}

/** RFC 7671 §5.2: the chain leads to a certificate that the record names, all of it valid, for one of the names. */
function trustAnchorProblem(
  record: TlsaData,
  chain: readonly X509Certificate[],
  names: readonly string[],
  now: number,
): string | undefined {
  const [leaf] = chain
  if (leaf === undefined) return 'shows no certificate'
  // A whole certificate in the DNS need not be sent along.
  const own = record.matching === 0 && record.selector === 0 ? [new X509Certificate(record.data)] : []
  let current = leaf
  for (let depth = 0; depth < MAX_CHAIN; depth++) {
    if (!isCurrent(current, now)) return DANE_PROBLEMS.notCurrent
    if (depth > 0 && matches(record, current.raw))
      return hasName(leaf, names) ? undefined : `${DANE_PROBLEMS.otherName} (${leaf.subjectAltName ?? 'none'})`
    const child = current
    const issuer = [...chain.slice(1), ...own].find(
      (one) => !one.raw.equals(child.raw) && one.ca && signedBy(child, one),
    )
    if (issuer === undefined) return 'has no certificate that its TLSA records name'
    current = issuer
  }
  return 'has too long a chain'
}

/** Why the chain (leaf first) satisfies none of the records; undefined where it does. RFC 7672 §3.1 */
export function daneProblem(
  records: readonly TlsaData[],
  chain: readonly X509Certificate[],
  names: readonly string[],
  now: number,
): string | undefined {
  const [leaf] = chain
  if (leaf === undefined) return 'shows no certificate'
  let problem = 'has no certificate that its TLSA records name'
  for (const record of records) {
    // RFC 7672 §3.1.1: usage 3 binds the key to the name; neither names nor dates of the certificate count.
    if (record.usage === 3 && matches(record, leaf.raw)) return undefined
    if (record.usage !== 2) continue
    const why = trustAnchorProblem(record, chain, names, now)
    if (why === undefined) return undefined
    problem = why
  }
  return problem
}
