// A relay with its doors open, as `serve` and `demo` run it.
import path from 'node:path'
import { distFolder } from '../dist-folder.ts'
import type { DnssecMode } from '../dns/resolver.ts'
import { openRelay, type Relay } from '../relay.ts'
import type { Asked, KeySource } from '../vault/vault.ts'
import type { Caller } from '../api/parts.ts'
import { instanceOf, openHttpDoor, type HttpDoor } from './http-door.ts'
import type { Protection } from './http-tls.ts'
import { TLS_OPTIONS } from '../tls/certificate.ts'
import { keepYoungGenerationSmall } from '../store/relief.ts'
import { Failure } from '../terms/failure.ts'
import { damageOf, openDamagedRelay, type DamagedRelay } from './damaged-relay.ts'
import { openLockedRelay, type LockedRelay, type Unlocked } from './locked-relay.ts'
import { openOwnerSocket } from './owner-socket.ts'

export interface RunOptions {
  readonly folder: string
  readonly key: KeySource
  /** How to ask for a passphrase, where somebody is there to be asked. */
  readonly asked?: Asked
  readonly smtp: readonly string[]
  readonly submission: readonly string[]
  readonly http: string | undefined
  readonly resolver: string | undefined
  readonly dnssec?: DnssecMode | undefined
  /** DS or DNSKEY records. */
  readonly trustAnchors?: string | undefined
  readonly setUpIfNew: boolean
  /** Logs in once: of whoever unlocked the data. */
  readonly loginCode?: string
}

export interface RunningRelay {
  readonly relay: Relay
  readonly http: HttpDoor
  /** A link that logs in once, within a quarter of an hour. */
  loginLink(): string
  stop(): Promise<void>
}

function protectionOf(relay: Relay): Protection {
  const { certificates } = relay
  return {
    hasPassphrase: () => relay.store.factors.login().passphraseAt !== null,
    names: () => certificates.vouchedNames(),
    context: (name) => certificates.current(name),
    pair: () => certificates.pair(),
    options: TLS_OPTIONS,
  }
}

export async function runRelay(options: RunOptions): Promise<RunningRelay> {
  keepYoungGenerationSmall()
  const { folder, key, smtp, submission, resolver, setUpIfNew } = options
  const dist = distFolder()
  const relay = await openRelay({
    dataFolder: folder,
    distFolder: dist,
    key,
    ...(options.asked === undefined ? {} : { asked: options.asked }),
    setUpIfNew,
    listeners: { smtp, submission },
    ...(resolver === undefined ? {} : { resolver }),
    ...(options.dnssec === undefined ? {} : { dnssec: options.dnssec }),
    ...(options.trustAnchors === undefined ? {} : { trustAnchors: options.trustAnchors }),
  })
  try {
    await relay.start()
    if (options.loginCode !== undefined) relay.sessions.admit(options.loginCode)
    const pagesFolder = path.join(dist, 'renderer')
    const door = await openHttpDoor({
      relay,
      pagesFolder,
      asked: options.http,
      instance: instanceOf(folder),
      protection: protectionOf(relay),
    })
    const { host, port, tls, note, origin } = door
    relay.addListener({ kind: 'http', host, port, tls, note, origin })
    const owner = await openOwnerSocket(relay, folder)
    return {
      relay,
      http: door,
      loginLink: () => `${door.origin}/#code=${relay.sessions.makeCode()}`,
      async stop() {
        await door.close()
        await relay.stop()
        await owner.close()
      },
    }
  } catch (error) {
    await relay.stop(0)
    throw error
  }
}

export interface Waiting {
  /** Called where the folder is locked and nobody is there to be asked. */
  readonly onLocked: (failure: Failure, locked: Pick<LockedRelay, 'ports' | 'http'>) => void
  /** Called where the data is damaged. */
  readonly onDamaged: (damaged: DamagedRelay) => void
  /** Resolves when the wait is to end without a relay. */
  readonly stopped: Promise<void>
}

