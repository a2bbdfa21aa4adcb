// What has to go in time: held mail after its days, old log entries, settled deliveries. In small bites, now and then.
import { readCount } from '../store/settings.ts'
import { removeSpool } from '../store/spool.ts'
import { DUPLICATE_WINDOW } from './duplicates.ts'
import { DAY, type MailParts } from './parts.ts'
import { GIVE_UP_AFTER } from './retry.ts'

const INTERVAL = 10 * 60_000
const FIRST = 5000
const BITE = 500
const POLICIES = 20
/** Two days without a round are a long sleep, or a clock that jumped. */
const LONGEST_SLEEP = 2 * DAY
/** So much a clock may be put back without being doubted. */
const BACKWARDS = 60 * 60_000
/** Longer than a return path or an unsubscribe address is good for. */
const DELIVERY_DAYS = 90

export class Housekeeping {
  private readonly parts: MailParts
  /** MTA-STS policies that are a day old are fetched anew. */
  private readonly refreshPolicies: (limit: number) => Promise<number>
  /** New signing keys that were seen are put to use, old ones go. */
  private readonly tendKeys: () => Promise<void>
  private timer: NodeJS.Timeout | undefined

  constructor(
    parts: MailParts,
    refreshPolicies: (limit: number) => Promise<number>,
    tendKeys: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.parts = parts
    this.refreshPolicies = refreshPolicies
    this.tendKeys = tendKeys
  }

  start(): void {
    this.schedule(FIRST)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private schedule(wait: number): void {
    this.timer = setTimeout(() => {
      this.round().then(
        (more) => {
          if (this.timer !== undefined) this.schedule(more ? FIRST : INTERVAL)
        },
        (error: unknown) => {
          this.parts.onError(error, 'housekeeping')
          if (this.timer !== undefined) this.schedule(INTERVAL)
        },
      )
    }, wait)
    this.timer.unref()
  }

  /**
   * Whether the clock can be believed for throwing things away. One that jumped by more than a long sleep is doubted for a day: a wrong
   * clock, put right within that, costs nobody their held mail.
   */
  private async believesClock(now: number): Promise<boolean> {
    const { directory, writer } = this.parts.store
    const seen = Number(directory.setting('clock-seen') ?? now)
    const doubted = Number(directory.setting('clock-doubted') ?? 0)
    await writer.run('setting', 'clock-seen', String(now))
    if (now - seen > LONGEST_SLEEP || now < seen - BACKWARDS) {
      await writer.run('setting', 'clock-doubted', String(now))
      return false
    }
    return doubted === 0 || now >= doubted + DAY
  }

  /** True where there is more to do. */
  async round(): Promise<boolean> {
    const { store, clock } = this.parts
    const now = clock.now()
    await store.writer.run('pruneUnconfirmed', now - DUPLICATE_WINDOW)
    await this.refreshPolicies(POLICIES)
    return (await this.believesClock(now)) ? this.throwAway(now) : false
  }

  /** One bite of each that is old; true where there is more. */
  private async throwAway(now: number): Promise<boolean> {
    const { store } = this.parts
    const before = (name: 'log-days' | 'report-days' | 'audit-days'): number =>
      now - readCount(store.directory, name) * DAY
    await store.writer.run('unparkOld', now - GIVE_UP_AFTER, now)
    const held = await store.writer.run('expireHeld', now, BITE)
    for (const id of held.freedSpools) removeSpool(store.spoolFolder, id)
    const log = await store.writer.run('pruneLog', before('log-days'), BITE)
    const deliveries = await store.writer.run('pruneDeliveries', now - DELIVERY_DAYS * DAY, BITE)
    const reports = await store.writer.run('pruneReports', before('report-days'), BITE)
    await store.writer.run('pruneStsPolicies', now)
    await store.writer.run('pruneAudit', before('audit-days'))
    await this.tendKeys()
    return held.count === BITE || log === BITE || deliveries === BITE || reports === BITE
  }
}
