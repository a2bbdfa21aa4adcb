// Reports of ours on their way into the queue: each a message of its own, written in the transaction that made it necessary.
import type { Db } from '../database.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import { messageWriter, type NewMessage } from './messages.ts'
import { queueDelivery } from './queue-delivery.ts'

export interface NewNotice {
  readonly message: NewMessage
  /** `forward`: to the user's own mailbox; `reply`: to a sender outside. */
  readonly direction: 'forward' | 'reply'
  readonly aliasId: string | null
  readonly recipientId: string | null
  readonly forwardPath: string
  readonly destination: string
  readonly log: NewLogEntry
  /** Before the five days are over, where nobody waits that long. */
  readonly giveUpAt?: number
}

/** Queues a report; the id of its log entry. */
export function noticeWriter(db: Db): (notice: NewNotice) => number {
  const write = reportMailWriter(db)
  return (notice) => write(notice).logId
}

/** The same, with the id of its delivery. */
export function reportMailWriter(
  db: Db,
): (notice: NewNotice) => { readonly logId: number; readonly deliveryId: number } {
  const writeMessage = messageWriter(db)
  const log = logWriter(db)
  const queue = queueDelivery(db)
  return ({ message, log: entry, ...envelope }) => {
    const messageId = writeMessage(message)
    const logId = log.add(entry)
    const fixed = { tag: '', contactId: null, outMessageId: null, ready: true }
    const deliveryId = queue({ ...envelope, ...fixed, messageId, logId, at: message.receivedAt })
    return { logId, deliveryId }
  }
}
