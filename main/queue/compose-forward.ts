// A forward as its recipient gets it: names and addresses by the recipient's settings, threads mapped back, an unsubscribe button
// that shows nobody the real address, and a banner where one is wanted or the sender could not be proven. behaviour.md 3
import {
  correspondentsOf,
  rewriteForward,
  threadIdsOf,
  unsubscribeAddressesOf,
  type CalendarsFound,
} from '../mail/index.ts'
import type { Banner, ForwardFacts, Note, UnsubscribeFacts } from '../mail/facts.ts'
import type { RecipientRow, Verdicts } from '../store/rows.ts'
import { addressKey, parseAddress, type Address, type AddressKey } from '../terms/address.ts'
import { instant } from '../terms/brand.ts'
import { editForward } from './body-source.ts'
import type { Caution } from '../terms/verdicts.ts'
import { calendarsOf, foreignersIn } from './calendars.ts'
import { asItCame, type Draft, type Drafted } from './draft.ts'
import { makeReturnPath, UNSUBSCRIBE_DAYS } from './return-path.ts'

const WARNING =
  'The sender of this message could not be verified (DMARC failed): it may be forged. Think twice before you answer, open or pay.'

const CAUTION: Readonly<Record<Caution, string>> = {
  unchecked:
    'The sender of this message could not be checked (the DNS did not answer): it may be forged. Think twice before you answer, open or pay.',
  'own-mailbox':
    'This message claims to be from your own mailbox and does not prove it: it may be forged. Think twice before you answer, open or pay.',
}

/** What the log says of a sender of whom the user is warned, once the message is delivered. */
export const CAUTION_IN_WORDS: Readonly<Record<Caution, string>> = {
  unchecked: ' The sender could not be checked: the DNS did not answer.',
  'own-mailbox': ' It claims to be from your own mailbox and does not prove it.',
}

function warningOf(verdicts: Verdicts | null): string | undefined {
  if (verdicts?.dmarc === 'fail') return WARNING
  return verdicts?.caution === undefined ? undefined : CAUTION[verdicts.caution]
}

function banners(draft: Draft, recipient: RecipientRow | undefined, verdicts: Verdicts | null): readonly Banner[] {
  const { alias } = draft
  if (alias === undefined || recipient === undefined || recipient.mode === 'preserve') return []
  const all: Banner[] = []
  const warning = recipient.warn ? warningOf(verdicts) : undefined
  if (warning !== undefined) all.push({ position: 'top', style: 'warning', text: warning })
  if (recipient.banner !== 'off') {
    const text = `This message came to ${alias.address}.`
    all.push({ position: recipient.banner, style: 'plain', text })
  }
  return all
}

/** The reply address of each address that this header and these calendars name. */
function replyAddressesOf(
  { parts, alias, block, message }: Draft,
  calendars: CalendarsFound,
): Map<AddressKey, Address> {
  const found = new Map<AddressKey, Address>()
  if (alias === undefined) return found
  const reversePath = message.reversePath === '' ? undefined : parseAddress(message.reversePath)
  const named = [...correspondentsOf(block, reversePath).map((one) => one.address), ...unsubscribeAddressesOf(block)]
  for (const address of [...named, ...foreignersIn(parts.store, calendars)]) {
    const contact = parts.store.directory.contactByAddress(alias.id, addressKey(address))
    if (contact !== undefined) found.set(contact.addressKey, contact.replyAddress)
  }
  return found
}

function unsubscribe({ parts, deliveryId, alias, domain }: Draft): UnsubscribeFacts | undefined {
  if (alias === undefined) return undefined
  const ours = makeReturnPath(deliveryId, domain, parts.clock.now(), parts.unsubscribeKey, UNSUBSCRIBE_DAYS)
  const mode = alias.unsubscribe === 'keep' || alias.unsubscribe === 'both' ? alias.unsubscribe : 'ours'
  return { mode, ours: mode === 'keep' ? undefined : ours, relay: new Map() }
}

