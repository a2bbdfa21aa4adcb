// The MTA-STS policy that counts for a domain now: from the database while the record's id stays the same, fetched anew where it
// changes, and the old one kept where the new one can't be had. RFC 8461 §3, §5
import { parseTxt } from '../dns/rdata.ts'
import type { Lookup } from '../dns/resolver.ts'
import type { StsPolicyRow } from '../store/queries/trust.ts'
import { parseStsRecord, type PolicyProblem, type StsPolicy } from './mta-sts.ts'
import type { FetchPolicy } from './sts-fetch.ts'
import { reportCode, type ResultType } from '../reports/tls-session.ts'

export interface StsStore {
  load(domain: string): StsPolicyRow | undefined
  save(row: StsPolicyRow): Promise<void>
  stale(fetchedBefore: number, limit: number): readonly StsPolicyRow[]
}

export interface StsFound {
  readonly policy: StsPolicy | undefined
  /** How it came about, one sentence a step. */
  readonly steps: readonly string[]
  /** Set where the domain has a policy and it can't be had or read. */
  readonly problem?: string
  /** The same for a TLS report, also while it is not tried again. */
  readonly failure?: StsFailure
}

interface StsFailure {
  readonly type: ResultType
  readonly reason: string
}

/** RFC 8460 §4.3.2.2 */
function failureOf({ code, trouble }: PolicyProblem): StsFailure {
  const type = { fetch: 'sts-policy-fetch-error', certificate: 'sts-webpki-invalid' } as const
  return { type: trouble === undefined ? 'sts-policy-invalid' : type[trouble], reason: reportCode(code) }
}

/** RFC 8461 §3.3: not again within five minutes where it failed. */
const PAUSE = 5 * 60_000
const MAX_PAUSES = 1000
const DAY = 86_400_000

export class StsPolicies {
  private readonly store: StsStore
  private readonly lookup: Lookup
  private readonly fetch: FetchPolicy
  private readonly now: () => number
  private readonly paused = new Map<string, { readonly until: number; readonly failure: StsFailure }>()
  private readonly underWay = new Map<string, Promise<StsFound>>()

  constructor(store: StsStore, lookup: Lookup, fetch: FetchPolicy, now: () => number) {
    this.store = store
    this.lookup = lookup
    this.fetch = fetch
    this.now = now
  }

  /** Never rejects for what the far side does. */
  find(domain: string): Promise<StsFound> {
    const known = this.underWay.get(domain)
    if (known !== undefined) return known
    const found = this.look(domain).finally(() => this.underWay.delete(domain))
    this.underWay.set(domain, found)
    return found
  }

  private cached(domain: string): StsPolicyRow | undefined {
    const row = this.store.load(domain)
    return row !== undefined && row.expiresAt > this.now() ? row : undefined
  }

  private async look(domain: string): Promise<StsFound> {
    const row = this.cached(domain)
    const answer = await this.lookup(`_mta-sts.${domain}`, 'TXT')
    const texts = answer.data.flatMap((rdata) => {
      const strings = parseTxt(rdata)
      return strings === undefined ? [] : [Buffer.concat(strings).toString('latin1')]
    })
    const id = parseStsRecord(texts)
    if (id === undefined) {
      const why = answer.status === 'trouble' ? `can't be read (${answer.reason})` : 'is not there'
      return this.fallBack(row, `the MTA-STS record of ${domain} ${why}`)
    }
    const first = `${domain} has an MTA-STS record, id ${id}`
    if (row?.policyId === id) return { policy: policyOf(row), steps: [first, `its policy is known: ${row.mode}`] }
    const paused = this.paused.get(domain)
    if (paused !== undefined && paused.until > this.now())
      return { ...this.fallBack(row, `${first}; its policy could not be had a moment ago`), failure: paused.failure }
    return this.refresh(domain, id, row, first)
  }

  private async refresh(domain: string, id: string, row: StsPolicyRow | undefined, first: string): Promise<StsFound> {
    const fetched = await this.fetch(domain)
    if ('problem' in fetched) {
      if (this.paused.size >= MAX_PAUSES) this.paused.clear()
      const failure = failureOf(fetched)
      this.paused.set(domain, { until: this.now() + PAUSE, failure })
      const why = `${first}; its policy can't be used: ${fetched.problem}`
      return { ...this.fallBack(row, why), problem: fetched.problem, failure }
    }
    const { policy } = fetched
    const at = this.now()
    const times = { maxAge: policy.maxAge, fetchedAt: at, expiresAt: at + policy.maxAge * 1000 }
    // Written before it is used: a policy that asked for something once must survive a restart.
    await this.store.save({ domain, policyId: id, mode: policy.mode, mx: policy.mx.join('\n'), ...times })
    return { policy, steps: [first, `its policy was fetched: ${policy.mode}`] }
  }

  private fallBack(row: StsPolicyRow | undefined, why: string): StsFound {
    if (row === undefined) return { policy: undefined, steps: [why] }
    return { policy: policyOf(row), steps: [why, `the policy that was fetched before still counts: ${row.mode}`] }
  }

  /** RFC 8461 §3.3: looked after once a day, so that a policy does not run out unseen. At most `limit` at a time. */
  async refreshStale(limit: number): Promise<number> {
    const rows = this.store.stale(this.now() - DAY, limit)
    for (const row of rows) {
      const live = row.expiresAt > this.now()
      const found = await this.refresh(row.domain, row.policyId, live ? row : undefined, row.domain)
      // Not again before tomorrow, whatever came of it; how long it counts stays as it was.
      if (found.problem !== undefined && live) await this.store.save({ ...row, fetchedAt: this.now() })
    }
    return rows.length
  }
}

function policyOf(row: StsPolicyRow): StsPolicy {
  return { mode: row.mode, mx: row.mx.split('\n').filter((one) => one !== ''), maxAge: row.maxAge }
}
