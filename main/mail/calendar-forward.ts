// Edits a calendar in a forward: organizers and attendees get their reply addresses on this alias, so that the user's calendar
// program answers through the relay. The alias stays an attendee: by it the program knows that the invitation is for its user.
import type { Address, AddressKey } from '../terms/address.ts'
import { addressKey } from '../terms/address.ts'
import type { CalendarReading, OpenCalendar } from './calendar.ts'
import { editedCalendar } from './calendar.ts'
import { addressesOfLine } from './calendar-address.ts'
import type { UidSeal } from './calendar-uid.ts'
import { originalUidEdits } from './calendar-uid.ts'
import type { PartInfo } from './mime-part.ts'
import type { TextEdit } from './text-model.ts'

export interface CalendarForward {
  /** The reply address of each correspondent of this alias. */
  readonly replyAddresses: ReadonlyMap<AddressKey, Address>
  /** Brings the UIDs of the user's own events back; undefined: they stay as they are. */
  readonly uids?: UidSeal | undefined
  /** The message's calendars as they were read before; undefined: they are read now. */
  readonly readings?: readonly CalendarReading[] | undefined
  /** Paths of parts that cannot be read, found by an earlier pass over the same body: they go as text. */
  readonly asText?: ReadonlySet<string> | undefined
}

/** The part as it goes to the user; undefined where the edit cannot be proved: then it passes as it is. */
export function forwardedCalendar(
  open: OpenCalendar,
  info: PartInfo,
  { replyAddresses, uids }: CalendarForward,
): Buffer | undefined {
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
