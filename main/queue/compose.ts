// What a queued delivery looks like when it leaves: the stored header block rewritten, the body edited where a feature asks for
// it, and the whole signed. Composed afresh at each attempt from rows, so a restart in between changes nothing that the far side
// could see twice.
import type { Outgoing } from '../delivery/outgoing.ts'
import {
  fieldsNamed,
  inAscii,
  namesUtf8Address,
  parseHeaderBlock,
  readSummary,
  unfoldedBody,
  type HeaderBlock,
  type Summary,
} from '../mail/index.ts'
import type { Note } from '../mail/facts.ts'
import type { AliasRow, DeliveryRow, MessageRow } from '../store/rows.ts'
import { addressKey, domainOf, type Domain } from '../terms/address.ts'
import { Failure } from '../terms/failure.ts'
import type { Caution } from '../terms/verdicts.ts'
import { sealHeader } from '../trust/seal.ts'
import { signHeader, type SigningKey } from '../trust/sign.ts'
import { CAUTION_IN_WORDS, composeForward } from './compose-forward.ts'
import { asItCame, sourceOf, type Draft, type Drafted } from './draft.ts'
import type { MailParts } from './parts.ts'
import { attachmentsInWords, lookAtReply, reasonOf, wordOf } from './reply-look.ts'
import { makeReturnPath } from './return-path.ts'
import { inSevenBits } from './seven-bit.ts'
import { signingKeysOf } from './signing-keys.ts'

export interface Composed extends Outgoing {
  readonly alias: string
  readonly sender: string
  readonly subject: string
  /** What the log says of its attachments, or of its sender, once it is delivered; empty where there is nothing to say. */
  readonly remarks: string
  /** What was mended or left out, for the log. */
  readonly notes: readonly Note[]
}

/** Composes a delivery. Throws `message-gone` where its message is no longer there. */
export async function compose(parts: MailParts, delivery: DeliveryRow): Promise<Composed> {
  const { store } = parts
  const message = delivery.messageId === null ? undefined : store.mail.message(delivery.messageId)
  if (message === undefined) throw new Failure('queue', 'message-gone', 'The stored message is no longer there.')
  const alias = delivery.aliasId === null ? undefined : store.directory.aliasById(delivery.aliasId)
  const block = parseHeaderBlock(message.header)
  const domain = alias === undefined ? authorOrFirst(parts, block, delivery) : domainOf(alias.address)
  const { id: deliveryId, tag } = delivery
  const draft: Draft = { parts, deliveryId, tag, message, source: sourceOf(message), alias, block, domain }
  const drafted =
    delivery.ready === 1
      ? asItStands(draft)
      : delivery.direction === 'forward'
        ? await composeForward(draft, delivery.recipientId)
        : await composeReply(draft, delivery)
  return leaving(draft, delivery, drafted)
}

/** Signed and sealed, with its envelope. */
async function leaving(draft: Draft, delivery: DeliveryRow, drafted: Drafted): Promise<Composed> {
  const { parts, message, alias, block, domain } = draft
  const { store, clock } = parts
  const forward = delivery.direction === 'forward'
  const ready = delivery.ready === 1
  const at = Math.floor(clock.now() / 1000)
  const keys = signingKeysOf(store, domain)
  const signature = await signHeader({ header: drafted.header, bodyHash: drafted.bodyHash, domain, keys, at })
  const signed = Buffer.concat([signature, drafted.header])
  const seal =
    forward && !ready ? await sealOf(message, signed, { bodyHash: drafted.bodyHash, domain, keys, at }) : NOTHING
  const header = Buffer.concat([seal, signed])
  // RFC 5321 §4.5.5: what came without a return path goes on without one, so nobody ever bounces a bounce.
  // A report for a domain's owner has a return path of ours, so that SPF speaks for its author (RFC 9990); what comes back is dropped.
  const aggregate = ready && delivery.giveUpAt !== null
  const bounces = aggregate || (!ready && (!forward || message.reversePath !== ''))
  return {
    reversePath: bounces ? makeReturnPath(delivery.id, domain, clock.now(), parts.returnPathKey) : undefined,
    forwardPath: delivery.forwardPath,
    header,
    body: drafted.body,
    size: header.length + drafted.bodySize,
    // RFC 3461 §4.3: a bounce need not bring the body back. §4.1: and what has no return path need not be told about at all.
    dsn: bounces && !aggregate ? { ret: 'HDRS' } : { notify: 'NEVER' },
    uncounted: ready,
    requireTls: message.session.requireTls === true,
    tlsOptional: saysTlsOptional(block, message, ready),
    remarks: remarksOn(drafted, forward && !ready ? message.verdicts?.caution : undefined),
    needsUtf8: !isAscii(delivery.forwardPath) || namesUtf8Address(parseHeaderBlock(drafted.header)),
    hasUtf8: header.some((byte) => byte >= 0x80),
    sevenBit: async () => leaving(draft, delivery, await inSevenBits(drafted)),
    notes: drafted.notes,
    ...aboutMessage(alias, message, readSummary(block)),
  }
}

