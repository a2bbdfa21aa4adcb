// Where the reports about a domain go, as its records say now. RFC 8460 §3
import { parseTxt } from '../dns/rdata.ts'
import type { Lookup } from '../dns/resolver.ts'
import { parseTlsRptRecords, type Destination } from '../reports/rua.ts'

/** The texts of a name; undefined where they can't be known at the moment. */
export async function lookupTexts(lookup: Lookup, name: string): Promise<readonly string[] | undefined> {
  const answer = await lookup(name, 'TXT')
  if (answer.status === 'trouble') return undefined
  return answer.data.flatMap((rdata) => {
    const strings = parseTxt(rdata)
    return strings === undefined ? [] : [Buffer.concat(strings).toString('latin1')]
  })
}

/** Empty where the domain wants none; undefined where it can't be known at the moment. */
export async function tlsDestinations(lookup: Lookup, domain: string): Promise<readonly Destination[] | undefined> {
  const texts = await lookupTexts(lookup, `_smtp._tls.${domain}`)
  return texts === undefined ? undefined : parseTlsRptRecords(texts)
}
