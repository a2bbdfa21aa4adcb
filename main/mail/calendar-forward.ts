// Edits a calendar in a forward: organizers and attendees get their reply addresses on this alias, so that the user's calendar
// program answers through the relay. The alias stays an attendee: by it the program knows that the invitation is for its user.
import type { Address, AddressKey } from '../terms/address.ts'
import { addressKey } from '../terms/address.ts'
import { editedCalendar, openCalendar } from './calendar.ts'
import { addressesOfLine } from './calendar-address.ts'
import type { CalendarBudget } from './calendar-part.ts'
import type { UidSeal } from './calendar-uid.ts'
import { originalUidEdits } from './calendar-uid.ts'
import type { PartInfo } from './mime-part.ts'
import type { TextEdit } from './text-model.ts'

export interface CalendarForward {
  /** The reply address of each correspondent of this alias. */
  readonly replyAddresses: ReadonlyMap<AddressKey, Address>
  /** Brings the UIDs of the user's own events back; undefined: they stay as they are. */
  readonly uids?: UidSeal | undefined
}

/** The part as it goes to the user; undefined where it cannot be read or not be proved: then it passes as it is. */
export function forwardedCalendar(
  content: Buffer,
  info: PartInfo,
  { replyAddresses, uids }: CalendarForward,
  budget: CalendarBudget,
): Buffer | undefined {
  const open = openCalendar(content, info, budget)
  if (typeof open === 'string') return undefined
  const { text, lines } = open.calendar
  const edits = lines.flatMap((line): TextEdit[] =>
    addressesOfLine(text, line).flatMap(({ start, end, address }) => {
      const replyAddress = replyAddresses.get(addressKey(address))
      return replyAddress === undefined ? [] : [{ start, end, text: replyAddress }]
    }),
  )
  const own = uids === undefined ? [] : originalUidEdits(open.calendar, uids)
  return editedCalendar(open, info, [...edits, ...own])?.content
}
