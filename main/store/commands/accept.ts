// The one transaction that a `250` stands on: the message, where it goes, and its log entries. behaviour.md 5, design.md 5
import { randomUUID } from 'node:crypto'
import type { Db } from '../database.ts'
import type { HeldEnvelope, SessionRecord, Verdicts } from '../rows.ts'
import { logWriter, type NewLogEntry } from './log.ts'

export interface NewMessage {
  readonly publicId: string
  readonly receivedAt: number
  readonly reversePath: string
  readonly header: Uint8Array
  readonly body: Uint8Array | null
  readonly spool: { readonly id: string; readonly key: Uint8Array; readonly size: number } | null
  readonly size: number
  readonly bodyHash: string
  readonly session: SessionRecord
  readonly verdicts: Verdicts | null
  readonly authenticationResults: string | null
}

export interface NewCorrespondent {
  readonly address: string
  readonly addressKey: string
  readonly displayName: string
  /** Used where this correspondent is new to the alias. */
  readonly proposedReplyAddress: string
}

export interface NewAlias {
  readonly address: string
  readonly addressKey: string
  readonly localPart: string
  readonly domainId: string
  readonly origin: 'made' | 'catch-all'
  readonly firstSender: string | null
}

/** What becomes of one envelope recipient of an accepted message. */
export type AcceptedRecipient =
  | {
      readonly kind: 'forward'
      /** An alias that exists, or one that this message makes. */
      readonly alias: { readonly id: string } | { readonly create: NewAlias } | undefined
      readonly tag: string
      readonly sender: string | null
      readonly correspondents: readonly NewCorrespondent[]
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'reply'
      readonly aliasId: string
      /** A contact that exists, or the stranger who becomes one by being written to. */
      readonly contact: { readonly id: string } | { readonly create: NewCorrespondent }
      readonly forwardPath: string
      readonly destination: string
      readonly outMessageId: string
      readonly innerMessageId: string | null
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'held'
      readonly held: 'held' | 'bounce'
      readonly envelope: HeldEnvelope
      readonly expiresAt: number | null
      readonly log: NewLogEntry
    }
  | { readonly kind: 'discard'; readonly aliasId: string; readonly log: NewLogEntry }

export interface AcceptInput {
  readonly message: NewMessage
  readonly recipients: readonly AcceptedRecipient[]
  /** How `destination` of a forward is told: `mx` by the recipient's domain, else the route itself. */
  readonly route: string
}

export interface AcceptResult {
  readonly messageId: number | null
  readonly deliveries: number
  readonly logIds: readonly number[]
  readonly madeAliases: readonly string[]
}

interface RecipientTarget {
  id: string
  email: string
  is_mailbox: number
}

export function destinationOf(route: string, forwardPath: string): string {
  return route === 'mx' ? forwardPath.slice(forwardPath.lastIndexOf('@') + 1).toLowerCase() : route
}

interface Context {
  readonly input: AcceptInput
  readonly messageId: number
  readonly result: { deliveries: number; logIds: number[]; madeAliases: string[] }
}

export function acceptCommand(db: Db): (input: AcceptInput) => AcceptResult {
  const log = logWriter(db)
  const steps = recipientSteps(db)
  const insertSpool = db.prepare('INSERT INTO spool(id,key,size,created_at) VALUES(?,?,?,?)')
  const insertMessage = db.prepare(
    `INSERT INTO message(public_id,received_at,reverse_path,header,body,spool_id,size,body_hash,session,verdicts,authentication_results)
     VALUES(?,?,?,?,?,?,?,?,?,?,?)`,
  )
  return (input) => {
    const { message } = input
    const keep = input.recipients.some((recipient) => recipient.kind !== 'discard')
    let messageId = 0
    if (keep) {
      const { spool } = message
      if (spool !== null) insertSpool.run(spool.id, spool.key, spool.size, message.receivedAt)
      const inserted = insertMessage.run(
        message.publicId,
        message.receivedAt,
        message.reversePath,
        message.header,
        message.body,
        spool?.id ?? null,
        message.size,
        message.bodyHash,
        JSON.stringify(message.session),
        message.verdicts === null ? null : JSON.stringify(message.verdicts),
        message.authenticationResults,
      )
      messageId = Number(inserted.lastInsertRowid)
    }
    const context: Context = { input, messageId, result: { deliveries: 0, logIds: [], madeAliases: [] } }
    for (const recipient of input.recipients) {
      const logId = log.add(recipient.log)
      context.result.logIds.push(logId)
      switch (recipient.kind) {
        case 'forward':
          steps.forward(recipient, logId, context)
          break
        case 'reply':
          steps.reply(recipient, logId, context)
          break
        case 'held':
          steps.hold(recipient, logId, context)
          break
        case 'discard':
          steps.discard(recipient.aliasId, message.receivedAt)
          break
      }
    }
    return { messageId: keep ? messageId : null, ...context.result }
  }
}

type Of<Kind extends AcceptedRecipient['kind']> = Extract<AcceptedRecipient, { kind: Kind }>

interface Steps {
  forward(recipient: Of<'forward'>, logId: number, context: Context): void
  reply(recipient: Of<'reply'>, logId: number, context: Context): void
  hold(recipient: Of<'held'>, logId: number, context: Context): void
  discard(aliasId: string, at: number): void
}

