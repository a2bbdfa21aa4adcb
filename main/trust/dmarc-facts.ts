// What mailauth found of a message, as an aggregate report about its author's domain tells it. RFC 9990
import type { DmarcFacts, PublishedPolicy } from '../reports/dmarc-seen.ts'

/** RFC 9990: of so many signatures the results are told. */
const DKIM_MAX = 10
const VALUE_MAX = 255
const DKIM_WORDS = new Set(['none', 'pass', 'fail', 'policy', 'neutral', 'temperror', 'permerror'])
const SPF_WORDS = new Set(['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'])

function at(value: unknown, ...path: readonly string[]): unknown {
  let found: unknown = value
  for (const key of path)
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined
  return found
}

function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found.slice(0, VALUE_MAX) : ''
}

/** RFC 9989 §4.7: tags with `;` between them. Only what a report repeats is read; mailauth has found the record valid. */
export function dmarcTags(record: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const part of record.slice(0, 4096).split(';', 50)) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(0, equals)).trim()
    if (name !== '' && !tags.has(name)) tags.set(name, part.slice(equals + 1).trim())
  }
  return tags
}

const POLICIES = /^(none|quarantine|reject)$/
const VALID: Readonly<Record<keyof PublishedPolicy, RegExp>> = {
  ...{ p: POLICIES, sp: POLICIES, np: POLICIES, adkim: /^[rs]$/, aspf: /^[rs]$/, t: /^[yn]$/ },
  fo: /^[01ds](:[01ds]){0,3}$/,
}

function publishedIn(tags: ReadonlyMap<string, string>): PublishedPolicy {
  const found = Object.entries(VALID).flatMap(([name, valid]) => {
    const value = tags.get(name)?.toLowerCase()
    return value !== undefined && valid.test(value) ? [[name, value]] : []
  })
  return { p: 'none', ...(Object.fromEntries(found) as Partial<PublishedPolicy>) }
}

/** The part of an outcome that is read here; everything in it comes from outside. */
interface Seen {
  readonly spf?: unknown
  readonly dkim?: { readonly results?: readonly { readonly status: { readonly result: string } }[] } | undefined
  readonly dmarc?: unknown
}

/** undefined where nobody wants to be told: no record, no `rua`, or a result that a later try may change. */
export function dmarcFactsOf(outcome: Seen): DmarcFacts | undefined {
  const { dmarc, spf } = outcome
  const result = textAt(dmarc, 'status', 'result')
  const tags = dmarcTags(textAt(dmarc, 'rr') === '' ? '' : String(at(dmarc, 'rr')))
  const policyDomain = textAt(dmarc, 'policyDomain').toLowerCase()
  if ((result !== 'pass' && result !== 'fail') || policyDomain === '' || !tags.has('rua')) return undefined
  const dkim = (outcome.dkim?.results ?? []).slice(0, DKIM_MAX).flatMap((one) => {
    const [domain, selector] = [textAt(one, 'signingDomain').toLowerCase(), textAt(one, 'selector')]
    const word = one.status.result
    return domain !== '' && selector !== '' && DKIM_WORDS.has(word) ? [{ domain, selector, result: word }] : []
  })
  const spfDomain = textAt(spf, 'domain').toLowerCase()
  const spfResult = textAt(spf, 'status', 'result')
  return {
    ...{ policyDomain, published: publishedIn(tags), result, dkim, asked: textAt(dmarc, 'policy') },
    headerFrom: textAt(dmarc, 'status', 'header', 'from').toLowerCase(),
    alignedDkim: textAt(dmarc, 'alignment', 'dkim', 'result') !== '',
    alignedSpf: textAt(dmarc, 'alignment', 'spf', 'result') !== '',
    spf: spfDomain !== '' && SPF_WORDS.has(spfResult) ? { domain: spfDomain, result: spfResult } : undefined,
  }
}
