// What a forwarded message becomes: behaviour.md 3, for the header block. The original's fields keep their order and their
// bytes; those that name correspondents get reply addresses in their place, and our own trace goes on top.
import type { Address } from '../terms/address.ts'
import { addressKey, domainOf, localPartOf, splitTag } from '../terms/address.ts'
import type { AddressEntry, Mailbox } from './address-list.ts'
import { isUnreadable, mailboxesOf } from './address-list.ts'
import { asciiFields } from './ascii-fields.ts'
import { asTextField } from './calendar-as-text.ts'
import { readAlike } from './clean-fields.ts'
import { listWords, mailboxWords } from './compose-addresses.ts'
import { composeField, unfoldedBody } from './compose-field.ts'
import {
  ANSWER_FIELDS,
  LIST_FIELDS,
  MAX_CORRESPONDENTS,
  addressesIn,
  authorsOf,
  envelopeStandsIn,
  everybodyIn,
  unreadableAnswer,
} from './correspondents.ts'
import { contactName, safeName } from './display-name.ts'
import type { ForwardFacts, Rewritten } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { closeHeaderBlock, firstField, parseHeaderBlock } from './header-block.ts'
import { mappedUri, uriWords, urisOf } from './list-uris.ts'
import { withBoundedLines } from './long-lines.ts'
import { withMessageIds } from './message-ids.ts'
import { partInfo } from './mime-part.ts'
import { Notes } from './notes.ts'
import { withIdAndDate, withoutRepeatedFields } from './single-fields.ts'
import { withSubjectTemplate } from './subject.ts'
import { claimsOurResults, isOurNamespace, traceFields } from './trace.ts'
import { unsubscribeFields } from './unsubscribe.ts'

interface Context {
  readonly header: HeaderBlock
  readonly facts: ForwardFacts
  readonly notes: Notes
  /** More people than reply addresses were made for. */
  readonly crowded: boolean
}

/** The alias in any case, with or without a `+tag`. RFC 5321 §2.4, behaviour.md 2.1 */
function isAlias(address: Address, alias: Address): boolean {
  if (addressKey(address) === addressKey(alias)) return true
  const { base } = splitTag(localPartOf(address))
  return addressKey(`${base}@${domainOf(address)}` as Address) === addressKey(alias)
}

function namesAlias(header: HeaderBlock, alias: Address): boolean {
  return header.fields
    .filter((field) => field.key === 'to' || field.key === 'cc')
    .some((field) =>
      mailboxesOf(addressesIn(field)).some(({ address }) => address !== undefined && isAlias(address, alias)),
    )
}

/** The mailbox as the user may see it; the same object where it stays as it is. */
function mapped(mailbox: Mailbox, facts: ForwardFacts): Mailbox {
  if (mailbox.address === undefined) return mailbox
  const replyAddress = facts.replyAddresses.get(addressKey(mailbox.address))
  if (replyAddress === undefined) return mailbox
  const displayName = contactName(facts.fromTemplate, mailbox.displayName, mailbox.address)
  return { kind: 'mailbox', address: replyAddress, displayName, isShown: true }
}

function mappedEntry(entry: AddressEntry, facts: ForwardFacts): AddressEntry {
  if (entry.kind === 'mailbox') return mapped(entry, facts)
  const members = entry.members.map((member) => mapped(member, facts))
  return members.every((member, index) => member === entry.members[index]) ? entry : { ...entry, members }
}

/** To, Cc: the reply address of everyone who has one; a field in which nothing changes keeps its bytes. */
function recipients(field: HeaderField, { facts }: Context): HeaderField[] {
  const before = addressesIn(field)
  const after = before.map((entry) => mappedEntry(entry, facts))
  if (after.every((entry, index) => entry === before[index])) return [field]
  return [composeField(field.name, listWords(after))]
}

