// The TLSA records of one mail server, as far as they are proved. RFC 7672 §2.2.2, §2.2.3
import { parseTlsa } from '../dns/rdata.ts'
import type { Answer, Lookup } from '../dns/resolver.ts'
import type { TlsaFact } from './decide-tls.ts'
import type { MailHost } from './mx.ts'

function factOf(answer: Answer, base: string): TlsaFact {
  if (answer.status === 'trouble')
    return { kind: 'trouble', why: `whether ${base} has TLSA records can't be known: ${answer.reason}` }
  if (answer.security !== 'secure')
    return { kind: 'none', why: `the TLSA records of ${base} are not proved: ${answer.reason}` }
  if (answer.status !== 'found') return { kind: 'none', why: `${base} provably has no TLSA records` }
  const records = answer.data.map(parseTlsa).filter((one) => one !== undefined)
  return { kind: 'found', records, base }
}

/** The name that is asked for is the one behind the aliases, then the one before them. */
export async function lookupTlsa(host: MailHost, mxSecure: boolean, port: number, lookup: Lookup): Promise<TlsaFact> {
  if (!mxSecure) return { kind: 'none', why: 'the MX records are not proved (no DNSSEC), so DANE does not apply' }
  const ask = async (base: string): Promise<TlsaFact> => factOf(await lookup(`_${port}._tcp.${base}`, 'TLSA'), base)
  if (!host.secure) {
    // RFC 7672 §2.2.2: an alias out of a signed zone: the name itself may still have records.
    if (host.owner === host.host)
      return { kind: 'none', why: `the addresses of ${host.host} are not proved (no DNSSEC)` }
    const alias = await lookup(host.host, 'CNAME')
    if (alias.status !== 'found' || alias.security !== 'secure')
      return { kind: 'none', why: `the addresses of ${host.host} are not proved (no DNSSEC)` }
    return ask(host.host)
  }
  const expanded = await ask(host.owner)
  return expanded.kind === 'none' && host.owner !== host.host ? ask(host.host) : expanded
}
