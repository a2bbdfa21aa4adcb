// What the rewriting functions need to know about a message, handed in as plain values. No clock, no database, no socket:
// the same facts and the same bytes give the same bytes, today and on a retry in four days.
import type { Address, AddressKey, Domain } from '../terms/address.ts'
import type { Instant } from '../terms/brand.ts'

/** How the message reached us: what our own Received field says (RFC 5321 §4.4). */
export interface TraceFacts {
  /** The client's EHLO argument as it was given; hostile text. */
  readonly helo: string
  /** The client's IP address, textual, no brackets. */
  readonly peer: string
  /** Our own name. */
  readonly hostname: Domain
  /** RFC 3848 and RFC 6531 §4.3 `with` protocol: ESMTP, ESMTPS, UTF8SMTPS, … */
  readonly protocol: string
  /** Our id of the message: the `id` clause. */
  readonly id: string
  readonly at: Instant
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`, undefined in clear. */
  readonly tls: string | undefined
}

/** How a contact's name and address show in From. behaviour.md 3.2; `quoted` is `Name 'user at example.com'`. */
export type FromTemplate = 'quoted' | 'dash' | 'name' | 'address' | 'none'

export interface ForwardFacts {
  readonly alias: Address
  /** The `+tag` of the recipient, empty where there was none. */
  readonly tag: string
  /** The envelope's reverse-path; undefined for the null sender `<>`. */
  readonly reversePath: Address | undefined
  /** `preserve`: byte for byte, only trace fields are prepended. behaviour.md 3.11 */
  readonly mode: 'rewrite' | 'preserve'
  /** `reply-address`: From is the contact's reply address. `alias`: From is the alias, Reply-To the reply address. */
  readonly fromMode: 'reply-address' | 'alias'
  readonly fromTemplate: FromTemplate
  /** The reply address of each correspondent of this alias, by the correspondent's address. */
  readonly replyAddresses: ReadonlyMap<AddressKey, Address>
  /** Message-IDs that we gave to the user's replies, to the ones the user's client knows: threads hold. */
  readonly messageIds: ReadonlyMap<string, string>
  readonly trace: TraceFacts
  /** The message is a calendar that cannot be read: it goes as a text. */
  readonly calendarAsText?: boolean | undefined
  /** The value of our Authentication-Results field, without the name; undefined where nothing was checked. */
  readonly authenticationResults: string | undefined
  /** An opaque word of this relay: seen again, the message went round (`carriesLoopMark`). Undefined: no mark is set. */
  readonly loopMark?: string | undefined
  /** `{subject}`, `{alias}`, `{tag}` are filled in. Undefined or empty: the subject stays as it is. */
  readonly subjectTemplate?: string | undefined
  /** Undefined: List-Unsubscribe stays as it is. */
  readonly unsubscribe?: UnsubscribeFacts | undefined
}

/** What the unsubscribe button of a forward does. behaviour.md 3.8 */
export interface UnsubscribeFacts {
  /** `keep`: theirs, `mailto:` by way of us. `ours`: only ours (disable the alias, block the sender). `both`: one after the other. */
  readonly mode: 'keep' | 'ours' | 'both'
  /** Our signed, expiring address; the caller decides what mail to it does. */
  readonly ours: Address | undefined
  /**
   * An address of ours for each of `unsubscribeAddressesOf(header)`; where there is none, the reply address serves, and
   * without that the `mailto:` is left out, since an answer would show the real address.
   */
  readonly relay: ReadonlyMap<AddressKey, Address>
}

/** A text of ours in the body of a forward. Line ends part lines; everything else is plain text. */
export interface Banner {
  readonly position: 'top' | 'bottom'
  readonly style: 'plain' | 'warning'
  readonly text: string
}

/** What an address in a reply's To or Cc stands for. */
export type ReplyTarget =
  /** `displayName`: what the user's program was shown, which anybody may have written. It is known by that, and never goes out. */
  | { readonly kind: 'contact'; readonly address: Address; readonly displayName: string }
  | { readonly kind: 'alias'; readonly address: Address }

export interface ReplyFacts {
  readonly alias: Address
  /** The alias's from-name; empty for none. */
  readonly fromName: string
  /** Every real address of the user: none of them may be left in what goes out. */
  readonly userAddresses: ReadonlySet<AddressKey>
  /** Reply addresses (and aliases of the user) that header and text name, resolved. */
  readonly targets: ReadonlyMap<AddressKey, ReplyTarget>
  /** Further contacts whose names the relay wrote into mail that the text may quote. */
  readonly contactNames?: ReadonlySet<AddressKey> | undefined
  /** Where to write, so that the user's own address stays in the message; undefined where the relay has no such way. */
  readonly withRealAddress?: Address | undefined
  /** The new Message-ID, without angle brackets, on the alias's domain. */
  readonly messageId: string
  /** Message-IDs of the user's own earlier replies to the ones that the world knows. */
  readonly messageIds: ReadonlyMap<string, string>
  /** Used where the message has no Date of its own. */
  readonly at: Instant
  /**
   * Host names of the user's own that must not show, in lower case: private mail domains, the names of their machines.
   * Message-IDs on them that no map knows are dropped. Leave the domains of large providers out: a contact may have one too.
   */
  readonly userHosts?: ReadonlySet<string> | undefined
  /** 32 octets of the relay's: UIDs of the user's own events that tell who the user is are sealed under it. Undefined: they are not. */
  readonly calendarKey?: Uint8Array | undefined
  /** A mailbox of the user's shows contacts by their names alone: then no name beside a reply address is known to be the user's. */
  readonly bareNames?: boolean | undefined
  /** The user posts to a mailing list: List-* fields of theirs are kept. */
  readonly keepListFields?: boolean | undefined
}

/** Something worth telling in the log: what was mended, dropped or found. */
export interface Note {
  /** Stable, kebab-case: `from-missing`, `from-repeated`, `foreign-trace-removed`, … */
  readonly id: string
  readonly text: string
}

export interface Rewritten {
  /** The new header block: every field with its line ends, and the empty line that closes it. */
  readonly header: Buffer
  readonly notes: readonly Note[]
}

export interface RewrittenReply extends Rewritten {
  /** To and Cc addresses that are neither contact nor alias: behaviour.md 4.6 holds such a reply. */
  readonly strangers: readonly Address[]
}

/** Somebody whom a message names; each one becomes a contact of the alias. */
export interface Correspondent {
  readonly address: Address
  /** Decoded (RFC 2047), control characters removed; empty where there is none. */
  readonly displayName: string
  readonly role: 'from' | 'sender' | 'reply-to' | 'to' | 'cc'
}
