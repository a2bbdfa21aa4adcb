// Whom a message names: each one needs a reply address before the message can be forwarded.
//
// The list is bounded, so that one message with ten thousand addresses cannot make ten thousand contacts; what lies beyond
// is left as it is in To and Cc, and the forward says so in a note.
import type { Address, AddressKey } from '../terms/address.ts'
import { addressKey } from '../terms/address.ts'
import type { AddressEntry, Mailbox } from './address-list.ts'
import { isUnreadable, mailboxesOf, parseAddressList } from './address-list.ts'
import { unfoldedBody } from './compose-field.ts'
import type { Correspondent } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { fieldsNamed } from './header-block.ts'
import { mailTo, urisOf } from './list-uris.ts'

export const MAX_CORRESPONDENTS = 200

/**
 * Fields besides Reply-To to which a mail program sends answers or receipts by itself: what they name must be a reply
 * address too, or the answer would show the user's real address.
 */
export const ANSWER_FIELDS: ReadonlySet<string> = new Set([
  'reply-to',
  'mail-reply-to',
  'mail-followup-to',
  'disposition-notification-to',
  'return-receipt-to',
  'x-confirm-reading-to',
  'mail-copies-to',
  // Bounces and complaints by hand.
  'errors-to',
  // "Reply to list" of some programs.
  'x-beenthere',
  // RFC 5322 §3.6.6: "reply to the one who resent it".
  'resent-from',
  'resent-sender',
  'resent-reply-to',
  'resent-to',
  'resent-cc',
])

/** Fields of a mailing list with `mailto:` links that a program shows as buttons: List-Post is "reply to list". RFC 2369 §3 */
export const LIST_FIELDS: ReadonlySet<string> = new Set([
  'list-post',
  'list-owner',
  'list-help',
  'list-subscribe',
  'list-archive',
])

type Role = Correspondent['role']

/** The address list of a field, read from its bytes. */
export function addressesIn(field: HeaderField): readonly AddressEntry[] {
  return parseAddressList(unfoldedBody(field))
}

/** Who wrote the message: every mailbox of every From field that has an address. RFC 5322 §3.6.2 */
export function authorsOf(header: HeaderBlock): readonly Mailbox[] {
  return fieldsNamed(header, 'from').flatMap((field) => mailboxesOf(addressesIn(field)))
}

interface Named {
  readonly mailbox: Mailbox
  readonly role: Role
}

function named(header: HeaderBlock, role: Role, isRole: (key: string) => boolean): Named[] {
  return header.fields
    .filter((field) => isRole(field.key))
    .flatMap((field) => mailboxesOf(addressesIn(field)).map((mailbox) => ({ mailbox, role })))
}

function inListFields(header: HeaderBlock): Named[] {
  const uris = header.fields.filter((field) => LIST_FIELDS.has(field.key)).flatMap(urisOf)
  return uris.flatMap((uri): Named[] => {
    const to = mailTo(uri)
    if (to === undefined) return []
    return [{ mailbox: { kind: 'mailbox', address: to.address, displayName: '' }, role: 'reply-to' }]
  })
}

/**
 * Whether the envelope's sender may be taken for the author: where From names nobody. Not where it names somebody whose address cannot be read,
 * for those are two people.
 */
export function envelopeStandsIn(authors: readonly Mailbox[]): boolean {
  return !authors.some((mailbox) => mailbox.address !== undefined || isUnreadable(mailbox))
}

/** Fields that say whom to answer instead of From. RFC 5322 §3.6.2 */
const INSTEAD_OF_FROM: ReadonlySet<string> = new Set(['reply-to', 'mail-reply-to', 'mail-followup-to'])

/** What a field that says whom to answer holds where nothing of it can be read; undefined where there is somebody to answer. */
export function unreadableAnswer(header: HeaderBlock, key: string): Mailbox | undefined {
  if (!INSTEAD_OF_FROM.has(key)) return undefined
  const named = fieldsNamed(header, key).flatMap((field) => mailboxesOf(addressesIn(field)))
  return named.some(({ address }) => address !== undefined) ? undefined : named.find(isUnreadable)
}

/** Whether a field says whom to answer and cannot be read: without it, the answer would go to somebody else. */
export function hidesWhomToAnswer(header: HeaderBlock): boolean {
  return [...INSTEAD_OF_FROM].some((key) => unreadableAnswer(header, key) !== undefined)
}

/** From where it has an address, else the reverse-path under the name that From has. */
function authors(header: HeaderBlock, reversePath: Address | undefined): Named[] {
  const all = authorsOf(header)
  if (reversePath === undefined || !envelopeStandsIn(all)) return all.map((mailbox) => ({ mailbox, role: 'from' }))
  const displayName = all.find((mailbox) => mailbox.displayName !== '')?.displayName ?? ''
  return [{ mailbox: { kind: 'mailbox', address: reversePath, displayName }, role: 'from' }]
}

/** Everybody whom the header names, once each, by the order From, Sender, Reply-To, To, Cc, lists; without a limit. */
export function everybodyIn(header: HeaderBlock, reversePath: Address | undefined): readonly Correspondent[] {
  const all = [
    ...authors(header, reversePath),
    ...named(header, 'sender', (key) => key === 'sender'),
    ...named(header, 'reply-to', (key) => ANSWER_FIELDS.has(key)),
    ...named(header, 'to', (key) => key === 'to'),
    ...named(header, 'cc', (key) => key === 'cc'),
    ...inListFields(header),
  ]
  const known = new Map<AddressKey, Correspondent>()
  for (const { mailbox, role } of all) {
    if (mailbox.address === undefined) continue
    const key = addressKey(mailbox.address)
    const before = known.get(key)
    if (before === undefined) known.set(key, { address: mailbox.address, displayName: mailbox.displayName, role })
    else if (before.displayName === '') known.set(key, { ...before, displayName: mailbox.displayName })
  }
  return [...known.values()]
}

/**
 * Everybody who must have a reply address before the message is forwarded: the first 200 of them.
 *
 * Nobody is left out: the caller drops the alias itself and other addresses of ours. Where From is missing or names no
 * address, the reverse-path stands for it.
 */
export function correspondentsOf(header: HeaderBlock, reversePath: Address | undefined): readonly Correspondent[] {
  return everybodyIn(header, reversePath).slice(0, MAX_CORRESPONDENTS)
}
