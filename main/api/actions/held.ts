// Held mail: released on the user's word, kept, or thrown away.
import { firstField, messageIdsOf, parseHeaderBlock, readSummary } from '../../mail/index.ts'
import { MESSAGE_ID_KEY, outMessageId } from '../../queue/out-message-id.ts'
import { destinationOf } from '../../store/commands/accept.ts'
import type { ReleaseInput } from '../../store/commands/held.ts'
import type { AliasRow, HeldRow, RecipientRow } from '../../store/rows.ts'
import { removeSpool } from '../../store/spool.ts'
import { addressKey, parseAddress, type Address } from '../../terms/address.ts'
import { ApiError, type ApiParts } from '../parts.ts'
import { addContact } from './aliases.ts'
import { answerQuestion, isForged, isQuestion } from './policy.ts'
import { findRecipient } from './recipients.ts'

/** behaviour.md 5.2: seven days, unless kept by hand. */
const KEEP = 7 * 86_400_000

export interface ReleaseOptions {
  /** Another recipient of the user's. */
  readonly to?: string | undefined
  /** The sender is known from now on. */
  readonly allow?: boolean
  /** A reply goes out as it is, whatever of the user's address shows in it. */
  readonly asIs?: boolean
  /** A reply goes out with the user's own address in its text and attachments. */
  readonly realAddress?: boolean
  /** A reply goes out without the attachments that hold it; or with them, and so will others to its contact. */
  readonly attachments?: 'remove' | 'always' | undefined
}

/** The sender who would be allowed, and where; throws where there is nobody. */
function senderToAllow(
  row: HeldRow,
  alias: AliasRow | undefined,
): { readonly alias: AliasRow; readonly address: Address } {
  const address = parseAddress(row.sender)
  if (alias === undefined)
    throw new ApiError(
      409,
      'No alias exists for this address yet, so no sender can be allowed. Release the message alone.',
    )
  if (address === undefined)
    throw new ApiError(409, 'This message names no sender that could be allowed. Release the message alone.')
  return { alias, address }
}

/** Lets the sender write to the alias from now on. */
async function allowSender(parts: ApiParts, row: HeldRow, { alias, address }: ReturnType<typeof senderToAllow>) {
  const { directory, writer } = parts.store
  const contact =
    directory.contactByAddress(alias.id, addressKey(address)) ?? (await addContact(parts, alias, address, ''))
  const unproven = isForged(row) ? { allow_unproven: 1 } : {}
  const values = { standing: 'allowed', blocked: 0, ...unproven }
  await writer.run('set', { table: 'contact', id: contact.id, values, at: parts.clock.now() })
}

/** Whom a released message goes to. */
function targetOf(parts: ApiParts, { envelope }: HeldRow, to: string | undefined) {
  const recipient = to === undefined ? undefined : findRecipient(parts, to)
  if (recipient !== undefined) {
    if (envelope.direction === 'reply') throw new ApiError(409, 'A reply goes to its contact, not to a recipient.')
    return { direction: 'forward' as const, recipient, forwardPath: recipient.email }
  }
  if (envelope.direction === 'none')
    throw new ApiError(409, 'There is nowhere to send this message: read it, delete it, or name a recipient (--to).')
  if (envelope.direction === 'reply') return { direction: 'reply' as const, recipient, forwardPath: envelope.to }
  const known = envelope.recipientId === null ? undefined : parts.store.directory.recipient(envelope.recipientId)
  return { direction: 'forward' as const, recipient: known, forwardPath: envelope.to }
}

type ReplyWord = Pick<ReleaseInput, 'asIs' | 'attachments' | 'realAddress'>

const AS_IT_IS: ReplyWord = { asIs: true, attachments: '', realAddress: false }

/** Held for these, a reply was shown to the user with what in it shows the address: releasing it is their word on that. */
const ABOUT_ADDRESS = new Set(['reply-attachments', 'reply-unscrubbable'])

/**
 * How a held reply goes out. What the user has not been told of is no part of their word: a reply that is held for another reason,
 * or that would show the address even without its attachments, stays.
 */
async function replyWord(parts: ApiParts, row: HeldRow, options: ReleaseOptions): Promise<ReplyWord> {
  const { asIs, attachments } = options
  const asked = row.envelope.direction === 'reply' && row.envelope.realAddress === true
  if (options.realAddress === true || (asked && attachments === undefined))
    return { asIs: asIs === true || ABOUT_ADDRESS.has(row.reason), attachments: '', realAddress: true }
  if (attachments === undefined && (asIs === true || ABOUT_ADDRESS.has(row.reason))) return AS_IT_IS
  if (attachments === undefined && row.kind === 'failed') return { asIs: 'again', attachments: '', realAddress: false }
  const said = { undefined: '', remove: 'remove', always: 'keep' } as const
  const { leaks } = await parts.previewer.held(row, { asIs: 0, attachments: said[attachments ?? 'undefined'] })
  const [first] = leaks
  if (first !== undefined)
    throw new ApiError(409, `${first} Nothing was sent. Look at what would leave, then release it as it is.`)
  if (attachments === 'always') await allowAttachments(parts, row)
  return { asIs: false, attachments: attachments === 'remove' ? 'remove' : '', realAddress: false }
}

