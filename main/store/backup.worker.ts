// The thread in which a backup is made or checked, so that mail does not wait for it.
import { parentPort, workerData } from 'node:worker_threads'
import { makeBackup, openBackup, type BackupInput, type OpenInput, type Progress } from './backup.ts'

export type BackupTask =
  { readonly task: 'make'; readonly input: BackupInput } | { readonly task: 'open'; readonly input: OpenInput }

const port = parentPort
if (port === null) throw new Error('backups are made in a worker thread only')

const EVERY_MS = 100
let reported = 0
function report(progress: Progress): void {
  const now = performance.now()
  if (now - reported < EVERY_MS && progress.done !== 0) return
  reported = now
  port?.postMessage({ progress })
}

const data = workerData as BackupTask
const result = await (data.task === 'make' ? makeBackup(data.input, report) : openBackup(data.input, report))
port.postMessage({ result })
