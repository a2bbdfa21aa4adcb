// What mailauth found, in the few words that the log, the decision and the Authentication-Results field use.
import type { Verdicts } from '../store/rows.ts'
import { printable } from '../dns/wire.ts'
import { parseHeaderBlock } from '../mail/index.ts'
import { MAX_INSTANCE, tagOf } from './arc-fields.ts'
import type { Evidence, Signature } from './verify.ts'

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
  const policy = textOf(outcome.dmarc, 'policy')
  const reasons = reasonsOf(outcome)
  return {
    ...{ spf: word(outcome.spf), dkim, dmarc: word(outcome.dmarc), arc: word(outcome.arc) },
    ...(policy === undefined ? {} : { policy }),
    ...(reasons.length === 0 ? {} : { reasons }),
  }
}

function textOf(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return typeof found === 'string' ? found : undefined
}

const MAX_REASONS = 12

/** One line each, without control characters: parts of it were written by the sender. */
function reasonsOf(outcome: AuthenticationOutcome): string[] {
  const methods: readonly (readonly [string, unknown])[] = [
    ['SPF', outcome.spf],
    ...(outcome.dkim?.results ?? []).map((one): [string, unknown] => [
      `DKIM of ${textOf(one, 'signingDomain') ?? '?'}`,
      one,
    ]),
    ['DMARC', outcome.dmarc],
    ['ARC', outcome.arc],
  ]
  return methods.slice(0, MAX_REASONS).flatMap(([name, value]) => {
    const result = word(value)
    if (result === 'pass' || result === 'none') return []
    const status: unknown = typeof value === 'object' && value !== null && 'status' in value ? value.status : undefined
    const comment = (name === 'SPF' ? explanationOf(value) : undefined) ?? textOf(status, 'comment')
    return [printable(Buffer.from(comment === undefined ? `${name}: ${result}` : `${name}: ${result} (${comment})`))]
  })
}

/** RFC 7208 §7.3: the nibbles of an IPv6 address are written in capitals where people read them. */
export function explanationOf(spf: unknown): string | undefined {
  const text = textOf(spf, 'explanation')
  return text?.replaceAll(/\b(?:[0-9a-f]\.){31}[0-9a-f]\b/g, (nibbles) => nibbles.toUpperCase())
}

/** What the newest seal says; whether to believe it is another question. */
function newestSeal(header: Uint8Array): { readonly sealer: string | undefined; readonly authentic: boolean } {
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
  const parts = results.get(found.instance)?.split(';') ?? []
  return { sealer: found.sealer, authentic: parts.some((part) => /^\s*dmarc\s*=\s*pass\b/i.test(part)) }
}

export function evidenceOf(outcome: AuthenticationOutcome, header: Uint8Array, offline: boolean): Evidence {
  const aligned = (outcome.dkim?.results ?? []).some((one) => {
    const { status } = one
    const mark: unknown = 'aligned' in status ? status.aligned : false
    return status.result === 'pass' && typeof mark === 'string'
  })
  const { sealer, authentic } = newestSeal(header)
  const dmarc: unknown = outcome.dmarc
  const status: unknown = typeof dmarc === 'object' && dmarc !== null && 'status' in dmarc ? dmarc.status : undefined
  const from: unknown = typeof status === 'object' && status !== null && 'header' in status ? status.header : undefined
  const authorDomain = textOf(from, 'from')?.toLowerCase()
  return { aligned, authorDomain, sealer, sealedAuthentic: authentic, offline }
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
