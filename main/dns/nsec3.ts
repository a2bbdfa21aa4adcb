// Proof by NSEC3 that a name or a type is not there: the same over hashed names. Pure. RFC 5155 §8, RFC 9276
import { createHash } from 'node:crypto'
import { depthOf, isUnder, labelsOf, lastLabels, nameBytes, parentOf, wildcardOf, type Name } from './name.ts'
import { deniedAt, isAncestorDelegation, unproven, type Denial, type Denied } from './nsec.ts'
import { parseBitmap } from './rdata.ts'
import type { RrSet } from './rrset.ts'
import type { Budget } from './signature.ts'
import { TYPES } from './types.ts'

/** RFC 9276 §3.2: above that a zone counts as insecure instead of costing everybody's time (CVE-2023-50868). */
export const MAX_ITERATIONS = 100

interface Nsec3 {
  readonly hash: string
  readonly next: string
  readonly optOut: boolean
  readonly iterations: number
  readonly salt: Buffer
  readonly types: ReadonlySet<number>
}

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'

/** RFC 4648 §7, without padding, lower case: the order of the text is that of the octets. */
export function base32hex(bytes: Buffer): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const octet of bytes) {
    value = ((value << 8) | octet) & 0xfff
    bits += 8
    while (bits >= 5) {
      out += BASE32HEX.charAt((value >> (bits - 5)) & 31)
      bits -= 5
    }
  }
  return bits === 0 ? out : out + BASE32HEX.charAt((value << (5 - bits)) & 31)
}

function parseOne(set: RrSet, zone: Name): Nsec3 | undefined {
  const [rdata] = set.data
  const [label = ''] = labelsOf(set.name)
  if (rdata === undefined || set.data.length > 1 || rdata.length < 5 || parentOf(set.name) !== zone) return undefined
  const saltSize = rdata.readUInt8(4)
  const hashSize = rdata[5 + saltSize] ?? 0
  const start = 6 + saltSize
  const types = parseBitmap(rdata.subarray(start + hashSize))
  const flags = rdata.readUInt8(1)
  // RFC 5155 §8.1, §8.2: another hash, or flags that nobody knows, and the record is as if it weren't there.
  if (rdata.readUInt8(0) !== 1 || flags > 1 || hashSize !== 20 || types === undefined) return undefined
  if (rdata.length < start + hashSize || label.length !== 32) return undefined
  const next = base32hex(rdata.subarray(start, start + hashSize))
  const salt = rdata.subarray(5, 5 + saltSize)
  return { hash: label, next, optOut: flags === 1, iterations: rdata.readUInt16BE(2), salt, types }
}

/** RFC 5155 §5 */
export function hashName(name: Name, salt: Buffer, iterations: number): string {
  let digest = createHash('sha1').update(nameBytes(name)).update(salt).digest()
  for (let i = 0; i < iterations; i++) digest = createHash('sha1').update(digest).update(salt).digest()
  return base32hex(digest)
}

/** The records of one proof: one zone, one salt, one number of rounds. */
class Chain {
  readonly zone: Name
  private readonly records: readonly Nsec3[]
  private readonly budget: Budget
  private readonly hashes = new Map<Name, string>()

  constructor(zone: Name, records: readonly Nsec3[], budget: Budget) {
    this.zone = zone
    this.records = records
    this.budget = budget
  }

  private hash(name: Name): string {
    const known = this.hashes.get(name)
    if (known !== undefined) return known
    const [first] = this.records
    if (first === undefined) return ''
    this.budget.rounds -= first.iterations + 1
    if (this.budget.rounds < 0) return ''
    const made = hashName(name, first.salt, first.iterations)
    this.hashes.set(name, made)
    return made
  }

  match(name: Name): Nsec3 | undefined {
    const hash = this.hash(name)
    return hash === '' ? undefined : this.records.find((one) => one.hash === hash)
  }

  cover(name: Name): Nsec3 | undefined {
    const hash = this.hash(name)
    if (hash === '') return undefined
    return this.records.find((one) =>
      one.hash < one.next ? one.hash < hash && hash < one.next : hash > one.hash || hash < one.next,
    )
  }

  /** RFC 5155 §8.3: the closest name above that is there, and the record that denies the next closer one. */
  closest(name: Name): { readonly encloser: Name; readonly next: Nsec3 } | undefined {
    for (let one = parentOf(name), closer = name; isUnder(one, this.zone); closer = one, one = parentOf(one)) {
      const found = this.match(one)
      if (found !== undefined) {
        const next = this.cover(closer)
        return next === undefined || isAncestorDelegation(one, found.types, name) ? undefined : { encloser: one, next }
      }
      if (one === this.zone) return undefined
    }
    return undefined
  }
}

function chainOf(zone: Name, sets: readonly RrSet[], budget: Budget): Chain | Denial {
  const all = sets
    .filter((set) => set.type === TYPES.NSEC3)
    .map((set) => parseOne(set, zone))
    .filter((one) => one !== undefined)
  const [first] = all
  if (first === undefined) return unproven('there is no NSEC3 record that can be used')
  // RFC 5155 §8.2: all of one proof share their parameters.
  const same = all.filter((one) => one.iterations === first.iterations && one.salt.equals(first.salt))
  if (first.iterations > MAX_ITERATIONS)
    return {
      kind: 'insecure',
      reason: `the zone asks for ${first.iterations} rounds of NSEC3 (at most ${MAX_ITERATIONS})`,
    }
  return new Chain(zone, same, budget)
}

const OPT_OUT: Denial = {
  kind: 'insecure',
  reason: 'the zone leaves its unsigned delegations out of its proofs (opt-out)',
}

/** RFC 5155 §8.4 to §8.7. `exists`: the answer said that the name is there. */
export function denyByNsec3(denied: Denied, exists: boolean, sets: readonly RrSet[], budget: Budget): Denial {
  const chain = chainOf(denied.zone, sets, budget)
  if (!(chain instanceof Chain)) return chain
  const match = chain.match(denied.name)
  if (match !== undefined) return deniedAt(match.types, denied)
  const closest = chain.closest(denied.name)
  if (closest === undefined) return unproven('no NSEC3 record shows the closest name that is there')
  const { optOut } = closest.next
  // RFC 5155 §8.6: an unsigned delegation need not be listed.
  if (denied.type === TYPES.DS && optOut) return OPT_OUT
  const wildcard = wildcardOf(closest.encloser)
  const atWildcard = wildcard === undefined ? undefined : chain.match(wildcard)
  if (atWildcard !== undefined) {
    if (atWildcard.types.has(denied.type) || atWildcard.types.has(TYPES.CNAME))
      return unproven('a wildcard has what is denied')
    return optOut ? OPT_OUT : { kind: 'no-data' }
  }
  if (wildcard === undefined || chain.cover(wildcard) !== undefined) return optOut ? OPT_OUT : { kind: 'no-name' }
  return exists && optOut ? OPT_OUT : unproven('no NSEC3 record denies the wildcard')
}

/** RFC 5155 §8.8 */
export function denyCloserByNsec3(denied: Denied, encloser: Name, sets: readonly RrSet[], budget: Budget): Denial {
  const chain = chainOf(denied.zone, sets, budget)
  if (!(chain instanceof Chain)) return chain
  const next = chain.cover(lastLabels(denied.name, depthOf(encloser) + 1))
  if (next === undefined) return unproven('nothing proves that only a wildcard has the name')
  return next.optOut ? OPT_OUT : { kind: 'no-name' }
}
