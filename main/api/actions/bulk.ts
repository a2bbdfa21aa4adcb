// One change to every alias that a search finds: shown first, then done in small steps that mail can pass between, and undone
// the same way. Forgetting cannot be undone, and says so.
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { addressHash } from '../../aliases/facts.ts'
import { parseAliasSearch, type AliasSearch } from '../../aliases/search-grammar.ts'
import type { BulkAction } from '../../store/commands/bulk.ts'
import { nameStoreError } from '../../store/failures.ts'
import { addressKey } from '../../terms/address.ts'
import { messageOf } from '../../terms/failure.ts'
import { ApiError, invalid, type ApiParts } from '../parts.ts'
import { packLabels } from './labels.ts'
import { findRecipient } from './recipients.ts'

const STEP = 200
const SAMPLE = 20
/** Rows counted at a time: mail is answered on this thread too. */
const COUNT_STRETCH = 20_000

export interface BulkInput {
  readonly q: string
  readonly action: BulkAction
  readonly argument?: string | undefined
}

/** What the store takes as the argument. */
function readArgument(parts: ApiParts, { action, argument = '' }: BulkInput): string {
  switch (action) {
    case 'add-label':
    case 'remove-label': {
      const packed = packLabels([argument]).slice(1, -1)
      if (packed === '') throw invalid('argument', 'Say which label.')
      return packed
    }
    case 'policy':
      if (!['all', 'known', 'ask'].includes(argument)) throw invalid('argument', 'A policy is all, known or ask.')
      return argument
    case 'recipients': {
      const names = argument.split(',').filter((one) => one !== '')
      return JSON.stringify(names.map((one) => findRecipient(parts, one).id))
    }
    default:
      return ''
  }
}

/** Restoring looks among the deleted ones, whatever the query says. */
function queryOf(input: Pick<BulkInput, 'q' | 'action'>) {
  const query = parseAliasSearch(input.q)
  return input.action === 'restore' ? { ...query, deleted: 'only' as const } : query
}

/** How many match, exactly, counted between other work. */
async function countAll(parts: ApiParts, query: AliasSearch): Promise<number> {
  const { search } = parts.store
  const now = parts.clock.now()
  const end = search.lastNumber() + 1
  let count = 0
  for (let low = 0; low < end; low += COUNT_STRETCH) {
    count += search.countBetween(query, now, low, Math.min(low + COUNT_STRETCH, end))
    await nextTurn()
  }
  return count
}

export async function previewBulk(parts: ApiParts, input: BulkInput) {
  readArgument(parts, input)
  const query = queryOf(input)
  const now = parts.clock.now()
  const { search } = parts.store
  const page = search.page({ query, sort: '-created_at', limit: SAMPLE, after: undefined, now })
  return {
    count: await countAll(parts, query),
    sample: page.rows.map((row) => ({ id: row.id, email: row.address, active: row.active, pinned: row.pinned })),
    undoable: input.action !== 'forget',
  }
}

/** Starts the job; `count` is what the preview said: where it no longer holds, nothing is done. */
export async function startBulk(parts: ApiParts, input: BulkInput & { readonly count: number }): Promise<string> {
  const { search, writer } = parts.store
  const argument = readArgument(parts, input)
  const query = queryOf(input)
  const at = parts.clock.now()
  const total = await countAll(parts, query)
  if (total !== input.count)
    throw new ApiError(409, `This now finds ${total} aliases, not ${input.count}. Look at the preview again.`)
  const id = randomUUID()
  const until = search.lastNumber()
  await writer.run('startBulk', { id, action: input.action, query: input.q, argument, total, until, at })
  void runJob(parts, id)
  return id
}

/** Goes through what is left of a job, in small steps that mail can pass between. A crash costs the step that was under way. */
async function runJob(parts: BulkParts, id: string): Promise<void> {
  const { search, writer } = parts.store
  const job = search.job(id)
  if (job === undefined) return
  const { action, argument, until, at } = job
  const query = queryOf({ q: job.query, action })
  try {
    for (let after = job.lastNumber; ;) {
      // Asked and written in one go, so that nothing is changed after the word to stop.
      if (search.job(id)?.state !== 'running') {
        parts.announcer.tell({ kind: 'alias', id })
        return
      }
      const numbers = search.numbers(query, at, after, until, STEP)
      const end = numbers.at(-1)
      if (end === undefined) break
      const hashes = hashesOf(parts, numbers, action)
      await writer.run('bulkStep', { jobId: id, action, argument, numbers, hashes, at })
      after = end
    }
    await writer.run('endBulk', id, 'done')
    parts.announcer.tell({ kind: 'alias', id })
  } catch (error) {
    parts.onError(error, 'bulk operation')
    // Where the store has stopped, the job stays 'running' and goes on at the next start.
    await writer.run('endBulk', id, 'failed', messageOf(nameStoreError(error))).catch((second: unknown) => {
      parts.onError(second, 'end of a bulk operation')
    })
    parts.announcer.tell({ kind: 'alias', id })
  }
}

/** Goes on with what a stop or a crash cut short. */
export async function resumeBulk(parts: BulkParts): Promise<void> {
  for (const job of parts.store.search.runningJobs()) await runJob(parts, job.id)
}

type BulkParts = Pick<ApiParts, 'store' | 'announcer' | 'onError'>

function hashesOf(parts: Pick<ApiParts, 'store'>, numbers: readonly number[], action: BulkAction): Buffer[] {
  if (action !== 'forget') return []
  const rows = numbers.map((number) => parts.store.search.byNumber(number)).filter((row) => row !== undefined)
  return rows.map((row) => addressHash(addressKey(row.address)))
}

/** Ends a job where it is; what was done can be undone. */
export async function stopBulk(parts: ApiParts, id: string): Promise<void> {
  await parts.store.writer.run('endBulk', id, 'stopped')
}

export async function undoBulk(parts: ApiParts, id: string): Promise<number> {
  let undone = 0
  for (;;) {
    const some = await parts.store.writer.run('undoBulk', id, STEP, parts.clock.now())
    undone += some
    if (some < STEP) break
  }
  if (undone > 0) await parts.store.writer.run('endBulk', id, 'undone')
  parts.announcer.tell({ kind: 'alias', id })
  return undone
}

/** addy.io: the same for a list of ids; the ids that there are. */
export async function bulkByIds(parts: ApiParts, ids: readonly string[], action: BulkAction, argument: string) {
  const { directory, writer } = parts.store
  const rows = [...new Set(ids)].map((id) => directory.aliasById(id)).filter((row) => row !== undefined)
  const numbers = rows.map((row) => row.number)
  const hashes = action === 'forget' ? rows.map((row) => addressHash(addressKey(row.address))) : []
  await writer.run('bulkStep', { jobId: undefined, action, argument, numbers, hashes, at: parts.clock.now() })
  return rows.map((row) => row.id)
}
