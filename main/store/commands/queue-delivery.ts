// The one place where a delivery's row is made.
import type { Db } from '../database.ts'

export interface NewDelivery {
  readonly messageId: number
  readonly direction: 'forward' | 'reply'
  readonly aliasId: string | null
  readonly tag: string
  readonly recipientId: string | null
  readonly contactId: string | null
  readonly forwardPath: string
  /** By what deliveries are kept apart: the domain for mx, else the route. */
  readonly destination: string
  readonly outMessageId: string | null
  readonly logId: number
  /** The user said "send anyway". */
  readonly asIs?: boolean
  readonly at: number
}

/** Queues a delivery, due at once. */
export function queueDelivery(db: Db): (delivery: NewDelivery) => void {
  const insert = db.prepare(
    `INSERT INTO delivery(message_id,direction,alias_id,tag,recipient_id,contact_id,forward_path,destination,out_message_id,
       as_is,log_id,state,queued_at,due_at)
     VALUES(:messageId,:direction,:aliasId,:tag,:recipientId,:contactId,:forwardPath,:destination,:outMessageId,
       :asIs,:logId,'queued',:at,:at)`,
  )
  return (delivery) => {
    insert.run({ ...delivery, asIs: delivery.asIs === true ? 1 : 0 })
  }
}
