// Keys, their digests, and the signatures that they make: the arithmetic of DNSSEC on node:crypto. Pure. RFC 4034, RFC 4035 §5.3
//
// A zone can be built so that its checking costs hours (KeyTrap, CVE-2023-50387): keys with colliding tags, signatures without end.
// So every check is paid from a budget that belongs to one question, and a set looks at few signatures and few keys for each.
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { countLabels, isUnder, lastLabels, nameBytes, wildcardOf, type Name } from './name.ts'
import type { RrSet, Signature } from './rrset.ts'
import { algorithmName } from './types.ts'

export interface ZoneKey {
  readonly flags: number
  readonly algorithm: number
  readonly tag: number
  readonly rdata: Buffer
  readonly key: KeyObject
}

export interface Delegation {
  readonly keyTag: number
  readonly algorithm: number
  readonly digestType: number
  readonly digest: Buffer
}

/** What one question may still cost. */
export interface Budget {
  /** Signatures checked. */
  signatures: number
  /** NSEC3 hashes computed, in rounds of SHA-1. */
  rounds: number
  /** Questions sent. */
  questions: number
}

export function newBudget(): Budget {
  return { signatures: 200, rounds: 40_000, questions: 80 }
}

const MAX_KEYS = 32
const MAX_KEYS_WITH_ONE_TAG = 4
const MAX_SIGNATURES = 8
/** Clocks of signers and readers differ. */
const SKEW = 300
/** RFC 4034 §2.1.1 and RFC 5011 §2.1 */
const ZONE_KEY = 0x0100
const REVOKED = 0x0080

/** The algorithms that are checked here; a zone signed with none of them counts as insecure. RFC 8624 §3.1, RFC 4035 §5.2 */
export const SUPPORTED_ALGORITHMS: ReadonlySet<number> = new Set([8, 10, 13, 14, 15])
/** SHA-1, SHA-256, SHA-384. RFC 8624 §3.3 */
const DIGESTS = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
])

export function isSupportedDelegation(ds: Delegation): boolean {
  return SUPPORTED_ALGORITHMS.has(ds.algorithm) && DIGESTS.has(ds.digestType)
}

/** RFC 4034 appendix B. */
export function keyTagOf(rdata: Buffer): number {
  let sum = 0
  for (const [i, octet] of rdata.entries()) sum += (i & 1) === 1 ? octet : octet << 8
  sum += (sum >> 16) & 0xffff
  return sum & 0xffff
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url')

/** RFC 3110 §2: exponent and modulus. Keys of under 1,024 bits prove nothing, ones of over 4,096 cost too much. */
function rsaKey(material: Buffer): KeyObject | undefined {
  const first = material[0] ?? 0
  const size = first === 0 ? (material.length < 3 ? 0 : material.readUInt16BE(1)) : first
  const start = first === 0 ? 3 : 1
  const exponent = material.subarray(start, start + size)
  const modulus = material.subarray(start + size)
  if (size === 0 || size > 8 || modulus.length < 128 || modulus.length > 512) return undefined
  return createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) } })
}

/** RFC 6605 §4 */
function curveKey(material: Buffer, size: number, crv: string): KeyObject | undefined {
  if (material.length !== 2 * size) return undefined
  const [x, y] = [base64url(material.subarray(0, size)), base64url(material.subarray(size))]
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv, x, y } })
}

function loadKey(algorithm: number, material: Buffer): KeyObject | undefined {
  try {
    if (algorithm === 8 || algorithm === 10) return rsaKey(material)
    if (algorithm === 13) return curveKey(material, 32, 'P-256')
    if (algorithm === 14) return curveKey(material, 48, 'P-384')
    if (algorithm === 15 && material.length === 32)
      return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: base64url(material) } })
    return undefined
  } catch {
    return undefined // a point that is not on the curve, a modulus of zero
  }
}

/** The keys of a DNSKEY set that may sign zone data and that we can use. RFC 4034 §2.1 */
export function parseKeys(set: RrSet): readonly ZoneKey[] {
  return set.data.slice(0, MAX_KEYS).flatMap((rdata) => {
    if (rdata.length < 5) return []
    const flags = rdata.readUInt16BE(0)
    const algorithm = rdata.readUInt8(3)
    // RFC 4034 §2.1.2: the protocol is 3. A revoked key signs nothing any more.
    if ((flags & ZONE_KEY) === 0 || (flags & REVOKED) !== 0 || rdata.readUInt8(2) !== 3) return []
    const key = loadKey(algorithm, rdata.subarray(4))
    return key === undefined ? [] : [{ flags, algorithm, tag: keyTagOf(rdata), rdata, key }]
  })
}

/** RFC 4034 §5.1 */
export function parseDelegation(rdata: Buffer): Delegation | undefined {
  if (rdata.length < 5) return undefined
  const [keyTag, algorithm, digestType] = [rdata.readUInt16BE(0), rdata.readUInt8(2), rdata.readUInt8(3)]
  return { keyTag, algorithm, digestType, digest: rdata.subarray(4) }
}

