// Counters that outlive a restart: what the queue did that nobody asked it to.
import type { Db } from '../database.ts'

export type CounterName =
  /** Messages that came a second time because our 250 was lost on the way. */
  | 'duplicates-recognised'
  /** Deliveries that were under way when the process ended: each may have happened twice. */
  | 'redelivered-after-crash'
  | 'recipients-paused'

export function counting(db: Db): (name: CounterName, by?: number) => void {
  const add = db.prepare(
    'INSERT INTO counter(name,value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=value+excluded.value',
  )
  return (name, by = 1) => {
    if (by > 0) add.run(name, by)
  }
}
