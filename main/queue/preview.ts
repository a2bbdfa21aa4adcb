// The leak preview: what the other side would get of a message, and every trace of the user that would be left in it. Nothing is
// stored, nothing is sent; a reply address that does not exist yet is shown as one that might be made. behaviour.md 4.5
import {
  authorsOf,
  correspondentsOf,
  findTraces,
  headerLength,
  parseHeaderBlock,
  readSummary,
  type FlaggedPart,
  type Trace,
} from '../mail/index.ts'
import type { AliasRow, HeldRow, MessageRow } from '../store/rows.ts'
import {
  address as joinAddress,
  addressKey,
  domainOf,
  localPartOf,
  parseAddress,
  splitTag,
  type Address,
  type AddressKey,
} from '../terms/address.ts'
import { Failure } from '../terms/failure.ts'
import { newCorrespondent } from './arrival.ts'
import { invitedBy } from './calendars.ts'
import type { BodySource } from './body-source.ts'
import { calendarsToEdit, draftForward } from './compose-forward.ts'
import { sourceOf } from './draft.ts'
import type { MailParts } from './parts.ts'
import { addressees, asksForNoScrubbing } from './reply-facts.ts'
import { lookAtReply, wordOf, type Said } from './reply-look.ts'

export interface Preview {
  readonly alias: string
  /** As it would leave but for the signatures and a Message-ID of its own, which are made then; base64. */
  readonly message: string
  readonly notes: readonly string[]
  /** Why it would be held; empty where it would go out. */
  readonly held: readonly string[]
  /** Those of the reasons that are about the user's address. */
  readonly leaks: readonly string[]
  readonly flagged: readonly Pick<FlaggedPart, 'name' | 'type' | 'trace' | 'fate'>[]
  readonly traces: readonly Trace[]
}

export interface Previewer {
  message(raw: Buffer, as: 'forward' | 'reply', alias: string | undefined): Promise<Preview>
  /** `said`: what it would be under this word about it; undefined for none. */
  held(row: HeldRow, said?: Said['delivery']): Promise<Preview>
}

function fail(id: string, message: string, remedy: string): Failure {
  return new Failure('queue', id, message, { remedy })
}

/** The alias that a message is about: the one named, or the first of ours that To or Cc leads to. */
function aliasFor({ store }: MailParts, raw: Buffer, named: string | undefined): AliasRow {
  const { directory } = store
  const given = named === undefined ? undefined : parseAddress(named)
  const candidates = given === undefined ? addressees(parseHeaderBlock(raw)) : [given]
  for (const address of candidates) {
    const contact = directory.contactByReplyAddress(addressKey(address))
    const domain = directory.domain(domainOf(address))
    const byContact = contact === undefined ? undefined : directory.aliasById(contact.aliasId)
    const { base } = splitTag(localPartOf(address))
    const byAddress = domain === undefined ? undefined : directory.alias(addressKey(joinAddress(base, domain.name)))
    const found = byContact ?? byAddress
    if (found !== undefined) return found
  }
  throw fail('no-alias', 'No alias of yours is named.', 'Say which one with --alias ADDRESS.')
}

async function collect(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of chunks) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** The user's addresses and hosts, and the names that the message's author goes by. */
function traceable({ store }: MailParts, header: Buffer | undefined) {
  const recipients = store.directory.recipients().map((one) => one.email)
  const authors = header === undefined ? [] : authorsOf(parseHeaderBlock(header))
  const names = authors.map((one) => one.displayName).filter((name) => name.length > 2)
  return { addresses: new Set(recipients.map(addressKey)), names, hosts: recipients.map(domainOf) }
}

interface ReplyToPreview {
  readonly alias: AliasRow
  readonly header: Buffer
  readonly source: BodySource
  readonly to?: string | undefined
  readonly contactId?: string | null | undefined
  readonly unscrubbed: boolean
  readonly realAddress?: boolean
}

