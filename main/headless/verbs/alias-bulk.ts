// `postern alias bulk ACTION [ARGUMENT] --search Q`: one change to all aliases that a search finds, shown first, done with --yes, undone
// with `postern alias bulk undo ID`. `postern alias restore ADDRESS` brings one back.
import { setTimeout as wait } from 'node:timers/promises'
import type { BulkAction } from '../../store/commands/bulk.ts'
import type { BulkJobRow } from '../../store/queries/search-types.ts'
import { UsageError, type Flag, type Input } from '../arguments.ts'
import type { Client } from '../client.ts'
import { localTime, printLine, printTable, safe } from '../print.ts'

export const BULK_FLAGS: Readonly<Record<string, Flag>> = {
  all: { type: 'boolean', help: 'bulk: every alias there is, instead of a --search' },
  yes: { type: 'boolean', help: 'bulk: do it; without it you are only shown what would change' },
}

const USAGE =
  'postern alias bulk activate|deactivate|pin|unpin|delete|restore|forget|add-label L|remove-label L|policy P|recipients A,B --search Q [--yes], or: postern alias bulk list, postern alias bulk undo ID'
const WITH_ARGUMENT = new Set(['add-label', 'remove-label', 'policy', 'recipients'])
const ACTIONS = new Set(['activate', 'deactivate', 'pin', 'unpin', 'delete', 'restore', 'forget', ...WITH_ARGUMENT])
const POLL = 200

interface Preview {
  readonly count: number
  readonly sample: readonly { readonly email: string }[]
  readonly undoable: boolean
}

export interface BulkResult {
  readonly bulk: 'preview' | 'done' | 'undone' | 'jobs'
  readonly count: number
  readonly sample?: readonly string[]
  readonly undoable?: boolean
  readonly id?: string
  readonly state?: BulkJobRow['state']
  readonly failure?: string | null
  readonly jobs?: readonly BulkJobRow[]
}

/** Waits until the job has ended, and says how far it is. */
async function follow(client: Client, input: Input, id: string): Promise<BulkJobRow> {
  const isShown = !input.json && process.stderr.isTTY
  for (;;) {
    const { data } = await client.call<{ data: BulkJobRow }>('GET', `/app/bulk/${id}`)
    if (isShown) process.stderr.write(`\r${data.done} of ${data.total}`)
    if (data.state !== 'running') {
      if (isShown) process.stderr.write('\r\u001b[K')
      return data
    }
    await wait(POLL)
  }
}

async function change(client: Client, input: Input, action: string): Promise<BulkResult> {
  const argument = input.words[2]
  const q = input.text('search') ?? ''
  if (!ACTIONS.has(action) || WITH_ARGUMENT.has(action) !== (argument !== undefined)) throw new UsageError(USAGE)
  if (q.trim() === '' && !input.has('all'))
    throw new UsageError('Say which aliases: --search Q, or --all for every one of them.')
  const body = { q, action: action as BulkAction, ...(argument === undefined ? {} : { argument }) }
  const { data } = await client.call<{ data: Preview }>('POST', '/app/bulk', body)
  const sample = data.sample.map((one) => one.email)
  if (!input.has('yes')) return { bulk: 'preview', count: data.count, sample, undoable: data.undoable }
  const made = await client.call<{ data: BulkJobRow }>('POST', '/app/bulk', { ...body, count: data.count })
  const { id, state, done, failure } = await follow(client, input, made.data.id)
  return { bulk: 'done', count: done, undoable: data.undoable, id, state, failure }
}

export async function bulkAliases(client: Client, input: Input): Promise<BulkResult> {
  const action = input.words[1] ?? 'list'
  if (action === 'list') {
    const { data } = await client.call<{ data: BulkJobRow[] }>('GET', '/app/bulk')
    return { bulk: 'jobs', count: data.length, jobs: data }
  }
  if (action !== 'undo') return change(client, input, action)
  const id = input.words[2]
  if (id === undefined) throw new UsageError('postern alias bulk undo ID; the ids: postern alias bulk list')
  const path = `/app/bulk/${encodeURIComponent(id)}/undo`
  const { data } = await client.call<{ data: { undone: number } }>('POST', path, {})
  return { bulk: 'undone', count: data.undone, id }
}

export async function restoreAlias(client: Client, _: Input, name: string | undefined): Promise<unknown> {
  if (name === undefined)
    throw new UsageError('postern alias restore ADDRESS; the deleted ones: postern alias list --deleted')
  const path = `/api/v1/aliases/${encodeURIComponent(name)}/restore`
  return (await client.call<{ data: unknown }>('PATCH', path, {})).data
}

export function isBulkResult(value: unknown): value is BulkResult {
  return typeof value === 'object' && value !== null && 'bulk' in value
}

export function showBulk({ bulk, count, sample = [], undoable, id = '', state, failure, jobs = [] }: BulkResult): void {
  switch (bulk) {
    case 'jobs':
      printTable(
        ['id', 'when', 'what', 'search', 'done', 'state'],
        jobs.map((one) => [one.id, localTime(one.at), one.action, one.query, `${one.done} of ${one.total}`, one.state]),
      )
      return
    case 'preview':
      printLine(`${count} alias(es) would change${undoable === true ? '' : '; this cannot be undone'}.`)
      for (const one of sample) printLine(`  ${safe(one)}`)
      if (count > sample.length) printLine(`  and ${count - sample.length} more`)
      printLine('Nothing was changed. To do it, say it again with --yes.')
      return
    case 'done':
      printLine(`${count} alias(es) changed${state === 'failed' ? `, then it failed: ${safe(failure ?? '')}` : '.'}`)
      if (undoable === true) printLine(`To undo it: postern alias bulk undo ${id}`)
      return
    case 'undone':
      printLine(`${count} alias(es) are as they were.`)
  }
}
