// A relay with its doors open, as `serve` and `demo` run it.
import path from 'node:path'
import { distFolder } from '../dist-folder.ts'
import type { DnssecMode } from '../dns/resolver.ts'
import { openRelay, type Relay } from '../relay.ts'
import type { Asked, KeySource } from '../vault/vault.ts'
import type { Caller } from '../api/parts.ts'
import { instanceOf, openHttpDoor, type HttpDoor } from './http-door.ts'
import type { Protection } from './http-tls.ts'
import { keepYoungGenerationSmall } from '../store/relief.ts'
import { Failure } from '../terms/failure.ts'
import { damageOf, openDamagedRelay, type DamagedRelay } from './damaged-relay.ts'
import { openLockedRelay, type LockedRelay, type Unlocked } from './locked-relay.ts'
import { openOwnerSocket } from './owner-socket.ts'

export interface RunOptions {
  /** What was found damaged by the relay that ran before: it is not started until somebody has mended that. */
  readonly damage?: Failure
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
  /** `grace` in milliseconds, for what runs; asked again, it is the same end. */
  stop(grace?: number): Promise<void>
}

function protectionOf(relay: Relay): Protection {
  const { certificates } = relay
  return {
    hasPassphrase: () => relay.store.factors.login().passphraseAt !== null,
    names: () => certificates.vouchedNames(),
    context: (name) => certificates.current(name),
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
    const end = async (grace?: number): Promise<void> => {
      await door.close()
      await relay.stop(grace).finally(() => owner.close())
    }
    let ended: Promise<void> | undefined
    return {
      relay,
      http: door,
      loginLink: () => `${door.origin}/#code=${relay.sessions.makeCode()}`,
      stop: (grace) => (ended ??= end(grace)),
    }
  } catch (error) {
    await relay.stop(0)
    throw error
  }
}

/** What a host without a window says as things come about. */
export interface HostWords {
  readonly onRunning: (running: RunningRelay) => void
  readonly onStopping: () => void
  /** Called where the folder is locked and nobody is there to be asked. */
  readonly onLocked: (failure: Failure, locked: Pick<LockedRelay, 'ports' | 'http'>) => void
  /** Called where the data is damaged. */
  readonly onDamaged: (damaged: DamagedRelay) => void
  /** Resolves when it is to end. */
  readonly stopped: Promise<void>
}

/** The relay, or what answers in its place until somebody did something; `next` resolves with how to go on then. */
type Phase =
  | Waits<'running', { readonly relay: RunningRelay }>
  | Waits<'locked', { readonly locked: LockedRelay; readonly failure: Failure }>
  | Waits<'damaged', { readonly damaged: DamagedRelay }>
type Waits<Kind, Parts> = Parts & { readonly kind: Kind; readonly next: Promise<RunOptions>; close(): Promise<void> }

function unlockedOptions(options: RunOptions, { asked, loginCode }: Unlocked): RunOptions {
  return { ...options, asked, loginCode, key: asked.recovery === undefined ? 'passphrase' : 'recovery' }
}

async function openDamaged(options: RunOptions, damage: Failure): Promise<Phase> {
  const damaged = await openDamagedRelay(options, damage)
  const next = damaged.changed.then(async () => {
    await damaged.close()
    return withoutDamage(options)
  })
  return { kind: 'damaged', damaged, next, close: () => damaged.close() }
}

/** Milliseconds for sessions that run while damage is found. */
const SHORT_GRACE = 1000

const withoutDamage = ({ damage: _damage, ...options }: RunOptions): RunOptions => options

/** Damage that is met on the way ends it: what is written into a damaged database makes it worse. */
async function openRunning(options: RunOptions): Promise<Phase> {
  const relay = await runRelay(options)
  const next = relay.relay.damage.found.then(async (damage): Promise<RunOptions> => {
    await relay.stop(SHORT_GRACE)
    return { ...withoutLogin(options), damage }
  })
  return { kind: 'running', relay, next, close: () => relay.stop() }
}

const withoutLogin = ({ loginCode: _code, ...options }: RunOptions): RunOptions => options

async function openPhase(options: RunOptions): Promise<Phase> {
  if (options.damage !== undefined) return openDamaged(options, options.damage)
  try {
    return await openRunning(options)
  } catch (error) {
    if (error instanceof Failure && error.id === 'locked') {
      const locked = await openLockedRelay(options)
      const next = locked.unlocked.then((unlocked) => unlockedOptions(options, unlocked))
      return { kind: 'locked', locked, failure: error, next, close: () => locked.close() }
    }
    const damage = damageOf(error)
    if (damage === undefined) throw error
    return openDamaged(options, damage)
  }
}

/**
 * Runs the relay until `stopped`; where its data is locked, answers 421 until somebody unlocks it, and where it is damaged, from the start or
 * found so while it runs, says so until somebody has mended it.
 */
export async function runUntilStopped(options: RunOptions, host: HostWords): Promise<void> {
  let now = options
  for (;;) {
    const phase = await openPhase(now)
    if (phase.kind === 'running') host.onRunning(phase.relay)
    else if (phase.kind === 'locked') host.onLocked(phase.failure, phase.locked)
    else host.onDamaged(phase.damaged)
    const next = await Promise.race([phase.next, host.stopped])
    if (next === undefined) {
      if (phase.kind === 'running') host.onStopping()
      await phase.close()
      return
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

/** As `runUntilStopped`, for a host with a window of its own: there is always something that answers it. */
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
  const failed = (error: unknown): void => {
    const said = error instanceof Failure ? `${error.message} ${error.remedy}`.trim() : 'The relay could not start.'
    answer = () => Promise.resolve(notUp(said))
  }
  const follow = (): void => {
    void phase.next.then((next) => {
      starting = goOn(next).catch(failed)
    }, failed)
  }
  follow()
  return {
    fetch: (request, caller) => answer(request, caller),
    stop: async () => {
      await starting
      await phase.close()
    },
  }
}
