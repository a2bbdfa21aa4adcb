// Reads of what the user set up. All prepared once; each runs in microseconds on the caller's thread.
import type { AddressKey, Domain } from '../../terms/address.ts'
import type { Db } from '../database.ts'
import {
  fromRaw,
  optionalFromRaw,
  type AliasRow,
  type ContactRow,
  type DomainRow,
  type Raw,
  type RecipientRow,
} from '../rows.ts'

export interface DkimKeyRow {
  readonly domainId: string
  readonly selector: string
  readonly algorithm: 'rsa' | 'ed25519'
  readonly privateKey: string
  readonly publicKey: string
  /** Made and not yet seen in the DNS; in use; kept until mail that it signed has arrived. */
  readonly state: 'waiting' | 'active' | 'retiring'
  readonly stateSince: number
}

export interface DirectoryQueries {
  domain(name: Domain): DomainRow | undefined
  domainById(id: string): DomainRow | undefined
  domains(): readonly DomainRow[]
  aliasCountOfDomain(id: string): number
  dkimKeys(domainId: string): readonly DkimKeyRow[]
  recipient(id: string): RecipientRow | undefined
  recipientByKey(key: AddressKey): RecipientRow | undefined
  recipients(): readonly RecipientRow[]
  aliasCountOfRecipient(id: string): number
  alias(key: AddressKey): AliasRow | undefined
  aliasById(id: string): AliasRow | undefined
  aliasRecipients(aliasId: string): readonly RecipientRow[]
  /** Where mail to the alias goes: its own recipients, else the domain's, else yours. */
  recipientsFor(aliasId: string): readonly RecipientRow[]
  isForgotten(addressHash: Buffer): boolean
  contact(id: string): ContactRow | undefined
  contactByReplyAddress(replyAddress: string): ContactRow | undefined
  contactByAddress(aliasId: string, key: AddressKey): ContactRow | undefined
  contactsOf(aliasId: string): readonly ContactRow[]
  setting(key: string): string | undefined
}

/** `blocked` is a switch of a contact and a counter of an alias. */
const FLAGS = [
  ...[
    'active',
    'catchAll',
    'pinned',
    'isMailbox',
    'canReplySend',
    'warn',
    'allowSealed',
    'allowSpf',
    'autoReplies',
    'refuseForged',
  ],
]
const CONTACT_FLAGS = ['blocked', 'muted', 'allowUnproven', 'allowFlagged']

function rows<T>(all: unknown[], flags: readonly string[] = FLAGS): T[] {
  return (all as Raw[]).map((raw): T => fromRaw(raw, flags))
}
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows which row it asked for
const row = <T>(one: unknown): T | undefined => optionalFromRaw<T>(one, FLAGS)

export function directoryQueries(db: Db): DirectoryQueries {
  const q = (sql: string) => db.prepare(sql)
  const domain = q('SELECT * FROM domain WHERE name=?')
  const domainById = q('SELECT * FROM domain WHERE id=?')
  const domains = q('SELECT * FROM domain ORDER BY created_at, rowid')
  const domainAliases = q('SELECT alias_count FROM domain WHERE id=?').pluck()
  const dkim = q('SELECT * FROM dkim_key WHERE domain_id=? ORDER BY id')
  const recipient = q('SELECT * FROM recipient WHERE id=?')
  const recipientByKey = q('SELECT * FROM recipient WHERE email_key=?')
  const recipients = q('SELECT * FROM recipient ORDER BY created_at, rowid')
  const recipientAliases = q('SELECT alias_count FROM recipient WHERE id=?').pluck()
  const alias = q('SELECT * FROM alias WHERE address_key=?')
  const aliasById = q('SELECT * FROM alias WHERE id=?')
  const attached = q(
    `SELECT r.* FROM alias_recipient ar JOIN recipient r ON r.id=ar.recipient_id WHERE ar.alias_id=? ORDER BY ar.position`,
  )
  const domainDefault = q(
    `SELECT r.* FROM alias a JOIN domain d ON d.id=a.domain_id JOIN recipient r ON r.id=d.default_recipient_id WHERE a.id=?`,
  )
  const userDefault = q(
    `SELECT r.* FROM recipient r
     ORDER BY (r.id = (SELECT value FROM setting WHERE key = 'default-recipient')) DESC, r.created_at, r.rowid LIMIT 1`,
  )
  const recipientsFor = (id: string): RecipientRow[] => {
    for (const found of [attached.all(id), domainDefault.all(id)]) if (found.length > 0) return rows(found)
    return rows(userDefault.all())
  }
  const forgotten = q('SELECT 1 FROM forgotten WHERE address_hash=?').pluck()
  const contact = q('SELECT * FROM contact WHERE id=?')
  const contactByReply = q('SELECT * FROM contact WHERE reply_address=?')
  const contactByAddress = q('SELECT * FROM contact WHERE alias_id=? AND address_key=?')
  const contacts = q('SELECT * FROM contact WHERE alias_id=? ORDER BY created_at, rowid')
  const setting = q('SELECT value FROM setting WHERE key=?').pluck()
  return {
    domain: (name) => row(domain.get(name)),
    domainById: (id) => row(domainById.get(id)),
    domains: () => rows(domains.all()),
    aliasCountOfDomain: (id) => Number(domainAliases.get(id) ?? 0),
    dkimKeys: (id) => rows(dkim.all(id)),
    recipient: (id) => row(recipient.get(id)),
    recipientByKey: (key) => row(recipientByKey.get(key)),
    recipients: () => rows(recipients.all()),
    aliasCountOfRecipient: (id) => Number(recipientAliases.get(id) ?? 0),
    alias: (key) => row(alias.get(key)),
    aliasById: (id) => row(aliasById.get(id)),
    aliasRecipients: (id) => rows(attached.all(id)),
    recipientsFor,
    isForgotten: (hash) => forgotten.get(hash) === 1,
    contact: (id) => optionalFromRaw(contact.get(id), CONTACT_FLAGS),
    contactByReplyAddress: (replyAddress) => optionalFromRaw(contactByReply.get(replyAddress), CONTACT_FLAGS),
    contactByAddress: (aliasId, key) => optionalFromRaw(contactByAddress.get(aliasId, key), CONTACT_FLAGS),
    contactsOf: (aliasId) => rows(contacts.all(aliasId), CONTACT_FLAGS),
    setting: (key) => setting.get(key) as string | undefined,
  }
}
