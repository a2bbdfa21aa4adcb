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
  /** The user released it without the attachments that held it. */
  readonly attachments?: 'remove' | ''
  /** With the user's own address in it, on their word. */
  readonly realAddress?: boolean
  /** RFC 3461 §4.1, §4.2. */
  readonly notify?: string
  readonly orcpt?: string
  /** A report of ours. */
  readonly ready?: boolean
  /** To a fallback recipient. */
  readonly diverted?: boolean
  /** Before the five days are over. */
  readonly giveUpAt?: number
  readonly at: number
}

/** By what deliveries are kept apart: the recipient's domain for `mx`, else the route itself. */
export function destinationOf(route: string, forwardPath: string): string {
  return route === 'mx' ? forwardPath.slice(forwardPath.lastIndexOf('@') + 1).toLowerCase() : route
}

/** When what waits for a paused recipient is due: at the end of time (9999-12-31), so that no clock finds it. */
export const PARKED = 253_402_214_400_000

/** Queues a delivery, due at once; for a paused recipient it is parked. Its id. */
export function queueDelivery(db: Db): (delivery: NewDelivery) => number {
  const insert = db.prepare(
    `INSERT INTO delivery(message_id,direction,alias_id,tag,recipient_id,contact_id,forward_path,destination,out_message_id,
       as_is,attachments,real_address,notify,orcpt,ready,diverted,give_up_at,log_id,state,queued_at,due_at)
     VALUES(:messageId,:direction,:aliasId,:tag,:recipientId,:contactId,:forwardPath,:destination,:outMessageId,
       :asIs,:attachments,:realAddress,:notify,:orcpt,:ready,:diverted,:giveUpAt,:logId,'queued',:at,
       coalesce((SELECT ${PARKED} FROM recipient WHERE id=:recipientId AND paused_at IS NOT NULL), :at))`,
  )
  return (delivery) => {
    const { asIs, realAddress, ready, diverted, attachments = '', notify = '', orcpt = '', giveUpAt = null } = delivery
    const flag = (value: boolean | undefined): number => (value === true ? 1 : 0)
    const flags = { asIs: flag(asIs), realAddress: flag(realAddress), ready: flag(ready), diverted: flag(diverted) }
    return Number(insert.run({ ...delivery, attachments, notify, orcpt, giveUpAt, ...flags }).lastInsertRowid)
  }
}
