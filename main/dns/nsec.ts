// Proof by NSEC that a name or a type is not there. Pure: the sets given have been verified. RFC 4035 §5.4, RFC 6840 §4
import { commonAncestor, compareNames, isUnder, ROOT, wildcardOf, type Name } from './name.ts'
import { parseBitmap } from './rdata.ts'
import type { RrSet } from './rrset.ts'
import { typeName, TYPES } from './types.ts'
import { readName } from './wire.ts'

/** What is proved of a name and a type. */
export type Denial =
  /** The name is there, the type is not. */
  | { readonly kind: 'no-data' }
  | { readonly kind: 'no-name' }
  /** Only for DS: a zone begins here and is not signed. */
  | { readonly kind: 'unsigned-delegation' }
  /** Nothing can be proved, and rightly so: opt-out, or a proof that costs too much by design. */
  | { readonly kind: 'insecure'; readonly reason: string }
  | { readonly kind: 'unproven'; readonly reason: string }

export interface Denied {
  readonly name: Name
  readonly type: number
  readonly zone: Name
}

interface Nsec {
  readonly owner: Name
  readonly next: Name
  readonly types: ReadonlySet<number>
}

export function unproven(reason: string): Denial {
  return { kind: 'unproven', reason }
}

function parseNsecs(sets: readonly RrSet[]): readonly Nsec[] {
  return sets.flatMap(({ name: owner, type, data }) => {
    const [rdata] = data
    if (type !== TYPES.NSEC || rdata === undefined || data.length > 1) return []
    const next = readName(rdata, 0)
    const types = next === undefined ? undefined : parseBitmap(rdata.subarray(next.end))
    return next === undefined || types === undefined ? [] : [{ owner, next: next.name, types }]
  })
}

/** RFC 6840 §4.1: what stands at a delegation or a DNAME says nothing about names below it. */
export function isAncestorDelegation(owner: Name, types: ReadonlySet<number>, name: Name): boolean {
  const below = owner !== name && isUnder(name, owner)
  return below && (types.has(TYPES.DNAME) || (types.has(TYPES.NS) && !types.has(TYPES.SOA)))
}

function covers({ owner, next }: Nsec, { name, zone }: Denied): boolean {
  if (compareNames(owner, name) >= 0) return false
  // RFC 4034 §4.1.1: the last one of a zone points back to its top.
  return next === zone ? isUnder(name, zone) : compareNames(name, next) < 0
}

/** What the types that stand at the very name say. */
export function deniedAt(types: ReadonlySet<number>, { name, type }: Denied): Denial {
  const cut = types.has(TYPES.NS) && !types.has(TYPES.SOA)
  // RFC 6840 §4.4: at a zone cut the parent speaks of DS alone, and the child of everything else.
  if (type !== TYPES.DS && cut) return unproven('the proof comes from the wrong side of a zone cut')
  if (type === TYPES.DS && types.has(TYPES.SOA) && name !== ROOT)
    return unproven('the proof comes from the wrong side of a zone cut')
  // RFC 6840 §4.3
  if (types.has(type) || types.has(TYPES.CNAME)) return unproven(`the proof says that ${typeName(type)} is there`)
  return type === TYPES.DS && cut ? { kind: 'unsigned-delegation' } : { kind: 'no-data' }
}

function findCover(nsecs: readonly Nsec[], denied: Denied): Nsec | undefined {
  return nsecs.find((one) => covers(one, denied) && !isAncestorDelegation(one.owner, one.types, denied.name))
}

/** The closest name above that is there: both neighbours are, and what they share with the name. */
function encloserOf({ owner, next }: Nsec, name: Name): Name {
  const [left, right] = [commonAncestor(name, owner), commonAncestor(name, next)]
  return left.length > right.length ? left : right
}

/** RFC 4035 §5.4, RFC 7129 §5 */
export function denyByNsec(denied: Denied, sets: readonly RrSet[]): Denial {
  const nsecs = parseNsecs(sets)
  const match = nsecs.find(({ owner }) => owner === denied.name)
  if (match !== undefined) return deniedAt(match.types, denied)
  const cover = findCover(nsecs, denied)
  if (cover === undefined) return unproven('no NSEC record covers the name')
  // An empty non-terminal: nothing stands at the name, something stands below it.
  if (isUnder(cover.next, denied.name)) return { kind: 'no-data' }
  const wildcard = wildcardOf(encloserOf(cover, denied.name))
  if (wildcard === undefined) return { kind: 'no-name' }
  const atWildcard = nsecs.find(({ owner }) => owner === wildcard)
  // RFC 4035 §3.1.3.4
  if (atWildcard !== undefined)
    return atWildcard.types.has(denied.type) || atWildcard.types.has(TYPES.CNAME)
      ? unproven('a wildcard has what is denied')
      : { kind: 'no-data' }
  const none = findCover(nsecs, { ...denied, name: wildcard })
  return none === undefined ? unproven('no NSEC record denies the wildcard') : { kind: 'no-name' }
}

/** RFC 4035 §5.3.4: a set was made from the wildcard below `encloser`, so nothing closer may be there. */
export function denyCloserByNsec(denied: Denied, encloser: Name, sets: readonly RrSet[]): Denial {
  const cover = findCover(parseNsecs(sets), denied)
  if (cover === undefined) return unproven('nothing proves that only a wildcard has the name')
  return encloserOf(cover, denied.name) === encloser
    ? { kind: 'no-name' }
    : unproven('the wildcard is not the closest one')
}
