// What a delivery to a domain may use and has to prove: servers in their order, each with its requirement and how that came about.
// `deliver` goes by it, and `postern tls test` prints it.
import type { Lookup } from '../dns/resolver.ts'
import type { Domain } from '../terms/address.ts'
import { lookupTlsa } from './dane.ts'
import { decideTls, type Requirement, type TlsaFact, type TlsOverride } from './decide-tls.ts'
import { lookupServers, type MailHost, type MxAnswer } from './mx.ts'
import { mayReachFor, type Reachable } from './private-hosts.ts'
import { sessionRule, type SessionRule } from './session-policy.ts'
import type { Outgoing } from './outgoing.ts'
import type { StsFound, StsPolicies } from './sts-policies.ts'

export interface PlannedHost {
  readonly host: MailHost
  readonly requirement: Requirement
  readonly tlsa: TlsaSummary
  /** How sessions with it are counted; undefined where they are not. */
  readonly rule: SessionRule | undefined
}

type TlsaSummary = { readonly kind: 'found' | 'none' | 'trouble'; readonly text: string }

export type DeliveryPlan =
  | Exclude<MxAnswer, { kind: 'servers' }>
  | {
      readonly kind: 'servers'
      readonly hosts: readonly PlannedHost[]
      readonly secure: boolean
      readonly trouble: string
      readonly sts: StsFound
      readonly override: TlsOverride | undefined
    }

export interface PlanParts {
  readonly lookup: Lookup
  readonly policies: Pick<StsPolicies, 'find'>
  readonly overrideOf: (domain: string) => TlsOverride | undefined
  /** From 0 to 1. */
  readonly chance: () => number
  /** Our own name: mail must not come back to us. */
  readonly ehlo: () => string
  readonly mxPort: number
  /** Beyond public addresses. */
  readonly reachable: Reachable
}

function summaryOf(fact: TlsaFact): TlsaSummary {
  if (fact.kind !== 'found') return { kind: fact.kind, text: fact.why }
  const list = fact.records.map((one) => `${one.usage} ${one.selector} ${one.matching}`).join(', ')
  return { kind: 'found', text: `${fact.base} has TLSA records, proved: ${list}` }
}

/** What the message itself says about TLS. RFC 8689 */
export type TlsWish = Pick<Outgoing, 'requireTls' | 'tlsOptional'>

export async function planDelivery(domain: Domain, wish: TlsWish, parts: PlanParts): Promise<DeliveryPlan> {
  const { lookup, policies, overrideOf, chance, ehlo, mxPort, reachable } = parts
  const question = { lookup, chance, own: ehlo(), mayReach: mayReachFor(domain, reachable) }
  const [servers, sts] = await Promise.all([lookupServers(domain, question), policies.find(domain)])
  if (servers.kind !== 'servers') return servers
  const override = overrideOf(domain)
  const wished = { requireTls: wish.requireTls === true, tlsOptional: wish.tlsOptional === true }
  const hosts: PlannedHost[] = []
  for (const host of servers.hosts) {
    const tlsa = await lookupTlsa(host, servers.secure, mxPort, lookup)
    // RFC 7672 §3.2.2: what an alias leads to is a name of the server only where the alias is proved.
    const names = [domain, servers.owner, ...(host.secure ? [host.owner] : [])]
    const facts = { domain, host: host.host, tlsa, names, policy: sts.policy, override, ...wished }
    hosts.push({ host, requirement: decideTls(facts), tlsa: summaryOf(tlsa), rule: sessionRule(facts) })
  }
  return { kind: 'servers', hosts, secure: servers.secure, trouble: servers.trouble, sts, override }
}
