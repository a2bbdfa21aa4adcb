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
}

export interface AliasFilter {
  readonly search?: string
  readonly active?: boolean
  readonly deleted?: 'without' | 'with' | 'only'
  readonly pinned?: boolean
  readonly domainId?: string
  readonly recipientId?: string
  /** A column of AliasOrder, `-` in front for descending. */
  readonly sort?: string
  readonly limit: number
  readonly offset: number
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
  aliases(filter: AliasFilter): { readonly rows: readonly AliasRow[]; readonly total: number }
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
  ...['active', 'catchAll', 'pinned', 'isMailbox', 'canReplySend', 'warn', 'allowSealed', 'allowSpf', 'autoReplies'],
  'removeFlagged',
]
const CONTACT_FLAGS = ['blocked']

const ORDER: Readonly<Record<string, string>> = {
  local_part: 'a.local_part',
  domain: 'd.name',
  email: 'a.address_key',
  emails_forwarded: 'a.forwarded',
  emails_blocked: 'a.blocked',
  emails_replied: 'a.replied',
  emails_sent: 'a.sent',
  last_forwarded: 'a.last_forwarded',
  last_blocked: 'a.last_blocked',
  last_replied: 'a.last_replied',
  last_sent: 'a.last_sent',
  last_used: 'max(coalesce(a.last_forwarded,0),coalesce(a.last_replied,0),coalesce(a.last_sent,0))',
  active: 'a.active',
  created_at: 'a.created_at',
  updated_at: 'a.updated_at',
  deleted_at: 'a.deleted_at',
}
export const ALIAS_ORDERS: readonly string[] = Object.keys(ORDER)

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
  const domainAliases = q('SELECT count(*) FROM alias WHERE domain_id=? AND deleted_at IS NULL').pluck()
  const dkim = q('SELECT * FROM dkim_key WHERE domain_id=? ORDER BY id')
  const recipient = q('SELECT * FROM recipient WHERE id=?')
  const recipientByKey = q('SELECT * FROM recipient WHERE email_key=?')
  const recipients = q('SELECT * FROM recipient ORDER BY created_at, rowid')
  const recipientAliases = q('SELECT count(*) FROM alias_recipient WHERE recipient_id=?').pluck()
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
    aliasCountOfDomain: (id) => Number(domainAliases.get(id)),
    dkimKeys: (id) => rows(dkim.all(id)),
    recipient: (id) => row(recipient.get(id)),
    recipientByKey: (key) => row(recipientByKey.get(key)),
    recipients: () => rows(recipients.all()),
    aliasCountOfRecipient: (id) => Number(recipientAliases.get(id)),
    alias: (key) => row(alias.get(key)),
    aliasById: (id) => row(aliasById.get(id)),
    aliases: (filter) => listAliases(db, filter),
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

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)
}

function conditions(filter: AliasFilter): { where: string; values: Record<string, string | number> } {
  const parts: string[] = []
  const values: Record<string, string | number> = {}
  const deleted = filter.deleted ?? 'without'
  if (deleted === 'without') parts.push('a.deleted_at IS NULL')
  if (deleted === 'only') parts.push('a.deleted_at IS NOT NULL')
  if (filter.active !== undefined) parts.push(`a.active = ${filter.active ? 1 : 0}`)
  if (filter.pinned !== undefined) parts.push(`a.pinned = ${filter.pinned ? 1 : 0}`)
  if (filter.domainId !== undefined) {
    parts.push('a.domain_id = :domainId')
    values['domainId'] = filter.domainId
  }
  if (filter.recipientId !== undefined) {
    parts.push('a.id IN (SELECT alias_id FROM alias_recipient WHERE recipient_id = :recipientId)')
    values['recipientId'] = filter.recipientId
  }
  if (filter.search !== undefined && filter.search !== '') {
    parts.push("(a.address_key LIKE :search ESCAPE '\\' OR a.description LIKE :search ESCAPE '\\')")
    values['search'] = `%${escapeLike(filter.search)}%`
  }
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}

function listAliases(db: Db, filter: AliasFilter): { rows: AliasRow[]; total: number } {
  const { where, values } = conditions(filter)
  const sort = filter.sort ?? '-created_at'
  const descending = sort.startsWith('-')
  const column = ORDER[descending ? sort.slice(1) : sort] ?? 'a.created_at'
  const order = `a.pinned DESC, ${column} ${descending ? 'DESC' : 'ASC'}, a.id`
  const found = db
    .prepare(
      `SELECT a.* FROM alias a JOIN domain d ON d.id=a.domain_id WHERE ${where} ORDER BY ${order} LIMIT :limit OFFSET :offset`,
    )
    .all({ ...values, limit: filter.limit, offset: filter.offset })
  const total = db.prepare(`SELECT count(*) FROM alias a WHERE ${where}`).pluck().get(values)
  return { rows: rows(found), total: Number(total) }
}
