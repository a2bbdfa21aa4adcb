// The directory's part of accepting a message: the alias and the contacts that it makes, and whom it goes to.
import { randomUUID } from 'node:crypto'
import type { Db } from '../database.ts'
import type { NewAlias, NewCorrespondent } from '../new-alias.ts'
import { policySteps } from './policy-steps.ts'

interface RecipientTarget {
  id: string
  email: string
  is_mailbox: number
  paused_at: number | null
}

export interface DirectorySteps {
  aliasOf(
    alias: { readonly id: string } | { readonly create: NewAlias } | undefined,
    at: number,
    made: string[],
  ): string | null
  contactOf(aliasId: string, who: NewCorrespondent, at: number): string
  countForward(aliasId: string, senderKey: string, at: number): void
  recipientsOf(aliasId: string | null): readonly RecipientTarget[]
}

export function directorySteps(db: Db): DirectorySteps {
  const insertAlias = db.prepare(
    `INSERT INTO alias(id,address,address_key,local_part,domain_id,origin,first_sender,made_by_pattern,labels,created_at,updated_at)
     VALUES(:id,:address,:addressKey,:localPart,:domainId,:origin,:firstSender,:patternId,:labels,:at,:at)
     ON CONFLICT(address_key) DO NOTHING`,
  )
  // A recipient that a pattern names may have been removed since: then the default one takes its place.
  const attach = db.prepare(
    `INSERT OR IGNORE INTO alias_recipient(alias_id,recipient_id,position)
     SELECT ?, id, ? FROM recipient WHERE id=?`,
  )
  const policy = policySteps(db)
  const aliasByKey = db.prepare('SELECT id FROM alias WHERE address_key = ?').pluck()
  const contactByKey = db.prepare('SELECT id FROM contact WHERE alias_id = ? AND address_key = ?').pluck()
  const insertContact = db.prepare(
    `INSERT INTO contact(id,alias_id,address,address_key,display_name,reply_address,created_at) VALUES(?,?,?,?,?,?,?)`,
  )
  const renameContact = db.prepare(
    `UPDATE contact SET display_name = :name WHERE id = :id AND :name <> '' AND display_name <> :name`,
  )
  const countAlias = db.prepare('UPDATE alias SET forwarded=forwarded+1, last_forwarded=? WHERE id=?')
  const countContact = db.prepare(
    'UPDATE contact SET forwarded=forwarded+1, last_seen=? WHERE alias_id=? AND address_key=?',
  )
  return {
    aliasOf(alias, at, made) {
      if (alias === undefined) return null
      if ('id' in alias) return alias.id
      // Two sessions may make the same alias at once: the second finds the row of the first.
      const { pattern, ...row } = alias.create
      const id = randomUUID()
      const inserted = insertAlias.run({
        ...row,
        id,
        at,
        patternId: pattern?.id ?? null,
        labels: pattern?.labels ?? '',
      })
      if (inserted.changes > 0) {
        made.push(alias.create.address)
        for (const [position, one] of (pattern?.recipientIds ?? []).entries()) attach.run(id, position, one)
        if (pattern !== undefined) policy.countPattern(pattern.id, at)
      }
      return aliasByKey.get(alias.create.addressKey) as string
    },
    contactOf(aliasId, who, at) {
      const found = contactByKey.get(aliasId, who.addressKey)
      if (typeof found === 'string') {
        renameContact.run({ id: found, name: who.displayName })
        return found
      }
      const id = randomUUID()
      insertContact.run(id, aliasId, who.address, who.addressKey, who.displayName, who.proposedReplyAddress, at)
      return id
    },
    countForward(aliasId, senderKey, at) {
      countAlias.run(at, aliasId)
      countContact.run(at, aliasId, senderKey)
    },
    recipientsOf: recipientsStep(db),
  }
}

function recipientsStep(db: Db): DirectorySteps['recipientsOf'] {
  const attached = db.prepare(
    `SELECT r.id, r.email, r.is_mailbox, r.paused_at FROM alias_recipient ar JOIN recipient r ON r.id = ar.recipient_id
     WHERE ar.alias_id = ? ORDER BY ar.position`,
  )
  const domainDefault = db.prepare(
    `SELECT r.id, r.email, r.is_mailbox, r.paused_at FROM alias a JOIN domain d ON d.id = a.domain_id
     JOIN recipient r ON r.id = d.default_recipient_id WHERE a.id = ?`,
  )
  const userDefault = db.prepare(
    `SELECT r.id, r.email, r.is_mailbox, r.paused_at FROM recipient r
     ORDER BY (r.id = (SELECT value FROM setting WHERE key = 'default-recipient')) DESC, r.created_at, r.rowid LIMIT 1`,
  )
  return (aliasId) => {
    if (aliasId !== null) {
      const own = attached.all(aliasId) as RecipientTarget[]
      if (own.length > 0) return own
      const byDomain = domainDefault.get(aliasId) as RecipientTarget | undefined
      if (byDomain !== undefined) return [byDomain]
    }
    return userDefault.all() as RecipientTarget[]
  }
}
