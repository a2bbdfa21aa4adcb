// Writes of MTA-STS policies and of the user's word about single domains.
import type { Db } from '../database.ts'
import type { StsPolicyRow, TlsOverrideRow } from '../queries/trust.ts'

export interface TrustCommands {
  saveStsPolicy(row: StsPolicyRow): void
  pruneStsPolicies(expiredBefore: number): number
  /** `undefined` takes it back. */
  setTlsOverride(domain: string, level: TlsOverrideRow['level'] | undefined, at: number): number
}

export function trustCommands(db: Db): TrustCommands {
  const save = db.prepare(
    `INSERT INTO sts_policy(domain,policy_id,mode,mx,max_age,fetched_at,expires_at)
     VALUES(:domain,:policyId,:mode,:mx,:maxAge,:fetchedAt,:expiresAt)
     ON CONFLICT DO UPDATE SET policy_id=:policyId, mode=:mode, mx=:mx, max_age=:maxAge, fetched_at=:fetchedAt, expires_at=:expiresAt`,
  )
  const prune = db.prepare('DELETE FROM sts_policy WHERE expires_at < ?')
  const override = db.prepare(
    'INSERT INTO tls_override(domain,level,at) VALUES(:domain,:level,:at) ON CONFLICT DO UPDATE SET level=:level, at=:at',
  )
  const takeBack = db.prepare('DELETE FROM tls_override WHERE domain=?')
  return {
    saveStsPolicy: (row) => void save.run(row),
    pruneStsPolicies: (before) => prune.run(before).changes,
    setTlsOverride: (domain, level, at) =>
      level === undefined ? takeBack.run(domain).changes : override.run({ domain, level, at }).changes,
  }
}
