// A message lives as long as a delivery, a held entry or the built-in mailbox needs it, and no longer: what is delivered is
// removed (secure_delete overwrites it), so that the folder never becomes an archive that nobody asked for.
import type { Db } from '../database.ts'

export interface MessageRemover {
  /** Removes the message where nothing needs it; the ids of spool files that may go after the commit. */
  removeIfUnused(messageId: number): string[]
}

export function messageRemover(db: Db): MessageRemover {
  const needed = db
    .prepare(
      `SELECT EXISTS(SELECT 1 FROM delivery WHERE message_id=:id AND state IN ('queued','in-flight'))
        OR EXISTS(SELECT 1 FROM held WHERE message_id=:id) OR EXISTS(SELECT 1 FROM mailbox WHERE message_id=:id)`,
    )
    .pluck()
  const spoolOf = db.prepare('SELECT spool_id FROM message WHERE id=?').pluck()
  const remove = db.prepare('DELETE FROM message WHERE id=?')
  const removeSpool = db.prepare('DELETE FROM spool WHERE id=?')
  return {
    removeIfUnused(messageId) {
      if (needed.get({ id: messageId }) === 1) return []
      const spool = spoolOf.get(messageId)
      remove.run(messageId)
      if (typeof spool !== 'string') return []
      removeSpool.run(spool)
      return [spool]
    },
  }
}
