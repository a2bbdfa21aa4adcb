// Resolvers that anybody may use, to choose one by its name where the own one cannot be worked with. All are asked over TLS and pass
// DNSSEC on; none of them filters: a resolver that hides names says that they do not exist, which its signatures then deny.

export interface PublicResolver {
  /** As a setting takes it: `quad9`. */
  readonly id: string
  readonly name: string
  /** Who runs it. */
  readonly by: string
  /** From where: a country (ISO 3166-1) or the European Union. */
  readonly country: string
  /** As `serversOf` reads it. */
  readonly servers: string
}

export const PUBLIC_RESOLVERS: readonly PublicResolver[] = [
  {
    id: 'quad9',
    name: 'Quad9',
    by: 'Quad9 Foundation',
    country: 'CH',
    servers: 'tls://9.9.9.10#dns10.quad9.net,tls://149.112.112.10#dns10.quad9.net',
  },
  {
    id: 'dns4eu',
    name: 'DNS4EU',
    by: 'Whalebone',
    country: 'EU',
    servers: 'tls://86.54.11.100#unfiltered.joindns4.eu,tls://86.54.11.200#unfiltered.joindns4.eu',
  },
  {
    id: 'cloudflare',
    name: 'Cloudflare',
    by: 'Cloudflare',
    country: 'US',
    servers: 'tls://1.1.1.1#one.one.one.one,tls://1.0.0.1#one.one.one.one,https://1.1.1.1/dns-query',
  },
  {
    id: 'google',
    name: 'Google Public DNS',
    by: 'Google',
    country: 'US',
    servers: 'tls://8.8.8.8#dns.google,tls://8.8.4.4#dns.google,https://8.8.8.8/dns-query',
  },
]

/** What a setting says: the name of one of these, or servers as they are. */
export function namedServers(text: string): string {
  return PUBLIC_RESOLVERS.find(({ id }) => id === text.trim().toLowerCase())?.servers ?? text
}
