// What a reply becomes on its way to the world: behaviour.md 4. The header is an allow-list; whatever else the user's
// program wrote says something about the user, and stays here.
import type { Address } from '../terms/address.ts'
import { addressKey, domainOf } from '../terms/address.ts'
import type { AddressTable, KnownAddress } from './address-finder.ts'
import { addressTable, replaceAddresses } from './address-finder.ts'
import type { AddressEntry, Mailbox } from './address-list.ts'
import { mailboxesOf } from './address-list.ts'
import { asciiFields } from './ascii-fields.ts'
import { oneLine } from './charset.ts'
import { readAlike } from './clean-fields.ts'
import { listWords, mailboxWords } from './compose-addresses.ts'
import { composeField, unfoldedBody } from './compose-field.ts'
import { decodeWords } from './encoded-word.ts'
import { addressesIn } from './correspondents.ts'
import { safeName } from './display-name.ts'
import type { ReplyFacts, RewrittenReply } from './facts.ts'
import type { HeaderBlock, HeaderField } from './header-block.ts'
import { closeHeaderBlock, firstField, parseHeaderBlock } from './header-block.ts'
import { fieldNames, withParametersReplaced, withTextReplaced } from './header-text.ts'
import { withBoundedLines } from './long-lines.ts'
import { formatMailDate, parseMailDate } from './mail-date.ts'
import { isOwnId, tellingLocals } from './machine-names.ts'
import { threadIdsOf, withMessageIds } from './message-ids.ts'
import { partInfo } from './mime-part.ts'
import { Notes } from './notes.ts'
import { plainField } from './plain-fields.ts'
import { withoutRepeatedFields } from './single-fields.ts'
import type { Telling } from './telling.ts'
import { tellingOf, withContentIdRenamed, withNamesRenamed } from './telling.ts'
import { typedName } from './typed-name.ts'

/** Fields that may be in a message once. RFC 5322 §3.6 */
const ONCE: ReadonlySet<string> = new Set([
  'from',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'reply-to',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
])

interface Context {
  readonly header: HeaderBlock
  readonly facts: ReplyFacts
  readonly notes: Notes
  /** The user's addresses, to the alias; reply addresses, to the contacts they stand for. */
  readonly table: AddressTable
  readonly strangers: Map<string, Address>
  readonly telling: Telling
}

/** The addresses that a reply must not show, with what stands in their place. */
export function replyTable(facts: ReplyFacts): AddressTable {
  const known: KnownAddress[] = []
  for (const [key, target] of facts.targets) {
    // A contact of a new message stands for itself: nothing to replace.
    const same = addressKey(target.address) === key
    if (target.kind === 'contact' && !same) known.push({ key, replacement: target.address, withTags: false })
  }
  // The user's own come last: where a fact says both, hiding wins.
  for (const key of facts.userAddresses) known.push({ key, replacement: facts.alias, withTags: true })
  return addressTable(known)
}

/** One recipient as the world may see it. */
function recipient(mailbox: Mailbox, context: Context): Mailbox | undefined {
  const { facts, notes, strangers, table } = context
  if (mailbox.address === undefined) {
    notes.add('recipient-unreadable', 'a recipient in To or Cc is no address; it was left out')
    return undefined
  }
  const key = addressKey(mailbox.address)
  const target = facts.userAddresses.has(key) ? undefined : facts.targets.get(key)
  const own: Mailbox = { kind: 'mailbox', address: facts.alias, displayName: facts.fromName }
  if (key === addressKey(facts.alias)) return own
  // The user's address in any spelling, with a tag or a stray character before it.
  const spellings: readonly string[] = [mailbox.address, decodeWords(mailbox.address)]
  if (target === undefined && spellings.some((text) => replaceAddresses(text, table) !== text)) {
    notes.add('own-address-replaced', 'the alias stands for your own address in To or Cc')
    return own
  }
  if (target?.kind === 'contact') {
    const { address } = target
    // Whoever writes to the address itself has the name from elsewhere than from us.
    const isDirect = key === addressKey(address)
    const name = isDirect ? mailbox.displayName : typedName(mailbox.displayName, target, facts.bareNames === true)
    return { kind: 'mailbox', address, displayName: replaceAddresses(name, table) }
  }
  // Another alias of the user's: the name in the user's address book is not for the world.
  if (target?.kind === 'alias') return { kind: 'mailbox', address: target.address, displayName: '' }
  strangers.set(key, mailbox.address)
  return { ...mailbox, displayName: replaceAddresses(mailbox.displayName, table) }
}

