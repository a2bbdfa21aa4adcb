// Every write that the relay can make, by name. The writer thread runs them; nobody else changes the database.
import type { Db } from '../database.ts'
import { accessCommands } from './access.ts'
import { acceptCommand } from './accept.ts'
import { deliveryCommands } from './deliveries.ts'
import { directoryCommands } from './directory.ts'
import { heldCommands } from './held.ts'
import { logWriter, type NewLogEntry } from './log.ts'

export function prepareCommands(db: Db) {
  const deliveries = deliveryCommands(db)
  const held = heldCommands(db)
  const directory = directoryCommands(db)
  const access = accessCommands(db)
  const log = logWriter(db)
  const countBlocked = db.prepare('UPDATE alias SET blocked=blocked+1, last_blocked=? WHERE id=?')
  return {
    accept: acceptCommand(db),
    /** A refusal: one entry, and the alias's counter where the address was one. */
    refuse: (entry: NewLogEntry, aliasId: string | null): number => {
      if (aliasId !== null) countBlocked.run(entry.at, aliasId)
      return log.add(entry)
    },
    pruneLog: (before: number, limit: number): number => log.prune(before, limit),
    lease: deliveries.lease,
    settle: deliveries.settle,
    deliverToMailbox: deliveries.deliverToMailbox,
    recoverInFlight: deliveries.recoverInFlight,
    releaseLeases: deliveries.release,
    retryNow: deliveries.retryNow,
    dropDelivery: deliveries.drop,
    wakeAll: deliveries.wakeAll,
    pruneDeliveries: deliveries.prune,
    releaseHeld: held.release,
    dropHeld: held.drop,
    expireHeld: held.expire,
    addDomain: directory.addDomain,
    addRecipient: directory.addRecipient,
    addAlias: directory.addAlias,
    addContact: directory.addContact,
    set: directory.set,
    setAliasRecipients: directory.setAliasRecipients,
    remove: directory.remove,
    forgetAlias: directory.forgetAlias,
    setting: directory.setting,
    addToken: access.addToken,
    addAppPassword: access.addAppPassword,
    used: access.used,
    revoke: access.revoke,
    addCertificate: access.addCertificate,
    markRead: access.markRead,
  }
}

export type Commands = ReturnType<typeof prepareCommands>
export type CommandName = keyof Commands
