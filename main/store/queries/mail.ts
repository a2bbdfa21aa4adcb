// Reads of messages, deliveries, held mail and the built-in mailbox.
import type { Db } from '../database.ts'
import { heldFrom } from '../commands/held.ts'
import {
  fromRaw,
  optionalFromRaw,
  type DeliveryRow,
  type HeldRow,
  type MessageRow,
  type Raw,
  type SessionRecord,
  type Verdicts,
} from '../rows.ts'

export interface MailboxRow {
  readonly id: number
  readonly at: number
  readonly alias: string
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly size: number
  readonly read: boolean
}

export interface QueueEntry extends DeliveryRow {
  readonly sender: string
  readonly subject: string
}

export interface MailQueries {
  message(id: number): MessageRow | undefined
  delivery(id: number): DeliveryRow | undefined
  /** By the Message-ID that the world saw. */
  /** The copies of one message, the newest first; a hundred recipients are the most that one can have. */
  deliveriesByOutId(outMessageId: string): readonly DeliveryRow[]
  /** What waits or is on its way, the next due first. */
  queue(limit: number): readonly QueueEntry[]
  /** The longest lines first. */
  destinations(
    limit: number,
  ): readonly { readonly destination: string; readonly waiting: number; readonly nextDue: number }[]
  /** How many wait for a recipient. */
  waitingFor(recipientId: string): number
  counters(): Readonly<Record<string, number>>
  counts(): { readonly queued: number; readonly inFlight: number; readonly failed: number; readonly held: number }
  held(id: number): HeldRow | undefined
  heldList(limit: number, before: number | undefined, kind?: HeldRow['kind']): readonly HeldRow[]
  /** Mail of new senders that waits for the user's word; of one alias, or of all. */
  questions(limit: number, aliasId?: string): readonly HeldRow[]
  mailbox(limit: number, before: number | undefined): readonly MailboxRow[]
  mailboxItem(id: number): (MailboxRow & { readonly header: Buffer; readonly messageId: number }) | undefined
  spoolIds(): ReadonlySet<string>
  /** Whether a message with this digest was taken since `after` and its sender has not shown to know. */
  isUnconfirmed(digest: Buffer, after: number): boolean
  /** Whether a reply with this mark was taken before. */
  replySeen(mark: Buffer): boolean
  /** inner by outer, for the ids given. */
  innerMessageIds(aliasId: string, outer: readonly string[]): ReadonlyMap<string, string>
  outerMessageIds(aliasId: string, inner: readonly string[]): ReadonlyMap<string, string>
}

const MAILBOX_COLUMNS = 'id,at,alias,sender,recipient,subject,size,read'

export function mailQueries(db: Db): MailQueries {
  return { ...queueQueries(db), ...keptQueries(db), ...threadQueries(db) }
}

type QueueQueries = Pick<
  MailQueries,
  | 'message'
  | 'delivery'
  | 'deliveriesByOutId'
  | 'queue'
  | 'destinations'
  | 'waitingFor'
  | 'counters'
  | 'isUnconfirmed'
  | 'counts'
  | 'spoolIds'
  | 'replySeen'
>
type KeptQueries = Pick<MailQueries, 'held' | 'heldList' | 'questions' | 'mailbox' | 'mailboxItem'>

