// One change to many aliases, a few hundred rows a transaction, with what was there before kept for undoing it.
import type { Db } from '../database.ts'
import type { BulkJobRow } from '../queries/search-types.ts'

export const BULK_ACTIONS = [
  ...(['activate', 'deactivate', 'pin', 'unpin', 'delete', 'restore', 'forget'] as const),
  ...(['add-label', 'remove-label', 'policy', 'recipients'] as const),
] as const
export type BulkAction = (typeof BULK_ACTIONS)[number]

export interface BulkStep {
  /** undefined: nothing is kept, it cannot be undone. */
  readonly jobId: string | undefined
  readonly action: BulkAction
  /** A label, a policy, or recipients as JSON; empty for the others. */
  readonly argument: string
  readonly numbers: readonly number[]
  /** For forgetting: what stays of each address, in the order of `numbers`. */
  readonly hashes: readonly Uint8Array[]
  readonly at: number
}

export interface BulkCommands {
  startBulk(job: Omit<BulkJobRow, 'state' | 'done' | 'lastNumber' | 'failure'>): void
  /** How many rows it changed. */
  bulkStep(step: BulkStep): number
  endBulk(jobId: string, state: 'done' | 'undone' | 'failed' | 'stopped', failure?: string): void
  /** Puts back up to `limit` rows of the job; how many there were. */
  undoBulk(jobId: string, limit: number, at: number): number
}

interface Before {
  /** Numbers come again where the newest alias was forgotten: what was another alias's is not put back. Jobs of older versions have none. */
  id?: string
  active: number
  pinned: number
  deleted_at: number | null
  labels: string
  policy: string
  recipients: string[]
}

const COLUMNS: Readonly<Partial<Record<BulkAction, string>>> = {
  activate: 'active=1',
  deactivate: 'active=0',
  pin: 'pinned=1',
  unpin: 'pinned=0',
  delete: 'active=0, deleted_at=coalesce(deleted_at,:at)',
  restore: 'active=1, deleted_at=NULL',
  'add-label':
    "labels=CASE WHEN instr(labels, '|'||:argument||'|') > 0 THEN labels WHEN labels='' THEN '|'||:argument||'|' ELSE labels||:argument||'|' END",
  'remove-label':
    "labels=CASE WHEN replace(labels, '|'||:argument||'|', '|')='|' THEN '' ELSE replace(labels, '|'||:argument||'|', '|') END",
  policy: 'policy=:argument',
}

/** What an action changes of a row, and what undoing it puts back. */
const CHANGED: Readonly<Partial<Record<BulkAction, readonly ('active' | 'pinned' | 'deleted_at' | 'policy')[]>>> = {
  activate: ['active'],
  deactivate: ['active'],
  pin: ['pinned'],
  unpin: ['pinned'],
  delete: ['active', 'deleted_at'],
  restore: ['active', 'deleted_at'],
  policy: ['policy'],
}

type Row = Omit<Before, 'recipients' | 'id'> & { id: string }

