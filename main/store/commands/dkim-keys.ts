// The signing keys of a domain from one set to the next: waiting, active, retiring, gone. Each step is one transaction with its log entry.
import type { Db } from '../database.ts'
import type { NewDomain } from './directory.ts'
import { logWriter, type NewLogEntry } from './log.ts'

export interface DkimKeyCommands {
  /** New keys that wait until their records are seen; false where others wait already. */
  addWaitingKeys(domainId: string, keys: NewDomain['keys'], at: number): boolean
  /** The waiting ones sign from now on, the ones before retire; the log entry where that changed anything. */
  activateKeys(domainId: string, at: number, log: NewLogEntry): number | undefined
  /** Throws a retired key away. */
  dropKey(domainId: string, selector: string, log: NewLogEntry): number | undefined
}

export function dkimKeyCommands(db: Db): DkimKeyCommands {
  const waiting = db.prepare("SELECT count(*) FROM dkim_key WHERE domain_id=? AND state='waiting'").pluck()
  const insert = db.prepare(
    `INSERT INTO dkim_key(domain_id,selector,algorithm,private_key,public_key,created_at,state,state_since)
     VALUES(?,?,?,?,?,?,'waiting',?)`,
  )
  const retire = db.prepare("UPDATE dkim_key SET state='retiring', state_since=? WHERE domain_id=? AND state='active'")
  const activate = db.prepare("UPDATE dkim_key SET state='active', state_since=? WHERE domain_id=? AND state='waiting'")
  const drop = db.prepare("DELETE FROM dkim_key WHERE domain_id=? AND selector=? AND state='retiring'")
  const log = logWriter(db)
  return {
    addWaitingKeys(domainId, keys, at) {
      if (waiting.get(domainId) !== 0) return false
      for (const one of keys) insert.run(domainId, one.selector, one.algorithm, one.privateKey, one.publicKey, at, at)
      return true
    },
    activateKeys(domainId, at, entry) {
      if (waiting.get(domainId) === 0) return undefined
      retire.run(at, domainId)
      activate.run(at, domainId)
      return log.add(entry)
    },
    dropKey: (domainId, selector, entry) => (drop.run(domainId, selector).changes === 0 ? undefined : log.add(entry)),
  }
}
