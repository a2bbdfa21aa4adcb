// Looks up the people in a message's calendars: before a forward each needs a reply address.
import {
  MAX_CORRESPONDENTS,
  correspondentsOf,
  createCalendarReader,
  mayHoldCalendar,
  parseHeaderBlock,
  type CalendarsFound,
} from '../mail/index.ts'
import type { Store } from '../store/store.ts'
import { addressKey, domainOf, type Address } from '../terms/address.ts'
import type { Arrival } from './arrival.ts'
import { readBody, type BodySource } from './body-source.ts'
import type { MailParts } from './parts.ts'
import type { Plan } from './plan.ts'

const NONE: CalendarsFound = { parts: 0, calendars: [], readings: [], people: [] }
/** Look-ups for one message; what is beyond stays unknown. */
const LOOKUPS_MAX = 1000

/** Reads the calendars of a stored message; one pass over its body, none where its header says that there can't be any. */
export async function calendarsOf(folder: string, header: Buffer, source: BodySource): Promise<CalendarsFound> {
  if (!mayHoldCalendar(parseHeaderBlock(header))) return NONE
  const reader = createCalendarReader(header)
  for await (const chunk of readBody(folder, source)) reader.push(chunk)
  return reader.end()
}

/** Whom a program could answer: neither addresses at our domains nor the user's own mailboxes. */
export function foreignersIn({ directory }: Store, { people }: CalendarsFound): readonly Address[] {
  return people
    .slice(0, LOOKUPS_MAX)
    .filter((address) => directory.domain(domainOf(address)) === undefined)
    .filter((address) => directory.recipientByKey(addressKey(address)) === undefined)
}

/** Those of the calendars' people who get a reply address: as many as the header leaves of the limit. */
export function invitedBy(
  store: Store,
  header: Arrival['header'],
  reversePath: Address | undefined,
  found: CalendarsFound,
): readonly Address[] {
  if (found.calendars.length === 0) return []
  const named = new Set(
    correspondentsOf(header, reversePath)
      .filter(({ address }) => store.directory.domain(domainOf(address)) === undefined)
      .map(({ address }) => addressKey(address)),
  )
  const others = foreignersIn(store, found).filter((address) => !named.has(addressKey(address)))
  return others.slice(0, MAX_CORRESPONDENTS - named.size)
}

/** The arrival with the people of its calendars, where somebody may get it as a forward. */
export async function withInvited(parts: MailParts, plans: readonly Plan[], arrival: Arrival): Promise<Arrival> {
  if (!plans.some(({ decision }) => decision.kind === 'forward' || decision.kind === 'make-alias')) return arrival
  const { stored, header, transaction } = arrival
  const found = await calendarsOf(parts.store.spoolFolder, stored.header, stored)
  return { ...arrival, invited: invitedBy(parts.store, header, transaction.reversePath, found) }
}
