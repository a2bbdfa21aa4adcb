// Where mail leaves: the built-in mailbox, straight to the domain's own servers, or a smarthost. contract.md "Ports and routes"
import { isIP } from 'node:net'
import { Failure } from '../terms/failure.ts'
import { parseDomain } from '../terms/address.ts'
import { loopbackAddresses } from '../terms/peer-address.ts'

/** How a connection is protected. `required`: STARTTLS with a certificate that fits, or no mail. */
export type RouteTls = 'implicit' | 'required' | 'opportunistic' | 'none'

export interface SmarthostRoute {
  readonly kind: 'smarthost'
  readonly host: string
  readonly port: number
  readonly tls: RouteTls
  /** SHA-256 of keys, base64, one of which the server's has to be. */
  readonly pins: readonly string[]
}

export type Route = { readonly kind: 'mailbox' } | { readonly kind: 'mx' } | SmarthostRoute

function bad(text: string): Failure {
  return new Failure('delivery', 'bad-route', `"${text.slice(0, 100)}" is no route.`, {
    remedy:
      'Use mailbox, mx, smtp://HOST:PORT (with ?tls=opportunistic or none where you must, ?pin=… for a key of your own) or smtps://HOST:PORT.',
  })
}

/** Reads a route. Throws `bad-route` with what would have been right. */
export function parseRoute(text: string): Route {
  if (text === 'mailbox') return { kind: 'mailbox' }
  if (text === 'mx') return { kind: 'mx' }
  if (!URL.canParse(text)) throw bad(text)
  const url = new URL(text)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const plain =
    url.username === '' && url.password === '' && (url.pathname === '' || url.pathname === '/') && url.hash === ''
  const knownHost = isIP(host) !== 0 || parseDomain(host) !== undefined
  if (!plain || !knownHost) throw bad(text)
  const asked = url.searchParams.get('tls')
  // A `+` in a query is a space to the URL parser; in base64 it is a digit.
  const pins = url.searchParams.getAll('pin').map((one) => one.replaceAll(' ', '+'))
  for (const key of url.searchParams.keys()) if (key !== 'tls' && key !== 'pin') throw bad(text)
  if (pins.length > 5 || pins.some((one) => !/^[A-Za-z0-9+/]{43}=$/.test(one)) || (pins.length > 0 && asked !== null))
    throw bad(text)
  switch (url.protocol) {
    case 'smtps:':
      if (asked !== null) throw bad(text)
      return { kind: 'smarthost', host, port: Number(url.port || 465), tls: 'implicit', pins }
    case 'smtp:':
      if (asked !== null && asked !== 'opportunistic' && asked !== 'none') throw bad(text)
      return {
        kind: 'smarthost',
        host,
        port: Number(url.port || 587),
        tls: asked ?? (loopbackAddresses(host) !== undefined && pins.length === 0 ? 'opportunistic' : 'required'),
        pins,
      }
    default:
      throw bad(text)
  }
}
