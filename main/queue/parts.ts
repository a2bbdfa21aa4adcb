// What the mail path is made of: handed in once by the composition root.
import type { Store } from '../store/store.ts'
import type { Domain } from '../terms/address.ts'
import type { Clock, Random } from '../terms/clock.ts'
import type { Account } from '../smtp/handler.ts'
import type { DoorLimits } from '../smtp/limits.ts'
import type { Verifier } from '../trust/verify.ts'
import type { Announcer } from './announce.ts'
import type { Duplicates } from './duplicates.ts'
import type { HiddenPeers } from './hidden-peers.ts'
import type { ReportTally } from './report-tally.ts'
import type { Room } from './room.ts'

export interface MailParts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly verifier: Verifier
  readonly announcer: Announcer
  readonly limits: DoorLimits
  /** Undefined where nothing comes in. */
  readonly room?: Room
  readonly duplicates?: Duplicates
  readonly hiddenPeers?: HiddenPeers
  readonly tally?: Pick<ReportTally, 'countDmarc'>
  /** The EHLO name, also our authserv-id. */
  readonly hostname: () => Domain
  /** The default route: `mailbox`, `mx`, `smtp://…`. */
  readonly route: () => string
  readonly returnPathKey: Buffer
  /** For the addresses behind our unsubscribe buttons. */
  readonly unsubscribeKey: Buffer
  /** UIDs of the user's own events are sealed under it. */
  readonly calendarKey: Buffer
  /** Message-IDs of what the user writes are made under it. */
  readonly messageIdKey: Buffer
  /** Behind a reply address it asks that the user's own address stays in the message. */
  readonly realAddressTag: string
  /** An opaque word: seen on the way in, the message has been here before. */
  readonly loopMark: string
  /** The account behind a name and an app password. */
  readonly authenticate: (username: string, password: string, ip: string) => Promise<Account | undefined>
  readonly onError: (error: unknown, what: string) => void
}

export const DAY = 86_400_000
/** behaviour.md 5.2: what could not be delivered, and what is held, stays this long. */
export const KEEP_HELD = 7 * DAY
