// Sends one message out by a route and says how it went.
import type { CountedSession } from '../reports/tls-session.ts'
import { domainOf } from '../terms/address.ts'
import type { Requirement } from './decide-tls.ts'
import type { DeliveryOutcome, Outgoing } from './outgoing.ts'
import { planDelivery, type DeliveryPlan, type PlannedHost, type PlanParts } from './plan.ts'
import type { Route, SmarthostRoute } from './route.ts'
import { planSmarthost } from './smarthost.ts'
import { countRefusal, countSession } from './session-policy.ts'
import type { SmtpClients, Target } from './smtp-client.ts'

export interface DeliveryParts extends PlanParts {
  readonly clients: SmtpClients
  /** What the smarthost wants to see, where it wants any. */
  readonly credentials: () => { readonly user: string; readonly password: string } | undefined
  /** 25; another one in tests. */
  readonly mxPort: number
  /** Whom to believe about certificates, where not whom everybody believes. */
  readonly ca?: string
  /** Told of each TLS session with a server of somebody's; undefined where nobody counts. */
  readonly count?: (session: CountedSession) => void
}

/** Delivers by a smarthost or by the domain's own servers. Never rejects. */
export function deliver(
  route: Exclude<Route, { kind: 'mailbox' }>,
  mail: Outgoing,
  parts: DeliveryParts,
): Promise<DeliveryOutcome> {
  return route.kind === 'mx' ? deliverDirect(mail, parts) : deliverBySmarthost(route, mail, parts)
}

async function deliverBySmarthost(
  route: SmarthostRoute,
  mail: Outgoing,
  parts: DeliveryParts,
): Promise<DeliveryOutcome> {
  const { host, port, tls, pins } = route
  const { requirement, addresses } = await planSmarthost(route, mail, parts.lookup)
  const none = { outcome: 'deferred', destination: host, tls: '', reached: false } as const
  if (requirement.level === 'refuse')
    return { ...none, reason: requirement.reason, answer: `Not sent: ${requirement.why}.` }
  let last: DeliveryOutcome = { ...none, reason: 'no-mail-server', answer: `${host} has no address.` }
  for (const address of addresses) {
    const target: Target = {
      ...{ host, address, port, implicit: tls === 'implicit', requirement, pins },
      ...{ credentials: parts.credentials(), ehlo: parts.ehlo(), ca: parts.ca },
    }
    last = await parts.clients.deliver(target, mail)
    // Another address of the same server is for where nobody answered.
    if (last.reached !== false) return last
  }
  return last
}

/** Direct to the domain's servers, the next one where one can't be reached or does not prove itself. RFC 5321 §5.1 */
async function deliverDirect(mail: Outgoing, parts: DeliveryParts): Promise<DeliveryOutcome> {
  const domain = domainOf(mail.forwardPath)
  const plan = await planDelivery(domain, mail, parts)
  const nowhere = { destination: domain, tls: '', reached: false }
  const tell = mail.uncounted === true ? undefined : parts.count
  const count: Count = (counted) => {
    if (counted !== undefined) tell?.({ domain, ...counted })
  }
  if (plan.kind === 'none')
    return {
      ...nowhere,
      reached: true,
      outcome: 'failed',
      reason: 'no-mail-server',
      answer: plan.text,
    }
  if (plan.kind === 'trouble') return { ...nowhere, outcome: 'deferred', reason: 'dns-trouble', answer: plan.text }
  countPolicyTrouble(plan, count)
  let last: DeliveryOutcome | undefined
  let reached = false
  for (const planned of plan.hosts) {
    const { host, requirement, rule } = planned
    if (requirement.level === 'refuse') {
      if (rule !== undefined) count(countRefusal(rule, host.host))
      const { reason, why } = requirement
      last = { outcome: 'deferred', reason, answer: `Not sent: ${why}.`, destination: host.host, tls: '' }
      continue
    }
    for (const address of host.addresses) {
      last = await tryServer(planned, address, mail, parts, count)
      if (last.outcome !== 'deferred') return last
      reached ||= last.reached !== false
    }
  }
  if (last !== undefined) return { ...last, reached }
  return { ...nowhere, outcome: 'deferred', reason: 'no-mail-server', answer: plan.trouble || 'No server to try.' }
}

type Count = (counted: ReturnType<typeof countSession>) => void

/** RFC 8460 §4.3.2.2: a policy that could not be had or read is told, whatever the mail went by then. */
function countPolicyTrouble({ sts, override }: Extract<DeliveryPlan, { kind: 'servers' }>, count: Count): void {
  if (sts.failure === undefined || override !== undefined) return
  const nobody = { host: '', ip: '', helo: '', sendingIp: '' }
  count({ policy: { type: 'sts', lines: [], hosts: [] }, failure: { ...sts.failure, ...nobody } })
}

async function tryServer(
  { host, requirement, rule }: PlannedHost,
  address: string,
  mail: Outgoing,
  parts: DeliveryParts,
  count: Count,
): Promise<DeliveryOutcome> {
  const target = targetOf(host.host, address, requirement, parts)
  const onSession: Target['onSession'] =
    rule === undefined
      ? undefined
      : (seen) => {
          count(countSession(rule, { host: host.host, address }, seen))
        }
  const outcome = await parts.clients.deliver({ ...target, onSession }, mail)
  // RFC 7435 §3: where nothing asks for encryption, a server whose TLS is broken still gets its mail.
  if (requirement.level !== 'opportunistic' || outcome.reason !== 'tls-failed') return outcome
  return parts.clients.deliver({ ...target, requirement: { level: 'none', why: 'its TLS does not work' } }, mail)
}

/** A mail server of somebody's, as the client takes it. */
export function targetOf(
  host: string,
  address: string,
  requirement: Requirement,
  parts: Pick<DeliveryParts, 'mxPort' | 'ehlo' | 'ca'>,
): Target {
  const { mxPort: port, ehlo, ca } = parts
  return { host, address, port, implicit: false, requirement, pins: [], credentials: undefined, ehlo: ehlo(), ca }
}
