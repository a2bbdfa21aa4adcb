// Which servers take mail for a domain, in which order. RFC 5321 §5.1, RFC 7505
import { isIP } from 'node:net'
import { codeOf, type Resolve } from '../dns/resolver.ts'
import { parseDomain, type Domain } from '../terms/address.ts'

export interface MailServer {
  readonly host: string
  readonly address: string
}

export type MxAnswer =
  | { readonly kind: 'servers'; readonly servers: readonly MailServer[] }
  /** The domain says that it takes no mail (RFC 7505), or does not exist. */
  | { readonly kind: 'none'; readonly text: string; readonly enhanced: string }
  | { readonly kind: 'trouble'; readonly text: string }

const MAX_HOSTS = 10
const MAX_ADDRESSES = 20
const NOTHING = new Set(['ENODATA', 'ENOTFOUND'])

interface MxRecord {
  readonly exchange: string
  readonly priority: number
}

function isMxRecord(value: unknown): value is MxRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'exchange' in value &&
    typeof value.exchange === 'string' &&
    'priority' in value
  )
}

/** Looks the servers up. `chance` gives numbers from 0 to 1 and shuffles servers of the same preference (RFC 5321 §5.1). */
export async function lookupServers(domain: Domain, resolve: Resolve, chance: () => number): Promise<MxAnswer> {
  let records: MxRecord[]
  try {
    records = (await resolve(domain, 'MX')).filter(isMxRecord)
  } catch (error) {
    if (codeOf(error) === 'ENOTFOUND')
      return { kind: 'none', text: `The domain ${domain} does not exist.`, enhanced: '5.1.2' }
    if (!NOTHING.has(codeOf(error))) return { kind: 'trouble', text: `No answer about ${domain} (${codeOf(error)}).` }
    records = []
  }
  const [first] = records
  if (records.length === 1 && first !== undefined && (first.exchange === '' || first.exchange === '.'))
    return { kind: 'none', text: `${domain} takes no mail (null MX).`, enhanced: '5.1.10' }
  // RFC 5321 §5.1: without MX records the domain itself is the server.
  const hosts = records.length === 0 ? [domain] : ordered(records, chance)
  return addressesOf(hosts, domain, resolve)
}

function ordered(records: readonly MxRecord[], chance: () => number): string[] {
  return records
    .map((record) => ({ ...record, order: chance() }))
    .sort((a, b) => a.priority - b.priority || a.order - b.order)
    .map((record) => record.exchange)
    .slice(0, MAX_HOSTS)
}

async function addressesOf(hosts: readonly string[], domain: Domain, resolve: Resolve): Promise<MxAnswer> {
  const servers: MailServer[] = []
  let trouble = ''
  for (const name of hosts) {
    const host = parseDomain(name)
    // RFC 5321 §5.1: an MX names a host; an address there is a mistake that nobody should reward.
    if (host === undefined) continue
    for (const type of ['AAAA', 'A']) {
      try {
        for (const address of await resolve(host, type))
          if (typeof address === 'string' && isIP(address) !== 0) servers.push({ host, address })
      } catch (error) {
        if (!NOTHING.has(codeOf(error))) trouble = `No answer about ${host} (${codeOf(error)}).`
      }
    }
    if (servers.length >= MAX_ADDRESSES) break
  }
  if (servers.length > 0) return { kind: 'servers', servers: servers.slice(0, MAX_ADDRESSES) }
  if (trouble !== '') return { kind: 'trouble', text: trouble }
  return { kind: 'none', text: `${domain} has no mail server with an address.`, enhanced: '5.4.4' }
}
