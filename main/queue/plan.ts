// One accepted recipient with what was decided about it; travels through the door unopened.
import type { RecipientDecision } from '../aliases/decide-recipient.ts'
import type { Address } from '../terms/address.ts'

export interface Plan {
  readonly address: Address | undefined
  readonly decision: Exclude<RecipientDecision, { kind: 'refuse' }>
}