/** A reply as it would leave; `said`: under which word of the user's about this one. */
async function previewReply(
  parts: MailParts,
  { alias, header, source, to, contactId, unscrubbed, realAddress = false }: ReplyToPreview,
  said: Said['delivery'],
): Promise<Preview> {
  const { directory } = parts.store
  const block = parseHeaderBlock(header)
  const sentTo = new Set<AddressKey>(to === undefined ? [] : [addressKey(to as Address)])
  const messageId = `preview@${domainOf(alias.address)}`
  const from = readSummary(block).fromAddress
  const recipient = from === undefined ? undefined : directory.recipientByKey(addressKey(from))
  const contact = typeof contactId === 'string' ? directory.contact(contactId) : undefined
  const word = wordOf({ recipient, alias, contact, unscrubbed, realAddress, delivery: said })
  const about = { alias, header, block, source, sentTo, messageId, receivedAt: parts.clock.now() }
  const look = await lookAtReply(parts, about, word)
  const message = Buffer.concat([look.header, await collect(look.edited.read())])
  const strangers = look.strangers.map((one) => `${one} in To or Cc is no contact of this alias.`)
  return {
    alias: alias.address,
    message: message.toString('base64'),
    notes: look.notes.map((note) => note.text),
    held: [...strangers, ...look.objections.map(({ text }) => text)],
    leaks: look.objections.map(({ text }) => text),
    flagged: look.edited.report.flagged.map(({ name, type, trace, fate }) => ({ name, type, trace, fate })),
    traces: findTraces(message, traceable(parts, header)),
  }
}

function asIfReceived(parts: MailParts, header: Buffer, body: Buffer): MessageRow {
  const now = parts.clock.now()
  const session = { helo: 'preview.invalid', peer: '127.0.0.1', protocol: 'ESMTP', tls: '', account: '' }
  const stored = {
    id: 0,
    publicId: 'preview',
    receivedAt: now,
    reversePath: '',
    header,
    body,
    size: header.length + body.length,
  }
  const nothing = {
    spoolId: null,
    spoolKey: null,
    spoolSize: null,
    verdicts: null,
    proven: false,
    envid: null,
    ret: null,
    authenticationResults: null,
  }
  return { ...stored, ...nothing, session, bodyHash: '' }
}

async function previewForward(parts: MailParts, header: Buffer, body: Buffer, alias: AliasRow): Promise<Preview> {
  const block = parseHeaderBlock(header)
  const domain = domainOf(alias.address)
  const message = asIfReceived(parts, header, body)
  const recipient = parts.store.directory.aliasRecipients(alias.id)[0] ?? parts.store.directory.recipients()[0]
  const draft = { parts, deliveryId: 0, tag: '', message, source: { body, spool: null }, alias, block, domain }
  const calendars = await calendarsToEdit(draft, recipient)
  const invited = invitedBy(parts.store, block, undefined, calendars).map((address) => ({ address, displayName: '' }))
  const replyAddresses = new Map<AddressKey, Address>()
  for (const one of [...correspondentsOf(block, undefined), ...invited]) {
    const known = parts.store.directory.contactByAddress(alias.id, addressKey(one.address))
    const made = newCorrespondent(parts, domain, one).proposedReplyAddress as Address
    replyAddresses.set(addressKey(one.address), known?.replyAddress ?? made)
  }
  const drafted = await draftForward(draft, recipient, replyAddresses, calendars)
  const whole = Buffer.concat([drafted.header, await collect(drafted.body())])
  return {
    alias: alias.address,
    message: whole.toString('base64'),
    notes: drafted.notes.map((note) => note.text),
    held: [],
    leaks: [],
    flagged: [],
    traces: findTraces(whole, traceable(parts, undefined)),
  }
}

export function createPreviewer(parts: MailParts): Previewer {
  return {
    async message(raw, as, named) {
      if (raw.length === 0) throw fail('no-message', 'There is no message in it.', 'Give a file with a whole message.')
      const alias = aliasFor(parts, raw, named)
      const length = headerLength(raw)
      const header = raw.subarray(0, length)
      const body = raw.subarray(length)
      if (as === 'forward') return previewForward(parts, header, body, alias)
      // The file is the user's own, so its wish is too.
      const unscrubbed = asksForNoScrubbing(parseHeaderBlock(header))
      return previewReply(parts, { alias, header, source: { body, spool: null }, unscrubbed }, undefined)
    },
    async held(row, said) {
      const message = parts.store.mail.message(row.messageId)
      const alias = row.aliasId === null ? undefined : parts.store.directory.aliasById(row.aliasId)
      if (message === undefined || alias === undefined || row.envelope.direction !== 'reply')
        throw fail('no-preview', 'Only a held reply has a preview.', 'Read the message itself.')
      const { header, session } = message
      const { to, contactId, realAddress = false } = row.envelope
      const unscrubbed = session.unscrubbed === true
      const reply = { alias, header, source: sourceOf(message), to, contactId, unscrubbed, realAddress }
      return previewReply(parts, reply, said)
    },
  }
}
