// Every write that the relay can make, by name. The writer thread runs them; nobody else changes the database.
import type { Db } from '../database.ts'
import { accessCommands } from './access.ts'
import { acceptCommand } from './accept.ts'
import { bulkCommands } from './bulk.ts'
import { counting } from './counters.ts'
import { deliveryCommands } from './deliveries.ts'
import { dkimKeyCommands } from './dkim-keys.ts'
import { directoryCommands } from './directory.ts'
import { factorCommands } from './factors.ts'
import { heldCommands } from './held.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import { policyCommands } from './policy.ts'
import { recipientCommands } from './recipients.ts'
import { reportCommands } from './reports.ts'
import { reportSentCommands } from './reports-sent.ts'
import { trustCommands } from './trust.ts'
import { policySteps } from './policy-steps.ts'

export function prepareCommands(db: Db) {
  const log = logWriter(db)
  const policy = policySteps(db)
  const count = counting(db)
  const confirm = db.prepare('DELETE FROM unconfirmed WHERE digest=?')
  const forgetUnconfirmed = db.prepare('DELETE FROM unconfirmed WHERE at < ?')
  const remember = db.prepare(
    'INSERT INTO page_memory(name,value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value',
  )
  const forget = db.prepare('DELETE FROM page_memory WHERE name=?')
  const countBlocked = db.prepare('UPDATE alias SET blocked=blocked+1, last_blocked=? WHERE id=?')
  return {
    ...deliveryCommands(db),
    ...heldCommands(db),
    ...directoryCommands(db),
    ...dkimKeyCommands(db),
    ...accessCommands(db),
    ...factorCommands(db),
    ...policyCommands(db),
    ...recipientCommands(db),
    ...bulkCommands(db),
    ...trustCommands(db),
    ...reportCommands(db),
    ...reportSentCommands(db),
    accept: acceptCommand(db),
    /** A refusal: one entry, and the alias's counter where the address was one. */
    refuse: (entry: NewLogEntry, aliasId: string | null, blockId: string | null = null): number => {
      if (blockId !== null) policy.countBlock(blockId, entry.at)
      if (aliasId !== null) countBlocked.run(entry.at, aliasId)
      return log.add(entry)
    },
    /** A sender's second try of what is here already. */
    noteDuplicate: (entry: NewLogEntry): number => {
      count('duplicates-recognised')
      return log.add(entry)
    },
    /** Their senders have read our answer. */
    confirmTaken: (digests: readonly Uint8Array[]): void => {
      for (const digest of digests) confirm.run(digest)
    },
    /** What the pages remember; `null` forgets it. */
    rememberPage: (name: string, value: string | null): void => {
      if (value === null) forget.run(name)
      else remember.run(name, value)
    },
    pruneUnconfirmed: (before: number): number => forgetUnconfirmed.run(before).changes,
    pruneLog: (before: number, limit: number): number => log.prune(before, limit),
  }
}

export type Commands = ReturnType<typeof prepareCommands>
export type CommandName = keyof Commands
