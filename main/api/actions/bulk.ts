// One change to every alias that a search finds: shown first, then done in small steps that mail can pass between, and undone
// the same way. Forgetting cannot be undone, and says so.
import { randomUUID } from 'node:crypto'
import { addressHash } from '../../aliases/facts.ts'
import { parseAliasSearch } from '../../aliases/search-grammar.ts'
import type { BulkAction } from '../../store/commands/bulk.ts'
import { addressKey } from '../../terms/address.ts'
import { ApiError, invalid, type ApiParts } from '../parts.ts'
import { packLabels } from './labels.ts'
import { findRecipient } from './recipients.ts'

const STEP = 200
const SAMPLE = 20
/** A preview counts exactly up to here. */
const MAX_COUNT = 1_000_000

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
function queryOf(input: BulkInput) {
  const query = parseAliasSearch(input.q)
  return input.action === 'restore' ? { ...query, deleted: 'only' as const } : query
}

export function previewBulk(parts: ApiParts, input: BulkInput) {
  readArgument(parts, input)
  const query = queryOf(input)
  const now = parts.clock.now()
  const { search } = parts.store
  const page = search.page({ query, sort: '-created_at', limit: SAMPLE, after: undefined, now })
  return {
    count: search.count(query, now, MAX_COUNT),
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
  const total = search.count(query, at, MAX_COUNT)
  if (total !== input.count)
    throw new ApiError(409, `This now finds ${total} aliases, not ${input.count}. Look at the preview again.`)
  const id = randomUUID()
  await writer.run('startBulk', { id, action: input.action, query: input.q, argument, total, at })
  const last = search.lastNumber()
  const step = async (after: number): Promise<void> => {
    const numbers = search.numbers(query, at, after, last, STEP)
    const end = numbers.at(-1)
    if (end === undefined) return
    await writer.run('bulkStep', {
      jobId: id,
      action: input.action,
      argument,
      numbers,
      hashes: hashesOf(parts, numbers, input.action),
      at,
    })
    await step(end)
  }
  step(0)
    .then(
      () =>
        writer.run('endBulk', id, 'done').then(() => {
          parts.announcer.tell({ kind: 'alias', id })
        }),
      () => writer.run('endBulk', id, 'failed'),
    )
    .catch(() => undefined) // the store has stopped: the job stays 'running' with its progress
  return id
}

function hashesOf(parts: ApiParts, numbers: readonly number[], action: BulkAction): Buffer[] {
  if (action !== 'forget') return []
  const rows = numbers.map((number) => parts.store.search.byNumber(number)).filter((row) => row !== undefined)
  return rows.map((row) => addressHash(addressKey(row.address)))
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
