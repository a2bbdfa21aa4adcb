// The queue at work: leases what is due, composes it, sends it by its route, settles it. Each step is committed before the next
// begins; what this process knows beyond the rows is only who is busy at the moment.
import { deliver, type DeliveryParts } from '../delivery/deliver.ts'
import type { DeliveryOutcome } from '../delivery/outgoing.ts'
import { parseRoute, type Route } from '../delivery/route.ts'
import type { SettleInput, SettleResult } from '../store/commands/settle.ts'
import type { DeliveryRow } from '../store/rows.ts'
import { removeSpool } from '../store/spool.ts'
import { faultPoint } from '../store/fault.ts'
import { Failure, messageOf } from '../terms/failure.ts'
import { compose, type Composed } from './compose.ts'
import { Backoff } from './backoff.ts'
import type { MailParts } from './parts.ts'
import { pausedUntil } from './pauses.ts'
import { LONGEST_WAIT } from './retry.ts'
import { settlementOf, type Said } from './settlement.ts'

/** Deliveries under way at once: in all, and to one destination. */
const MAX_ACTIVE = 40
const MAX_PER_DESTINATION = 20
/** How long a settle that the disk did not take is waited for before it is tried again, in milliseconds. */
const SETTLE_PAUSE = 1000
/** A clock that goes back further than this was set, in milliseconds. */
const CLOCK_STEP = 60_000
/** Wakes by itself at least this often, whatever timers a sleeping laptop lost. */
const LONGEST_SLEEP = 60_000

export class QueueRunner {
  private readonly parts: MailParts
  private readonly delivery: DeliveryParts
  private readonly active = new Map<string, number>()
  private total = 0
  private running = false
  private pumping = false
  private pumped: Promise<void> = Promise.resolve()
  private again = false
  private timer: NodeJS.Timeout | undefined
  private stopListening: () => void = () => undefined
  private idle: (() => void) | undefined
  private nextDue: number | undefined
  private readonly backoff = new Backoff()
  /** Epoch milliseconds, infinite where it is until the user takes it back. */
  private pausedUntil = 0
  private lastNow = 0

  constructor(parts: MailParts, delivery: DeliveryParts) {
    this.parts = parts
    this.delivery = delivery
  }

  /** Starts the work; what was in flight when the last run ended without a goodbye is due at once. */
  async start(): Promise<void> {
    const now = this.parts.clock.now()
    await this.parts.store.writer.run('recoverInFlight', now)
    await this.parts.store.writer.run('notLaterThan', now + LONGEST_WAIT, now)
    this.lastNow = now
    this.running = true
    this.pausedUntil = this.readPause()
    this.stopListening = this.parts.announcer.listen((event) => {
      if (event.kind === 'queue') this.wake()
    })
    this.wake()
  }

  private get isPaused(): boolean {
    return this.pausedUntil > this.parts.clock.now()
  }

  private readPause(): number {
    return pausedUntil(this.parts.store.directory, 'sending', this.parts.clock.now()) ?? 0
  }

  /** Nothing new goes out while it is paused; what is under way ends. Mail still comes in. Asks the settings whether it is so. */
  pause(): void {
    this.pausedUntil = this.readPause()
    if (this.isPaused) this.wake()
    else this.hurry()
  }

  /** Looks at everything again, also at destinations that nobody answered at: the user asks, or the network changed. */
  hurry(): void {
    this.backoff.forget()
    this.wake()
  }

  /** Looks for due deliveries now. Cheap to call often. */
  wake(): void {
    if (!this.running) return
    if (this.pumping) this.again = true
    else this.pumped = this.pump()
  }

  private async pump(): Promise<void> {
    this.pumping = true
    clearTimeout(this.timer)
    try {
      do {
        this.again = false
        if (!this.isPaused && this.total < MAX_ACTIVE) await this.leaseSome()
      } while (this.mayGoOn())
      this.sleep()
    } catch (error) {
      this.parts.onError(error, 'queue')
      this.timer = setTimeout(() => {
        this.wake()
      }, SETTLE_PAUSE)
    } finally {
      this.pumping = false
    }
  }

  private mayGoOn(): boolean {
    return this.running && this.again && !this.isPaused && this.total < MAX_ACTIVE
  }

  /** How many more each destination may have: of those that have some under way, or that nobody answers at. */
  private rooms(): Map<string, number> {
    const rooms = this.backoff.rooms(this.parts.clock.now())
    for (const [destination, count] of this.active)
      rooms.set(destination, Math.max(0, (rooms.get(destination) ?? MAX_PER_DESTINATION) - count))
    return rooms
  }

  private async leaseSome(): Promise<void> {
    const limit = Math.min(MAX_ACTIVE - this.total, MAX_PER_DESTINATION)
    const now = this.parts.clock.now()
    // The clock was put back: what was put off by it would wait for as long as it was ahead.
    if (now < this.lastNow - CLOCK_STEP) await this.parts.store.writer.run('notLaterThan', now + LONGEST_WAIT, now)
    this.lastNow = now
    const asked = { now, limit, perDestination: MAX_PER_DESTINATION, rooms: this.rooms() }
    const { rows, nextDue, more } = await this.parts.store.writer.run('lease', asked)
    if (!this.running || this.isPaused) {
      // Leased while the word to stop came: nobody dials any more, so the leases go back as they were.
      const ids = rows.map((row) => row.id)
      await this.parts.store.writer.run('releaseLeases', ids, this.parts.clock.now())
      return
    }
    for (const row of rows) {
      this.total++
      this.active.set(row.destination, (this.active.get(row.destination) ?? 0) + 1)
      void this.work(row)
    }
    this.nextDue = nextDue
    if (more) this.again = true
  }

