// Mail whose recipient is out of order goes to the fallback recipient of its alias, else of its domain: once.
import type { Db } from '../database.ts'
import { destinationOf } from './queue-delivery.ts'

export interface Fallback {
  readonly recipientId: string
  readonly email: string
  readonly destination: string
}

/** The fallback for mail to `aliasId` that `exceptId` cannot take; undefined where there is none, or where it got this mail anyway. */
export function fallbackFinder(
  db: Db,
): (aliasId: string | null, exceptId: string, logId: number) => Fallback | undefined {
  const find = db.prepare(
    `SELECT r.id AS recipientId, r.email, r.is_mailbox AS isMailbox FROM alias a JOIN domain d ON d.id=a.domain_id
     JOIN recipient r ON r.id=coalesce(a.fallback_recipient_id, d.fallback_recipient_id)
     WHERE a.id=? AND r.id<>? AND r.paused_at IS NULL`,
  )
  const route = db.prepare("SELECT value FROM setting WHERE key='route'").pluck()
  const hasIt = db.prepare('SELECT 1 FROM delivery WHERE log_id=? AND recipient_id=?').pluck()
  return (aliasId, exceptId, logId) => {
    if (aliasId === null) return undefined
    const found = find.get(aliasId, exceptId) as { recipientId: string; email: string; isMailbox: number } | undefined
    if (found === undefined || hasIt.get(logId, found.recipientId) === 1) return undefined
    const { recipientId, email, isMailbox } = found
    const chosen = (route.get() as string | undefined) ?? 'mailbox'
    return { recipientId, email, destination: isMailbox === 1 ? 'mailbox' : destinationOf(chosen, email) }
  }
}
