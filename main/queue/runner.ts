// The queue at work: leases what is due, composes it, sends it by its route, settles it. Each step is committed before the next
// begins; what this process knows beyond the rows is only who is busy at the moment.
import { deliver, type DeliveryParts } from '../delivery/deliver.ts'
import type { DeliveryOutcome } from '../delivery/outgoing.ts'
import { parseRoute, type Route } from '../delivery/route.ts'
import type { SettleInput, SettleResult } from '../store/commands/deliveries.ts'
import type { DeliveryRow } from '../store/rows.ts'
import { removeSpool } from '../store/spool.ts'
import { Failure, messageOf } from '../terms/failure.ts'
import { compose, type Composed } from './compose.ts'
import { KEEP_HELD, type MailParts } from './parts.ts'
import { nextStep } from './retry.ts'

/** Deliveries under way at once: in all, and to one destination. */
const MAX_ACTIVE = 40
const MAX_PER_DESTINATION = 20
/** How long a settle that the disk did not take is waited for before it is tried again, in milliseconds. */
const SETTLE_PAUSE = 1000
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
  paused = false

  constructor(parts: MailParts, delivery: DeliveryParts) {
    this.parts = parts
    this.delivery = delivery
  }

  /** Starts the work; what was in flight when the last run ended without a goodbye is due at once. */
  async start(): Promise<void> {
    await this.parts.store.writer.run('recoverInFlight', this.parts.clock.now())
    this.running = true
    this.stopListening = this.parts.announcer.listen((event) => {
      if (event.kind === 'queue') this.wake()
    })
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
        if (!this.paused && this.total < MAX_ACTIVE) await this.leaseSome()
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
    return this.running && this.again
  }

  private busy(): string[] {
    return [...this.active].filter(([, count]) => count >= MAX_PER_DESTINATION).map(([destination]) => destination)
  }

  private async leaseSome(): Promise<void> {
    const limit = Math.min(MAX_ACTIVE - this.total, MAX_PER_DESTINATION)
    const rows = await this.parts.store.writer.run('lease', { now: this.parts.clock.now(), limit, busy: this.busy() })
    if (!this.running) {
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
    if (rows.length === limit) this.again = true
  }

  private sleep(): void {
    if (!this.running || this.paused) return
    const due = this.parts.store.mail.nextDue(this.busy())
    const wait = due === undefined ? LONGEST_SLEEP : Math.max(0, due - this.parts.clock.now())
    if (due !== undefined && wait === 0 && this.total >= MAX_ACTIVE) return // a finished delivery wakes us
    this.timer = setTimeout(
      () => {
        this.wake()
      },
      Math.min(wait, LONGEST_SLEEP),
    )
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
    else await this.settle(row, await deliver(route, composed, this.delivery))
  }

  private routeOf(row: DeliveryRow): Route {
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
    const settle = this.settlement(row, outcome)
    await this.untilStored(() =>
      this.parts.store.writer.run('deliverToMailbox', { settle, alias, sender, recipient, subject, size, header }),
    )
  }

  private settle(row: DeliveryRow, outcome: DeliveryOutcome): Promise<void> {
    const input = this.settlement(row, outcome)
    return this.untilStored(() => this.parts.store.writer.run('settle', input))
  }

  private settlement(row: DeliveryRow, result: DeliveryOutcome): SettleInput {
    const now = this.parts.clock.now()
    const attempt = { at: now, ...result, reason: undefined }
    const base = { deliveryId: row.id, attempt, dueAt: now, keepUntil: null }
    if (result.outcome === 'delivered') {
      const text = row.direction === 'forward' ? 'Delivered to your mailbox.' : 'Sent from the alias.'
      return { ...base, outcome: 'delivered', reason: result.reason, text }
    }
    const chance = this.delivery.chance()
    const next =
      result.outcome === 'failed' ? ({ kind: 'give-up' } as const) : nextStep(row.attempts, row.queuedAt, now, chance)
    if (next.kind === 'retry') {
      const text = `Not delivered yet: ${result.answer} It is tried again by itself.`
      return { ...base, outcome: 'deferred', reason: result.reason, text, dueAt: next.dueAt }
    }
    const text = `Could not be delivered: ${result.answer} The message is kept for you under failed deliveries.`
    return {
      ...base,
      outcome: 'failed',
      reason: result.reason,
      text,
      keepUntil: now + KEEP_HELD,
      attempt: { ...attempt, outcome: 'failed' },
    }
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
    if (result.logId !== null) this.parts.announcer.tell({ kind: 'log', id: result.logId })
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
