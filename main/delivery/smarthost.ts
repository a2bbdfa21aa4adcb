// What a smarthost has to prove: what the route says, and no less than its own zone says of it.
import { isIP } from 'node:net'
import type { Lookup } from '../dns/resolver.ts'
import { parseDomain } from '../terms/address.ts'
import { loopbackAddresses } from '../terms/peer-address.ts'
import { lookupTlsa } from './dane.ts'
import { decideTls, type Requirement } from './decide-tls.ts'
import { lookupHost } from './mx.ts'
import type { TlsWish } from './plan.ts'
import type { SmarthostRoute } from './route.ts'

function byRoute({ host, tls, pins }: SmarthostRoute): Requirement {
  if (tls === 'none' || tls === 'opportunistic') return { level: tls, why: `the route says ${tls}` }
  // What a loopback server's certificate says proves nothing, and a pinned key needs nobody else's word; anywhere else it has to fit.
  if (loopbackAddresses(host) !== undefined || pins.length > 0)
    return { level: 'encrypted', why: 'the route wants TLS' }
  return { level: 'verified', why: 'the route wants TLS and a certificate that holds' }
}

export interface SmarthostPlan {
  readonly requirement: Requirement
  /** What to connect to, one after the other: addresses, or the name where only the system knows it. */
  readonly addresses: readonly string[]
}

/**
 * TLSA records of the smarthost at its port (RFC 6698 §3), where they and its addresses are proved, take the place of the authorities, as for
 * a server that an MX record names: the user wrote the name down, so it needs no proof (RFC 7672 §2.2). A pin or `tls=none` is the user's own
 * word, and no records are asked for.
 */
export async function planSmarthost(route: SmarthostRoute, wish: TlsWish, lookup: Lookup): Promise<SmarthostPlan> {
  const asked = byRoute(route)
  // A host that needs no certificate for being local is dialled at a local address.
  const local = loopbackAddresses(route.host)
  if (local !== undefined) return { requirement: asked, addresses: local }
  const host = parseDomain(route.host)
  const byName = { requirement: asked, addresses: [route.host] }
  if (host === undefined || isIP(route.host) !== 0) return byName
  const { host: found } = await lookupHost(host, lookup)
  // A name of the house (`nas.local`), or of a resolver that is down: the connection will say so better.
  if (found === undefined || found.addresses.length === 0) return byName
  const { addresses } = found
  if (route.tls === 'none' || route.pins.length > 0) return { requirement: asked, addresses }
  const tlsa = await lookupTlsa(found, true, route.port, lookup)
  // "TLS-Required: No" is about the servers of the far domain: the way to the smarthost stays as the route wants it.
  const decided = decideTls({
    ...{ domain: host, host, tlsa, names: [host], policy: undefined, tlsOptional: false },
    requireTls: wish.requireTls === true,
    override: asked.level === 'verified' ? 'verified' : undefined,
  })
  const stricter = decided.level === 'dane' || decided.level === 'refuse' || decided.level === 'encrypted'
  return { requirement: stricter ? decided : asked, addresses }
}
