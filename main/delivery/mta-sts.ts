// MTA-STS: what a domain's record and its policy say, and which servers the policy names. Pure. RFC 8461 §3, §4.1

export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** `mail.example.org` or `*.example.org`. */
  readonly mx: readonly string[]
  /** Seconds. */
  readonly maxAge: number
}

/** RFC 8461 §3.2: about a year. */
const LONGEST = 31_557_600
const MAX_MX = 100
export const MAX_POLICY = 64 * 1024

const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?'
const PATTERN = new RegExp(`^(\\*\\.)?(${LABEL}\\.)*${LABEL}$`)

/** The id of the one record that says `v=STSv1`; undefined where there is none, or more than one. RFC 8461 §3.1 */
export function parseStsRecord(texts: readonly string[]): string | undefined {
  const records = texts.filter((text) => /^v=STSv1\s*;/.test(text))
  const [record] = records
  if (record === undefined || records.length > 1) return undefined
  const ids = record
    .split(';')
    .slice(1)
    .map((field) => /^\s*id\s*=\s*([A-Za-z0-9]{1,32})\s*$/.exec(field)?.[1])
    .filter((id) => id !== undefined)
  return ids.length === 1 ? ids[0] : undefined
}

export interface PolicyProblem {
  /** For people here. */
  readonly problem: string
  /** For reports to the domain: a code, since a sentence may tell of the network here. */
  readonly code: string
  /** What kind of problem it is; one that is not named is of the policy's text. */
  readonly trouble?: 'fetch' | 'certificate'
}

export type ParsedPolicy = { readonly policy: StsPolicy } | PolicyProblem

const unreadable = (problem: string, code: string): PolicyProblem => ({ problem, code })

/** RFC 8461 §3.2. Fields that are not known are ignored; of repeated ones but `mx` the first counts. */
export function parsePolicy(text: string): ParsedPolicy {
  const fields = new Map<string, string>()
  const mx: string[] = []
  for (const line of text.split('\n', 1000)) {
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line
    if (bare.trim() === '') continue
    const colon = bare.indexOf(':')
    if (colon <= 0) return unreadable('a line that is no field', 'syntax')
    const key = bare.slice(0, colon).trim()
    const value = bare.slice(colon + 1).trim()
    if (key === 'mx') mx.push(value.toLowerCase())
    else if (!fields.has(key)) fields.set(key, value)
  }
  const version = fields.get('version')
  const mode = fields.get('mode')
  const maxAge = fields.get('max_age') ?? ''
  if (version !== 'STSv1') return unreadable('its version is not STSv1', 'version')
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return unreadable('it has no mode', 'mode')
  if (!/^\d{1,10}$/.test(maxAge)) return unreadable('it has no max_age', 'max-age')
  if (mx.length > MAX_MX || mx.some((one) => !PATTERN.test(one))) return unreadable('an mx that is no host name', 'mx')
  if (mode !== 'none' && mx.length === 0) return unreadable('it names no mx', 'mx')
  return { policy: { mode, mx, maxAge: Math.min(Number(maxAge), LONGEST) } }
}

/** RFC 8461 §4.1: a star stands for exactly one label, the first. */
export function policyNames(policy: StsPolicy, host: string): boolean {
  const name = host.toLowerCase()
  const dot = name.indexOf('.')
  return policy.mx.some((one) =>
    one.startsWith('*.') ? dot > 0 && name.slice(dot + 1) === one.slice(2) : one === name,
  )
}
