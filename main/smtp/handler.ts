// What the door asks of the mail path. The door knows the protocol; whose mail it is and what becomes of it, it asks.
import type { Address } from '../terms/address.ts'
import type { Reply } from '../terms/reply.ts'
import type { Path } from './parse-command.ts'

export interface Account {
  readonly id: string
  readonly name: string
}

export interface Peer {
  readonly ip: string
  readonly loopback: boolean
  readonly listener: 'inbound' | 'submission'
  readonly helo: string
  /** `ESMTPS` and the like: RFC 3848. */
  readonly protocol: string
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`; empty in clear. */
  readonly tls: string
  readonly account: Account | undefined
}

/** One mail transaction, from MAIL to the end of DATA. */
export interface Transaction {
  readonly reversePath: Address | undefined
  /** SIZE= as announced, 0 where it was not. */
  readonly announcedSize: number
  readonly smtpUtf8: boolean
  /** RFC 8689: no further but to servers that are proved and promise the same. */
  readonly requireTls?: boolean
  /** RFC 3461 §4.4, decoded. */
  readonly envid?: string
  /** RFC 3461 §4.3 */
  readonly ret?: 'FULL' | 'HDRS'
  readonly recipients: AcceptedRecipient[]
  /** Recipients beyond the limit that were put off. */
  overflow: number
}

/** What the mail path remembers of an accepted recipient; opaque to the door. */
export interface AcceptedRecipient {
  readonly path: Path
  readonly plan: unknown
  /** RFC 3461 §4.1: `NEVER`, or a list of SUCCESS, FAILURE, DELAY. */
  readonly notify?: string
  /** RFC 3461 §4.2, decoded, with its type. */
  readonly orcpt?: string
}

export interface RecipientAnswer {
  readonly reply: Reply
  /** There where the recipient was accepted. */
  readonly accepted: AcceptedRecipient | undefined
}

/** Takes one message. `finish` answers only when the message is durable or refused; `abandon` forgets it. */
export interface MessageSink {
  write(chunk: Buffer): Promise<void>
  finish(): Promise<Reply>
  abandon(): Promise<void>
  /** Another command followed our answer: the client has read it. */
  followed(): void
  /** The connection ended behind our answer: nobody knows whether it arrived. */
  ended(): void
}

export interface MailHandler {
  /** A refusal of the whole transaction by its sender; undefined lets it go on. */
  sender(reversePath: Address | undefined, peer: Peer, announcedSize: number): Reply | undefined
  recipient(path: Path, transaction: Transaction, peer: Peer): Promise<RecipientAnswer>
  message(transaction: Transaction, peer: Peer): MessageSink
  /** `slow-down` where this address has failed too often in the last hour. */
  authenticate(username: string, password: string, peer: Peer): Promise<Account | 'slow-down' | undefined>
  /** A refusal that the door itself made: it leaves a log entry too. */
  refused(reply: Reply, about: { readonly sender: string; readonly recipient: string }, peer: Peer): void
}
