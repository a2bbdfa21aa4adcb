// The DNS records that a domain needs, as data: MX, SPF, the DKIM keys, DMARC, TLS reports. Pure.
import type { Domain } from '../terms/address.ts'

export interface DnsRecord {
  readonly type: 'MX' | 'TXT'
  /** The full name, no trailing dot. */
  readonly name: string
  /** The value in one piece, as most web forms want it. */
  readonly value: string
  /** As a zone file wants it: long texts in quoted pieces of at most 255 octets (RFC 1035 §3.3.14). */
  readonly zone: string
  /** What it is for, in one sentence. */
  readonly why: string
}

export interface PublishedKey {
  readonly selector: string
  readonly algorithm: 'rsa' | 'ed25519'
  /** base64 */
  readonly publicKey: string
  readonly state?: 'waiting' | 'active' | 'retiring'
}

function quoted(text: string): string {
  const pieces = text.match(/.{1,255}/g) ?? ['']
  return pieces.map((piece) => `"${piece.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(' ')
}

function txt(name: string, value: string, why: string): DnsRecord {
  return { type: 'TXT', name, value, zone: `${name}. 3600 IN TXT ${quoted(value)}`, why }
}

const STAGE = {
  waiting: ' New: it signs once this record is seen.',
  active: '',
  retiring: ' Old: leave the record until the log says that it can go.',
} as const

function whySpf(domain: Domain, smarthost: string | undefined): string {
  const only = `Only this server may send mail in the name of ${domain}.`
  if (smarthost === undefined) return only
  return `${only} Your mail leaves by ${smarthost}: put the include: that its provider names before -all, or it will be refused.`
}

/**
 * `hostname` is the name of this server; `smarthost` the one that mail leaves by, where it does not leave from here; `reportUrl` where
 * TLS reports may be posted.
 * RFC 5321 §5, RFC 7208, RFC 6376 §3.6, RFC 8463, RFC 9989, RFC 8460 §3
 */
export function domainRecords(
  domain: Domain,
  hostname: Domain,
  keys: readonly PublishedKey[],
  smarthost?: string,
  reportUrl?: string,
): readonly DnsRecord[] {
  const mx: DnsRecord = {
    type: 'MX',
    name: domain,
    value: `10 ${hostname}.`,
    zone: `${domain}. 3600 IN MX 10 ${hostname}.`,
    why: `Mail for ${domain} is brought to this server.`,
  }
  const dkim = keys.map(({ selector, algorithm, publicKey, state }) =>
    txt(
      `${selector}._domainkey.${domain}`,
      `v=DKIM1; k=${algorithm}; p=${publicKey}`,
      `The ${algorithm === 'rsa' ? 'RSA' : 'Ed25519'} key by which others check that mail from ${domain} was not forged.${STAGE[state ?? 'active']}`,
    ),
  )
  return [
    mx,
    txt(domain, 'v=spf1 mx -all', whySpf(domain, smarthost)),
    ...dkim,
    txt(
      `_dmarc.${domain}`,
      `v=DMARC1; p=reject; adkim=s; aspf=r; rua=mailto:dmarc-reports@${domain}`,
      `Mail that pretends to be from ${domain} is to be refused; others report to this server who tried.`,
    ),
    txt(
      `_smtp._tls.${domain}`,
      `v=TLSRPTv1; rua=mailto:tls-reports@${domain}${reportUrl === undefined ? '' : `,${reportUrl}`}`,
      `Others report to this server when they cannot reach it encrypted.`,
    ),
  ]
}
