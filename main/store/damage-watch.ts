// Damage that is met while the relay runs. An error that speaks of it is a reason to look through the whole database, in a thread beside the
// mail; what is found then is damage, and whoever runs the relay is told. A read that failed once and never again is none.
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../terms/clock.ts'
import { Failure, messageOf } from '../terms/failure.ts'
import type { BackupPlace } from './backup-jobs.ts'
import type { LookWork } from './backup.worker.ts'
import { nameStoreError, revive } from './failures.ts'

type OnError = (error: unknown, what: string) => void

const toStderr: OnError = (error, what) => {
  process.stderr.write(`postern: ${what}: ${messageOf(nameStoreError(error))}\n`)
}

interface DamageWatchParts {
  readonly place: Pick<BackupPlace, 'folder' | 'script'> & { readonly vault: { readonly databaseKey: Uint8Array } }
  readonly clock: Clock
  /** Where errors are told; on the console, in a line each, where nobody says. */
  readonly tell: OnError | undefined
}

/** Looking reads the whole file: not again for every message that meets the same page. */
const AGAIN_MS = 10 * 60_000

const isDamage = (error: unknown): boolean => {
  const named = nameStoreError(error)
  return named instanceof Failure && named.id === 'database-damaged'
}

/** Resolves when the thread has ended. */
function look(script: URL, work: LookWork): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: work, name: 'look' })
    let found: { readonly result?: string } | undefined
    let cause: Error | undefined
    worker.once('message', (message: { readonly result?: string }) => (found = message))
    worker.once('error', (error) => (cause = revive(error)))
    worker.once('exit', () => {
      if (found === undefined) reject(cause ?? new Error('The look at the database ended before it was done.'))
      else resolve(found.result)
    })
  })
}

export class DamageWatch {
  private readonly parts: DamageWatchParts
  private readonly tell: OnError
  private looking: Promise<void> | undefined
  private lookedAt = Number.NEGATIVE_INFINITY
  private announce: (failure: Failure) => void = () => undefined
  /** Resolves once, where the database is damaged. */
  readonly found = new Promise<Failure>((resolve) => {
    this.announce = resolve
  })

  constructor(parts: DamageWatchParts) {
    this.parts = parts
    this.tell = parts.tell ?? toStderr
  }

  /** Every error of the relay goes by here. */
  readonly onError: OnError = (error, what) => {
    this.tell(error, what)
    const now = this.parts.clock.now()
    if (this.looking !== undefined || Math.abs(now - this.lookedAt) < AGAIN_MS || !isDamage(error)) return
    this.lookedAt = now
    this.looking = this.look().finally(() => (this.looking = undefined))
  }

  private async look(): Promise<void> {
    const { place } = this.parts
    const input = { file: path.join(place.folder, 'postern.db'), databaseKey: place.vault.databaseKey }
    try {
      const text = await look(place.script, { task: 'look', input })
      if (text === undefined) {
        this.tell(new Error('Every page of the database could be read.'), 'looking for damage')
        return
      }
      const remedy = 'Restore a backup: postern backup restore FILE'
      this.announce(new Failure('store', 'database-damaged', text, { permanent: true, remedy }))
    } catch (error) {
      this.tell(error, 'looking for damage')
    }
  }

  /** No thread is left behind. */
  async stop(): Promise<void> {
    await this.looking
  }
}
