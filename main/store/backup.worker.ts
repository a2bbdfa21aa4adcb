// The thread in which a backup is made or checked and the database looked through, so that mail does not wait for it.
import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '../terms/failure.ts'
import { makeBackup, openBackup, type BackupInput, type OpenInput, type Progress } from './backup.ts'
import { lookThrough, type LookInput } from './damage-look.ts'

export type BackupWork =
  { readonly task: 'make'; readonly input: BackupInput } | { readonly task: 'open'; readonly input: OpenInput }
export type LookWork = { readonly task: 'look'; readonly input: LookInput }
/** `stop`: one number in shared memory, 1 where nobody wants it any more. */
export type BackupTask = (BackupWork & { readonly stop: Int32Array }) | LookWork

const port = parentPort
if (port === null) throw new Error('backups are made in a worker thread only')

const data = workerData as BackupTask

const EVERY_MS = 100
let reported = 0
function report(progress: Progress): void {
  // Between two steps: what is open is closed on the way out.
  if ('stop' in data && Atomics.load(data.stop, 0) === 1)
    throw new Failure('store', 'backup-stopped', 'The backup was stopped.')
  const now = performance.now()
  if (now - reported < EVERY_MS && progress.done !== 0) return
  reported = now
  port?.postMessage({ progress })
}

if (data.task === 'look') port.postMessage({ result: lookThrough(data.input) })
else {
  const result = await (data.task === 'make' ? makeBackup(data.input, report) : openBackup(data.input, report))
  port.postMessage({ result })
}
