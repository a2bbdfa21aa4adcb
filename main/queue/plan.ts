// One accepted recipient with what was decided about it; travels through the door unopened.
import type { RecipientDecision } from '../aliases/decide-recipient.ts'
import type { Address } from '../terms/address.ts'

export interface Plan {
  readonly address: Address | undefined
  /** RFC 3461 §4.1, §4.2; empty where nothing was asked for. */
  readonly notify?: string
  readonly orcpt?: string
  readonly decision: Exclude<RecipientDecision, { kind: 'refuse' }>
}
