// Reads of MTA-STS policies and of the user's word about single domains.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type Raw } from '../rows.ts'

export interface StsPolicyRow {
  readonly domain: string
  readonly policyId: string
  readonly mode: 'enforce' | 'testing' | 'none'
  /** One a line. */
  readonly mx: string
  readonly maxAge: number
  readonly fetchedAt: number
  readonly expiresAt: number
}

export interface TlsOverrideRow {
  readonly domain: string
  readonly level: 'none' | 'opportunistic' | 'encrypted' | 'verified'
  readonly at: number
}

export interface TrustQueries {
  stsPolicy(domain: string): StsPolicyRow | undefined
  /** Policies that were last fetched before this time, the oldest first. */
  staleStsPolicies(fetchedBefore: number, limit: number): readonly StsPolicyRow[]
  tlsOverride(domain: string): TlsOverrideRow | undefined
  tlsOverrides(): readonly TlsOverrideRow[]
}

export function trustQueries(db: Db): TrustQueries {
  const policy = db.prepare('SELECT * FROM sts_policy WHERE domain=?')
  const stale = db.prepare('SELECT * FROM sts_policy WHERE fetched_at < ? ORDER BY fetched_at LIMIT ?')
  const override = db.prepare('SELECT * FROM tls_override WHERE domain=?')
  const overrides = db.prepare('SELECT * FROM tls_override ORDER BY domain LIMIT 1000')
  return {
    stsPolicy: (domain) => optionalFromRaw(policy.get(domain)),
    staleStsPolicies: (before, limit) => (stale.all(before, limit) as Raw[]).map((raw) => fromRaw<StsPolicyRow>(raw)),
    tlsOverride: (domain) => optionalFromRaw(override.get(domain)),
    tlsOverrides: () => (overrides.all() as Raw[]).map((raw) => fromRaw<TlsOverrideRow>(raw)),
  }
}