export function bulkCommands(db: Db): BulkCommands {
  const start = db.prepare(
    `INSERT INTO bulk_job(id,action,query,argument,state,total,until,at)
     VALUES(:id,:action,:query,:argument,'running',:total,:until,:at)`,
  )
  const progress = db.prepare('UPDATE bulk_job SET done=done+?, last_number=max(last_number,?) WHERE id=?')
  const end = db.prepare('UPDATE bulk_job SET state=?, failure=? WHERE id=?')
  const before = db.prepare('SELECT id,active,pinned,deleted_at,labels,policy FROM alias WHERE number=?')
  const recipientsOf = db.prepare('SELECT recipient_id FROM alias_recipient WHERE alias_id=? ORDER BY position').pluck()
  const keep = db.prepare('INSERT OR IGNORE INTO bulk_undo(job_id,number,before) VALUES(?,?,?)')
  const detach = db.prepare('DELETE FROM alias_recipient WHERE alias_id=?')
  const attach = db.prepare(
    'INSERT OR IGNORE INTO alias_recipient(alias_id,recipient_id,position) SELECT ?,id,? FROM recipient WHERE id=?',
  )
  const forget = db.prepare('INSERT OR IGNORE INTO forgotten(address_hash,at) VALUES(?,?)')
  const remove = db.prepare('DELETE FROM alias WHERE id=?')
  const setRecipients = (aliasId: string, ids: readonly string[]): void => {
    detach.run(aliasId)
    for (const [position, id] of ids.entries()) attach.run(aliasId, position, id)
  }
  return {
    startBulk: (job) => void start.run(job),
    endBulk: (jobId, state, failure) => void end.run(state, failure ?? null, jobId),
    bulkStep({ jobId, action, argument, numbers, hashes, at }) {
      const set = COLUMNS[action]
      const change = set === undefined ? undefined : db.prepare(`UPDATE alias SET ${set}, updated_at=:at WHERE id=:id`)
      let done = 0
      for (const [i, number] of numbers.entries()) {
        const row = before.get(number) as Row | undefined
        if (row === undefined) continue
        done++
        const { id } = row
        if (jobId !== undefined && action !== 'forget')
          keep.run(jobId, number, JSON.stringify({ ...row, recipients: recipientsOf.all(id) }))
        if (action === 'recipients') setRecipients(id, JSON.parse(argument) as string[])
        else if (action === 'forget') {
          forget.run(hashes[i], at)
          remove.run(id)
        } else change?.run(set?.includes(':argument') === true ? { id, at, argument } : { id, at })
      }
      if (jobId !== undefined) progress.run(done, numbers.at(-1) ?? 0, jobId)
      return done
    },
    undoBulk: undoing(db, (number) => before.get(number) as Row | undefined, setRecipients),
  }
}

function undoing(
  db: Db,
  find: (number: number) => Row | undefined,
  setRecipients: (aliasId: string, ids: readonly string[]) => void,
): BulkCommands['undoBulk'] {
  const undoRows = db.prepare('SELECT number,before FROM bulk_undo WHERE job_id=? LIMIT ?')
  const jobOf = db.prepare('SELECT action,argument FROM bulk_job WHERE id=?')
  const undone = db.prepare('DELETE FROM bulk_undo WHERE job_id=? AND number=?')
  const changeLabel = (action: 'add-label' | 'remove-label') =>
    db.prepare(`UPDATE alias SET ${COLUMNS[action] ?? ''}, updated_at=:at WHERE id=:id`)
  return (jobId, limit, at) => {
    const job = jobOf.get(jobId) as Pick<BulkJobRow, 'action' | 'argument'> | undefined
    const { action, argument = '' } = job ?? {}
    // Only what the action changed: what the user did to the alias since then stays.
    const columns = action === undefined ? [] : (CHANGED[action] ?? [])
    const set = [...columns.map((column) => `${column}=:${column}`), 'updated_at=:at'].join(', ')
    const putBack = db.prepare(`UPDATE alias SET ${set} WHERE id=:id`)
    const rows = undoRows.all(jobId, limit) as { number: number; before: string }[]
    for (const row of rows) {
      const now = find(row.number)
      const before = JSON.parse(row.before) as Before
      if (now !== undefined && (before.id ?? now.id) === now.id) {
        const values = Object.fromEntries(columns.map((column) => [column, before[column]]))
        putBack.run({ ...values, id: now.id, at })
        if (action === 'recipients') setRecipients(now.id, before.recipients)
        // Of the labels only this one: it goes where it was not, and comes back where it was.
        const hadIt = before.labels.includes(`|${argument}|`)
        if (action === 'add-label' && !hadIt) changeLabel('remove-label').run({ id: now.id, at, argument })
        if (action === 'remove-label' && hadIt) changeLabel('add-label').run({ id: now.id, at, argument })
      }
      undone.run(jobId, row.number)
    }
    return rows.length
  }
}