/** RFC 4034 §5.1.4 */
export function matchesDelegation(ds: Delegation, zone: Name, key: ZoneKey): boolean {
  const hash = DIGESTS.get(ds.digestType)
  if (hash === undefined || ds.keyTag !== key.tag || ds.algorithm !== key.algorithm) return false
  return createHash(hash).update(nameBytes(zone)).update(key.rdata).digest().equals(ds.digest)
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

/** What the signature is over. RFC 4034 §3.1.8.1; undefined where the labels make no sense for this name. */
export function signedData(set: RrSet, signature: Signature): Buffer | undefined {
  const count = countLabels(set.name)
  if (signature.labels > count) return undefined
  const owner = signature.labels === count ? set.name : wildcardOf(lastLabels(set.name, signature.labels))
  if (owner === undefined) return undefined
  const head = Buffer.concat([nameBytes(owner), u16(set.type), u16(1), u32(signature.originalTtl)])
  return Buffer.concat([signature.head, ...set.data.flatMap((rdata) => [head, u16(rdata.length), rdata])])
}

function verifyOne(algorithm: number, key: KeyObject, data: Buffer, signature: Buffer): boolean {
  try {
    if (algorithm === 8) return verify('sha256', data, key, signature)
    if (algorithm === 10) return verify('sha512', data, key, signature)
    if (algorithm === 15) return verify(null, data, key, signature)
    return verify(algorithm === 13 ? 'sha256' : 'sha384', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    return false
  }
}

export type SetVerdict =
  | { readonly valid: true; readonly ttl: number; readonly wildcard: Name | undefined; readonly key: ZoneKey }
  | { readonly valid: false; readonly reason: string }

/** RFC 1982: seconds that wrap round. */
function before(a: number, b: number): boolean {
  return ((b - a) | 0) > 0
}

function when(seconds: number, now: number): string {
  const whole = Math.floor(now / 1000)
  return `${new Date((whole + ((seconds - whole) | 0)) * 1000).toISOString().slice(0, 16)}Z`
}

interface Place {
  readonly zone: Name
  readonly keys: readonly ZoneKey[]
  /** Milliseconds. */
  readonly now: number
}

/** Whether what is wrong with a signature is the time: most likely this machine's clock is. */
export function isUntimely(reason: string): boolean {
  return / (expired on|is not valid before) \d/.test(reason)
}

/** Why a signature cannot even be tried; undefined where it can. RFC 4035 §5.3.1 */
function misfit(set: RrSet, signature: Signature, { zone, now }: Place): string | undefined {
  const seconds = Math.floor(now / 1000)
  if (signature.signer !== zone || !isUnder(set.name, zone)) return 'is not of its zone'
  if (!SUPPORTED_ALGORITHMS.has(signature.algorithm))
    return `uses ${algorithmName(signature.algorithm)}, which is not checked`
  if (before(signature.expires, seconds)) return `expired on ${when(signature.expires, now)}`
  if (before(seconds + SKEW, signature.begins)) return `is not valid before ${when(signature.begins, now)}`
  return undefined
}

/**
 * Whether any of the signatures over a set was made by one of the zone's keys. `wildcard` is the closest encloser where the set
 * was made from a wildcard: then the denial of the name itself has to be proved as well (RFC 4035 §5.3.4).
 */
export function verifySet(set: RrSet, place: Place, budget: Budget): SetVerdict {
  const no = (reason: string): SetVerdict => ({ valid: false, reason })
  let reason = 'has no signature'
  for (const signature of set.signatures.slice(0, MAX_SIGNATURES)) {
    const bad = misfit(set, signature, place)
    if (bad !== undefined) {
      reason = `has a signature that ${bad}`
      continue
    }
    const keys = place.keys.filter((key) => key.tag === signature.keyTag && key.algorithm === signature.algorithm)
    if (keys.length === 0) reason = `is signed by key ${signature.keyTag}, which the zone does not have`
    const data = signedData(set, signature)
    for (const key of keys.slice(0, MAX_KEYS_WITH_ONE_TAG)) {
      if (budget.signatures-- <= 0) return no('costs too much to check')
      if (data === undefined || !verifyOne(signature.algorithm, key.key, data, signature.signature)) {
        reason = `has a signature by key ${signature.keyTag} that is wrong`
        continue
      }
      const left = (signature.expires - Math.floor(place.now / 1000)) | 0
      // RFC 4035 §5.3.3: no longer than the signer said, and not beyond the signature's end.
      const ttl = Math.max(0, Math.min(set.ttl, signature.originalTtl, left))
      const expanded = signature.labels < countLabels(set.name)
      return { valid: true, ttl, key, wildcard: expanded ? lastLabels(set.name, signature.labels) : undefined }
    }
  }
  return no(reason)
}
