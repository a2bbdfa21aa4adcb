// Sends one message out by a route and says how it went.
import type { Resolve } from '../dns/resolver.ts'
import { domainOf } from '../terms/address.ts'
import { lookupServers } from './mx.ts'
import type { DeliveryOutcome, Outgoing } from './outgoing.ts'
import { isLoopbackHost, type Route, type SmarthostRoute } from './route.ts'
import type { SmtpClients } from './smtp-client.ts'

export interface DeliveryParts {
  readonly clients: SmtpClients
  readonly resolve: Resolve
  readonly ehlo: () => string
  /** From 0 to 1. */
  readonly chance: () => number
  /** What the smarthost wants to see, where it wants any. */
  readonly credentials: () => { readonly user: string; readonly password: string } | undefined
  /** 25; another one in tests. */
  readonly mxPort: number
}

/** Delivers by a smarthost or by the domain's own servers. Never rejects. */
export function deliver(
  route: Exclude<Route, { kind: 'mailbox' }>,
  mail: Outgoing,
  parts: DeliveryParts,
): Promise<DeliveryOutcome> {
  return route.kind === 'mx' ? deliverDirect(mail, parts) : deliverBySmarthost(route, mail, parts)
}

function deliverBySmarthost(route: SmarthostRoute, mail: Outgoing, parts: DeliveryParts): Promise<DeliveryOutcome> {
  const credentials = parts.credentials()
  const { host, port, tls } = route
  // What a loopback server's certificate says proves nothing; anywhere else it has to fit, but where the user said otherwise.
  const verify = (tls === 'required' || tls === 'implicit') && !isLoopbackHost(host)
  return parts.clients.deliver({ host, address: host, port, tls, verify, credentials, ehlo: parts.ehlo() }, mail)
}

/** Nobody was talked to. */
const HERE = { tls: '', reached: false } as const

/** Direct to the domain's servers, the next one where one can't be reached. RFC 5321 §5.1 */
async function deliverDirect(mail: Outgoing, parts: DeliveryParts): Promise<DeliveryOutcome> {
  const domain = domainOf(mail.forwardPath)
  const found = await lookupServers(domain, parts.resolve, parts.chance)
  if (found.kind === 'none')
    return {
      outcome: 'failed',
      reason: 'no-mail-server',
      answer: `${found.enhanced} ${found.text}`,
      destination: domain,
      tls: '',
    }
  if (found.kind === 'trouble')
    return { ...HERE, outcome: 'deferred', reason: 'dns-trouble', answer: found.text, destination: domain }
  let last: DeliveryOutcome | undefined
  let reached = false
  for (const { host, address } of found.servers) {
    const target = { host, address, port: parts.mxPort, credentials: undefined, ehlo: parts.ehlo() }
    // RFC 7435: encrypted where it is offered, to whoever answers; policies that ask for more come from DANE and MTA-STS.
    last = await parts.clients.deliver({ ...target, tls: 'opportunistic', verify: false }, mail)
    if (last.outcome !== 'deferred') return last
    reached ||= last.reached !== false
  }
  if (last !== undefined) return { ...last, reached }
  return { ...HERE, outcome: 'deferred', reason: 'no-mail-server', answer: 'No server to try.', destination: domain }
}
