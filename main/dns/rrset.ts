// Records gathered to sets of one name and one type, with the signatures that stand over them. RFC 2181 §5
import type { Name } from './name.ts'
import { TYPES } from './types.ts'
import { readName, type RawRecord } from './wire.ts'

export interface Signature {
  readonly covered: number
  readonly algorithm: number
  readonly labels: number
  readonly originalTtl: number
  /** Seconds, modulo 2^32. */
  readonly expires: number
  readonly begins: number
  readonly keyTag: number
  readonly signer: Name
  readonly signature: Buffer
  /** The data up to the signature, the signer in lower case: the first part of what is signed. RFC 4034 §3.1.8.1 */
  readonly head: Buffer
}

export interface RrSet {
  readonly name: Name
  readonly type: number
  /** The smallest of the set. */
  readonly ttl: number
  /** Each one once, in canonical order (RFC 4034 §6.3). */
  readonly data: readonly Buffer[]
  readonly signatures: readonly Signature[]
}

/** RFC 4034 §3.1; undefined where it is broken. */
export function parseSignature(rdata: Buffer): Signature | undefined {
  if (rdata.length < 19) return undefined
  const signer = readName(rdata, 18)
  if (signer === undefined || signer.end >= rdata.length) return undefined
  return {
    covered: rdata.readUInt16BE(0),
    algorithm: rdata.readUInt8(2),
    labels: rdata.readUInt8(3),
    originalTtl: rdata.readUInt32BE(4),
    expires: rdata.readUInt32BE(8),
    begins: rdata.readUInt32BE(12),
    keyTag: rdata.readUInt16BE(16),
    signer: signer.name,
    signature: rdata.subarray(signer.end),
    head: Buffer.concat([rdata.subarray(0, 18), Buffer.from(signer.name, 'latin1')]),
  }
}

interface Gathering {
  readonly name: Name
  readonly type: number
  ttl: number
  readonly data: Map<string, Buffer>
  readonly signatures: Signature[]
}

/** The sets of a section, in the order in which they first appear. A signature without a set is dropped. */
export function gatherSets(records: readonly RawRecord[]): readonly RrSet[] {
  const sets = new Map<string, Gathering>()
  const at = (name: Name, type: number, ttl: number): Gathering => {
    const key = `${type} ${name}`
    const found = sets.get(key)
    if (found !== undefined) return found
    const made: Gathering = { name, type, ttl, data: new Map(), signatures: [] }
    sets.set(key, made)
    return made
  }
  for (const { name, type, ttl, rdata } of records) {
    if (type === TYPES.RRSIG) {
      const signature = parseSignature(rdata)
      if (signature !== undefined) at(name, signature.covered, ttl).signatures.push(signature)
      continue
    }
    const set = at(name, type, ttl)
    set.ttl = Math.min(set.ttl, ttl)
    set.data.set(rdata.toString('latin1'), rdata)
  }
  return [...sets.values()]
    .filter((set) => set.data.size > 0)
    .map(({ name, type, ttl, data, signatures }) => ({
      ...{ name, type, ttl, signatures },
      data: [...data.values()].sort((a, b) => Buffer.compare(a, b)),
    }))
}

export function findSet(sets: readonly RrSet[], name: Name, type: number): RrSet | undefined {
  return sets.find((set) => set.type === type && set.name === name)
}