/** Fields that a mail program answers to: who is beyond the limit is left out, for an answer would show the real address. */
function answerable(field: HeaderField, { header, facts, notes, crowded }: Context): HeaderField[] {
  // "never", "nobody": no address at all.
  if (field.key === 'mail-copies-to' && !unfoldedBody(field).includes('@')) return [field]
  const before = mailboxesOf(addressesIn(field))
  const known = before.map((mailbox) => mapped(mailbox, facts))
  const after = known.filter(
    (mailbox, index) => mailbox.address !== undefined && (!crowded || mailbox !== before[index]),
  )
  const unreadable = unreadableAnswer(header, field.key)
  if (unreadable !== undefined) {
    // Without the field, a mail program would answer whoever From names: the alias is nobody else.
    notes.add(
      'answer-field-unreadable',
      `the address in ${field.name} cannot be read; an answer comes back to the alias`,
    )
    return [composeField(field.name, mailboxWords(safeName(unreadable.displayName), facts.alias))]
  }
  if (after.length === 0) {
    notes.add('answer-field-removed', `${field.name} named nobody who could be answered`)
    return []
  }
  if (before.some(isUnreadable))
    notes.add('answer-field-narrowed', `an address in ${field.name} cannot be read and was left out`)
  // RFC 5322 §3.6.2: whoever sent it is one.
  if (field.key === 'sender' && after.length > 1) return [composeField(field.name, listWords(after.slice(0, 1)))]
  if (after.length === before.length && after.every((mailbox, index) => mailbox === before[index])) return [field]
  return [composeField(field.name, listWords(after))]
}

/** The mailboxes that From shows, reply addresses already; empty where nobody is known. */
function senders({ header, facts, notes, crowded }: Context): Mailbox[] {
  const authors = authorsOf(header)
  const readable = authors.filter((mailbox) => mailbox.address !== undefined)
  if (readable.length > 0) {
    const known = readable.map((mailbox) => mapped(mailbox, facts))
    return crowded ? known.filter((mailbox, index) => mailbox !== readable[index]) : known
  }
  if (!envelopeStandsIn(authors)) {
    notes.add('from-unreadable', 'the address in From cannot be read; the alias stands for it')
    return []
  }
  const name = authors.find((mailbox) => mailbox.displayName !== '')?.displayName ?? ''
  const missing = firstField(header, 'from') === undefined
  notes.add(
    missing ? 'from-missing' : 'from-malformed',
    `the message has no ${missing ? '' : 'readable '}From; the envelope sender stands for it`,
  )
  return facts.reversePath === undefined
    ? []
    : [mapped({ kind: 'mailbox', address: facts.reversePath, displayName: name }, facts)]
}

/**
 * From, with exactly one mailbox: large providers refuse more of them. Further authors stand in Reply-To, beside the first, as an answer would
 * have gone to all of them (RFC 5322 §3.6.3); where the message says itself whom to answer, that stays. In `alias` mode Reply-To has them all.
 */
function fromFields(name: string, context: Context): HeaderField[] {
  const { header, facts, notes } = context
  const shown = senders(context)
  if (shown.length === 0) {
    const author = authorsOf(header).find((mailbox) => mailbox.displayName !== '')?.displayName
    return [composeField(name, mailboxWords(safeName(author ?? 'Unknown sender'), facts.alias))]
  }
  const isAlias = facts.fromMode === 'alias'
  const from = isAlias
    ? composeField(name, mailboxWords(shown[0]?.displayName ?? '', facts.alias))
    : composeField(name, listWords(shown.slice(0, 1)))
  const answered = firstField(header, 'reply-to') !== undefined
  if (shown.length > 1) {
    const who = answered ? 'whom to answer, Reply-To says' : 'an answer goes to all'
    notes.add('several-authors', `From names several authors; the first stands there, ${who}`)
  }
  if (answered || (!isAlias && shown.length === 1)) return [from]
  return [from, composeField('Reply-To', listWords(shown))]
}

/** `mailto:` by way of us; a field with none stays as it is, and so does "NO" (RFC 2369 §3.4). */
function listField(field: HeaderField, { facts, notes }: Context): HeaderField[] {
  const before = urisOf(field)
  const after = before.map((uri) => mappedUri(uri, (key) => facts.replyAddresses.get(key)))
  if (after.every((uri, index) => uri === before[index])) return [field]
  const uris = after.filter((uri) => uri !== undefined)
  if (uris.length > 0) return [composeField(field.name, uriWords(uris))]
  notes.add('answer-field-removed', `${field.name} named nobody who could be answered`)
  return []
}

/** Fields by which some programs find out where a list is; of no form that could be read for certain. */
const TOLD_LISTS: ReadonlySet<string> = new Set(['x-mailing-list', 'mailing-list', 'x-ml-address', 'x-list-post'])

