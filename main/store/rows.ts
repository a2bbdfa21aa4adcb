// The rows of the database as the rest of the relay sees them.
import type { Address, AddressKey, Domain } from '../terms/address.ts'
import type { NewAlias, NewCorrespondent } from './new-alias.ts'
import type { Caution } from '../terms/verdicts.ts'

export type AliasState = 'active' | 'disabled' | 'deleted'
export type WhenDisabled = 'reject' | 'discard' | 'defer'

export interface DomainRow {
  readonly id: string
  readonly name: Domain
  readonly description: string | null
  readonly fromName: string | null
  readonly active: boolean
  readonly catchAll: boolean
  /** Mail to this domain that fails DMARC is refused, whatever the setting for all says. */
  readonly refuseForged: boolean
  readonly defaultRecipientId: string | null
  readonly fallbackRecipientId: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface RecipientRow {
  readonly id: string
  readonly email: Address
  readonly isMailbox: boolean
  readonly canReplySend: boolean
  readonly mode: 'rewrite' | 'preserve'
  readonly fromMode: 'reply-address' | 'alias'
  readonly fromTemplate: 'quoted' | 'dash' | 'name' | 'address' | 'none'
  readonly subjectTemplate: string | null
  readonly banner: 'off' | 'top' | 'bottom'
  readonly warn: boolean
  /** Signed or encrypted replies, which cannot be scrubbed, go out all the same. */
  readonly allowSealed: boolean
  /** A reply is proven by aligned SPF alone. */
  readonly allowSpf: boolean
  /** A domain above the address's own whose signature (DKIM) proves a reply. */
  readonly signingDomain: Domain | null
  readonly autoReplies: boolean
  /** What becomes of attachments of replies that carry the real address: the reply is held, they are taken out, or changed. */
  readonly flagged: 'hold' | 'remove' | 'scrub'
  readonly verifiedAt: number | null
  /** Set while nothing is sent to it; what comes for it waits. */
  readonly pausedAt: number | null
  readonly pausedReason: string | null
  /** When the next waiting mail is tried, to see whether the mailbox is back. */
  readonly probeAt: number | null
  readonly probes: number
  readonly bounces: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface AliasRow {
  readonly id: string
  readonly address: Address
  readonly localPart: string
  readonly domainId: string
  readonly active: boolean
  readonly pinned: boolean
  readonly whenDisabled: WhenDisabled
  readonly rejectText: string | null
  readonly description: string | null
  readonly fromName: string | null
  readonly origin: 'made' | 'catch-all'
  readonly unsubscribe: 'keep' | 'disable' | 'block' | 'both'
  readonly allowSealed: boolean
  readonly firstSender: string | null
  readonly forwarded: number
  readonly blocked: number
  readonly replied: number
  readonly sent: number
  readonly lastForwarded: number | null
  readonly lastBlocked: number | null
  readonly lastReplied: number | null
  readonly lastSent: number | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly deletedAt: number | null
  /** Stable, in the order of making; the search index goes by it. */
  readonly number: number
  readonly policy: 'all' | 'known' | 'ask'
  /** `|work|shops|`; empty where there are none. */
  readonly labels: string
  readonly expiresAt: number | null
  /** Messages forwarded in all. */
  readonly expiresAfter: number | null
  /** Days without any use. */
  readonly expiresIdle: number | null
  readonly fallbackRecipientId: string | null
  readonly hourlyLimit: number | null
  readonly madeByPattern: string | null
  readonly leakAt: number | null
  /** JSON: LeakEvidence. */
  readonly leakEvidence: string | null
}

export interface ContactRow {
  readonly id: string
  readonly aliasId: string
  readonly address: Address
  readonly addressKey: AddressKey
  readonly displayName: string
  readonly replyAddress: Address
  readonly blocked: boolean
  /** Their mail comes as ever; nobody is notified of what is held or refused of it. */
  readonly muted: boolean
  readonly standing: 'none' | 'allowed'
  /** Mail of theirs that fails the sender checks is let through: the user said so when releasing one. */
  readonly allowUnproven: boolean
  /** Attachments of replies to them may carry the real address: the user said so when releasing one. */
  readonly allowFlagged: boolean
  readonly forwarded: number
  readonly replied: number
  readonly createdAt: number
  readonly lastSeen: number | null
}

/** How the message reached us; stored as JSON. */
export interface SessionRecord {
  readonly helo: string
  readonly peer: string
  readonly protocol: string
  readonly tls: string
  /** The name of the app password, empty where the session was not authenticated. */
  readonly account: string
  /** RFC 8689: it goes on only to servers that are proved. */
  readonly requireTls?: boolean
  /** The user asked, and proved it, that this message goes out as it was written. */
  readonly unscrubbed?: boolean
}

export interface MessageRow {
  readonly id: number
  readonly publicId: string
  readonly receivedAt: number
  /** Empty for the null sender. */
  readonly reversePath: string
  readonly header: Buffer
  readonly body: Buffer | null
  readonly spoolId: string | null
  readonly spoolKey: Buffer | null
  readonly spoolSize: number | null
  readonly size: number
  /** SHA-256 of the relaxed body (RFC 6376 §3.4.4), base64. */
  readonly bodyHash: string
  readonly session: SessionRecord
  readonly verdicts: Verdicts | null
  readonly authenticationResults: string | null
  /** A report may go to the reverse-path: it is its owner's. */
  readonly proven: boolean
  /** RFC 3461 §4.4, decoded. */
  readonly envid: string | null
  readonly ret: 'FULL' | 'HDRS' | null
}

export type DeliveryState = 'queued' | 'in-flight' | 'delivered' | 'failed' | 'dropped'

export interface DeliveryRow {
  readonly id: number
  readonly messageId: number | null
  readonly direction: 'forward' | 'reply'
  readonly aliasId: string | null
  readonly tag: string
  readonly recipientId: string | null
  readonly contactId: string | null
  readonly forwardPath: Address
  readonly destination: string
  readonly outMessageId: string | null
  /** 1: the user said "send anyway". */
  readonly asIs: number
  /** `remove`: the user released it without the attachments that held it. */
  readonly attachments: '' | 'remove'
  /** 1: it goes out with the user's own address in it, on their word. */
  readonly realAddress: number
  readonly logId: number
  readonly state: DeliveryState
  readonly attempts: number
  readonly queuedAt: number
  readonly dueAt: number
  readonly settledAt: number | null
  readonly lastAnswer: string
  readonly delayTold: number
  /** RFC 3461 §4.1: empty, `NEVER`, or a list of SUCCESS, FAILURE, DELAY. */
  readonly notify: string
  /** RFC 3461 §4.2, decoded: `rfc822;user@example.com`. */
  readonly orcpt: string
  /** 1: a report of ours, sent as it stands with the null reverse-path. */
  readonly ready: number
  /** A route for this delivery alone. */
  readonly route: string | null
  /** 1: on its way to a fallback recipient. */
  readonly diverted: number
  readonly bounce: '' | 'delayed' | 'soft' | 'hard'
  /** Set where it is given up before the five days are over. */
  readonly giveUpAt: number | null
}

export interface HeldRow {
  readonly id: number
  readonly messageId: number
  readonly kind: 'held' | 'failed' | 'bounce'
  readonly reason: string
  readonly text: string
  readonly aliasId: string | null
  readonly contactId: string | null
  readonly deliveryId: number | null
  readonly envelope: HeldEnvelope
  readonly sender: string
  readonly subject: string
  readonly heldAt: number
  readonly expiresAt: number | null
  readonly logId: number
}

/** An alias that is made when the user releases the message, and everybody who then needs a reply address. */
export interface AwaitedAlias {
  readonly create: NewAlias
  readonly correspondents: readonly NewCorrespondent[]
}

/** What releasing a held message would do; stored as JSON. */
export type HeldEnvelope =
  | {
      readonly direction: 'reply'
      readonly aliasId: string
      readonly contactId: string
      readonly to: string
      /** The user asked that their own address stays in it. */
      readonly realAddress?: boolean
    }
  | {
      readonly direction: 'forward'
      readonly aliasId: string | null
      readonly tag: string
      readonly recipientId: string | null
      readonly to: string
      /** The alias that the message asks for and, being held, has not made: releasing it makes it. */
      readonly awaits?: AwaitedAlias
    }
  | { readonly direction: 'none' }

export interface LogRow {
  readonly id: number
  readonly at: number
  readonly direction: 'forward' | 'reply' | 'none'
  readonly outcome: string
  readonly reason: string
  readonly text: string
  readonly alias: string
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly size: number
  readonly peer: string
  readonly tls: string
  readonly messageId: string
  readonly verdicts: Verdicts | null
  readonly attempts: readonly LogAttempt[]
  /** Whom it goes to: the recipient it names, and those of its deliveries. */
  readonly to: readonly string[]
}

export interface Verdicts {
  readonly spf: string
  readonly dkim: string
  readonly dmarc: string
  readonly arc: string
  /** What the author's domain asks for where DMARC fails; left out where it has no record. */
  readonly policy?: string
  /** Why, one sentence a method that did not pass. */
  readonly reasons?: readonly string[]
  /** Of a message that passed: what the user is warned of, beside a failed DMARC; left out for nothing. */
  readonly caution?: Caution
}

export interface LogAttempt {
  readonly at: number
  readonly destination: string
  readonly outcome: 'delivered' | 'deferred' | 'failed'
  readonly answer: string
  readonly tls: string
  /** What was proved of the far side: `dane`, `mta-sts`, `verified`, `encrypted`, `clear`. */
  readonly level?: string
}

type SqlValue = string | number | bigint | Buffer | null

/** A row as SQLite gives it; turned into one of the types above by a `…From` function. */
export type Raw = Record<string, SqlValue>

const keys = new Map<string, string>()

/** Column names are few and come back with every row: each is turned round once. */
function camelCase(column: string): string {
  const known = keys.get(column)
  if (known !== undefined) return known
  const key = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  keys.set(column, key)
  return key
}

/** Snake-case columns to the camel-case keys of the types above, with the named ones made booleans. */
// The caller names the type it knows the row to have; SQLite's STRICT tables hold the columns to theirs.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows which row it asked for
export function fromRaw<T>(raw: Raw, flags: readonly string[] = []): T {
  const out: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(raw)) {
    const key = camelCase(column)
    out[key] = flags.includes(key) ? value === 1 : value
  }
  return out as T
}

/** The same for a row that may not be there. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows which row it asked for
export function optionalFromRaw<T>(raw: unknown, flags: readonly string[] = []): T | undefined {
  return raw === undefined ? undefined : fromRaw<T>(raw as Raw, flags)
}
