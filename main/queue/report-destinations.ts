// Where the reports about a domain go, as its records say now. RFC 8460 §3, RFC 9990
import { parseTxt } from '../dns/rdata.ts'
import type { Lookup } from '../dns/resolver.ts'
import { getDomain } from 'tldts'
import { parseDestinations, parseTlsRptRecords, type Destination } from '../reports/rua.ts'
import { domainOf } from '../terms/address.ts'
import { dmarcTags } from '../trust/dmarc-facts.ts'

/** The texts of a name; undefined where they can't be known at the moment. */
export async function lookupTexts(lookup: Lookup, name: string): Promise<readonly string[] | undefined> {
  const answer = await lookup(name, 'TXT')
  if (answer.status === 'trouble') return undefined
  return answer.data.flatMap((rdata) => {
    const strings = parseTxt(rdata)
    return strings === undefined ? [] : [Buffer.concat(strings).toString('latin1')]
  })
}

const PRIVATE_SUFFIXES = { allowPrivateDomains: true } as const

type MailDestination = Extract<Destination, { kind: 'mail' }>

/** RFC 9989 §4.7: one record that begins with the version, else none at all. */
function dmarcRecord(texts: readonly string[]): ReadonlyMap<string, string> | undefined {
  const records = texts.filter((text) => /^v[ \t]*=[ \t]*DMARC1[ \t]*(;|$)/.test(text))
  const [record] = records
  return record === undefined || records.length > 1 ? undefined : dmarcTags(record)
}

/** RFC 9990: DMARC reports go by mail alone. */
function mailsIn(rua: string | undefined): readonly MailDestination[] {
  return parseDestinations(rua ?? '').flatMap((one) => (one.kind === 'mail' ? [one] : []))
}

/**
 * RFC 9990: a domain elsewhere has to say that it wants these reports, or anybody could have them sent to anybody. Its own word about the
 * address goes before the first one, as long as it stays there. undefined where it can't be known at the moment.
 */
async function agreed(
  lookup: Lookup,
  domain: string,
  wanted: MailDestination,
): Promise<readonly MailDestination[] | undefined> {
  const host = domainOf(wanted.address)
  // AUTHORISES: mail goes there on the domain's word alone. So whoever may have a name under a suffix that many share (a dynamic DNS
  // provider's) has no say about the others there.
  const organisation = getDomain(domain, PRIVATE_SUFFIXES)
  if (host === domain || (organisation !== null && getDomain(host, PRIVATE_SUFFIXES) === organisation)) return [wanted]
  const name = `${domain}._report._dmarc.${host}`
  const texts = name.length > 253 ? [] : await lookupTexts(lookup, name)
  if (texts === undefined) return undefined
  const tags = dmarcRecord(texts)
  if (tags === undefined) return []
  const instead = mailsIn(tags.get('rua')).filter(({ address }) => domainOf(address) === host)
  return instead.length > 0 ? instead : [wanted]
}

/** Those of `wanted` that a report may go to; undefined where it can't be known at the moment. An HTTPS server answers for itself. */
async function thatAgree(
  lookup: Lookup,
  domain: string,
  wanted: readonly Destination[],
): Promise<readonly Destination[] | undefined> {
  const found = new Map<string, Destination>()
  for (const one of wanted) {
    const destinations = one.kind === 'mail' ? await agreed(lookup, domain, one) : [one]
    if (destinations === undefined) return undefined
    for (const each of destinations) found.set(each.uri.toLowerCase(), each)
  }
  return [...found.values()]
}

/** Empty where the domain wants none, or names only such who do not want them; undefined where it can't be known at the moment. */
export async function dmarcDestinations(lookup: Lookup, domain: string): Promise<readonly Destination[] | undefined> {
  const texts = await lookupTexts(lookup, `_dmarc.${domain}`)
  return texts === undefined ? undefined : thatAgree(lookup, domain, mailsIn(dmarcRecord(texts)?.get('rua')))
}

/**
 * The same for TLS reports. RFC 8460 has no way for a mailbox elsewhere to agree, so that anybody's domain could have us write to
 * anybody; here it agrees by the record that says so for DMARC reports, which those who take reports for others have.
 */
export async function tlsDestinations(lookup: Lookup, domain: string): Promise<readonly Destination[] | undefined> {
  const texts = await lookupTexts(lookup, `_smtp._tls.${domain}`)
  return texts === undefined ? undefined : thatAgree(lookup, domain, parseTlsRptRecords(texts))
}
