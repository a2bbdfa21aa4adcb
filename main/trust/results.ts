// What was found of a message, in the few words that the log, the decision and the Authentication-Results field use. Everything in it
// comes from outside; a word that is not known is `permerror`.
import { getDomain } from 'tldts'
import type { Verdicts } from '../store/rows.ts'
import { printable } from '../dns/wire.ts'
import { parseHeaderBlock, type Author, type AuthorFault } from '../mail/index.ts'
import { ARC_RESULTS, DKIM_RESULTS, DMARC_RESULTS, SPF_RESULTS, wordIn } from '../terms/verdicts.ts'
import { MAX_INSTANCE, tagOf } from './arc-fields.ts'
import type { Outcome } from './authenticate.ts'
import { dmarcPassedFor } from './authres.ts'
import type { Evidence, Signature } from './verify.ts'

function statusOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'status') : undefined
}

function resultOf(value: unknown): unknown {
  const status = statusOf(value)
  return typeof status === 'object' && status !== null ? Reflect.get(status, 'result') : undefined
}

function textOf(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof found === 'string' ? found : undefined
}

/** The comments of RFC 8601 §2.2 and the lines of the log for an author who can't be told. */
const FAULTS: Readonly<Record<AuthorFault, string>> = {
  'no-from': 'no From field',
  'several-from-fields': 'several From fields',
  'no-address': 'no address in From',
  unreadable: 'an address in From that cannot be read',
  'several-domains': 'authors at several domains',
  'too-long': 'a header or From field that is too long',
  ambiguous: 'a From field that programs read differently',
}

function dmarcProblem({ author, brokenRecord }: Outcome): string | undefined {
  if (author.kind === 'unknown') return FAULTS[author.fault]
  return brokenRecord ? 'a record that is not valid' : undefined
}

function dmarcOf(outcome: Outcome): Verdicts['dmarc'] {
  if (dmarcProblem(outcome) !== undefined) return 'permerror'
  return wordIn(DMARC_RESULTS, resultOf(outcome.dmarc), 'permerror')
}

/** DKIM: `pass` where any signature passes, else the first one's result; `none` only where nothing was signed. */
function dkimOf({ dkim, chosen }: Outcome): Verdicts['dkim'] {
  if (dkim === undefined) return 'permerror'
  const results = dkim.results.map((one) => wordIn(DKIM_RESULTS, one.status.result, 'permerror'))
  if (results.includes('pass')) return 'pass'
  // Signatures that were not looked at are no absence of signatures.
  const [first = 'none'] = results
  return first === 'none' && (chosen?.leftOut ?? 0) > 0 ? 'permerror' : first
}

function arcOf({ arc, chosen }: Outcome): Verdicts['arc'] {
  if (chosen?.arcLeftOut === true) return 'fail'
  return arc === undefined ? 'permerror' : wordIn(ARC_RESULTS, resultOf(arc), 'permerror')
}

/** One word a method. */
export function verdictsOf(outcome: Outcome): Verdicts {
  const policy = textOf(outcome.dmarc, 'policy')
  const reasons = reasonsOf(outcome)
  return {
    spf: wordIn(SPF_RESULTS, resultOf(outcome.spf), 'permerror'),
    ...{ dkim: dkimOf(outcome), dmarc: dmarcOf(outcome), arc: arcOf(outcome) },
    ...(policy === undefined ? {} : { policy }),
    ...(reasons.length === 0 ? {} : { reasons }),
  }
}

const MAX_REASONS = 12

function reasonOf(name: string, value: unknown): string[] {
  const result = resultOf(value)
  if (typeof result !== 'string' || result === 'pass' || result === 'none') return []
  const comment = (name === 'SPF' ? explanationOf(value) : undefined) ?? textOf(statusOf(value), 'comment')
  return [comment === undefined ? `${name}: ${result}` : `${name}: ${result} (${comment})`]
}

/** One line each, without control characters: parts of it were written by the sender. */
function reasonsOf(outcome: Outcome): string[] {
  const { spf, dkim, dmarc, arc, chosen } = outcome
  const signatures = (dkim?.results ?? []).flatMap((one) =>
    reasonOf(`DKIM of ${textOf(one, 'signingDomain') ?? '?'}`, one),
  )
  const problem = dmarcProblem(outcome)
  const leftOut = chosen?.leftOut ?? 0
  const reasons = [
    ...(problem === undefined ? reasonOf('DMARC', dmarc) : [`DMARC: permerror (${problem})`]),
    ...reasonOf('SPF', spf),
    ...(leftOut === 0 ? [] : [`DKIM: ${leftOut} more signatures were not checked`]),
    ...(chosen?.arcLeftOut === true ? ['ARC: fail (too many hops)'] : reasonOf('ARC', arc)),
    ...signatures,
  ]
  return reasons.slice(0, MAX_REASONS).map((text) => printable(Buffer.from(text)))
}