/**
 * RFC 8689 §4.1: `TLS-Required: No` of ours (a report about TLS that fails), or of a message that the user handed in under a password. Not
 * that of a stranger: how mail travels to the user's mailbox is not for its sender to say.
 */
export function saysTlsOptional(block: HeaderBlock, { session }: Pick<MessageRow, 'session'>, ready: boolean): boolean {
  if (!ready && session.account === '') return false
  const fields = fieldsNamed(block, 'tls-required')
  const [field] = fields
  return field !== undefined && fields.length === 1 && unfoldedBody(field).trim().toLowerCase() === 'no'
}

const NOTHING = Buffer.alloc(0)

interface Sealing {
  readonly bodyHash: string
  readonly domain: Domain
  readonly keys: readonly SigningKey[]
  readonly at: number
}

/** What we saw when it came, under our seal: the rewriting has broken the sender's signatures. RFC 8617 §5.1 */
async function sealOf(message: MessageRow, header: Buffer, { keys, ...about }: Sealing): Promise<Buffer> {
  const key = keys.find(({ algorithm }) => algorithm === 'rsa')
  const { verdicts, authenticationResults: results } = message
  // Nobody looked at it: the session was authenticated.
  if (key === undefined || verdicts === null || results === null) return NOTHING
  // What it says of a return path beyond ASCII would ask for SMTPUTF8.
  return sealHeader({ ...about, header, key, results: inAscii(results), arc: verdicts.arc })
}

function aboutMessage(alias: AliasRow | undefined, message: MessageRow, summary: Summary) {
  const sender = summary.fromAddress ?? message.reversePath
  return { alias: alias?.address ?? '', sender, subject: summary.subject }
}

function remarksOn({ report }: Drafted, caution: Caution | undefined): string {
  if (report !== undefined) return attachmentsInWords(report)
  return caution === undefined ? '' : CAUTION_IN_WORDS[caution]
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

/** A report of ours is signed by the domain that it is from, whatever stands first by now. */
function authorOrFirst(parts: MailParts, block: HeaderBlock, { ready }: DeliveryRow): Domain {
  const from = ready === 1 ? readSummary(block).fromAddress : undefined
  const author = from === undefined ? undefined : parts.store.directory.domain(domainOf(from))
  return author?.name ?? firstDomain(parts)
}

function firstDomain(parts: MailParts): Domain {
  const [first] = parts.store.directory.domains()
  if (first === undefined) throw new Failure('queue', 'no-domain', 'No domain is set up.')
  return first.name
}

/** A report of ours was composed when it was made. RFC 3464 §2: it has no return path, so it never makes another one. */
function asItStands(draft: Draft): Drafted {
  return { header: draft.message.header, notes: [], ...asItCame(draft) }
}

async function composeReply(draft: Draft, delivery: DeliveryRow): Promise<Drafted> {
  const { parts, message, alias, block, source, domain } = draft
  if (alias === undefined) throw new Failure('queue', 'alias-gone', 'The alias of this reply was removed.')
  const { directory } = parts.store
  const messageId = delivery.outMessageId ?? `${message.publicId}@${domain}`
  const from = readSummary(block).fromAddress
  const recipient = from === undefined ? undefined : directory.recipientByKey(addressKey(from))
  const contact = delivery.contactId === null ? undefined : directory.contact(delivery.contactId)
  const realAddress = delivery.realAddress === 1
  const word = wordOf({
    recipient,
    alias,
    contact,
    unscrubbed: message.session.unscrubbed === true,
    realAddress,
    delivery,
  })
  const sentTo = new Set([addressKey(delivery.forwardPath)])
  const { header: original, receivedAt } = message
  const about = { alias, header: original, block, source, sentTo, messageId, receivedAt }
  const { header, edited, notes, objections } = await lookAtReply(parts, about, word)
  // It was looked at when it came in; what has changed since (an address of the user's, a setting) may not leak now.
  const [first] = objections
  if (first !== undefined) throw new Failure('queue', reasonOf(objections), first.text)
  const { bodyHash, size: bodySize, read: body, report } = edited
  return { header, notes, bodyHash, bodySize, body, report }
}
