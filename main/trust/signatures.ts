// Which signatures of a message are looked at: verifying costs a look-up, a pass over the body and a public-key operation for each, and
// a header has room for a thousand of them. Pure; what is left out proves nothing, which only ever makes a message worth less.
import { closeHeaderBlock, type HeaderBlock, type HeaderField } from '../mail/index.ts'
import type { Domain } from '../terms/address.ts'
import { arcSets, tagOf, valueOf } from './arc-fields.ts'

/** RFC 6376 §8.4 asks verifiers to bound it; real mail has two or three, a list's or a provider's added. */
export const MAX_SIGNATURES = 10
/** Passes over the body: two canonicalisations, and one for a length (l=) or an old hash. */
export const MAX_BODY_HASHES = 3
/** Hops of an ARC chain. RFC 8617 §4.2.1 allows 50, real chains have up to five; each costs a look-up. */
export const MAX_ARC_SETS = 20
/** Octets of one signature field, and the names in its h=. */
export const MAX_SIGNATURE_FIELD = 16 * 1024
export const MAX_SIGNED_NAMES = 300
/** Lines of the header, folds included: mailauth joins folded lines in a time that grows with the square of their number. */
export const MAX_HEADER_LINES = 4000

const LF = 0x0a

export interface About {
  /** The author domain; undefined where there is none. */
  readonly author: Domain | undefined
  /** The domain of the reverse-path, where there is one. */
  readonly envelope: Domain | undefined
}

export interface Chosen {
  /** The header block to verify by: as it came, less the fields that are not looked at. */
  readonly header: Buffer
  /** DKIM signatures that were left out. */
  readonly leftOut: number
  /** The ARC chain has more hops than are looked at; its fields are not in `header`. */
  readonly arcLeftOut: boolean
  /** Whether anything in `header` signs the body. */
  readonly signed: boolean
}

interface Candidate {
  readonly field: HeaderField
  readonly rank: number
  readonly bodyHash: string
}

function isUnder(domain: string, parent: string): boolean {
  return domain.endsWith(`.${parent}`)
}

/** What a signature may prove comes first: the author, then the return path, then a relation of the author's. */
function rankOf(domain: string, { author, envelope }: About): number {
  if (author !== undefined && domain === author) return 0
  if (envelope !== undefined && domain === envelope) return 1
  if (author !== undefined && (isUnder(domain, author) || isUnder(author, domain))) return 2
  return 3
}

/** Signatures with one such key share a pass over the body. RFC 6376 §3.5 */
function bodyHashOf(text: string): string {
  const algorithm = (tagOf(text, 'a') ?? '').toLowerCase().split('-').at(-1) ?? ''
  const canonical = (tagOf(text, 'c') ?? 'simple/simple').toLowerCase().split('/')[1] ?? 'simple'
  return `${canonical}:${algorithm}:${tagOf(text, 'l') ?? ''}`
}

function candidateOf(field: HeaderField, about: About): Candidate | undefined {
  if (field.raw.length > MAX_SIGNATURE_FIELD) return undefined
  const text = valueOf(field)
  if ((tagOf(text, 'h') ?? '').split(':').length > MAX_SIGNED_NAMES) return undefined
  const limited = tagOf(text, 'l') === undefined ? 0 : 0.5
  const domain = (tagOf(text, 'd') ?? '').toLowerCase()
  return { field, rank: rankOf(domain, about) + limited, bodyHash: bodyHashOf(text) }
}

/** Whether the header has more lines than are read. */
export function hasTooManyLines(header: Buffer): boolean {
  let lines = 0
  for (let at = header.indexOf(LF); at >= 0; at = header.indexOf(LF, at + 1))
    if (++lines > MAX_HEADER_LINES) return true
  return false
}

function isArc({ key }: HeaderField): boolean {
  return key === 'arc-seal' || key === 'arc-message-signature' || key === 'arc-authentication-results'
}

/** The one message signature of a chain that is checked against the body. RFC 8617 §5.2 step 4 */
function newestArcSignature(arc: readonly HeaderField[]): HeaderField | undefined {
  const sets = arcSets(arc)
  return sets === undefined || sets.size === 0 ? undefined : sets.get(Math.max(...sets.keys()))?.message
}

/** The signatures that are looked at, aligned ones before others. */
export function chooseSignatures(block: HeaderBlock, about: About): Chosen {
  const signatures = block.fields.filter(({ key }) => key === 'dkim-signature')
  const arc = block.fields.filter(isArc)
  const arcLeftOut = arc.length > MAX_ARC_SETS * 3 || arc.some(({ raw }) => raw.length > MAX_SIGNATURE_FIELD)
  const newest = arcLeftOut ? undefined : newestArcSignature(arc)
  const hashes = new Set(newest === undefined ? [] : [bodyHashOf(valueOf(newest))])
  const kept = new Set<HeaderField>()
  const candidates = signatures.flatMap((field) => candidateOf(field, about) ?? [])
  for (const { field, bodyHash } of candidates.toSorted((a, b) => a.rank - b.rank)) {
    if (kept.size >= MAX_SIGNATURES) break
    if (!hashes.has(bodyHash) && hashes.size >= MAX_BODY_HASHES) continue
    hashes.add(bodyHash)
    kept.add(field)
  }
  const fields = block.fields.filter((field) => {
    if (field.key === 'dkim-signature') return kept.has(field)
    return !arcLeftOut || !isArc(field)
  })
  return {
    header: closeHeaderBlock(fields, block.closing),
    leftOut: signatures.length - kept.size,
    arcLeftOut,
    signed: kept.size > 0 || newest !== undefined,
  }
}
