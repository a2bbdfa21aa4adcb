// One message as a DMARC aggregate report counts it: what its domain publishes, what was found, what was done. RFC 9990. Pure.

/** As it is published: only the tags that are there. */
export interface PublishedPolicy {
  readonly p: string
  readonly sp?: string
  readonly np?: string
  readonly adkim?: string
  readonly aspf?: string
  readonly fo?: string
  readonly t?: string
}

export interface DmarcFacts {
  /** Where the record stands that applies. */
  readonly policyDomain: string
  readonly published: PublishedPolicy
  readonly headerFrom: string
  readonly result: 'pass' | 'fail'
  /** What the record asks for, after `t`, `np` and `sp`. */
  readonly asked: string
  readonly alignedDkim: boolean
  readonly alignedSpf: boolean
  readonly dkim: readonly { readonly domain: string; readonly selector: string; readonly result: string }[]
  readonly spf: { readonly domain: string; readonly result: string } | undefined
}

export type Disposition = 'none' | 'pass' | 'quarantine' | 'reject'
/** RFC 9990: why it was not done as the record asks. */
export type OverrideReason = 'local_policy' | 'policy_test_mode' | 'trusted_forwarder'

/** A row of a report. Of the recipient there is nothing in it. */
export interface DmarcRow extends Omit<DmarcFacts, 'policyDomain' | 'published' | 'result' | 'asked'> {
  readonly ip: string
  readonly disposition: Disposition
  readonly reasons: readonly OverrideReason[]
  readonly envelopeFrom: string
}
