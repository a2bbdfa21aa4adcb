// Which servers take mail for a domain, in which order, and what their names are worth. RFC 5321 §5.1, RFC 7505, RFC 7672 §2.2
import { isIP } from 'node:net'
import { nameText } from '../dns/name.ts'
import { parseIp, parseMx } from '../dns/rdata.ts'
import type { Answer, Lookup } from '../dns/resolver.ts'
import { parseDomain, type Domain } from '../terms/address.ts'

export interface MailHost {
  /** As the MX record names it. */
  readonly host: Domain
  readonly addresses: readonly string[]
  /** Whether the addresses were proved; DANE needs that (RFC 7672 §2.2.2). */
  readonly secure: boolean
  /** The name behind all aliases. */
  readonly owner: string
}

export type MxAnswer =
  | {
      readonly kind: 'servers'
      readonly hosts: readonly MailHost[]
      /** Whether the list itself was proved, or its absence. */
      readonly secure: boolean
      /** The domain behind all aliases. */
      readonly owner: string
      /** A host that could not be looked up, so was left out. */
      readonly trouble: string
    }
  /** The domain says that it takes no mail (RFC 7505), or does not exist. */
  | { readonly kind: 'none'; readonly text: string }
  | { readonly kind: 'trouble'; readonly text: string }

/** Whether a server may be dialled at an address that its domain's DNS gives. */
export type MayReach = (host: Domain, address: string) => boolean

const MAX_HOSTS = 10
const MAX_ADDRESSES = 20

interface MxRecord {
  readonly exchange: string
  readonly preference: number
}

function said(answer: Answer): string {
  return answer.reason === '' ? 'no answer' : answer.reason
}

export interface ServerQuestion {
  readonly lookup: Lookup
  readonly chance: () => number
  readonly own?: string
  readonly mayReach: MayReach
}

/**
 * Looks the servers up. `chance` gives numbers from 0 to 1 and shuffles servers of the same preference (RFC 5321 §5.1); `own` is
 * this server's name: it and everything less preferred is left out, or mail would go in a ring. What `mayReach` forbids is left out.
 */
export async function lookupServers(
  domain: Domain,
  { lookup, chance, own, mayReach }: ServerQuestion,
): Promise<MxAnswer> {
  const answer = await lookup(domain, 'MX')
  if (answer.status === 'trouble')
    return { kind: 'trouble', text: `No usable answer about ${domain}: ${said(answer)}.` }
  if (answer.status === 'no-name') return { kind: 'none', text: `5.1.2 The domain ${domain} does not exist.` }
  const all = answer.data
    .map(parseMx)
    .filter((one) => one !== undefined)
    .map(({ preference, exchange }) => ({ preference, exchange: nameText(exchange) }))
  const records = all.filter(({ exchange }) => exchange !== '.')
  if (all.length > 0 && records.length === 0) return { kind: 'none', text: `5.1.10 ${domain} takes no mail (null MX).` }
  const reachable = records.length === 0 ? [] : withoutOwn(records, own)
  if (records.length > 0 && reachable.length === 0)
    return { kind: 'none', text: `5.4.6 The mail servers of ${domain} lead back to this one.` }
  // RFC 5321 §5.1: without MX records the domain itself is the server.
  const hosts = records.length === 0 ? [domain] : ordered(reachable, chance)
  return addressesOf(hosts, domain, answer, { lookup, mayReach })
}

function withoutOwn(records: readonly MxRecord[], own: string | undefined): readonly MxRecord[] {
  const ours = records.filter(({ exchange }) => exchange === own).map(({ preference }) => preference)
  const limit = Math.min(...ours, Infinity)
  return records.filter(({ preference }) => preference < limit)
}

function ordered(records: readonly MxRecord[], chance: () => number): string[] {
  return records
    .map((record) => ({ ...record, order: chance() }))
    .sort((a, b) => a.preference - b.preference || a.order - b.order)
    .map((record) => record.exchange)
    .slice(0, MAX_HOSTS)
}

/** The addresses of one server; undefined where it has none. `trouble`: an answer that could not be had. */
export async function lookupHost(
  host: Domain,
  lookup: Lookup,
): Promise<{ readonly host: MailHost | undefined; readonly trouble: string }> {
  const answers = await Promise.all([lookup(host, 'AAAA'), lookup(host, 'A')])
  let trouble = ''
  for (const answer of answers)
    if (answer.status === 'trouble') trouble = `No usable answer about ${host}: ${said(answer)}.`
  const found = answers.filter((one) => one.status === 'found')
  const [first] = found
  if (first === undefined) return { host: undefined, trouble }
  const addresses = found.flatMap((one) => one.data.map(parseIp).filter((ip) => ip !== undefined))
  const secure = found.every((one) => one.security === 'secure')
  return { host: { host, addresses: addresses.slice(0, MAX_ADDRESSES), secure, owner: first.owner }, trouble }
}

/** DNS is whoever's domain it is: nobody of them has us dial within our own network. */
function notReached(host: Domain, addresses: readonly string[]): string {
  return `Not sent: ${host} has no public address (${addresses.slice(0, 3).join(', ')}). If it is a server of yours: postern setting set private-hosts ${host}`
}

async function addressesOf(
  names: readonly string[],
  domain: Domain,
  mx: Answer,
  { lookup, mayReach }: Pick<ServerQuestion, 'lookup' | 'mayReach'>,
): Promise<MxAnswer> {
  const hosts: MailHost[] = []
  let trouble = ''
  for (const name of names) {
    const host = parseDomain(name)
    // RFC 5321 §5.1: an MX names a host; an address there is a mistake that nobody should reward.
    if (host === undefined || isIP(host) !== 0) continue
    const found = await lookupHost(host, lookup)
    if (found.trouble !== '') trouble = found.trouble
    if (found.host === undefined) continue
    const addresses = found.host.addresses.filter((address) => mayReach(host, address))
    if (addresses.length < found.host.addresses.length && addresses.length === 0) {
      trouble = notReached(host, found.host.addresses)
      continue
    }
    hosts.push({ ...found.host, addresses })
  }
  const secure = mx.security === 'secure'
  if (hosts.some(({ addresses }) => addresses.length > 0))
    return { kind: 'servers', hosts, secure, owner: mx.owner, trouble }
  if (trouble !== '') return { kind: 'trouble', text: trouble }
  return { kind: 'none', text: `5.4.4 ${domain} has no mail server with an address.` }
}
