// Sees to it that a resolver which cannot be worked with is known at once, not by mail that stays away: looked at on start, whenever the
// network or the settings change, and now and then. Without it all mail from outside would be put off while everything looks well.
import type { ResolverCheck } from '../dns/check-resolver.ts'

const LOOK_EVERY = 5 * 60_000
/** While something is wrong, or may be. */
const LOOK_AGAIN = 20_000
/** Nobody answers at a moment's change of network, either: after so many looks it is a trouble. */
const SILENT_LOOKS = 6

export type ResolverTrouble = 'dns-silent' | 'dns-strips' | 'clock-wrong'

export interface ResolverHealth {
  readonly kind: 'unknown' | ResolverCheck['kind']
  /** Why it is not good; empty where it is, or not known yet. */
  readonly reason: string
  /** When it was looked at, epoch milliseconds. */
  readonly at: number | null
}

export interface ResolverWatchParts {
  readonly check: () => Promise<ResolverCheck>
  readonly now: () => number
  /** Called when what is known became another thing. */
  readonly changed: () => void
  readonly onError: (error: unknown, what: string) => void
}

const TROUBLES: Readonly<Record<Exclude<ResolverCheck['kind'], 'good'>, ResolverTrouble>> = {
  silent: 'dns-silent',
  strips: 'dns-strips',
  clock: 'clock-wrong',
}

const UNKNOWN: ResolverHealth = { kind: 'unknown', reason: '', at: null }

export class ResolverWatch {
  private readonly parts: ResolverWatchParts
  private timer: NodeJS.Timeout | undefined
  private running = false
  /** Counts up with each look that was asked for: an answer to an earlier one is of another resolver or network. */
  private turn = 0
  private silent = 0
  private found = UNKNOWN
  private told: ResolverTrouble | undefined

  constructor(parts: ResolverWatchParts) {
    this.parts = parts
  }

  get health(): ResolverHealth {
    return this.found
  }

  get trouble(): ResolverTrouble | undefined {
    return this.told
  }

  start(): void {
    this.running = true
    void this.look()
  }

  stop(): void {
    this.running = false
    this.turn++
    clearTimeout(this.timer)
  }

  /** Another resolver is asked: nothing is known of it. */
  forget(): void {
    this.turn++
    this.silent = 0
    this.know(UNKNOWN, this.told)
  }

  /** The network or the resolver is another one. Before the start it is not looked at: a command that only opens the data asks nobody. */
  async lookIfStarted(): Promise<void> {
    if (this.running) await this.look()
  }

  /** Looks now. */
  async look(): Promise<void> {
    clearTimeout(this.timer)
    const turn = ++this.turn
    let seen: ResolverCheck
    try {
      seen = await this.parts.check()
    } catch (error) {
      // Nothing that a resolver does: it is not known, and said so.
      this.parts.onError(error, 'looking at the resolver')
      seen = { kind: 'silent', reason: error instanceof Error ? error.message : String(error) }
    }
    if (turn !== this.turn) return
    this.take(seen)
    if (this.running)
      this.timer = setTimeout(() => void this.look(), seen.kind === 'good' ? LOOK_EVERY : LOOK_AGAIN).unref()
  }

  private take(seen: ResolverCheck): void {
    const health = { kind: seen.kind, reason: seen.kind === 'good' ? '' : seen.reason, at: this.parts.now() }
    this.silent = seen.kind === 'silent' ? this.silent + 1 : 0
    // Silence that does not last changes nothing of what is a trouble.
    const waits = seen.kind === 'silent' && this.silent < SILENT_LOOKS
    this.know(health, waits ? this.told : seen.kind === 'good' ? undefined : TROUBLES[seen.kind])
  }

  private know(health: ResolverHealth, trouble: ResolverTrouble | undefined): void {
    const same = health.kind === this.found.kind && health.reason === this.found.reason && trouble === this.told
    this.found = health
    this.told = trouble
    if (!same) this.parts.changed()
  }
}