  private sleep(): void {
    if (!this.running) return
    if (this.isPaused) {
      this.sleepThroughPause()
      return
    }
    // A finished delivery wakes us.
    if (this.total >= MAX_ACTIVE) return
    const now = this.parts.clock.now()
    const next = Math.min(
      this.nextDue ?? Number.POSITIVE_INFINITY,
      this.backoff.nextEnd(now) ?? Number.POSITIVE_INFINITY,
    )
    this.timer = setTimeout(
      () => {
        this.wake()
      },
      Math.min(Math.max(0, next - now), LONGEST_SLEEP),
    )
  }

  /** A clock that is put on ends a pause early: it is looked at each minute. */
  private sleepThroughPause(): void {
    if (this.pausedUntil === Number.POSITIVE_INFINITY) return
    const wait = Math.min(this.pausedUntil - this.parts.clock.now(), LONGEST_SLEEP)
    this.timer = setTimeout(() => {
      if (this.isPaused) this.wake()
      else this.hurry()
    }, wait)
  }

  private async work(row: DeliveryRow): Promise<void> {
    try {
      await this.attempt(row)
    } catch (error) {
      this.parts.onError(error, `delivery ${row.id}`)
    } finally {
      this.total--
      const left = (this.active.get(row.destination) ?? 1) - 1
      if (left <= 0) this.active.delete(row.destination)
      else this.active.set(row.destination, left)
      if (this.total === 0) this.idle?.()
      this.wake()
    }
  }

  private async attempt(row: DeliveryRow): Promise<void> {
    let composed: Composed
    try {
      composed = await compose(this.parts, row)
    } catch (error) {
      const permanent = error instanceof Failure && error.permanent
      const reason = error instanceof Failure ? error.id : 'cannot-compose'
      const outcome = permanent ? 'failed' : 'deferred'
      await this.settle(row, { outcome, reason, answer: messageOf(error), destination: 'here', tls: '' })
      return
    }
    const route = this.routeOf(row)
    if (route.kind === 'mailbox') await this.toMailbox(row, composed)
    else await this.send(row, route, composed)
  }

  private async send(row: DeliveryRow, route: Exclude<Route, { kind: 'mailbox' }>, composed: Composed): Promise<void> {
    faultPoint('before-dial')
    const outcome = await deliver(route, composed, this.delivery)
    faultPoint('before-settle')
    if (outcome.reached === false) this.backoff.failed(row.destination, this.parts.clock.now())
    else this.backoff.answered(row.destination)
    await this.settle(row, outcome, composed)
  }

  private routeOf(row: DeliveryRow): Route {
    if (row.route !== null) return parseRoute(row.route)
    const recipient = row.recipientId === null ? undefined : this.parts.store.directory.recipient(row.recipientId)
    return recipient?.isMailbox === true ? { kind: 'mailbox' } : parseRoute(this.parts.route())
  }

  private async toMailbox(row: DeliveryRow, composed: Composed): Promise<void> {
    const outcome: DeliveryOutcome = {
      outcome: 'delivered',
      reason: 'delivered',
      answer: 'Put into the built-in mailbox',
      destination: 'mailbox',
      tls: '',
    }
    const { alias, sender, subject, size, header } = composed
    const recipient = row.forwardPath
    const settle = this.settlement(row, outcome, composed)
    await this.untilStored(() =>
      this.parts.store.writer.run('deliverToMailbox', { settle, alias, sender, recipient, subject, size, header }),
    )
  }

  private settle(row: DeliveryRow, outcome: DeliveryOutcome, said: Said = {}): Promise<void> {
    const input = this.settlement(row, outcome, said)
    return this.untilStored(() => this.parts.store.writer.run('settle', input))
  }

  private settlement(row: DeliveryRow, outcome: DeliveryOutcome, { remarks, notes }: Said): SettleInput {
    const said = { remarks: remarks ?? '', notes: notes ?? [] }
    return settlementOf(this.parts, row, { ...outcome, ...said }, this.delivery.chance())
  }

  /** The far end has answered: that must not get lost to a full disk. Dies here: the delivery is repeated once. */
  private async untilStored(store: () => Promise<SettleResult>): Promise<void> {
    for (;;) {
      try {
        this.tell(await store())
        return
      } catch (error) {
        this.parts.onError(error, 'settling a delivery')
        if (!this.running) return
        await new Promise((resolve) => setTimeout(resolve, SETTLE_PAUSE))
      }
    }
  }

  private tell(result: SettleResult): void {
    for (const id of result.freedSpools) removeSpool(this.parts.store.spoolFolder, id)
    for (const id of [result.logId, ...result.moreLogIds])
      if (id !== null) this.parts.announcer.tell({ kind: 'log', id })
    if (result.queued) this.wake()
    if (result.mailboxId !== null) this.parts.announcer.tell({ kind: 'mailbox', id: result.mailboxId })
  }

  /** No new attempts; the running ones get `grace` milliseconds. What they don't finish is due at the next start. */
  async stop(grace: number): Promise<void> {
    this.running = false
    clearTimeout(this.timer)
    this.stopListening()
    await this.pumped
    clearTimeout(this.timer)
    if (this.total > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, grace)
        this.idle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    this.delivery.clients.close()
  }
}