/** The relay, or what answers in its place until somebody did something; `next` resolves with how to start it then. */
type Phase =
  | { readonly kind: 'running'; readonly relay: RunningRelay }
  | Waits<'locked', { readonly locked: LockedRelay; readonly failure: Failure }>
  | Waits<'damaged', { readonly damaged: DamagedRelay }>
type Waits<Kind, Parts> = Parts & { readonly kind: Kind; readonly next: Promise<RunOptions>; close(): Promise<void> }

function unlockedOptions(options: RunOptions, { asked, loginCode }: Unlocked): RunOptions {
  return { ...options, asked, loginCode, key: asked.recovery === undefined ? 'passphrase' : 'recovery' }
}

async function openPhase(options: RunOptions): Promise<Phase> {
  try {
    return { kind: 'running', relay: await runRelay(options) }
  } catch (error) {
    if (error instanceof Failure && error.id === 'locked') {
      const locked = await openLockedRelay(options)
      const next = locked.unlocked.then((unlocked) => unlockedOptions(options, unlocked))
      return { kind: 'locked', locked, failure: error, next, close: () => locked.close() }
    }
    const damage = damageOf(error)
    if (damage === undefined) throw error
    const damaged = await openDamagedRelay(options, damage)
    const next = damaged.changed.then(async () => {
      await damaged.close()
      return options
    })
    return { kind: 'damaged', damaged, next, close: () => damaged.close() }
  }
}

/**
 * Runs the relay; where its data is locked, answers 421 until somebody unlocks it, and where it is damaged, says so until somebody has
 * mended it. Undefined where it was stopped meanwhile.
 */
export async function runWhenUnlocked(options: RunOptions, waiting: Waiting): Promise<RunningRelay | undefined> {
  let now = options
  for (;;) {
    const phase = await openPhase(now)
    if (phase.kind === 'running') return phase.relay
    if (phase.kind === 'locked') waiting.onLocked(phase.failure, phase.locked)
    else waiting.onDamaged(phase.damaged)
    const next = await Promise.race([phase.next, waiting.stopped])
    if (next === undefined) {
      await phase.close()
      return undefined
    }
    now = next
  }
}

export interface WindowRelay {
  fetch(request: Request, caller: Caller): Promise<Response>
  stop(): Promise<void>
}

const notUp = (message: string): Response =>
  Response.json({ message }, { status: 503, headers: { 'Cache-Control': 'no-store' } })

function fetchOf(phase: Phase): WindowRelay['fetch'] {
  if (phase.kind === 'running') return phase.relay.relay.fetch.bind(phase.relay.relay)
  return phase.kind === 'locked' ? phase.locked.fetch : phase.damaged.fetch
}

const ended = (phase: Phase): Promise<void> => (phase.kind === 'running' ? phase.relay.stop() : phase.close())

/** As `runWhenUnlocked`, for a host with a window of its own: there is always something that answers it. */
export async function runForWindow(options: RunOptions): Promise<WindowRelay> {
  let phase = await openPhase(options)
  let answer = fetchOf(phase)
  let starting: Promise<unknown> = Promise.resolve()
  const goOn = async (next: RunOptions): Promise<void> => {
    answer = () => Promise.resolve(notUp('The relay is starting.'))
    phase = await openPhase(next)
    answer = fetchOf(phase)
    follow()
  }
  const follow = (): void => {
    if (phase.kind === 'running') return
    void phase.next.then((next) => {
      starting = goOn(next).catch((error: unknown) => {
        const said = error instanceof Failure ? `${error.message} ${error.remedy}`.trim() : 'The relay could not start.'
        answer = () => Promise.resolve(notUp(said))
      })
    })
  }
  follow()
  return {
    fetch: (request, caller) => answer(request, caller),
    stop: async () => {
      await starting
      await ended(phase)
    },
  }
}
