// Writes of who may write: blocks, patterns, answers to questions about new senders; and the counters behind them.
import type { Db } from '../database.ts'
import type { HeldRow, Raw } from '../rows.ts'
import type { NewCorrespondent } from '../new-alias.ts'
import { destinationOf } from './accept.ts'
import { directorySteps } from './accept-directory.ts'
import { heldFrom } from './held.ts'
import { logWriter } from './log.ts'
import { messageRemover } from './messages.ts'
import { queueDelivery } from './queue-delivery.ts'

export interface NewBlock {
  readonly id: string
  readonly kind: 'address' | 'domain' | 'wildcard' | 'pattern'
  readonly value: string
  readonly aliasId: string | null
  readonly answer: 'reject' | 'discard'
  readonly text: string | null
  readonly source: string
  readonly at: number
}

export interface NewPattern {
  readonly id: string
  readonly domainId: string
  readonly pattern: string
  readonly recipientIds: readonly string[]
  readonly labels: string
  readonly at: number
}

export interface AnswerInput {
  readonly aliasId: string
  readonly sender: NewCorrespondent
  /** `once` lets these messages through; the sender has then been heard from, which is what known means. */
  readonly answer: 'allow' | 'block' | 'once'
  /** With `allow`: also mail of theirs that fails the sender checks. */
  readonly unproven: boolean
  /** The waiting messages of this sender to this alias. */
  readonly heldIds: readonly number[]
  readonly route: string
  readonly at: number
}

export interface AnswerResult {
  readonly released: number
  readonly dropped: number
  readonly logIds: readonly number[]
  readonly freedSpools: readonly string[]
}

export interface PolicyCommands {
  /** False where the same entry is there already. */
  addBlock(input: NewBlock): boolean
  setBlock(id: string, answer: 'reject' | 'discard', text: string | null): number
  removeBlock(id: string): number
  addPattern(input: NewPattern): void
  /** The patterns of a domain in their new order; ones that are left out are removed. */
  orderPatterns(domainId: string, ids: readonly string[]): void
  answerSender(input: AnswerInput): AnswerResult
}

export function policyCommands(db: Db): PolicyCommands {
  const insert = db.prepare(
    `INSERT INTO block(id,kind,value,alias_id,answer,text,source,created_at)
     VALUES(:id,:kind,:value,:aliasId,:answer,:text,:source,:at) ON CONFLICT DO NOTHING`,
  )
  const change = db.prepare('UPDATE block SET answer=?, text=? WHERE id=?')
  const remove = db.prepare('DELETE FROM block WHERE id=?')
  const insertPattern = db.prepare(
    `INSERT INTO domain_pattern(id,domain_id,position,pattern,recipients,labels,created_at)
     SELECT :id,:domainId,coalesce(max(position),0)+1,:pattern,:recipients,:labels,:at
     FROM domain_pattern WHERE domain_id=:domainId`,
  )
  const place = db.prepare('UPDATE domain_pattern SET position=? WHERE id=? AND domain_id=?')
  const prune = db.prepare(
    'DELETE FROM domain_pattern WHERE domain_id=? AND id NOT IN (SELECT value FROM json_each(?))',
  )
  return {
    addBlock: (input) => insert.run(input).changes > 0,
    setBlock: (id, answer, text) => change.run(answer, text, id).changes,
    removeBlock: (id) => remove.run(id).changes,
    addPattern: ({ recipientIds, ...input }) =>
      void insertPattern.run({ ...input, recipients: JSON.stringify(recipientIds) }),
    orderPatterns(domainId, ids) {
      prune.run(domainId, JSON.stringify(ids))
      for (const [position, id] of ids.entries()) place.run(position + 1, id, domainId)
    },
    answerSender: answering(db),
  }
}

/** One transaction: the answer sticks to the contact, and what waits for it goes out or goes away. */
function answering(db: Db): PolicyCommands['answerSender'] {
  const directory = directorySteps(db)
  const log = logWriter(db)
  const remover = messageRemover(db)
  const queue = queueDelivery(db)
  const allow = db.prepare("UPDATE contact SET standing='allowed', blocked=0 WHERE id=?")
  const allowUnproven = db.prepare('UPDATE contact SET allow_unproven=1 WHERE id=?')
  const block = db.prepare('UPDATE contact SET blocked=1, allow_unproven=0 WHERE id=?')
  const countBlocked = db.prepare('UPDATE alias SET blocked=blocked+1, last_blocked=? WHERE id=?')
  const byId = db.prepare(
    "SELECT * FROM held WHERE id=? AND alias_id=? AND reason IN ('ask-sender','dmarc-failed','spf-failed')",
  )
  const unhold = db.prepare('DELETE FROM held WHERE id=?')
  const release = (row: HeldRow, { aliasId, sender, route, at }: AnswerInput): void => {
    const tag = row.envelope.direction === 'forward' ? row.envelope.tag : ''
    directory.countForward(aliasId, sender.addressKey, at)
    for (const { id, email, is_mailbox: isMailbox } of directory.recipientsOf(aliasId)) {
      const destination = isMailbox === 1 ? 'mailbox' : destinationOf(route, email)
      const envelope = { forwardPath: email, destination, recipientId: id, contactId: null, outMessageId: null }
      queue({ ...envelope, messageId: row.messageId, direction: 'forward', aliasId, tag, logId: row.logId, at })
    }
    log.update(row.logId, 'accepted', 'sender-allowed', 'You allowed the sender; it is on its way to you.', undefined)
  }
  return (input) => {
    const contactId = directory.contactOf(input.aliasId, input.sender, input.at)
    if (input.answer === 'allow') allow.run(contactId)
    if (input.answer === 'allow' && input.unproven) allowUnproven.run(contactId)
    else if (input.answer === 'block') block.run(contactId)
    const rows = input.heldIds
      .map((id) => byId.get(id, input.aliasId) as Raw | undefined)
      .filter((raw) => raw !== undefined)
      .map(heldFrom)
    const freedSpools: string[] = []
    for (const row of rows) {
      unhold.run(row.id)
      if (input.answer !== 'block') release(row, input)
      else {
        countBlocked.run(input.at, input.aliasId)
        log.update(
          row.logId,
          'dropped',
          'sender-refused',
          'You blocked the sender; the message was deleted.',
          undefined,
        )
        freedSpools.push(...remover.removeIfUnused(row.messageId))
      }
    }
    const allowed = input.answer !== 'block'
    const logIds = rows.map((row) => row.logId)
    return { released: allowed ? rows.length : 0, dropped: allowed ? 0 : rows.length, logIds, freedSpools }
  }
}
