// The events that wait for one reader. Only ids are kept, each once, and looked up when they are sent: a reader that is slow, or reads nothing,
// costs a bounded number of ids and no look-ups.
import type { Event } from '../queue/announce.ts'

/** With more waiting events the reader is told to reload instead. */
export const MOST_EVENTS = 1000

/** Events with content; the others only tell that the state changed. */
export type TellingEvent = Extract<Event, { kind: 'log' | 'mailbox' | 'alias' | 'lock' }>

export interface Batch {
  /** Events were dropped: the reader has to load everything again. */
  readonly reload: boolean
  /** In the order in which they came. */
  readonly events: readonly TellingEvent[]
}

const isTelling = (event: Event): event is TellingEvent =>
  event.kind === 'log' || event.kind === 'mailbox' || event.kind === 'alias' || event.kind === 'lock'

export class EventQueue {
  private readonly waiting = new Map<string, TellingEvent>()
  private reload = false

  get size(): number {
    return this.waiting.size
  }

  add(event: Event): void {
    if (!isTelling(event)) return
    this.waiting.set(event.kind === 'lock' ? 'lock' : `${event.kind} ${event.id}`, event)
    if (this.waiting.size <= MOST_EVENTS) return
    // A lock is never dropped: a reload would not bring it back.
    const lock = this.waiting.get('lock')
    this.waiting.clear()
    if (lock !== undefined) this.waiting.set('lock', lock)
    this.reload = true
  }

  /** Empties the queue. */
  take(): Batch {
    const batch = { reload: this.reload, events: [...this.waiting.values()] }
    this.reload = false
    this.waiting.clear()
    return batch
  }
}
