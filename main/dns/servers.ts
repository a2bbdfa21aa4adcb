// Which resolvers are asked, and how they are written: HOST:PORT, tls://HOST[:853][#NAME], https://HOST/dns-query.
import { Resolver } from 'node:dns'
import { isIP } from 'node:net'
import { Failure } from '../terms/failure.ts'
import { namedServers } from './public-resolvers.ts'
import { isLoopbackAddress } from '../terms/peer-address.ts'

export interface DnsServer {
  readonly kind: 'plain' | 'tls' | 'https'
  readonly host: string
  readonly port: number
  /** The name that the certificate has to bear, where it isn't the address. */
  readonly verifyName?: string
  readonly url?: string
  /** Whom to believe about its certificate, where not whom everybody believes. */
  readonly ca?: string
  /** For messages. */
  readonly text: string
}

function bad(text: string): Failure {
  return new Failure('dns', 'bad-resolver', `"${text.slice(0, 100)}" is no resolver.`, {
    remedy: 'Write ADDRESS, ADDRESS:PORT, [V6ADDRESS]:PORT, tls://ADDRESS#NAME or https://NAME/dns-query.',
  })
}

function split(text: string, standard: number): { host: string; port: number } | undefined {
  const found = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text)
  const host = isIP(text) === 6 ? text : (found?.[1] ?? found?.[2])
  const port = isIP(text) === 6 ? standard : Number(found?.[3] ?? standard)
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port }
}

/** Throws `bad-resolver`. */
export function parseServer(text: string): DnsServer {
  if (text.startsWith('https://')) {
    if (!URL.canParse(text)) throw bad(text)
    const url = new URL(text)
    if (url.username !== '' || url.hash !== '') throw bad(text)
    return { kind: 'https', host: url.hostname, port: Number(url.port || 443), url: url.href, text }
  }
  const secure = text.startsWith('tls://')
  const [place = '', verifyName] = (secure ? text.slice(6) : text).split('#', 2)
  const found = split(place, secure ? 853 : 53)
  if (found === undefined || (!secure && verifyName !== undefined)) throw bad(text)
  // A plain resolver is named by its address: its name could only be looked up by itself.
  if (!secure && isIP(found.host) === 0 && found.host !== 'localhost') throw bad(text)
  const host = found.host === 'localhost' ? '127.0.0.1' : found.host
  return {
    ...{ kind: secure ? ('tls' as const) : ('plain' as const), host, port: found.port, text },
    ...(verifyName === undefined || verifyName === '' ? {} : { verifyName }),
  }
}

/** The ones given, by name where they are known by one (`quad9`); else the system's, as they are now. */
export function serversOf(given: string | undefined): readonly DnsServer[] {
  // A new one reads the system's configuration again; the process's own keeps what it read at its start.
  const texts =
    given === undefined
      ? new Resolver().getServers()
      : given.split(',').flatMap((one) => namedServers(one.trim()).split(','))
  const servers = texts.map(parseServer)
  return servers.length === 0 ? [parseServer('127.0.0.1')] : servers
}

/** Judged by address: a name may resolve to any server. */
export function isLoopback(server: DnsServer): boolean {
  return isLoopbackAddress(server.host)
}
