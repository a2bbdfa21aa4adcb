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

/** `trouble`: what kind of problem it is; one that is not named is of the policy's text. */
export type ParsedPolicy =
  { readonly policy: StsPolicy } | { readonly problem: string; readonly trouble?: 'fetch' | 'certificate' }

/** RFC 8461 §3.2. Fields that are not known are ignored; of repeated ones but `mx` the first counts. */
export function parsePolicy(text: string): ParsedPolicy {
  const fields = new Map<string, string>()
  const mx: string[] = []
  for (const line of text.split('\n', 1000)) {
    const bare = line.endsWith('\r') ? line.slice(0, -1) : line
    if (bare.trim() === '') continue
    const colon = bare.indexOf(':')
    if (colon <= 0) return { problem: 'a line that is no field' }
    const key = bare.slice(0, colon).trim()
    const value = bare.slice(colon + 1).trim()
    if (key === 'mx') mx.push(value.toLowerCase())
    else if (!fields.has(key)) fields.set(key, value)
  }
  const version = fields.get('version')
  const mode = fields.get('mode')
  const maxAge = fields.get('max_age') ?? ''
  if (version !== 'STSv1') return { problem: 'its version is not STSv1' }
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return { problem: 'it has no mode' }
  if (!/^\d{1,10}$/.test(maxAge)) return { problem: 'it has no max_age' }
  if (mx.length > MAX_MX || mx.some((one) => !PATTERN.test(one))) return { problem: 'an mx that is no host name' }
  if (mode !== 'none' && mx.length === 0) return { problem: 'it names no mx' }
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
