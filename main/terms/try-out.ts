// The domain of a relay that nobody has set up yet: under `.test`, which nobody can own (RFC 6761 §6.2), so nothing real can be sent to it.
import type { Domain } from './address.ts'

export const TRY_OUT_DOMAIN = 'postern.test' as Domain
