// Which relay answers our window: one that already owns the folder, else one in this process, else one as our child.
import { RelayUnavailable } from './door.ts'
import type { RelayFetch } from './door.ts'
import type { OwnRelay } from './hosted-relay.ts'

/** What there is to choose from; each may be missing on a machine. */
export interface Ways {
  /** Does a relay answer on the owner socket? */
  readonly isRunning: () => Promise<boolean>
  readonly client: RelayFetch
  readonly host: (() => Promise<OwnRelay>) | undefined
  readonly child: (() => Promise<OwnRelay>) | undefined
  readonly report: (error: unknown) => void
  readonly now: () => number
}

type Source =
  | { readonly kind: 'none' }
  | { readonly kind: 'client'; readonly fetch: RelayFetch }
  | { readonly kind: 'own'; readonly relay: OwnRelay }

export interface RelaySource {
  /** Chooses at the first call. After a failure it looks at each call for one that runs now, and starts one again after a pause. */
  readonly fetch: RelayFetch
  /** The relay is ours: when this program ends, mail is no longer received. */
  readonly isOwn: () => boolean
  readonly stop: () => Promise<void>
}

/** Pages and notifications ask again and again; a relay that cannot start is not to be started as often. */
const FIRST_PAUSE_MS = 5_000
const LAST_PAUSE_MS = 300_000

async function choose(ways: Ways, mayStart: boolean): Promise<Source | undefined> {
  if (await ways.isRunning()) return { kind: 'client', fetch: ways.client }
  if (!mayStart) return undefined
  for (const start of [ways.host, ways.child]) {
    if (start === undefined) continue
    try {
      return { kind: 'own', relay: await start() }
    } catch (error) {
      ways.report(error)
      // It may have lost a race for the folder against one that started meanwhile.
      if (await ways.isRunning()) return { kind: 'client', fetch: ways.client }
      throw error instanceof RelayUnavailable
        ? error
        : new RelayUnavailable('The relay could not be started.', { cause: error })
    }
  }
  throw new RelayUnavailable('No relay is running, and this window cannot start one. Start it with: postern serve')
}

export function makeRelaySource(ways: Ways): RelaySource {
  let choice: Promise<Source | undefined> | undefined
  let source: Source = { kind: 'none' }
  let stopped = false
  let failure: { readonly error: unknown; readonly until: number; readonly pause: number } | undefined
  const fail = (error: unknown): void => {
    const pause = failure === undefined ? FIRST_PAUSE_MS : Math.min(failure.pause * 2, LAST_PAUSE_MS)
    failure = { error, pause, until: ways.now() + pause }
  }
  const get = async (): Promise<Source> => {
    if (stopped) throw new RelayUnavailable('Postern is closing.')
    const last = failure
    const mayStart = last === undefined || ways.now() >= last.until
    choice ??= choose(ways, mayStart)
    try {
      const chosen = await choice
      if (chosen === undefined) {
        choice = undefined
        throw last?.error
      }
      source = chosen
      return chosen
    } catch (error) {
      choice = undefined
      if (mayStart) fail(error)
      throw error
    }
  }
  return {
    fetch: async (request) => {
      const chosen = await get()
      if (chosen.kind === 'none') throw new RelayUnavailable('No relay is running.')
      return chosen.kind === 'own' ? chosen.relay.fetch(request) : chosen.fetch(request)
    },
    isOwn: () => source.kind === 'own',
    stop: async () => {
      stopped = true
      // One that is still starting is stopped as soon as it has started.
      const last = await choice?.catch(() => undefined)
      if (last?.kind === 'own') await last.relay.stop()
    },
  }
}
