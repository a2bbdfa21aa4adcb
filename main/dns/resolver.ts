// Look-ups with a bound on their time and a small cache. One fixed shape, `resolve(name, type)`, everywhere, so that a test
// hands in a zone instead. Answers are not validated yet: nothing here may decide a security question.
import { Resolver as CaresResolver } from 'node:dns/promises'

export type RecordType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME' | 'PTR' | 'NS'

/** Answers as `node:dns` gives them; rejects with an error whose `code` is ENOTFOUND, ENODATA, ETIMEOUT, ESERVFAIL, … */
export type Resolve = (name: string, type: string) => Promise<unknown[]>

export interface ResolverOptions {
  /** `HOST:PORT` or `[V6]:PORT`; the system's resolvers where undefined. */
  readonly server: string | undefined
  /** How long one server may take to answer one query, in milliseconds. */
  readonly timeout: number
  readonly tries: number
}

const MAX_CACHED = 5000
const POSITIVE_MS = 60_000
const NEGATIVE_MS = 30_000
/** Answers that say "there is none": cacheable. Anything else is trouble and is asked again. */
const NEGATIVE = new Set(['ENOTFOUND', 'ENODATA'])

interface Cached {
  readonly until: number
  readonly answer: Promise<unknown[]>
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** A resolver with defaults that keep one look-up under five seconds whatever the far side does. */
export function createResolver(options: Partial<ResolverOptions>, now: () => number): Resolve {
  const cares = new CaresResolver({ timeout: options.timeout ?? 2000, tries: options.tries ?? 2, maxTimeout: 2500 })
  if (options.server !== undefined) cares.setServers([options.server])
  const cache = new Map<string, Cached>()
  return (name, type) => {
    const key = `${type} ${name.toLowerCase()}`
    const found = cache.get(key)
    if (found !== undefined && found.until > now()) return found.answer
    const answer = cares.resolve(name, type) as Promise<unknown[]>
    remember(cache, key, { until: now() + POSITIVE_MS, answer })
    answer.catch((error: unknown) => {
      if (NEGATIVE.has(codeOf(error))) remember(cache, key, { until: now() + NEGATIVE_MS, answer })
      else cache.delete(key)
    })
    return answer
  }
}

function remember(cache: Map<string, Cached>, key: string, entry: Cached): void {
  cache.delete(key)
  cache.set(key, entry)
  if (cache.size <= MAX_CACHED) return
  // A Map keeps insertion order: the oldest entry goes first.
  for (const oldest of cache.keys()) {
    cache.delete(oldest)
    return
  }
}