/** RFC 7208 §7.3: the nibbles of an IPv6 address are written in capitals where people read them. */
export function explanationOf(spf: unknown): string | undefined {
  const text = textOf(spf, 'explanation')
  return text?.replaceAll(/\b(?:[0-9a-f]\.){31}[0-9a-f]\b/g, (nibbles) => nibbles.toUpperCase())
}

interface Sealed {
  readonly sealer: string | undefined
  /** The domain for which DMARC passed when it was sealed. */
  readonly sealedFor: string | undefined
}

/** What the newest seal says; whether to believe it is another question. */
function newestSeal(header: Uint8Array): Sealed {
  const found = { instance: 0, sealer: undefined as string | undefined }
  const results = new Map<number, string>()
  for (const { key, raw } of parseHeaderBlock(Buffer.from(header)).fields) {
    if (key !== 'arc-seal' && key !== 'arc-authentication-results') continue
    const text = raw.toString('latin1').slice(key.length + 1)
    const instance = Number(tagOf(text, 'i'))
    if (!Number.isInteger(instance) || instance < 1 || instance > MAX_INSTANCE) continue
    if (key === 'arc-authentication-results') results.set(instance, text)
    else if (instance > found.instance) Object.assign(found, { instance, sealer: tagOf(text, 'd')?.toLowerCase() })
  }
  const text = results.get(found.instance)
  return { sealer: found.sealer, sealedFor: text === undefined ? undefined : dmarcPassedFor(text) }
}

/** A whole signature of exactly the author's domain. It stands in for DMARC where a domain has no record, so no relation will do. */
function isSignedBy(author: Author, signatures: readonly Signature[]): boolean {
  return author.kind === 'known' && signatures.some(({ domain, partial }) => domain === author.domain && !partial)
}

/**
 * Whether two domains may belong to one organisation. This groups only: by it a message is put off until the check can be made, never let in.
 */
function mayAlign(a: string, b: string): boolean {
  return a === b || (getDomain(a) ?? a) === (getDomain(b) ?? b)
}

/** Whether something that might have proved the author could not be looked up. */
function isUnresolved({ author, dkim, spf }: Outcome): boolean {
  if (author.kind === 'unknown') return false
  const failed = [...(dkim?.results ?? []), spf].filter((one) => resultOf(one) === 'temperror')
  const domains = failed.flatMap((one) => textOf(one, 'signingDomain') ?? textOf(one, 'domain') ?? [])
  return domains.some((domain) => mayAlign(domain.toLowerCase(), author.domain))
}

export function evidenceOf(outcome: Outcome, header: Uint8Array, offline: boolean): Evidence {
  const { author } = outcome
  const aligned = isSignedBy(author, signaturesOf(outcome))
  return { author, aligned, unresolved: isUnresolved(outcome), ...newestSeal(header), offline }
}

function namesOf(signed: unknown): string[] {
  if (typeof signed !== 'object' || signed === null || !('headers' in signed) || !Array.isArray(signed.headers))
    return []
  return signed.headers.map((line: unknown) => String(line).split(':', 1)[0]?.trim().toLowerCase() ?? '')
}

/** The DKIM signatures that verified, with what they cover. */
export function signaturesOf({ dkim }: Pick<Outcome, 'dkim'>): readonly Signature[] {
  const results: readonly unknown[] = dkim?.results ?? []
  return results.flatMap((one) => {
    if (resultOf(one) !== 'pass' || typeof one !== 'object' || one === null) return []
    const fields = namesOf('signingHeaders' in one ? one.signingHeaders : undefined)
    const partial = !('canonBodyLengthLimited' in one) || one.canonBodyLengthLimited !== false
    return [{ domain: (textOf(one, 'signingDomain') ?? '').toLowerCase(), fields, partial }]
  })
}

function infoOf(value: unknown): string[] {
  const info = textOf(value, 'info')
  return info === undefined || info === '' ? [] : [info]
}

/** The value of the Authentication-Results field. RFC 8601 §2.2 */
export function authenticationResultsOf(outcome: Outcome, hostname: string): string {
  const { spf, dkim, dmarc, arc } = outcome
  const problem = dmarcProblem(outcome)
  const from = outcome.author.kind === 'known' ? ` header.from=${outcome.author.domain}` : ''
  const results = [
    ...(dkim?.results ?? []).flatMap(infoOf),
    ...infoOf(spf),
    ...infoOf(arc),
    ...(problem === undefined ? infoOf(dmarc) : [`dmarc=permerror (${problem})${from}`]),
  ]
  return [hostname, ...results].join(';\r\n ')
}
