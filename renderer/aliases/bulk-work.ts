// One change to many aliases: to all that a search finds as a job of the relay, or to a few by their ids.
import type { AliasShown, BulkChange, BulkJob } from '../../main/api/shapes-aliases.ts'
import { bulkByIds, changeAlias, forgetAlias, readBulk, startBulk, stopBulk, undoBulk } from '../api/aliases.ts'
import type { Client } from '../api/client.ts'

export interface BulkProgress {
  readonly done: number
  readonly total: number
}

export interface BulkOutcome extends BulkProgress {
  readonly failed: boolean
  /** What the relay says of it. */
  readonly failure?: string | null
  readonly stopped: boolean
  readonly undo: (() => Promise<unknown>) | undefined
}

const POLL_MS = 250

/** A job of the relay: it goes on by itself, whoever looks. */
export async function runAll(
  client: Client,
  wish: { readonly q: string; readonly action: BulkChange; readonly argument?: string },
  count: number,
  onProgress: (progress: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkOutcome> {
  let job: BulkJob = await startBulk(client, wish, count)
  while (job.state === 'running') {
    onProgress(job)
    // It may have come to its end by itself meanwhile.
    if (signal.aborted) await stopBulk(client, job.id).catch(() => undefined)
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    job = await readBulk(client, job.id)
  }
  const { id, done, total, state, failure } = job
  const undo = wish.action === 'forget' ? undefined : () => undoBulk(client, id)
  return { done, total, failed: state === 'failed', failure, stopped: state === 'stopped', undo }
}

function changed(alias: AliasShown, action: BulkChange, argument: string) {
  const label = argument.trim().toLowerCase()
  switch (action) {
    case 'add-label':
      return { change: { labels: [...new Set([...alias.labels, label])] }, back: { labels: alias.labels } }
    case 'remove-label':
      return { change: { labels: alias.labels.filter((one) => one !== label) }, back: { labels: alias.labels } }
    case 'policy':
      return { change: { policy: argument as AliasShown['policy'] }, back: { policy: alias.policy } }
    default: {
      const before = alias.recipients.map((one) => one.id)
      return { change: { recipients: argument.split(',').filter((one) => one !== '') }, back: { recipients: before } }
    }
  }
}

/** A few, one after the other. */
export async function runChosen(
  client: Client,
  chosen: readonly AliasShown[],
  action: BulkChange,
  argument: string,
  onProgress: (progress: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkOutcome> {
  const total = chosen.length
  if (action === 'forget') {
    let gone = 0
    for (const alias of chosen) {
      if (signal.aborted) break
      await forgetAlias(client, alias.id)
      onProgress({ done: ++gone, total })
    }
    return { done: gone, total, failed: false, stopped: signal.aborted, undo: undefined }
  }
  if (!['add-label', 'remove-label', 'policy', 'recipients'].includes(action)) {
    await bulkByIds(client, action, chosen.map((alias) => alias.id)) // prettier-ignore
    return { done: total, total, failed: false, stopped: false, undo: undefined }
  }
  const steps = chosen.map((alias) => ({ id: alias.id, ...changed(alias, action, argument) }))
  let done = 0
  for (const { id, change } of steps) {
    if (signal.aborted) break
    await changeAlias(client, id, change)
    onProgress({ done: ++done, total })
  }
  const changedOnes = steps.slice(0, done)
  const undo = async (): Promise<void> => {
    for (const { id, back } of changedOnes) await changeAlias(client, id, back)
  }
  return { done, total, failed: false, stopped: signal.aborted, undo }
}
