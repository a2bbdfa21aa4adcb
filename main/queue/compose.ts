// What a queued delivery looks like when it leaves: the stored header block rewritten, signed, and the body as it came.
// Composed afresh at each attempt from rows, so a restart in between changes nothing that the far side could see twice.
import { createPrivateKey } from 'node:crypto'
import type { Outgoing } from '../delivery/outgoing.ts'
import {
  correspondentsOf,
  fieldsNamed,
  messageIdsOf,
  parseHeaderBlock,
  readSummary,
  rewriteForward,
  rewriteReply,
  type HeaderBlock,
} from '../mail/index.ts'
import type { ReplyTarget } from '../mail/facts.ts'
import type { AliasRow, DeliveryRow, MessageRow, RecipientRow } from '../store/rows.ts'
import { readSpool } from '../store/spool.ts'
import {
  addressKey,
  domainOf,
  parseAddress,
  splitTag,
  localPartOf,
  address as joinAddress,
  type Address,
  type AddressKey,
  type Domain,
} from '../terms/address.ts'
import { instant } from '../terms/brand.ts'
import { Failure } from '../terms/failure.ts'
import { signHeader, type SigningKey } from '../trust/sign.ts'
import { addressInTag } from '../aliases/facts.ts'
import { addressees } from './plan-recipients.ts'
import type { MailParts } from './parts.ts'
import { makeReturnPath } from './return-path.ts'

export interface Composed extends Outgoing {
  readonly alias: string
  readonly sender: string
  readonly subject: string
}

const signingKeys = new Map<string, readonly SigningKey[]>()

function keysOf(parts: MailParts, domain: Domain): readonly SigningKey[] {
  const row = parts.store.directory.domain(domain)
  if (row === undefined) return []
  const rows = parts.store.directory.dkimKeys(row.id)
  const id = rows.map((one) => `${one.domainId} ${one.selector} ${one.publicKey}`).join()
  let keys = signingKeys.get(id)
  if (keys === undefined) {
    // Parsing a PEM costs more than an Ed25519 signature: once for each key is enough.
    keys = rows.map(({ selector, algorithm, privateKey }) => ({
      selector,
      algorithm,
      privateKey: createPrivateKey(privateKey),
    }))
    signingKeys.set(id, keys)
  }
  return keys
}

