// The one transaction that a `250` stands on: the message, where it goes, and its log entries. behaviour.md 5, design.md 5
import type { Db } from '../database.ts'
import type { HeldEnvelope, SessionRecord, Verdicts } from '../rows.ts'
import { directorySteps } from './accept-directory.ts'
import { logWriter, type NewLogEntry } from './log.ts'
import { policySteps, type HeardFrom } from './policy-steps.ts'
import { queueDelivery } from './queue-delivery.ts'

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
  /** The pattern of the domain that makes it, whom that names and what it hangs on. */
  readonly pattern?: { readonly id: string; readonly recipientIds: readonly string[]; readonly labels: string }
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
      /** The organisation to count; where it is a stranger to the alias, what shows that. */
      readonly heard?: HeardFrom & { readonly leak?: { readonly evidence: string; readonly log: NewLogEntry } }
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'reply'
      readonly alias: { readonly id: string } | { readonly create: NewAlias }
      /** Set where a signature proved the sender: the same mail proves nothing again. */
      readonly seenMark: Uint8Array | null
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
      /** Whom a held forward names: they need reply addresses when it is released. */
      readonly correspondents?: readonly NewCorrespondent[]
      readonly log: NewLogEntry
    }
  | {
      readonly kind: 'discard'
      readonly aliasId: string | null
      readonly blockId?: string | null
      readonly log: NewLogEntry
    }
  /** Mail to an unsubscribe address of ours: the alias is switched off, or the contact blocked. */
  | {
      readonly kind: 'unsubscribe'
      readonly aliasId: string
      readonly blockContactId: string | null
      readonly log: NewLogEntry
    }

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
    const keep = input.recipients.some(({ kind }) => kind !== 'discard' && kind !== 'unsubscribe')
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
          steps.discard(recipient, message.receivedAt)
          break
        case 'unsubscribe':
          steps.unsubscribe(recipient, message.receivedAt)
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
  discard(recipient: Of<'discard'>, at: number): void
  unsubscribe(recipient: Of<'unsubscribe'>, at: number): void
}

function recipientSteps(db: Db): Steps {
  const directory = directorySteps(db)
  const policy = policySteps(db)
  const logs = logWriter(db)
  const queue = queueDelivery(db)
  const insertHeld = db.prepare(
    `INSERT INTO held(message_id,kind,reason,text,alias_id,contact_id,envelope,sender,subject,held_at,expires_at,log_id)
     VALUES(:messageId,:kind,:reason,:text,:aliasId,:contactId,:envelope,:sender,:subject,:at,:expiresAt,:logId)`,
  )
  const markSeen = db.prepare('INSERT OR IGNORE INTO reply_seen(mark,at) VALUES(?,?)')
  const countBlocked = db.prepare('UPDATE alias SET blocked=blocked+1, last_blocked=? WHERE id=?')
  const mapMessageId = db.prepare('INSERT OR IGNORE INTO message_id_map(alias_id,outer_id,inner_id,at) VALUES(?,?,?,?)')
  return {
    forward({ alias, tag, sender, correspondents, heard }, logId, { input, messageId, result }) {
      const at = input.message.receivedAt
      const aliasId = directory.aliasOf(alias, at, result.madeAliases)
      if (aliasId !== null && heard !== undefined) {
        policy.heard(aliasId, { organisation: heard.organisation, sender: heard.sender }, at)
        if (heard.leak !== undefined) {
          policy.suspectLeak(aliasId, heard.leak.evidence, at)
          result.logIds.push(logs.add(heard.leak.log))
        }
      }
      for (const one of correspondents) if (aliasId !== null) directory.contactOf(aliasId, one, at)
      if (aliasId !== null && sender !== null) directory.countForward(aliasId, sender, at)
      for (const { id, email, is_mailbox: isMailbox } of directory.recipientsOf(aliasId)) {
        const destination = isMailbox === 1 ? 'mailbox' : destinationOf(input.route, email)
        const envelope = { forwardPath: email, destination, recipientId: id, contactId: null, outMessageId: null }
        queue({ ...envelope, messageId, direction: 'forward', aliasId, tag, logId, at })
        result.deliveries++
      }
    },
    reply({ alias, seenMark, contact, forwardPath, destination, outMessageId, innerMessageId }, logId, context) {
      const at = context.input.message.receivedAt
      const aliasId = directory.aliasOf(alias, at, context.result.madeAliases) ?? ''
      if (seenMark !== null) markSeen.run(seenMark, at)
      const contactId = 'id' in contact ? contact.id : directory.contactOf(aliasId, contact.create, at)
      const envelope = { forwardPath, destination, recipientId: null, contactId, outMessageId }
      queue({ ...envelope, messageId: context.messageId, direction: 'reply', aliasId, tag: '', logId, at })
      context.result.deliveries++
      if (innerMessageId !== null) mapMessageId.run(aliasId, outMessageId, innerMessageId, at)
    },
    hold({ held, envelope, expiresAt, correspondents = [], log }, logId, { input, messageId }) {
      const aliasId = envelope.direction === 'none' ? null : envelope.aliasId
      for (const one of correspondents)
        if (aliasId !== null) directory.contactOf(aliasId, one, input.message.receivedAt)
      const contactId = envelope.direction === 'reply' ? envelope.contactId : null
      const { reason, text, sender, subject } = log
      const at = input.message.receivedAt
      const what = { kind: held, envelope: JSON.stringify(envelope), aliasId, contactId, messageId, logId }
      insertHeld.run({ ...what, reason, text, sender, subject, at, expiresAt })
    },
    discard({ aliasId, blockId = null }, at) {
      countBlocked.run(at, aliasId)
      if (blockId !== null) policy.countBlock(blockId, at)
    },
    unsubscribe: unsubscribeStep(db),
  }
}

function unsubscribeStep(db: Db): Steps['unsubscribe'] {
  const disable = db.prepare('UPDATE alias SET active=0, updated_at=? WHERE id=?')
  const block = db.prepare('UPDATE contact SET blocked=1 WHERE id=?')
  return ({ aliasId, blockContactId }, at) => {
    if (blockContactId === null) disable.run(at, aliasId)
    else block.run(blockContactId)
  }
}
