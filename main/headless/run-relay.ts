// A relay with its doors open, as `serve` and `demo` run it.
import path from 'node:path'
import { createHash } from 'node:crypto'
import { distFolder } from '../dist-folder.ts'
import { openRelay, type Relay } from '../relay.ts'
import type { Asked, KeySource } from '../vault/vault.ts'
import { openHttpDoor, type HttpDoor } from './http-door.ts'
import { Failure } from '../terms/failure.ts'
import { openLockedRelay } from './locked-relay.ts'
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
  readonly setUpIfNew: boolean
}

export interface RunningRelay {
  readonly relay: Relay
  readonly http: HttpDoor
  /** A link that logs in once, within a quarter of an hour. */
  loginLink(): string
  stop(): Promise<void>
}

export async function runRelay(options: RunOptions): Promise<RunningRelay> {
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
  })
  try {
    await relay.start()
    const instance = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 12)
    const door = await openHttpDoor({ relay, pagesFolder: path.join(dist, 'renderer'), asked: options.http, instance })
    relay.addListener({ kind: 'http', host: door.host, port: door.port, tls: 'none', note: door.note })
    const owner = await openOwnerSocket(relay, folder)
    return {
      relay,
      http: door,
      loginLink: () => `http://localhost:${door.port}/#code=${relay.sessions.makeCode()}`,
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
  readonly onLocked: (failure: Failure, ports: readonly number[]) => void
  /** Resolves when the wait is to end without a relay. */
  readonly stopped: Promise<void>
}

/** Runs the relay; where its data is locked, answers 421 until somebody unlocks it. Undefined where it was stopped meanwhile. */
export async function runWhenUnlocked(options: RunOptions, waiting: Waiting): Promise<RunningRelay | undefined> {
  try {
    return await runRelay(options)
  } catch (error) {
    if (!(error instanceof Failure) || error.id !== 'locked') throw error
    const { folder, key, smtp, submission } = options
    const locked = await openLockedRelay({ folder, key, smtp, submission })
    waiting.onLocked(error, locked.ports)
    const asked = await Promise.race([locked.unlocked, waiting.stopped])
    if (asked === undefined) {
      await locked.close()
      return undefined
    }
    return runRelay({ ...options, asked, key: asked.recovery === undefined ? 'passphrase' : 'recovery' })
  }
}
