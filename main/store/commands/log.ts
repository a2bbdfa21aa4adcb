// The activity log: one entry for each accepted recipient of a message and for each refusal; deliveries add their attempts.
import type { Db } from '../database.ts'
import type { LogAttempt, LogRow } from '../rows.ts'

export type NewLogEntry = Omit<LogRow, 'id' | 'attempts' | 'to'>

export interface LogWriter {
  add(entry: NewLogEntry): number
  /** Sets outcome, reason and text, and appends the attempt where there was one. */
  update(id: number, outcome: string, reason: string, text: string, attempt: LogAttempt | undefined): void
  prune(before: number, limit: number): number
}

/** The most attempts an entry keeps: five days of retries are fewer. */
const MAX_ATTEMPTS = 60

export function logWriter(db: Db): LogWriter {
  const insert = db.prepare(
    `INSERT INTO log(at,direction,outcome,reason,text,alias,sender,recipient,subject,size,peer,tls,message_id,verdicts)
     VALUES(:at,:direction,:outcome,:reason,:text,:alias,:sender,:recipient,:subject,:size,:peer,:tls,:messageId,:verdicts)`,
  )
  const index = db.prepare(
    `INSERT INTO log_search(rowid,alias,sender,recipient,subject,peer,message_id)
     VALUES(?,?,?,?,?,?,?)`,
  )
  const attemptsOf = db.prepare('SELECT attempts FROM log WHERE id = ?').pluck()
  const change = db.prepare('UPDATE log SET outcome=?, reason=?, text=?, attempts=? WHERE id=?')
  const old = db.prepare('SELECT id FROM log WHERE at < ? ORDER BY id LIMIT ?').pluck()
  const remove = db.prepare('DELETE FROM log WHERE id = ?')
  const unindex = db.prepare('DELETE FROM log_search WHERE rowid = ?')
  return {
    add(entry) {
      const verdicts = entry.verdicts === null ? null : JSON.stringify(entry.verdicts)
      const id = Number(insert.run({ ...entry, verdicts }).lastInsertRowid)
      index.run(id, entry.alias, entry.sender, entry.recipient, entry.subject, entry.peer, entry.messageId)
      return id
    },
    update(id, outcome, reason, text, attempt) {
      const stored = attemptsOf.get(id)
      if (typeof stored !== 'string') return // pruned meanwhile
      const attempts = JSON.parse(stored) as LogAttempt[]
      if (attempt !== undefined) attempts.push(attempt)
      change.run(outcome, reason, text, JSON.stringify(attempts.slice(-MAX_ATTEMPTS)), id)
    },
    prune(before, limit) {
      const ids = old.all(before, limit) as number[]
      for (const id of ids) {
        unindex.run(id)
        remove.run(id)
      }
      return ids.length
    },
  }
}
