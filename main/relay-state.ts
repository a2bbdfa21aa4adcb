// What a relay says of itself: to the pages, the tray and the command line.
import type { AppState } from './api/shapes.ts'
import type { DnsService } from './dns/service.ts'
import { pausedUntil, type PauseOf } from './queue/pauses.ts'
import type { Trouble } from './queue/troubles.ts'
import type { Store } from './store/store.ts'
import { VERSION } from './version.ts'

export type Phase = 'open' | 'running' | 'stopping'

export interface RelayFacts {
  readonly store: Store
  readonly phase: Phase
  /** The worst first. */
  readonly troubles: readonly Trouble[]
  readonly listeners: AppState['listeners']
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly dns: Pick<DnsService, 'choice' | 'shown'>
  readonly hostname: string
  readonly route: string
}

function pausesOf({ directory }: Store, now: number): AppState['pauses'] {
  const one = (of: PauseOf): AppState['pauses'][PauseOf] => {
    const until = pausedUntil(directory, of, now)
    return until === undefined ? null : { until: Number.isFinite(until) ? until : null }
  }
  return { sending: one('sending'), receiving: one('receiving') }
}

function wordFor(phase: Phase, pauses: AppState['pauses'], troubles: readonly Trouble[]): AppState['state'] {
  if (phase === 'stopping') return 'stopping'
  if (pauses.sending !== null || pauses.receiving !== null) return 'paused'
  return troubles.length > 0 ? 'degraded' : 'running'
}

export function relayState(facts: RelayFacts, now: number): AppState {
  const { store, phase, troubles, listeners, startedAt, dns, hostname, route } = facts
  const { queued, inFlight, failed, held } = store.mail.counts()
  const pauses = pausesOf(store, now)
  return {
    version: VERSION,
    state: wordFor(phase, pauses, troubles),
    troubles: [...troubles],
    pauses,
    hostname,
    domains: store.directory.domains().map(({ name, catchAll, active }) => ({ name, catchAll, active })),
    listeners,
    queue: { queued, inFlight, failed },
    counters: store.mail.counters(),
    held,
    startedAt,
    lastInboundAt: store.log.lastOf('forward') ?? null,
    lastOutboundAt: store.log.lastOf('reply') ?? null,
    route,
    dnssec: dns.choice.dnssec,
    resolver: dns.shown(),
  }
}