function queueQueries(db: Db): QueueQueries {
  const message = db.prepare(
    `SELECT m.id,m.public_id,m.received_at,m.reverse_path,m.header,m.body,m.spool_id,m.size,m.body_hash,m.session,m.verdicts,
       m.authentication_results,m.proven,m.envid,m.ret, s.key AS spool_key, s.size AS spool_size
     FROM message m LEFT JOIN spool s ON s.id=m.spool_id WHERE m.id=?`,
  )
  const delivery = db.prepare('SELECT * FROM delivery WHERE id=?')
  const byOutId = db.prepare('SELECT * FROM delivery WHERE out_message_id=? ORDER BY id DESC LIMIT 200')
  const queue = db.prepare(
    `SELECT d.*, l.sender, l.subject FROM delivery d LEFT JOIN log l ON l.id=d.log_id
     WHERE d.state IN ('queued','in-flight') ORDER BY d.due_at, d.id LIMIT ?`,
  )
  const counts = db.prepare(
    `SELECT (SELECT count(*) FROM delivery WHERE state='queued') AS queued,
       (SELECT count(*) FROM delivery WHERE state='in-flight') AS inFlight,
       (SELECT count(*) FROM held WHERE kind='failed') AS failed,
       (SELECT count(*) FROM held WHERE kind<>'failed') AS held`,
  )
  const destinations = db.prepare(
    `SELECT destination, count(*) AS waiting, min(due_at) AS nextDue FROM delivery WHERE state='queued'
     GROUP BY destination ORDER BY waiting DESC LIMIT ?`,
  )
  const waitingFor = db.prepare("SELECT count(*) FROM delivery WHERE recipient_id=? AND state='queued'").pluck()
  const counters = db.prepare('SELECT name, value FROM counter')
  const unconfirmed = db.prepare('SELECT 1 FROM unconfirmed WHERE digest=? AND at >= ?').pluck()
  const seen = db.prepare('SELECT 1 FROM reply_seen WHERE mark=?').pluck()
  const spools = db.prepare('SELECT id FROM spool').pluck()
  return {
    message(id) {
      const raw = message.get(id) as Raw | undefined
      if (raw === undefined) return undefined
      const row = fromRaw<MessageRow & { session: string; verdicts: string | null }>(raw, ['proven'])
      const verdicts = row.verdicts === null ? null : (JSON.parse(row.verdicts) as Verdicts)
      return { ...row, verdicts, session: JSON.parse(row.session) as SessionRecord }
    },
    delivery: (id) => optionalFromRaw<DeliveryRow>(delivery.get(id)),
    deliveriesByOutId: (id) => byOutId.all(id).map((raw) => fromRaw<DeliveryRow>(raw as Raw)),
    queue: (limit) => (queue.all(limit) as Raw[]).map((raw) => fromRaw<QueueEntry>(raw)),
    counts: () => counts.get() as ReturnType<MailQueries['counts']>,
    destinations: (limit) => destinations.all(limit) as ReturnType<MailQueries['destinations']>,
    waitingFor: (id) => waitingFor.get(id) as number,
    counters: () =>
      Object.fromEntries((counters.all() as { name: string; value: number }[]).map(({ name, value }) => [name, value])),
    isUnconfirmed: (digest, after) => unconfirmed.get(digest, after) === 1,
    replySeen: (mark) => seen.get(mark) === 1,
    spoolIds: () => new Set(spools.all() as string[]),
  }
}

function keptQueries(db: Db): KeptQueries {
  const held = db.prepare('SELECT * FROM held WHERE id=?')
  const heldList = db.prepare('SELECT * FROM held WHERE id < ? ORDER BY id DESC LIMIT ?')
  const ofKind = db.prepare('SELECT * FROM held WHERE kind=? AND id < ? ORDER BY id DESC LIMIT ?')
  const questions = db.prepare(
    "SELECT * FROM held WHERE reason='ask-sender' AND (:aliasId IS NULL OR alias_id=:aliasId) ORDER BY id DESC LIMIT :limit",
  )
  const mailbox = db.prepare(`SELECT ${MAILBOX_COLUMNS} FROM mailbox WHERE id < ? ORDER BY id DESC LIMIT ?`)
  const mailboxItem = db.prepare(`SELECT ${MAILBOX_COLUMNS},header,message_id FROM mailbox WHERE id=?`)
  const last = Number.MAX_SAFE_INTEGER
  return {
    held(id) {
      const raw = held.get(id) as Raw | undefined
      return raw === undefined ? undefined : heldFrom(raw)
    },
    heldList(limit, before, kind) {
      const rows = kind === undefined ? heldList.all(before ?? last, limit) : ofKind.all(kind, before ?? last, limit)
      return (rows as Raw[]).map(heldFrom)
    },
    questions: (limit, aliasId) => (questions.all({ limit, aliasId: aliasId ?? null }) as Raw[]).map(heldFrom),
    mailbox: (limit, before) =>
      (mailbox.all(before ?? last, limit) as Raw[]).map((raw) => fromRaw<MailboxRow>(raw, ['read'])),
    mailboxItem: (id) => optionalFromRaw(mailboxItem.get(id), ['read']),
  }
}

function threadQueries(db: Db): Pick<MailQueries, 'innerMessageIds' | 'outerMessageIds'> {
  const inner = db.prepare(
    `SELECT outer_id AS a, inner_id AS b FROM message_id_map WHERE alias_id=? AND outer_id IN (SELECT value FROM json_each(?))`,
  )
  const outer = db.prepare(
    `SELECT inner_id AS a, outer_id AS b FROM message_id_map WHERE alias_id=? AND inner_id IN (SELECT value FROM json_each(?))`,
  )
  const pairs = (all: unknown[]): Map<string, string> =>
    new Map((all as { a: string; b: string }[]).map(({ a, b }) => [a, b]))
  return {
    innerMessageIds: (aliasId, ids) => (ids.length === 0 ? new Map() : pairs(inner.all(aliasId, JSON.stringify(ids)))),
    outerMessageIds: (aliasId, ids) => (ids.length === 0 ? new Map() : pairs(outer.all(aliasId, JSON.stringify(ids)))),
  }
}
