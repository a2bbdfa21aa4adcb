// MTA-STS policies where they are kept: the database.
import type { Lookup } from '../dns/resolver.ts'
import type { StsPolicyRow } from '../store/queries/trust.ts'
import type { Store } from '../store/store.ts'
import { createFetch } from './sts-fetch.ts'
import { StsPolicies } from './sts-policies.ts'

export function stsPoliciesIn({ trust, writer }: Store, lookup: Lookup, now: () => number): StsPolicies {
  const rows = {
    load: (domain: string) => trust.stsPolicy(domain),
    save: (row: StsPolicyRow) => writer.run('saveStsPolicy', row),
    stale: (before: number, limit: number) => trust.staleStsPolicies(before, limit),
  }
  return new StsPolicies(rows, lookup, createFetch({ lookup }), now)
}
