// The life of a delivery after it is queued: leased before anybody dials, settled by what the far end said.
// Every step is a committed row; a crash between lease and settle leaves `in-flight`, which the next start makes due at once.
import type { Db } from '../database.ts'
import { counting } from './counters.ts'
import { leaseCommand, type LeaseInput, type LeaseResult } from './lease.ts'
import { logWriter } from './log.ts'
import { PARKED } from './queue-delivery.ts'
import { settleCommands, type SettleCommands } from './settle.ts'

export interface RerouteInput {
  readonly id: number
  readonly recipientId: string | null
  readonly forwardPath: string
  readonly destination: string
  /** null: the default one. */
  readonly route: string | null
  readonly now: number
}

export interface DeliveryCommands extends SettleCommands {
  lease(input: LeaseInput): LeaseResult
  /** After an unclean end: what was in flight is due at once. Returns how many. */
  recoverInFlight(now: number): number
  /** Gives leases back unused, at a clean stop. */
  releaseLeases(deliveryIds: readonly number[], now: number): number
  retryNow(deliveryIds: readonly number[], now: number): number
  /** Makes everything that waits due now, but for what waits for a paused recipient: after sleep, on a network change. */
  wakeAll(now: number): number
  /** What is due later than it could be was put off by a clock that was ahead: due now. */
  notLaterThan(latest: number, now: number): number
  /** The same as wakeAll for one destination. */
  wakeDestination(destination: string, now: number): number
  reroute(input: RerouteInput): number | null
  /** What waited for a paused recipient for too long gets a last try. */
  unparkOld(queuedBefore: number, now: number): number
  pruneDeliveries(before: number, limit: number): number
}

export function deliveryCommands(db: Db): DeliveryCommands {
  const count = counting(db)
  const recover = db.prepare("UPDATE delivery SET state='queued', due_at=? WHERE state='in-flight'")
  const giveBack = db.prepare(
    "UPDATE delivery SET state='queued', due_at=?, attempts=max(0,attempts-1) WHERE id=? AND state='in-flight'",
  )
  const hasten = db.prepare("UPDATE delivery SET due_at=? WHERE id=? AND state='queued'")
  const wake = db.prepare(`UPDATE delivery SET due_at=? WHERE state='queued' AND due_at > ? AND due_at < ${PARKED}`)
  const wakeOne = db.prepare(
    `UPDATE delivery SET due_at=? WHERE state='queued' AND destination=? AND due_at > ? AND due_at < ${PARKED}`,
  )
  const unpark = db.prepare(`UPDATE delivery SET due_at=? WHERE state='queued' AND due_at=${PARKED} AND queued_at < ?`)
  const forgetSeen = db.prepare('DELETE FROM reply_seen WHERE at < ?')
  const removeOld = db.prepare(
    'DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE settled_at < ? LIMIT ?)',
  )
  return {
    lease: leaseCommand(db),
    ...settleCommands(db),
    recoverInFlight(now) {
      const found = recover.run(now).changes
      count('redelivered-after-crash', found)
      return found
    },
    releaseLeases: (ids, now) => ids.reduce((sum, id) => sum + giveBack.run(now, id).changes, 0),
    retryNow: (ids, now) => ids.reduce((sum, id) => sum + hasten.run(now, id).changes, 0),
    wakeAll: (now) => wake.run(now, now).changes,
    notLaterThan: (latest, now) => wake.run(now, latest).changes,
    wakeDestination: (destination, now) => wakeOne.run(now, destination, now).changes,
    reroute: rerouteCommand(db),
    unparkOld: (queuedBefore, now) => unpark.run(now, queuedBefore).changes,
    pruneDeliveries(before, limit) {
      forgetSeen.run(before)
      return removeOld.run(before, limit).changes
    },
  }
}

/** The id of the log entry; null where the delivery does not wait. */
function rerouteCommand(db: Db): DeliveryCommands['reroute'] {
  const log = logWriter(db)
  const change = db.prepare(
    `UPDATE delivery SET recipient_id=:recipientId, forward_path=:forwardPath, destination=:destination, route=:route,
       due_at=:now WHERE id=:id AND state='queued'`,
  )
  const logOf = db.prepare('SELECT log_id FROM delivery WHERE id=?').pluck()
  return (input) => {
    if (change.run(input).changes === 0) return null
    const logId = logOf.get(input.id) as number
    const by = input.route === null ? '' : ` by ${input.route}`
    log.update(logId, 'deferred', 'rerouted', `You sent it on another way: to ${input.forwardPath}${by}.`, undefined)
    return logId
  }
}
