// Notices that the machine woke up or changed its network: the queue is then tried at once instead of at its next step. behaviour.md 5.1
// No event says so on every system, so the addresses are looked at now and then; a look that comes far too late means that we slept.
import { networkInterfaces } from 'node:os'

const LOOK_EVERY = 5000
/** A look that is later than this was slept through. */
const SLEPT = 30_000
/** A network that comes and goes wakes the queue no more often than this. */
const QUIET = 30_000

/** The addresses by which others could be reached: loopback says nothing, and IPv6 changes its temporary ones all the time. */
function addresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, all]) =>
      (all ?? []).filter((one) => !one.internal).map((one) => `${name} ${one.family} ${one.address}`),
    )
    .sort()
    .join('\n')
}

export class NetworkWatch {
  private readonly now: () => number
  private readonly changed: () => void
  private readonly look: () => string
  private timer: NodeJS.Timeout | undefined
  private before = ''
  private lookedAt = 0
  private toldAt = Number.NEGATIVE_INFINITY
  private pending = false

  constructor(now: () => number, changed: () => void, look: () => string = addresses) {
    this.now = now
    this.changed = changed
    this.look = look
  }

  start(): void {
    this.before = this.look()
    this.lookedAt = this.now()
    this.timer = setInterval(() => {
      this.tick()
    }, LOOK_EVERY).unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** One look. */
  tick(): void {
    const now = this.now()
    const seen = this.look()
    if (seen !== this.before || now - this.lookedAt > SLEPT) this.pending = true
    this.before = seen
    this.lookedAt = now
    if (!this.pending || now - this.toldAt < QUIET) return
    // Without any address there is nothing to try; the next look will see one come.
    if (seen === '') return
    this.pending = false
    this.toldAt = now
    this.changed()
  }
}
