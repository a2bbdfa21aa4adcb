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
  /** Called once where the folder is locked and nobody is there to be asked. */
  readonly onLocked: (failure: Failure, locked: Pick<LockedRelay, 'ports' | 'http'>) => void
  /** Resolves when the wait is to end without a relay. */
  readonly stopped: Promise<void>
}

/** The relay, or what answers in its place where somebody must be asked first. */
async function runOrWait(options: RunOptions): Promise<RunningRelay | { locked: LockedRelay; failure: Failure }> {
  try {
    return await runRelay(options)
  } catch (error) {
    if (!(error instanceof Failure) || error.id !== 'locked') throw error
    return { locked: await openLockedRelay(options), failure: error }
  }
}

function runUnlocked(options: RunOptions, { asked, loginCode }: Unlocked): Promise<RunningRelay> {
  return runRelay({ ...options, asked, loginCode, key: asked.recovery === undefined ? 'passphrase' : 'recovery' })
}

/** Runs the relay; where its data is locked, answers 421 until somebody unlocks it. Undefined where it was stopped meanwhile. */
export async function runWhenUnlocked(options: RunOptions, waiting: Waiting): Promise<RunningRelay | undefined> {
  const first = await runOrWait(options)
  if (!('locked' in first)) return first
  const { locked, failure } = first
  waiting.onLocked(failure, locked)
  const unlocked = await Promise.race([locked.unlocked, waiting.stopped])
  if (unlocked === undefined) {
    await locked.close()
    return undefined
  }
  return runUnlocked(options, unlocked)
}

export interface WindowRelay {
  fetch(request: Request, caller: Caller): Promise<Response>
  stop(): Promise<void>
}

const notUp = (message: string): Response =>
  Response.json({ message }, { status: 503, headers: { 'Cache-Control': 'no-store' } })

/** As `runWhenUnlocked`, for a host with a window of its own: there is always something that answers it. */
export async function runForWindow(options: RunOptions): Promise<WindowRelay> {
  const first = await runOrWait(options)
  if (!('locked' in first)) return { fetch: first.relay.fetch.bind(first.relay), stop: () => first.stop() }
  const { locked } = first
  let answer: WindowRelay['fetch'] = locked.fetch
  const running = locked.unlocked.then(async (unlocked) => {
    answer = () => Promise.resolve(notUp('The relay is starting.'))
    const up = await runUnlocked(options, unlocked)
    answer = up.relay.fetch.bind(up.relay)
    return up
  })
  running.catch((error: unknown) => {
    const message = error instanceof Failure ? `${error.message} ${error.remedy}`.trim() : 'The relay could not start.'
    answer = () => Promise.resolve(notUp(message))
  })
  let isUnlocked = false
  void locked.unlocked.then(() => {
    isUnlocked = true
  })
  return {
    fetch: (request, caller) => answer(request, caller),
    stop: async () => {
      if (isUnlocked) await (await running.catch(() => undefined))?.stop()
      else await locked.close()
    },
  }
}
