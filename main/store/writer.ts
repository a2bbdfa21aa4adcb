// The near end of the writer thread: every write of the relay is a call here, and resolves when it is durable.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Failure } from '../terms/failure.ts'
import type { CommandName, Commands } from './commands/index.ts'
import { nameStoreError, revive } from './failures.ts'

export interface WriterData {
  readonly file: string
  readonly key: Uint8Array
  readonly unencrypted: boolean
}

export interface WriterRequest {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
}

export type WriterReply =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly error: { readonly message: string; readonly code: string } }

/** Milliseconds for a thread that is done to end by itself. */
const LAST_WAIT = 5000

const ABOUT_THE_DISK = /^(disk-|database-damaged$)/

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export class Writer {
  private readonly worker: Worker
  private readonly waiting = new Map<number, Waiting>()
  private nextId = 1
  private ended: Failure | undefined
  private exited = false
  private failed: string | undefined
  private markClosed: () => void = () => undefined
  private readonly closed = new Promise<void>((resolve) => {
    this.markClosed = resolve
  })

  private constructor(worker: Worker) {
    this.worker = worker
  }

  /** Starts the thread and waits until the schema is up to date. */
  static async start(script: URL, data: WriterData): Promise<Writer> {
    const worker = new Worker(script, { workerData: data, name: 'writer' })
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => {
        resolve()
      })
      worker.once('error', (error) => {
        reject(revive(error))
      })
      worker.once('exit', (code) => {
        reject(new Failure('store', 'writer-ended', `The writer thread ended with ${code}.`))
      })
    })
    worker.removeAllListeners('error')
    worker.removeAllListeners('exit')
    const writer = new Writer(worker)
    writer.listen()
    return writer
  }

  private listen(): void {
    this.worker.on('message', (message: 'closed' | readonly WriterReply[]) => {
      if (message === 'closed') this.markClosed()
      else for (const reply of message) this.answer(reply)
    })
    const end = (cause: unknown): void => {
      this.ended = new Failure('store', 'writer-ended', 'The store has stopped.', { permanent: false, cause })
      for (const one of this.waiting.values()) one.reject(this.ended)
      this.waiting.clear()
      this.markClosed()
    }
    this.worker.on('error', end)
    this.worker.on('exit', (code) => {
      this.exited = true
      end(code)
    })
  }

  private answer(reply: WriterReply): void {
    const one = this.waiting.get(reply.id)
    if (one === undefined) return
    this.waiting.delete(reply.id)
    if (reply.ok) {
      this.failed = undefined
      one.resolve(reply.result)
      return
    }
    const failure = storeFailure(reply.error)
    if (ABOUT_THE_DISK.test(failure.id)) this.failed = failure.id
    one.reject(failure)
  }

  /** Why the last write did not reach the disk; undefined again as soon as one does. */
  get trouble(): string | undefined {
    return this.ended === undefined ? this.failed : this.ended.id
  }

  /** Runs one command. Resolves after the commit that holds it reached the disk; rejects where it did not happen at all. */
  run<Name extends CommandName>(name: Name, ...args: Parameters<Commands[Name]>): Promise<ReturnType<Commands[Name]>> {
    if (this.ended !== undefined) return Promise.reject(this.ended)
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
      this.worker.postMessage({ id, name, args } satisfies WriterRequest)
    })
  }

  /** Commits what waits, checkpoints and ends the thread. */
  async close(): Promise<void> {
    this.worker.postMessage('close')
    await this.closed
    if (this.exited) return
    // The thread ends by itself: torn down while the database's own code is left, it could take the process with it.
    const late = setTimeout(() => void this.worker.terminate(), LAST_WAIT)
    await once(this.worker, 'exit')
    clearTimeout(late)
  }
}

function storeFailure(error: { message: string; code: string }): Failure {
  if (error.code.startsWith('SQLITE_CONSTRAINT'))
    return new Failure('store', 'conflict', `That exists already or is in use (${error.message}).`)
  const named = nameStoreError(Object.assign(new Error(error.message), { code: error.code }))
  return named instanceof Failure ? named : new Failure('store', 'command-failed', error.message, { permanent: false })
}
