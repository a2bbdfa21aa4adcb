// Whom the user's own mail names: each reply address in its text and its calendars must be resolved before the mail is rewritten.
import {
  calendarReadings,
  createCalendarReader,
  createNameReader,
  isReplyLocalPart,
  mayHoldCalendar,
  parseHeaderBlock,
  replyAddressesIn,
  type CalendarsFound,
} from '../mail/index.ts'
import type { ReplyTarget } from '../mail/facts.ts'
import type { AliasRow } from '../store/rows.ts'
import { addressKey, domainOf, localPartOf, splitTag, type Address, type AddressKey } from '../terms/address.ts'
import { readBody, type BodySource } from './body-source.ts'
import type { MailParts } from './parts.ts'
import { targetOfOurs } from './reply-facts.ts'

/** Look-ups for one message: what is beyond is not known, and the message is held. */
const LOOKUPS_MAX = 1000

/** Asks the store, once for each address. */
class Lookups {
  readonly domains: ReadonlySet<string>
  /** More was asked than is answered. */
  exceeded = false
  private readonly parts: Pick<MailParts, 'store'>
  private readonly aliasId: string
  private readonly targets = new Map<AddressKey, ReplyTarget | undefined>()
  private readonly contacts = new Map<AddressKey, boolean>()
  constructor(parts: Pick<MailParts, 'store'>, aliasId: string) {
    this.parts = parts
    this.aliasId = aliasId
    this.domains = new Set<string>(parts.store.directory.domains().map(({ name }) => name))
  }

  readonly target = (key: AddressKey): ReplyTarget | undefined => {
    return this.once(this.targets, key, () => {
      const target = targetOfOurs(this.parts, key as string as Address)
      return target?.kind === 'alias' && this.isNobodys(target.address) ? undefined : target
    })
  }

  readonly isContact = (key: AddressKey): boolean => {
    const isContact = () => this.parts.store.directory.contactByAddress(this.aliasId, key) !== undefined
    return this.once(this.contacts, key, isContact) ?? false
  }

  private once<T>(known: Map<AddressKey, T>, key: AddressKey, ask: () => T): T | undefined {
    if (!known.has(key)) {
      if (this.targets.size + this.contacts.size >= LOOKUPS_MAX) {
        this.exceeded = true
        return undefined
      }
      known.set(key, ask())
    }
    return known.get(key)
  }

  /** A reply address whose contact is gone looks like an alias, and is none. */
  private isNobodys(address: Address): boolean {
    const { base } = splitTag(localPartOf(address))
    return isReplyLocalPart(base) && this.parts.store.directory.alias(addressKey(address)) === undefined
  }
}

export interface Named {
  readonly targets: ReadonlyMap<AddressKey, ReplyTarget>
  /** Contacts of the alias whose names, as the relay writes them, stand in the text. */
  readonly contactNames: ReadonlySet<AddressKey>
  /** There are more addresses in it than are looked up: some may be left. */
  readonly tooMany: boolean
}

/** Reply addresses anywhere in the calendars, aliases as attendees. */
function inCalendars({ calendars, people }: CalendarsFound, lookups: Lookups): Map<AddressKey, ReplyTarget> {
  const targets = new Map<AddressKey, ReplyTarget>()
  for (const { text } of calendars)
    for (const reading of calendarReadings(text))
      for (const [key, target] of replyAddressesIn(reading, lookups.domains, lookups.target)) targets.set(key, target)
  for (const address of people) {
    const key = addressKey(address)
    const target = lookups.domains.has(domainOf(address)) ? lookups.target(key) : undefined
    if (target !== undefined) targets.set(key, target)
  }
  return targets
}

/** What each of our addresses in the user's mail stands for, wherever it stands. One pass over the body. */
export async function namedInReply(
  parts: Pick<MailParts, 'store'>,
  alias: Pick<AliasRow, 'id'>,
  header: Buffer,
  source: BodySource,
): Promise<Named> {
  const lookups = new Lookups(parts, alias.id)
  const names = createNameReader(header, lookups)
  const calendars = mayHoldCalendar(parseHeaderBlock(header)) ? createCalendarReader(header) : undefined
  for await (const chunk of readBody(parts.store.spoolFolder, source)) {
    names.push(chunk)
    calendars?.push(chunk)
  }
  const { targets, contactNames } = names.end()
  const invited = calendars === undefined ? [] : inCalendars(calendars.end(), lookups)
  return { targets: new Map([...invited, ...targets]), contactNames, tooMany: lookups.exceeded }
}