/**
 * The list without the alias, which is From already and gets no copy; once where the message goes to nobody else by name, however often the
 * user's own addresses were in it.
 */
function withoutAlias(entries: readonly AddressEntry[], { facts, notes, header }: Context): AddressEntry[] {
  const others = header.fields
    .filter(({ key }) => key === 'to' || key === 'cc')
    .some((field) => mailboxesOf(addressesIn(field)).some((one) => !isOwn(one, facts)))
  let seen = others
  const left = entries.filter((entry) => {
    if (entry.kind === 'group' || entry.address !== facts.alias) return true
    const repeated = seen
    seen = true
    return !repeated
  })
  if (others && left.length < entries.length) notes.add('alias-left-out', 'the alias itself was left out of To or Cc')
  return left
}

function isOwn({ address }: Mailbox, { alias, userAddresses }: ReplyFacts): boolean {
  if (address === undefined) return true
  const key = addressKey(address)
  return key === addressKey(alias) || userAddresses.has(key)
}

function recipients(field: HeaderField, context: Context): HeaderField[] {
  const after = addressesIn(field).flatMap((entry): AddressEntry[] => {
    if (entry.kind === 'mailbox') return [recipient(entry, context)].filter((mailbox) => mailbox !== undefined)
    const members = entry.members.map((member) => recipient(member, context)).filter((mailbox) => mailbox !== undefined)
    return [{ kind: 'group', displayName: replaceAddresses(entry.displayName, context.table), members }]
  })
  const words = listWords(withoutAlias(after, context))
  return words.length === 0 ? [] : [composeField(field.name, words)]
}

/** Reply-To stays only where it names aliases of the user's. */
function replyTo(field: HeaderField, { facts }: Context): HeaderField[] {
  const own = mailboxesOf(addressesIn(field)).flatMap((mailbox): Mailbox[] => {
    if (mailbox.address === undefined) return []
    const key = addressKey(mailbox.address)
    if (facts.userAddresses.has(key)) return []
    if (key === addressKey(facts.alias)) return [{ kind: 'mailbox', address: facts.alias, displayName: facts.fromName }]
    const target = facts.targets.get(key)
    return target?.kind === 'alias' ? [{ kind: 'mailbox', address: target.address, displayName: '' }] : []
  })
  return own.length === 0 ? [] : [composeField(field.name, listWords(own))]
}

/** An id that names the user or a machine of theirs must not go out. */
function isTelling(id: string, facts: ReplyFacts): boolean {
  const lower = id.toLowerCase()
  for (const key of facts.userAddresses) if (lower.includes(key)) return true
  const host = lower.slice(lower.lastIndexOf('@') + 1)
  return facts.userHosts?.has(host) === true || isOwnId(lower, tellingLocals(facts.userAddresses))
}

function threadIds(field: HeaderField, { header, facts, notes, table }: Context): HeaderField[] {
  const lookedUp = new Set(threadIdsOf(header))
  const change = (id: string): string | undefined => {
    const known = facts.messageIds.get(id)
    if (known !== undefined) return known
    // One that nobody has looked up may be the user's own.
    if (lookedUp.has(oneLine(id)) && !isTelling(id, facts)) return id
    notes.add('message-id-dropped', 'a Message-ID that names you was taken out of the thread')
    return undefined
  }
  const changed = withMessageIds(field, change, 'dropped')
  return changed === undefined || fieldNames(changed, table) ? [] : [changed]
}

