// Domains, recipients, aliases and contacts: what the user sets up.
import type { Db } from '../database.ts'

export interface NewDomain {
  readonly id: string
  readonly name: string
  readonly catchAll: boolean
  readonly description: string | null
  readonly defaultRecipientId: string | null
  readonly at: number
  readonly keys: readonly {
    readonly selector: string
    readonly algorithm: 'rsa' | 'ed25519'
    readonly privateKey: string
    readonly publicKey: string
  }[]
}

export interface NewRecipient {
  readonly id: string
  readonly email: string
  readonly emailKey: string
  readonly isMailbox: boolean
  readonly at: number
}

export interface NewAliasRow {
  readonly id: string
  readonly address: string
  readonly addressKey: string
  readonly localPart: string
  readonly domainId: string
  readonly description: string | null
  readonly recipientIds: readonly string[]
  readonly at: number
}

/** Columns that a `set` may change; everything else is refused before it gets here. */
const SETTABLE = {
  domain: [
    'description',
    'from_name',
    'active',
    'catch_all',
    'default_recipient_id',
    'fallback_recipient_id',
    'refuse_forged',
  ],
  recipient: [
    ...['can_reply_send', 'mode', 'from_mode', 'from_template', 'subject_template', 'banner', 'warn', 'allow_sealed'],
    ...['allow_spf', 'auto_replies', 'flagged', 'signing_domain'],
  ],
  alias: [
    'description',
    'from_name',
    'active',
    'pinned',
    'when_disabled',
    'reject_text',
    'deleted_at',
    'unsubscribe',
    'allow_sealed',
    ...['policy', 'labels', 'expires_at', 'expires_after', 'expires_idle', 'fallback_recipient_id', 'hourly_limit'],
    ...['leak_at', 'leak_evidence'],
  ],
  contact: ['blocked', 'display_name', 'standing', 'muted', 'allow_unproven', 'allow_flagged'],
} as const

export type Table = keyof typeof SETTABLE
export interface SetInput {
  readonly table: Table
  readonly id: string
  readonly values: Readonly<Record<string, string | number | null>>
  /** Of an alias: whom it goes to from now on, with the rest of the change. */
  readonly recipientIds?: readonly string[] | undefined
  readonly at: number
}

export interface DirectoryCommands {
  addDomain(input: NewDomain): void
  addRecipient(input: NewRecipient): void
  addAlias(input: NewAliasRow): void
  addContact(input: {
    readonly id: string
    readonly aliasId: string
    readonly address: string
    readonly addressKey: string
    readonly displayName: string
    readonly replyAddress: string
    readonly at: number
  }): void
  set(input: SetInput): number
  remove(table: Table, id: string): number
  /** The row goes, a hash of the address stays, so that the address is refused for good and never made again. */
  forgetAlias(aliasId: string, addressHash: Uint8Array, at: number): number
  setting(key: string, value: string | null): void
}

export function directoryCommands(db: Db): DirectoryCommands {
  const domain = db.prepare(
    `INSERT INTO domain(id,name,catch_all,description,default_recipient_id,created_at,updated_at)
     VALUES(:id,:name,:catchAll,:description,:defaultRecipientId,:at,:at)`,
  )
  const key = db.prepare(
    'INSERT INTO dkim_key(domain_id,selector,algorithm,private_key,public_key,created_at) VALUES(?,?,?,?,?,?)',
  )
  const recipient = db.prepare(
    `INSERT INTO recipient(id,email,email_key,is_mailbox,verified_at,created_at,updated_at)
     VALUES(:id,:email,:emailKey,:isMailbox,:at,:at,:at)`,
  )
  const alias = db.prepare(
    `INSERT INTO alias(id,address,address_key,local_part,domain_id,description,created_at,updated_at)
     VALUES(:id,:address,:addressKey,:localPart,:domainId,:description,:at,:at)`,
  )
  const contact = db.prepare(
    `INSERT INTO contact(id,alias_id,address,address_key,display_name,reply_address,standing,created_at)
     VALUES(:id,:aliasId,:address,:addressKey,:displayName,:replyAddress,'allowed',:at)`,
  )
  const detach = db.prepare('DELETE FROM alias_recipient WHERE alias_id=?')
  const attach = db.prepare('INSERT INTO alias_recipient(alias_id,recipient_id,position) VALUES(?,?,?)')
  const forget = db.prepare('INSERT OR IGNORE INTO forgotten(address_hash,at) VALUES(?,?)')
  const removeAlias = db.prepare('DELETE FROM alias WHERE id=?')
  const attachAll = (aliasId: string, ids: readonly string[]): void => {
    for (const [position, id] of ids.entries()) attach.run(aliasId, id, position)
  }
  return {
    addDomain(input) {
      const { keys, ...row } = input
      domain.run({ ...row, catchAll: input.catchAll ? 1 : 0 })
      for (const one of keys) key.run(input.id, one.selector, one.algorithm, one.privateKey, one.publicKey, input.at)
    },
    addRecipient: (input) => void recipient.run({ ...input, isMailbox: input.isMailbox ? 1 : 0 }),
    addAlias(input) {
      const { recipientIds, ...row } = input
      alias.run(row)
      attachAll(input.id, recipientIds)
    },
    addContact: (input) => void contact.run(input),
    set(input) {
      if (input.table === 'alias' && input.recipientIds !== undefined) {
        detach.run(input.id)
        attachAll(input.id, input.recipientIds)
      }
      return runSet(db, input)
    },
    remove: (table, id) => db.prepare(`DELETE FROM ${table} WHERE id=?`).run(id).changes,
    forgetAlias(aliasId, addressHash, at) {
      forget.run(addressHash, at)
      return removeAlias.run(aliasId).changes
    },
    setting: settingCommand(db),
  }
}

function runSet(db: Db, { table, id, values, at }: SetInput): number {
  const allowed: readonly string[] = SETTABLE[table]
  const columns = Object.keys(values)
  for (const column of columns)
    if (!allowed.includes(column)) throw new Error(`column ${column} of ${table} cannot be set`)
  const stamp = table === 'contact' ? [] : ['updated_at=:at']
  const changes = [...columns.map((column) => `${column}=:${column}`), ...stamp]
  return db.prepare(`UPDATE ${table} SET ${changes.join(', ')} WHERE id=:id`).run({ ...values, id, at }).changes
}

function settingCommand(db: Db): DirectoryCommands['setting'] {
  const put = db.prepare(
    'INSERT INTO setting(key,value) VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value',
  )
  const clear = db.prepare('DELETE FROM setting WHERE key=?')
  return (key, value) => {
    if (value === null) clear.run(key)
    else put.run(key, value)
  }
}
