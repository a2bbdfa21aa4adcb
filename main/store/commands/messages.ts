// A message lives as long as a delivery, a held entry or the built-in mailbox needs it, and no longer: what is delivered is
// removed (secure_delete overwrites it), so that the folder never becomes an archive that nobody asked for.
import type { Db } from '../database.ts'
import type { SessionRecord, Verdicts } from '../rows.ts'

export interface NewMessage {
  readonly publicId: string
  readonly receivedAt: number
  readonly reversePath: string
  readonly header: Uint8Array
  readonly body: Uint8Array | null
  readonly spool: { readonly id: string; readonly key: Uint8Array; readonly size: number } | null
  readonly size: number
  readonly bodyHash: string
  readonly session: SessionRecord
  readonly verdicts: Verdicts | null
  readonly authenticationResults: string | null
  /** A report may go to the reverse-path. */
  readonly proven: boolean
  readonly envid: string | null
  readonly ret: 'FULL' | 'HDRS' | null
}

/** Writes a message and its spool row; the id. */
export function messageWriter(db: Db): (message: NewMessage) => number {
  const insertSpool = db.prepare('INSERT INTO spool(id,key,size,created_at) VALUES(?,?,?,?)')
  const insert = db.prepare(
    `INSERT INTO message(public_id,received_at,reverse_path,header,body,spool_id,size,body_hash,session,verdicts,
       authentication_results,proven,envid,ret)
     VALUES(:publicId,:receivedAt,:reversePath,:header,:body,:spoolId,:size,:bodyHash,:session,:verdicts,
       :authenticationResults,:proven,:envid,:ret)`,
  )
  return ({ spool, ...message }) => {
    if (spool !== null) insertSpool.run(spool.id, spool.key, spool.size, message.receivedAt)
    const inserted = insert.run({
      ...message,
      spoolId: spool?.id ?? null,
      session: JSON.stringify(message.session),
      verdicts: message.verdicts === null ? null : JSON.stringify(message.verdicts),
      proven: message.proven ? 1 : 0,
    })
    return Number(inserted.lastInsertRowid)
  }
}

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