/** Composes a delivery. Throws `message-gone` where its message is no longer there. */
export async function compose(parts: MailParts, delivery: DeliveryRow): Promise<Composed> {
  const { store, clock } = parts
  const message = delivery.messageId === null ? undefined : store.mail.message(delivery.messageId)
  if (message === undefined) throw new Failure('queue', 'message-gone', 'The stored message is no longer there.')
  const alias = delivery.aliasId === null ? undefined : store.directory.aliasById(delivery.aliasId)
  const domain = alias === undefined ? firstDomain(parts) : domainOf(alias.address)
  const block = parseHeaderBlock(message.header)
  const summary = readSummary(block)
  const forward = delivery.direction === 'forward'
  const unsigned = forward
    ? forwardHeader(parts, delivery, message, alias, block, domain)
    : replyHeader(parts, delivery, message, needAlias(alias), block)
  const at = Math.floor(clock.now() / 1000)
  const signature = await signHeader({
    header: unsigned,
    bodyHash: message.bodyHash,
    domain,
    keys: keysOf(parts, domain),
    at,
  })
  const header = Buffer.concat([signature, unsigned])
  // RFC 5321 §4.5.5: what came without a return path goes on without one, so nobody ever bounces a bounce.
  const bounces = !forward || message.reversePath !== ''
  return {
    reversePath: bounces ? makeReturnPath(delivery.id, domain, clock.now(), parts.returnPathKey) : undefined,
    forwardPath: delivery.forwardPath,
    header,
    body: () => bodyOf(parts, message),
    size: header.length + (message.body?.length ?? message.spoolSize ?? 0),
    needsUtf8: header.some((byte) => byte >= 0x80) || !isAscii(delivery.forwardPath),
    alias: alias?.address ?? '',
    sender: summary.fromAddress ?? message.reversePath,
    subject: summary.subject,
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

function needAlias(alias: AliasRow | undefined): AliasRow {
  if (alias === undefined) throw new Failure('queue', 'alias-gone', 'The alias of this reply was removed.')
  return alias
}

function firstDomain(parts: MailParts): Domain {
  const [first] = parts.store.directory.domains()
  if (first === undefined) throw new Failure('queue', 'no-domain', 'No domain is set up.')
  return first.name
}

function bodyOf(parts: MailParts, message: MessageRow): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (message.body !== null) return [message.body]
  if (message.spoolId === null || message.spoolKey === null || message.spoolSize === null) return []
  return readSpool(parts.store.spoolFolder, { id: message.spoolId, key: message.spoolKey, size: message.spoolSize })
}

/** The ids in In-Reply-To and References: the ones that may need mapping. */
function threadIds(header: HeaderBlock): readonly string[] {
  return ['in-reply-to', 'references']
    .flatMap((name) => fieldsNamed(header, name).flatMap((field) => messageIdsOf(field)))
    .slice(0, 200)
}

function forwardHeader(
  parts: MailParts,
  delivery: DeliveryRow,
  message: MessageRow,
  alias: AliasRow | undefined,
  block: HeaderBlock,
  domain: Domain,
): Buffer {
  const { directory, mail } = parts.store
  const recipient = delivery.recipientId === null ? undefined : directory.recipient(delivery.recipientId)
  const reversePath = message.reversePath === '' ? undefined : parseAddress(message.reversePath)
  const replyAddresses = new Map<AddressKey, Address>()
  if (alias !== undefined)
    for (const { address } of correspondentsOf(block, reversePath)) {
      const contact = directory.contactByAddress(alias.id, addressKey(address))
      if (contact !== undefined) replyAddresses.set(contact.addressKey, contact.replyAddress)
    }
  const { helo, peer, protocol, tls } = message.session
  return rewriteForward(message.header, {
    alias: alias?.address ?? (`postmaster@${domain}` as Address),
    tag: delivery.tag,
    reversePath,
    ...presentation(alias, recipient),
    replyAddresses,
    messageIds: alias === undefined ? new Map() : mail.innerMessageIds(alias.id, threadIds(block)),
    trace: {
      helo,
      peer,
      hostname: parts.hostname(),
      protocol,
      id: message.publicId,
      at: instant(message.receivedAt),
      tls: tls === '' ? undefined : tls,
    },
    authenticationResults: message.authenticationResults ?? undefined,
    loopMark: parts.loopMark,
  }).header
}

/** Mail to postmaster has no alias to answer from: it passes as it came. */
function presentation(alias: AliasRow | undefined, recipient: RecipientRow | undefined) {
  return {
    mode: alias === undefined ? ('preserve' as const) : (recipient?.mode ?? 'rewrite'),
    fromMode: recipient?.fromMode ?? ('reply-address' as const),
    fromTemplate: recipient?.fromTemplate ?? ('quoted' as const),
  }
}

/** What each address in To and Cc of the user's mail stands for. */
function replyTargets(
  parts: MailParts,
  alias: AliasRow,
  delivery: DeliveryRow,
  block: HeaderBlock,
): Map<AddressKey, ReplyTarget> {
  const { directory } = parts.store
  const targets = new Map<AddressKey, ReplyTarget>()
  for (const address of addressees(block)) {
    const key = addressKey(address)
    const byReply = directory.contactByReplyAddress(key)
    const { base, tag } = splitTag(localPartOf(address))
    const ours = directory.domain(domainOf(address))
    const inTag = ours === undefined ? undefined : addressInTag(tag)
    if (byReply !== undefined)
      targets.set(key, { kind: 'contact', address: byReply.address, displayName: byReply.displayName })
    else if (inTag !== undefined) targets.set(key, { kind: 'contact', address: inTag, displayName: '' })
    else if (ours !== undefined) targets.set(key, { kind: 'alias', address: joinAddress(base, ours.name) })
    else {
      // Somebody whom the user wrote to in so many words; a contact since the message was taken.
      const contact = directory.contactByAddress(alias.id, key)
      if (contact !== undefined || key === addressKey(delivery.forwardPath))
        targets.set(key, { kind: 'contact', address, displayName: contact?.displayName ?? '' })
    }
  }
  return targets
}

function replyHeader(
  parts: MailParts,
  delivery: DeliveryRow,
  message: MessageRow,
  alias: AliasRow,
  block: HeaderBlock,
): Buffer {
  const { directory, mail } = parts.store
  const domain = directory.domainById(alias.domainId)
  return rewriteReply(message.header, {
    alias: alias.address,
    fromName: alias.fromName ?? domain?.fromName ?? '',
    userAddresses: new Set(directory.recipients().map((one) => addressKey(one.email))),
    targets: replyTargets(parts, alias, delivery, block),
    messageId: delivery.outMessageId ?? `${message.publicId}@${domainOf(alias.address)}`,
    messageIds: mail.outerMessageIds(alias.id, threadIds(block)),
    at: instant(message.receivedAt),
  }).header
}
