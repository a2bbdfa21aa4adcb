// Held mail: released on the user's word, or thrown away.
import { fieldsNamed, messageIdsOf, parseHeaderBlock } from '../../mail/index.ts'
import { destinationOf } from '../../store/commands/accept.ts'
import type { HeldRow } from '../../store/rows.ts'
import { removeSpool } from '../../store/spool.ts'
import { domainOf } from '../../terms/address.ts'
import { randomName } from '../../terms/clock.ts'
import { ApiError, type ApiParts } from '../parts.ts'

/** Sends a held message where it would have gone. */
export async function releaseHeld(parts: ApiParts, row: HeldRow): Promise<void> {
  const { envelope } = row
  if (envelope.direction === 'none')
    throw new ApiError(409, 'There is nowhere to send this message: it can be read or deleted.')
  const { store, clock } = parts
  const alias = row.aliasId === null ? undefined : store.directory.aliasById(row.aliasId)
  if (envelope.direction === 'reply' && alias === undefined) throw new ApiError(409, 'The alias of this reply is gone.')
  const recipient =
    envelope.direction === 'forward' && envelope.recipientId !== null
      ? store.directory.recipient(envelope.recipientId)
      : undefined
  const header = store.mail.message(row.messageId)?.header
  const field = header === undefined ? undefined : fieldsNamed(parseHeaderBlock(header), 'message-id')[0]
  const reply = envelope.direction === 'reply' && alias !== undefined
  const result = await store.writer.run('releaseHeld', {
    heldId: row.id,
    now: clock.now(),
    forwardPath: envelope.to,
    destination: recipient?.isMailbox === true ? 'mailbox' : destinationOf(parts.route(), envelope.to),
    recipientId: recipient?.id ?? null,
    outMessageId: reply ? `${randomName(parts.random, 26)}@${domainOf(alias.address)}` : null,
    innerMessageId: (field === undefined ? undefined : messageIdsOf(field)[0]) ?? null,
  })
  if (!result.done) throw new ApiError(409, 'The message is no longer held.')
  if (result.logId !== null) parts.announcer.tell({ kind: 'log', id: result.logId })
  parts.wakeQueue()
}

export async function dropHeld(parts: ApiParts, row: HeldRow): Promise<void> {
  const result = await parts.store.writer.run('dropHeld', row.id)
  for (const id of result.freedSpools) removeSpool(parts.store.spoolFolder, id)
  if (result.logId !== null) parts.announcer.tell({ kind: 'log', id: result.logId })
}
