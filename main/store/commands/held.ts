// Mail that waits for the user: released back into the queue, dropped, or gone after its days are over.
import type { Db } from '../database.ts'
import { fromRaw, type HeldEnvelope, type HeldRow, type Raw } from '../rows.ts'
import { directorySteps } from './accept-directory.ts'
import { logWriter } from './log.ts'
import { messageRemover } from './messages.ts'
import { queueDelivery } from './queue-delivery.ts'

export interface ReleaseInput {
  readonly direction: 'forward' | 'reply'
  readonly heldId: number
  readonly now: number
  readonly forwardPath: string
  readonly destination: string
  readonly recipientId: string | null
  /** For a reply: the Message-ID that the world will see. */
  readonly outMessageId: string | null
  readonly innerMessageId: string | null
  /** The user said so of this very message: it goes out as it is. `again`: as it went out the last time. */
  readonly asIs: boolean | 'again'
  /** Without the attachments that held it. */
  readonly attachments: '' | 'remove'
  /** With the user's own address in it. */
  readonly realAddress: boolean
}

/** What the user said about one reply. */
interface Word {
  readonly asIs: boolean
  readonly realAddress: boolean
  readonly attachments: '' | 'remove'
}

export interface HeldResult {
  readonly done: boolean
  readonly logId: number | null
  readonly freedSpools: readonly string[]
}

export interface HeldCommands {
  /** Makes the alias that a held message awaits, with its contacts; the message belongs to it from then on. False where it awaits none. */
  makeAwaitedAlias(heldId: number, at: number): boolean
  releaseHeld(input: ReleaseInput): HeldResult
  dropHeld(heldId: number): HeldResult
  /** Until when it stays; null: until it is deleted by hand. Returns how many there were. */
  keepHeld(heldId: number, expiresAt: number | null): number
  expireHeld(now: number, limit: number): { readonly count: number; readonly freedSpools: readonly string[] }
}

const NOTHING: HeldResult = { done: false, logId: null, freedSpools: [] }

export function heldFrom(raw: Raw): HeldRow {
  const row = fromRaw<HeldRow & { envelope: string }>(raw)
  return { ...row, envelope: JSON.parse(row.envelope) as HeldEnvelope }
}

function awaitedAlias(db: Db, find: (id: number) => HeldRow | undefined): HeldCommands['makeAwaitedAlias'] {
  const directory = directorySteps(db)
  const adopt = db.prepare('UPDATE held SET alias_id=?, envelope=? WHERE id=?')
  return (heldId, at) => {
    const row = find(heldId)
    if (row?.envelope.direction !== 'forward' || row.envelope.awaits === undefined) return false
    const { awaits, ...envelope } = row.envelope
    const aliasId = directory.aliasOf(awaits, at, [])
    if (aliasId === null) return false
    for (const one of awaits.correspondents) directory.contactOf(aliasId, one, at)
    adopt.run(aliasId, JSON.stringify({ ...envelope, aliasId }), heldId)
    return true
  }
}

export function heldCommands(db: Db): HeldCommands {
  const log = logWriter(db)
  const remover = messageRemover(db)
  const byId = db.prepare('SELECT * FROM held WHERE id=?')
  const remove = db.prepare('DELETE FROM held WHERE id=?')
  const keep = db.prepare('UPDATE held SET expires_at=? WHERE id=?')
  const expired = db.prepare('SELECT id, message_id FROM held WHERE expires_at <= ? ORDER BY expires_at LIMIT ?')
  const queue = queueDelivery(db)
  const mapMessageId = db.prepare('INSERT OR IGNORE INTO message_id_map(alias_id,outer_id,inner_id,at) VALUES(?,?,?,?)')
  const word = db.prepare('SELECT as_is AS asIs, attachments, real_address AS realAddress FROM delivery WHERE id=?')
  const lastWord = (deliveryId: number | null): Word => {
    const last = word.get(deliveryId) as { [key in keyof Word]: Word[key] | number } | undefined
    const { asIs, realAddress, attachments } = last ?? {}
    return { asIs: asIs === 1, realAddress: realAddress === 1, attachments: attachments === 'remove' ? 'remove' : '' }
  }
  const find = (id: number): HeldRow | undefined => {
    const raw = byId.get(id) as Raw | undefined
    return raw === undefined ? undefined : heldFrom(raw)
  }
  return {
    makeAwaitedAlias: awaitedAlias(db, find),
    releaseHeld(input) {
      const row = find(input.heldId)
      if (row === undefined) return NOTHING
      const { direction } = input
      const tag = row.envelope.direction === 'forward' ? row.envelope.tag : ''
      const { messageId, aliasId, contactId, logId } = row
      const { forwardPath, destination, recipientId, outMessageId, now: at } = input
      const envelope = { forwardPath, destination, recipientId, outMessageId }
      const { asIs, attachments, realAddress } = input
      const said = asIs === 'again' ? lastWord(row.deliveryId) : { asIs, attachments, realAddress }
      queue({ ...envelope, ...said, messageId, aliasId, contactId, logId, direction, tag, at })
      if (row.aliasId !== null && input.outMessageId !== null && input.innerMessageId !== null)
        mapMessageId.run(row.aliasId, input.outMessageId, input.innerMessageId, input.now)
      remove.run(row.id)
      log.update(row.logId, 'accepted', 'released', 'You released this message; it is on its way.', undefined)
      return { done: true, logId: row.logId, freedSpools: [] }
    },
    keepHeld: (heldId, expiresAt) => keep.run(expiresAt, heldId).changes,
    dropHeld(heldId) {
      const row = find(heldId)
      if (row === undefined) return NOTHING
      remove.run(heldId)
      log.update(row.logId, 'dropped', 'dropped-by-user', 'You deleted this held message.', undefined)
      return { done: true, logId: row.logId, freedSpools: remover.removeIfUnused(row.messageId) }
    },
    expireHeld(now, limit) {
      const rows = expired.all(now, limit) as { id: number; message_id: number }[]
      const freedSpools: string[] = []
      for (const row of rows) {
        remove.run(row.id)
        freedSpools.push(...remover.removeIfUnused(row.message_id))
      }
      return { count: rows.length, freedSpools }
    },
  }
}
