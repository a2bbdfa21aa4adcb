// The words for what a check found, each list closed: whoever decides by one has to say what follows from every word of it.

/** RFC 7208 §2.6, RFC 8601 §2.7.2 */
export const SPF_RESULTS = ['pass', 'fail', 'softfail', 'neutral', 'none', 'temperror', 'permerror'] as const
export type SpfResult = (typeof SPF_RESULTS)[number]

/** RFC 8601 §2.7.1 */
export const DKIM_RESULTS = ['pass', 'fail', 'policy', 'neutral', 'none', 'temperror', 'permerror'] as const
export type DkimResult = (typeof DKIM_RESULTS)[number]

/** RFC 8601 §2.7.4. `none`: the author domain has no record; `permerror`: it can't be evaluated. */
export const DMARC_RESULTS = ['pass', 'fail', 'none', 'temperror', 'permerror'] as const
export type DmarcResult = (typeof DMARC_RESULTS)[number]

/** RFC 8617 §4.4 */
export const ARC_RESULTS = ['pass', 'fail', 'none', 'temperror', 'permerror'] as const
export type ArcResult = (typeof ARC_RESULTS)[number]

/** RFC 9989 §4.7 */
export const DMARC_POLICIES = ['none', 'quarantine', 'reject'] as const
export type DmarcPolicy = (typeof DMARC_POLICIES)[number]

/** What the user is to know of mail that passes all the same: nothing could be looked up, or it claims to be from the user and proves nothing. */
export const CAUTIONS = ['unchecked', 'own-mailbox'] as const
export type Caution = (typeof CAUTIONS)[number]

/** The word where the list has it, else `otherwise`: what nobody knows is never read as a pass. */
export function wordIn<Word extends string>(list: readonly Word[], value: unknown, otherwise: Word): Word {
  return list.find((word) => word === value) ?? otherwise
}