async function allowAttachments(parts: ApiParts, { contactId }: HeldRow): Promise<void> {
  if (contactId === null) throw new ApiError(409, 'The contact of this reply is gone.')
  const at = parts.clock.now()
  await parts.store.writer.run('set', { table: 'contact', id: contactId, values: { allow_flagged: 1 }, at })
}

/** The message with the alias that it awaits made; itself where it awaits none. */
async function withItsAlias(parts: ApiParts, row: HeldRow): Promise<HeldRow> {
  if (row.envelope.direction !== 'forward' || row.envelope.awaits === undefined) return row
  if (parts.store.directory.domainById(row.envelope.awaits.create.domainId) === undefined)
    throw new ApiError(409, 'The domain that this message was sent to is gone. It can be read and deleted.')
  await parts.store.writer.run('makeAwaitedAlias', row.id, parts.clock.now())
  const made = parts.store.mail.held(row.id)
  if (made === undefined) throw new ApiError(409, 'The message is no longer held.')
  return made
}

/** Sends a held message where it would have gone, or to another recipient. Once: it is no longer held afterwards. */
export async function releaseHeld(parts: ApiParts, held: HeldRow, options: ReleaseOptions = {}): Promise<void> {
  const { store, clock } = parts
  const row = await withItsAlias(parts, held)
  const alias = row.aliasId === null ? undefined : store.directory.aliasById(row.aliasId)
  const asks = isQuestion(row) || (isForged(row) && alias !== undefined && parseAddress(row.sender) !== undefined)
  if (asks && options.to === undefined) {
    // To all recipients of the alias. Having reached you, the sender counts as known from then on.
    await answerQuestion(parts, row, options.allow === true ? 'allow' : 'once')
    return
  }
  if (row.envelope.direction === 'reply' && alias === undefined)
    throw new ApiError(409, 'The alias of this reply is gone.')
  const { direction, recipient, forwardPath } = targetOf(parts, row, options.to)
  const allowed = options.allow === true ? senderToAllow(row, alias) : undefined
  const word = direction === 'reply' ? await replyWord(parts, row, options) : AS_IT_IS
  const message = store.mail.message(row.messageId)
  const block = parseHeaderBlock(message?.header ?? Buffer.alloc(0))
  const { messageId, date } = readSummary(block)
  const field = firstField(block, 'message-id')
  const reply = direction === 'reply' && alias !== undefined
  const written = { messageId, date, publicId: message?.publicId ?? '' }
  const result = await store.writer.run('releaseHeld', {
    heldId: row.id,
    ...{ now: clock.now(), direction, forwardPath, destination: destinationFor(parts, recipient, forwardPath) },
    recipientId: recipient?.id ?? null,
    // The same as went to the others: it is one message.
    outMessageId: reply ? outMessageId(parts.vault.derive(MESSAGE_ID_KEY), alias.address, written) : null,
    innerMessageId: (field === undefined ? undefined : messageIdsOf(field)[0]) ?? null,
    ...word,
  })
  if (!result.done) throw new ApiError(409, 'The message is no longer held.')
  if (allowed !== undefined) await allowSender(parts, row, allowed)
  if (result.logId !== null) parts.announcer.tell({ kind: 'log', id: result.logId })
  parts.wakeQueue()
}

function destinationFor(parts: ApiParts, recipient: RecipientRow | undefined, forwardPath: string): string {
  return recipient?.isMailbox === true ? 'mailbox' : destinationOf(parts.route(), forwardPath)
}

export async function dropHeld(parts: ApiParts, row: HeldRow): Promise<void> {
  const result = await parts.store.writer.run('dropHeld', row.id)
  for (const id of result.freedSpools) removeSpool(parts.store.spoolFolder, id)
  if (result.logId !== null) parts.announcer.tell({ kind: 'log', id: result.logId })
}

/** Kept by hand it stays until it is deleted; let go again, it has its seven days once more. */
export async function keepHeld(
  parts: ApiParts,
  row: HeldRow,
  keep: boolean,
): Promise<{ readonly expiresAt: number | null }> {
  const expiresAt = keep ? null : parts.clock.now() + KEEP
  if ((await parts.store.writer.run('keepHeld', row.id, expiresAt)) === 0)
    throw new ApiError(409, 'The message is no longer held.')
  return { expiresAt }
}

export interface BulkInput {
  readonly action: 'release' | 'drop' | 'keep'
  readonly ids?: readonly number[] | undefined
  readonly kind?: HeldRow['kind'] | undefined
}

/** So many in one call; the next call goes on with the rest. */
const BULK = 1000

/** Each by itself: what cannot be done for one is said, and the others go on. */
export async function bulkHeld(parts: ApiParts, { action, ids, kind }: BulkInput) {
  const { mail } = parts.store
  if ((ids === undefined) === (kind === undefined)) throw new ApiError(400, 'Name either ids or one kind.')
  const wanted = ids ?? mail.heldList(BULK, undefined, kind).map((row) => row.id)
  const failed: { readonly id: number; readonly message: string }[] = []
  let done = 0
  for (const id of wanted) {
    // Looked at afresh: the answer to a question may have let others go with it.
    const row = mail.held(id)
    try {
      if (row === undefined) throw new ApiError(404, 'It is no longer held.')
      if (action === 'release') await releaseHeld(parts, row)
      else if (action === 'drop') await dropHeld(parts, row)
      else await keepHeld(parts, row, true)
      done++
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failed.push({ id, message: error.message })
    }
  }
  return { done, failed }
}