/** Mail to postmaster has no alias to answer from: it passes as it came. */
function presentation({ alias }: Draft, recipient: RecipientRow | undefined) {
  return {
    mode: alias === undefined ? ('preserve' as const) : (recipient?.mode ?? 'rewrite'),
    fromMode: recipient?.fromMode ?? ('reply-address' as const),
    fromTemplate: recipient?.fromTemplate ?? ('quoted' as const),
    subjectTemplate: recipient?.subjectTemplate ?? undefined,
  }
}

function factsOf(
  draft: Draft,
  recipient: RecipientRow | undefined,
  replyAddresses: ReadonlyMap<AddressKey, Address>,
): ForwardFacts {
  const { parts, tag, message, alias, block, domain } = draft
  const { helo, peer, protocol, tls } = message.session
  return {
    alias: alias?.address ?? (`postmaster@${domain}` as Address),
    tag,
    reversePath: message.reversePath === '' ? undefined : parseAddress(message.reversePath),
    ...presentation(draft, recipient),
    unsubscribe: unsubscribe(draft),
    replyAddresses,
    messageIds: alias === undefined ? new Map() : parts.store.mail.innerMessageIds(alias.id, threadIdsOf(block)),
    trace: {
      ...{ helo, peer, protocol, hostname: parts.hostname(), id: message.publicId, at: instant(message.receivedAt) },
      tls: tls === '' ? undefined : tls,
    },
    authenticationResults: message.authenticationResults ?? undefined,
    loopMark: parts.loopMark,
  }
}

const NO_CALENDARS: CalendarsFound = { parts: 0, calendars: [], readings: [], people: [] }

/** The calendars in which a forward gets reply addresses; in preserve mode it gets them nowhere. */
export async function calendarsToEdit(draft: Draft, recipient: RecipientRow | undefined): Promise<CalendarsFound> {
  const { parts, message, source } = draft
  const untouched = presentation(draft, recipient).mode === 'preserve'
  return untouched ? NO_CALENDARS : calendarsOf(parts.store.spoolFolder, message.header, source)
}

/** Addresses beyond the limit stay: without them the calendar would be another one. */
function crowdedNote({ parts }: Draft, calendars: CalendarsFound, known: ReadonlyMap<AddressKey, Address>): Note[] {
  const unknown = foreignersIn(parts.store, calendars).some((address) => !known.has(addressKey(address)))
  const text = 'a calendar has more addresses than can get a reply address; the others were not changed'
  return unknown ? [{ id: 'calendar-crowded', text }] : []
}

/** The forward with the given reply addresses: from the store, or for a preview made up. */
export async function draftForward(
  draft: Draft,
  recipient: RecipientRow | undefined,
  replyAddresses: ReadonlyMap<AddressKey, Address>,
  found: CalendarsFound,
): Promise<Drafted> {
  const { parts, message, source, alias } = draft
  const facts = factsOf(draft, recipient, replyAddresses)
  const { header, notes } = rewriteForward(message.header, facts)
  const wanted = banners(draft, recipient, message.verdicts)
  const uids = alias === undefined ? undefined : { alias: alias.address, key: parts.calendarKey }
  const calendars = found.parts === 0 ? undefined : { replyAddresses, uids, readings: found.readings }
  const fixed = presentation(draft, recipient).mode === 'preserve'
  if (wanted.length === 0 && calendars === undefined) return { header, notes, fixed, ...asItCame(draft) }
  const edits = { kind: 'forward', banners: wanted, calendars } as const
  const edited = await editForward(parts.store.spoolFolder, source, message.header, edits)
  const isText = edited.report.unreadCalendars.has('')
  const asText = isText ? rewriteForward(message.header, { ...facts, calendarAsText: true }).header : header
  const all = [...notes, ...edited.report.notes, ...crowdedNote(draft, found, replyAddresses)]
  return { header: asText, notes: all, bodyHash: edited.bodyHash, bodySize: edited.size, body: edited.read }
}

export async function composeForward(draft: Draft, recipientId: string | null): Promise<Drafted> {
  const recipient = recipientId === null ? undefined : draft.parts.store.directory.recipient(recipientId)
  const calendars = await calendarsToEdit(draft, recipient)
  return draftForward(draft, recipient, replyAddressesOf(draft, calendars), calendars)
}