/** RFC 5322 §3.3: the same instant in UTC, for the zone says where the user is. */
function utcDate(name: string, field: HeaderField | undefined, { facts, notes }: Context): HeaderField {
  const at = field === undefined ? undefined : parseMailDate(unfoldedBody(field))
  // Nothing to tell where there was none: the message has not lost anything.
  if (at === undefined && field !== undefined)
    notes.add('date-set', 'the message had no readable Date; the time of arrival stands for it')
  return composeField(name, [formatMailDate(at ?? facts.at)])
}

function fromField(name: string, facts: ReplyFacts): HeaderField {
  return composeField(name, mailboxWords(safeName(facts.fromName), facts.alias))
}

function messageId(name: string, facts: ReplyFacts): HeaderField {
  return composeField(name, [`<${facts.messageId}>`])
}

function withoutTrace(field: HeaderField, context: Context): HeaderField[] {
  if (!fieldNames(field, context.table)) return [field]
  context.notes.add('field-dropped', `${field.name} named you and was dropped`)
  return []
}

/** The allow-list, field by field. behaviour.md 4.3 */
function rewritten(field: HeaderField, context: Context): HeaderField[] {
  const { facts, table, header } = context
  const { key, name } = field
  if (ONCE.has(key) && field !== firstField(header, key)) return []
  switch (key) {
    case 'from':
      return [fromField(name, facts)]
    case 'to':
    case 'cc':
      return recipients(field, context)
    case 'reply-to':
      return replyTo(field, context)
    case 'subject':
    case 'content-description':
      return [withTextReplaced(field, table)]
    case 'date':
      return [utcDate(name, field, context)]
    case 'message-id':
      return [messageId(name, facts)]
    case 'in-reply-to':
    case 'references':
      return threadIds(field, context)
    case 'content-type': {
      const named = withNamesRenamed(plainField(field) ?? field, partInfo(header), context.telling)
      return [withParametersReplaced(named, table)].filter((clean) => clean !== undefined)
    }
    case 'content-disposition':
      return [withParametersReplaced(plainField(field) ?? field, table)].filter((clean) => clean !== undefined)
    case 'content-id':
      return withoutTrace(withContentIdRenamed(field, context.telling), context)
    case 'mime-version':
    case 'content-transfer-encoding':
    case 'content-language':
    case 'auto-submitted':
    case 'tls-required': {
      // RFC 8689 §4.1: for every server on the way
      const plain = plainField(field)
      return plain === undefined ? [] : withoutTrace(plain, context)
    }
    default:
      return facts.keepListFields === true && key.startsWith('list-') ? withoutTrace(field, context) : []
  }
}

/**
 * Rewrites the header block of a reply (or of a new message of the user's) for the world.
 *
 * What is not on the allow-list is gone; no address of `userAddresses` is left. Addresses in To and Cc that nobody knows
 * stay, and are reported: the caller holds such a message.
 */
export function rewriteReply(header: Buffer, facts: ReplyFacts): RewrittenReply {
  const notes = new Notes()
  // Nothing to tell of what is mended here: most of the header stays behind anyway.
  const untold = new Notes()
  const block = withoutRepeatedFields(readAlike(parseHeaderBlock(header), untold), untold)
  const telling = tellingOf(facts)
  const context: Context = { header: block, facts, notes, table: replyTable(facts), strangers: new Map(), telling }
  const fields = block.fields.flatMap((field) => rewritten(field, context))
  const has = (key: string): boolean => firstField(block, key) !== undefined
  const added = [
    ...(has('from') ? [] : [fromField('From', facts)]),
    ...(has('date') ? [] : [utcDate('Date', undefined, context)]),
    ...(has('message-id') ? [] : [messageId('Message-ID', facts)]),
  ]
  return {
    header: closeHeaderBlock(asciiFields([...added, ...fields]).map(withBoundedLines), block.closing),
    notes: notes.list(),
    strangers: [...context.strangers.values()],
  }
}

/** The domain on which the Message-ID of a reply must stand. contract.md, Addresses */
export function messageIdDomain(facts: ReplyFacts): string {
  return domainOf(facts.alias)
}
