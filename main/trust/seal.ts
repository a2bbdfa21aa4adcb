// The ARC seal of a forward: what we saw when it came, under the chain that it came with, so that the mailbox provider can believe it
// although the rewriting broke the sender's own signatures. RFC 8617 §5.1
import { parseHeaderBlock, type HeaderField } from '../mail/index.ts'
import { arcSets, MAX_INSTANCE, tagOf, valueOf, type ArcSet } from './arc-fields.ts'
import { relaxedField } from './canonical.ts'
import { foldBase64, foldList, selectFields, signData, type SigningKey } from './sign.ts'

export interface SealInput {
  /** The header block as it will go out, signatures included. */
  readonly header: Buffer
  /** SHA-256 of the relaxed body, base64. */
  readonly bodyHash: string
  readonly domain: string
  readonly key: SigningKey
  /** Seconds since the epoch. */
  readonly at: number
  /** The value of our Authentication-Results. */
  readonly results: string
  /** What became of the chain that was there. */
  readonly arc: string
}

const CRLF = Buffer.from('\r\n')

export interface Place {
  readonly instance: number
  readonly cv: 'none' | 'pass' | 'fail'
  /** The hops before, in their order; none where the chain is broken (RFC 8617 §5.1.2). */
  readonly before: readonly ArcSet[]
}

/** Where the new hop goes; undefined where there can be none. RFC 8617 §5.1 */
export function placeOf(fields: readonly HeaderField[], arc: string): Place | undefined {
  const sets = arcSets(fields)
  if (sets === undefined) return undefined
  if (sets.size === 0) return arc === 'none' ? { instance: 1, cv: 'none', before: [] } : undefined
  const last = Math.max(...sets.keys())
  const seal = sets.get(last)?.seal
  // RFC 8617 §5.1 step 2: a chain that was broken already, or is as long as one may be, gets no further seal.
  if (last >= MAX_INSTANCE || seal === undefined || tagOf(valueOf(seal), 'cv')?.toLowerCase() === 'fail')
    return undefined
  if (arc === 'fail') return { instance: last + 1, cv: 'fail', before: [] }
  if (arc !== 'pass') return undefined
  const before = Array.from({ length: last }, (_, i) => sets.get(i + 1) ?? {})
  return { instance: last + 1, cv: 'pass', before }
}

/** Folded behind the semicolons; what comes from outside has no line end of its own any more. */
function foldResults(text: string): string {
  return text
    .split(';')
    .map((part) => part.replaceAll(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .join(';\r\n\t')
}

/** What the signature of a message field is over: `unsigned` is that field with an empty `b=`. RFC 8617 §4.1.2, RFC 6376 §3.7 */
export function messageOctets(canonical: readonly Buffer[], unsigned: string): Buffer {
  return Buffer.concat([...canonical, relaxedField(Buffer.from(unsigned))])
}

/**
 * What a seal is over: the hops in their order, each as results, message signature, seal; ours last, without its line end and with an empty
 * `b=`. RFC 8617 §5.1.1
 */
export function sealOctets(before: readonly ArcSet[], results: string, message: string, unsigned: string): Buffer {
  const chain = before
    .flatMap((set) => [set.results, set.message, set.seal])
    .flatMap((one) => (one === undefined ? [] : [one.raw]))
  const sealed = [...chain, Buffer.from(results), Buffer.from(message)].flatMap((raw) => [relaxedField(raw), CRLF])
  return Buffer.concat([...sealed, relaxedField(Buffer.from(unsigned))])
}

/** The three fields of our hop, the seal first, with line ends, to stand above `header`; empty where nothing can be sealed. */
export async function sealHeader(input: SealInput): Promise<Buffer> {
  const { fields } = parseHeaderBlock(input.header)
  const place = placeOf(fields, input.arc)
  if (place === undefined || input.key.algorithm !== 'rsa') return Buffer.alloc(0)
  const { domain, key, at, bodyHash } = input
  const { instance, cv, before } = place
  const results = `ARC-Authentication-Results: i=${instance}; ${foldResults(input.results)}`
  const { names, canonical } = selectFields(fields)
  const unsigned =
    `ARC-Message-Signature: i=${instance}; a=rsa-sha256; c=relaxed/relaxed; d=${domain};\r\n` +
    `\ts=${key.selector}; t=${at}; bh=${bodyHash};\r\n\th=${foldList(names)};\r\n\tb=`
  const signed = await signData(key, messageOctets(canonical, unsigned))
  const message = `${unsigned}${foldBase64(signed.toString('base64'))}`
  const seal = `ARC-Seal: i=${instance}; a=rsa-sha256; cv=${cv}; d=${domain};\r\n\ts=${key.selector}; t=${at};\r\n\tb=`
  const signature = await signData(key, sealOctets(before, results, message, seal))
  return Buffer.from(`${seal}${foldBase64(signature.toString('base64'))}\r\n${message}\r\n${results}\r\n`)
}
