// What a record of a DMARC report is: our own mail, our mail that somebody forwarded, somebody who used our name, or not to be told. Pure.
import type { DmarcRecord } from './dmarc-report.ts'

export type Origin = 'ours' | 'forwarder' | 'unknown' | 'spoof'

export interface OwnFacts {
  /** Whether a domain is one of ours. */
  readonly isOurs: (domain: string) => boolean
  /** Whether we publish or published a key under this selector of this domain. */
  readonly isOurSelector: (domain: string, selector: string) => boolean
  /** Forwarders that the user trusts, by domain. */
  readonly isKnownForwarder: (domain: string) => boolean
}

/** RFC 9990: the receiver itself says that it was passed on. */
const PASSED_ON = new Set(['forwarded', 'trusted_forwarder', 'mailing_list'])

/**
 * An aligned SPF pass can come only from a host that our own record names. An aligned signature without it is our mail that went by
 * another host. A signature of ours that no longer fits was changed on the way, or is made up: nobody can tell which.
 */
export function classifyRecord(record: DmarcRecord, own: OwnFacts): Origin {
  if (record.spf === 'pass') return 'ours'
  if (record.dkim === 'pass') return 'forwarder'
  if (record.reasons.some((reason) => PASSED_ON.has(reason))) return 'forwarder'
  if (record.spfResults.some((one) => one.result === 'pass' && own.isKnownForwarder(one.domain.toLowerCase())))
    return 'forwarder'
  const broken = record.dkimResults.some(
    (one) => own.isOurs(one.domain.toLowerCase()) && own.isOurSelector(one.domain.toLowerCase(), one.selector),
  )
  const unchecked = [...record.dkimResults, ...record.spfResults].some((one) => one.result === 'temperror')
  return broken || unchecked ? 'unknown' : 'spoof'
}