function recipientSteps(db: Db): Steps {
  const directory = directorySteps(db)
  const insertDelivery = db.prepare(
    `INSERT INTO delivery(message_id,direction,alias_id,tag,recipient_id,contact_id,forward_path,destination,out_message_id,
       log_id,state,queued_at,due_at)
     VALUES(?,?,?,?,?,?,?,?,?,?,'queued',?,?)`,
  )
  const insertHeld = db.prepare(
    `INSERT INTO held(message_id,kind,reason,text,alias_id,contact_id,envelope,sender,subject,held_at,expires_at,log_id)
     VALUES(?,?,?,?,?,?,?,?,?,?,?,?)`,
  )
  const countBlocked = db.prepare('UPDATE alias SET blocked=blocked+1, last_blocked=? WHERE id=?')
  const mapMessageId = db.prepare('INSERT OR IGNORE INTO message_id_map(alias_id,outer_id,inner_id,at) VALUES(?,?,?,?)')
  return {
    forward(recipient, logId, { input, messageId, result }) {
      const at = input.message.receivedAt
      const aliasId = directory.aliasOf(recipient.alias, at, result.madeAliases)
      for (const one of recipient.correspondents) if (aliasId !== null) directory.contactOf(aliasId, one, at)
      if (aliasId !== null && recipient.sender !== null) directory.countForward(aliasId, recipient.sender, at)
      for (const target of directory.recipientsOf(aliasId)) {
        const destination = target.is_mailbox === 1 ? 'mailbox' : destinationOf(input.route, target.email)
        insertDelivery.run(
          messageId,
          'forward',
          aliasId,
          recipient.tag,
          target.id,
          null,
          target.email,
          destination,
          null,
          logId,
          at,
          at,
        )
        result.deliveries++
      }
    },
    reply(recipient, logId, { input, messageId, result }) {
      const at = input.message.receivedAt
      const { aliasId, contact, forwardPath, destination, outMessageId, innerMessageId } = recipient
      const contactId = 'id' in contact ? contact.id : directory.contactOf(aliasId, contact.create, at)
      insertDelivery.run(
        messageId,
        'reply',
        aliasId,
        '',
        null,
        contactId,
        forwardPath,
        destination,
        outMessageId,
        logId,
        at,
        at,
      )
      result.deliveries++
      if (innerMessageId !== null) mapMessageId.run(aliasId, outMessageId, innerMessageId, at)
    },
    hold({ held, envelope, expiresAt, log }, logId, { input, messageId }) {
      const aliasId = envelope.direction === 'none' ? null : envelope.aliasId
      const contactId = envelope.direction === 'reply' ? envelope.contactId : null
      insertHeld.run(
        messageId,
        held,
        log.reason,
        log.text,
        aliasId,
        contactId,
        JSON.stringify(envelope),
        log.sender,
        log.subject,
        input.message.receivedAt,
        expiresAt,
        logId,
      )
    },
    discard(aliasId, at) {
      countBlocked.run(at, aliasId)
    },
  }
}

interface DirectorySteps {
  aliasOf(alias: Of<'forward'>['alias'], at: number, made: string[]): string | null
  contactOf(aliasId: string, who: NewCorrespondent, at: number): string
  countForward(aliasId: string, senderKey: string, at: number): void
  recipientsOf(aliasId: string | null): readonly RecipientTarget[]
}

function directorySteps(db: Db): DirectorySteps {
  const insertAlias = db.prepare(
    `INSERT INTO alias(id,address,address_key,local_part,domain_id,origin,first_sender,created_at,updated_at)
     VALUES(:id,:address,:addressKey,:localPart,:domainId,:origin,:firstSender,:at,:at) ON CONFLICT(address_key) DO NOTHING`,
  )
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
  const attached = db.prepare(
    `SELECT r.id, r.email, r.is_mailbox FROM alias_recipient ar JOIN recipient r ON r.id = ar.recipient_id
     WHERE ar.alias_id = ? ORDER BY ar.position`,
  )
  const domainDefault = db.prepare(
    `SELECT r.id, r.email, r.is_mailbox FROM alias a JOIN domain d ON d.id = a.domain_id
     JOIN recipient r ON r.id = d.default_recipient_id WHERE a.id = ?`,
  )
  const userDefault = db.prepare(
    `SELECT r.id, r.email, r.is_mailbox FROM recipient r
     ORDER BY (r.id = (SELECT value FROM setting WHERE key = 'default-recipient')) DESC, r.created_at, r.rowid LIMIT 1`,
  )
  return {
    aliasOf(alias, at, made) {
      if (alias === undefined) return null
      if ('id' in alias) return alias.id
      // Two sessions may make the same alias at once: the second finds the row of the first.
      const inserted = insertAlias.run({ ...alias.create, id: randomUUID(), at })
      if (inserted.changes > 0) made.push(alias.create.address)
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
    recipientsOf(aliasId) {
      if (aliasId !== null) {
        const own = attached.all(aliasId) as RecipientTarget[]
        if (own.length > 0) return own
        const byDomain = domainDefault.get(aliasId) as RecipientTarget | undefined
        if (byDomain !== undefined) return [byDomain]
      }
      return userDefault.all() as RecipientTarget[]
    },
  }
}
