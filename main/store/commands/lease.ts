// Which deliveries are dialled next. Each destination is looked at by itself and they take turns, so neither a long line for one of
// them nor a dead one keeps the others waiting; the work of a look does not grow with the length of the lines.
import type { Db } from '../database.ts'
import { fromRaw, type DeliveryRow, type Raw } from '../rows.ts'
import { recipientCommands } from './recipients.ts'

export interface LeaseInput {
  readonly now: number
  readonly limit: number
  /** How many more a destination may have at once. */
  readonly perDestination: number
  /** The same for destinations that have some under way, or that nobody answers at. */
  readonly rooms: ReadonlyMap<string, number>
}

export interface LeaseResult {
  readonly rows: readonly DeliveryRow[]
  /** When the next delivery of a destination that has nothing under way is due; undefined where none is. */
  readonly nextDue: number | undefined
  /** There may be more that is due. */
  readonly more: boolean
}

/** Destinations looked at in one go: some milliseconds of the writer's time. */
const MAX_LOOKED_AT = 2000

export const DELIVERY_COLUMNS = `id,message_id,direction,alias_id,tag,recipient_id,contact_id,forward_path,destination,out_message_id,
  as_is,attachments,real_address,log_id,state,attempts,queued_at,due_at,settled_at,last_answer,delay_told,notify,orcpt,ready,route,diverted,bounce,give_up_at`

export function leaseCommand(db: Db): (input: LeaseInput) => LeaseResult {
  const next = db.prepare(
    `SELECT destination, due_at AS dueAt FROM delivery WHERE state='queued' AND destination > ?
     ORDER BY destination, due_at, id LIMIT 1`,
  )
  const due = db.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE state='queued' AND destination=? AND due_at <= ?
     ORDER BY due_at, id LIMIT ?`,
  )
  const take = db.prepare("UPDATE delivery SET state='in-flight', attempts=attempts+1 WHERE id=?")
  const { probePaused } = recipientCommands(db)
  let last = '' // whose turn it was

  /** The destinations with something due, beginning behind the one whose turn it was. */
  const look = ({ now, perDestination, rooms }: LeaseInput) => {
    const ready: { readonly name: string; readonly room: number }[] = []
    const start = last
    let nextDue = Number.POSITIVE_INFINITY
    let at = start
    let wrapped = start === ''
    for (let looked = 0; looked < MAX_LOOKED_AT; looked++) {
      const found = next.get(at) as { destination: string; dueAt: number } | undefined
      if (found === undefined || (wrapped && start !== '' && found.destination > start)) {
        if (wrapped) return { ready, nextDue, whole: true }
        wrapped = true
        at = ''
        continue
      }
      at = found.destination
      const room = rooms.get(at) ?? perDestination
      if (room <= 0) continue
      if (found.dueAt <= now) ready.push({ name: at, room })
      else nextDue = Math.min(nextDue, found.dueAt)
    }
    last = at
    return { ready, nextDue, whole: false }
  }

  return (input) => {
    const { now, limit } = input
    probePaused(now)
    const { ready, nextDue, whole } = look(input)
    const share = Math.max(1, Math.floor(limit / Math.max(1, ready.length)))
    const rows: DeliveryRow[] = []
    for (const { name, room } of ready) {
      const wanted = Math.min(room, share, limit - rows.length)
      if (wanted <= 0) break
      for (const raw of due.all(name, now, wanted) as Raw[]) {
        take.run(raw['id'])
        rows.push({ ...fromRaw<DeliveryRow>(raw), state: 'in-flight', attempts: Number(raw['attempts']) + 1 })
      }
      if (whole) last = name
    }
    return { rows, nextDue: Number.isFinite(nextDue) ? nextDue : undefined, more: !whole || rows.length > 0 }
  }
}