function withoutForeigners(field: HeaderField, { notes }: Context): HeaderField[] {
  if (!unfoldedBody(field).includes('@')) return [field]
  notes.add('answer-field-removed', `${field.name} named nobody who could be answered`)
  return []
}

function isFolded(line: Buffer): boolean {
  return line[0] === 0x20 || line[0] === 0x09
}

/** Ours alone has no one-click: that needs HTTPS (RFC 8058 §3.1), so its Post field goes with theirs. */
function listUnsubscribe(field: HeaderField, { facts, header }: Context): HeaderField[] {
  const fields = unsubscribeFields(header, facts)
  if (fields === undefined) return [field]
  if (field.key === 'list-unsubscribe') return field === firstField(header, field.key) ? [...fields] : []
  return facts.unsubscribe?.mode === 'ours' ? [] : [field]
}

/** Fields that the original has not, and the user wants. */
function missingFields({ facts, header }: Context): HeaderField[] {
  const subject = firstField(header, 'subject') === undefined ? withSubjectTemplate(undefined, facts) : undefined
  const unsubscribe =
    firstField(header, 'list-unsubscribe') === undefined ? (unsubscribeFields(header, facts) ?? []) : []
  return [...(subject === undefined ? [] : [subject]), ...unsubscribe]
}

/** What becomes of one field of the original. behaviour.md 3.2-3.6 */
function rewritten(field: HeaderField, context: Context): HeaderField[] {
  const { facts, notes, header } = context
  const { key } = field
  if (key === 'from') {
    if (field === firstField(header, 'from')) return fromFields(field.name, context)
    notes.add('from-repeated', 'the message has more than one From field; they were made one')
    return []
  }
  if (key === 'sender' || ANSWER_FIELDS.has(key)) return answerable(field, context)
  if (LIST_FIELDS.has(key)) return listField(field, context)
  if (TOLD_LISTS.has(key)) return withoutForeigners(field, context)
  if (key === 'to' || key === 'cc') return recipients(field, context)
  if (facts.calendarAsText === true && key.startsWith('content-'))
    return [asTextField(field, partInfo(header))].filter((one) => one !== undefined)
  if (key === 'in-reply-to' || key === 'references') {
    return [withMessageIds(field, (id) => facts.messageIds.get(id) ?? id, 'kept') ?? field]
  }
  if (key === 'return-path' || key === 'bcc') return []
  if (key === 'subject') return [withSubjectTemplate(field, facts) ?? field]
  if (key === 'list-unsubscribe' || key === 'list-unsubscribe-post') return listUnsubscribe(field, context)
  if (isOurNamespace(key) || claimsOurResults(field, facts.trace.hostname)) {
    notes.add('foreign-trace-removed', `${field.name} from outside was removed: only we may write it`)
    return []
  }
  return [field]
}

/**
 * Rewrites the header block of a message for the user.
 *
 * `header` is the block with its closing empty line, as `headerLength` measures it; the body follows the result
 * unchanged. Never throws; the same bytes and facts always give the same bytes.
 */
export function rewriteForward(header: Buffer, facts: ForwardFacts): Rewritten {
  const block = parseHeaderBlock(header)
  const notes = new Notes()
  const crowded = everybodyIn(block, facts.reversePath).length > MAX_CORRESPONDENTS
  if (crowded) {
    notes.add(
      'too-many-addresses',
      `more than ${MAX_CORRESPONDENTS} addresses: those beyond stay as they are in To and Cc`,
    )
  }
  const trace = traceFields(block, facts, namesAlias(block, facts.alias))
  if (facts.mode === 'preserve') {
    // What the message begins with must not be read as the end of a field that means something.
    const guard = isFolded(header) ? [composeField('X-Postern-Note', ['the message began with a folded line'])] : []
    const prefix = Buffer.concat([...trace, ...guard].map((field) => field.raw))
    return { header: Buffer.concat([prefix, header]), notes: notes.list() }
  }
  const single = withIdAndDate(withoutRepeatedFields(readAlike(block, notes), notes), facts, notes)
  const context: Context = { header: single, facts, notes, crowded }
  const fields = single.fields.flatMap((field) => rewritten(field, context))
  const from = firstField(single, 'from') === undefined ? fromFields('From', context) : []
  return {
    header: closeHeaderBlock(
      asciiFields([...trace, ...from, ...missingFields(context), ...fields]).map(withBoundedLines),
      block.closing,
    ),
    notes: notes.list(),
  }
}
