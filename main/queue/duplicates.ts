// A sender that never saw our 250 sends its message again. It is recognised by its envelope, Message-ID and body, but only where the
// first connection ended before another command followed our answer: who went on had read it, and sends twice because it means to.
// RFC 1047, RFC 5321 §6.1
//
// The mark is a row, written with the message; it goes once a command follows. A process that dies in between leaves it, and so it
// serves for an answer that we never got to give.
import { createHash } from 'node:crypto'
import type { Arrival } from './arrival.ts'
import type { MailParts } from './parts.ts'

/** How long a sender may wait before it tries again. */
export const DUPLICATE_WINDOW = 24 * 3_600_000
/** Marks are taken away together: so many milliseconds after the first. */
const GATHER = 1000

export class Duplicates {
  private readonly parts: Pick<MailParts, 'store' | 'clock' | 'onError'>
  /** Connections that may still go on. */
  private readonly open = new Map<string, number>()
  /** Read for certain, and their marks not gone yet. */
  private readonly confirmed = new Map<string, Buffer>()
  private timer: NodeJS.Timeout | undefined

  constructor(parts: Pick<MailParts, 'store' | 'clock' | 'onError'>) {
    this.parts = parts
  }

  /** Whether this message was taken before by a connection that ended too early to know. */
  has(digest: Buffer): boolean {
    const key = digest.toString('base64')
    if (this.open.has(key) || this.confirmed.has(key)) return false
    return this.parts.store.mail.isUnconfirmed(digest, this.parts.clock.now() - DUPLICATE_WINDOW)
  }

  /** Its connection is there and may go on. */
  answering(digest: Buffer): void {
    const key = digest.toString('base64')
    this.open.set(key, (this.open.get(key) ?? 0) + 1)
    // Its mark is a new one, and stays until this connection goes on.
    this.confirmed.delete(key)
  }

  /** A command followed our answer: the sender has read it. */
  followed(digest: Buffer): void {
    this.close(digest)
    this.confirmed.set(digest.toString('base64'), digest)
    this.timer ??= setTimeout(() => void this.flush(), GATHER).unref()
  }

  /** The connection ended, and nobody knows whether our answer arrived. */
  ended(digest: Buffer): void {
    this.close(digest)
  }

  private close(digest: Buffer): void {
    const key = digest.toString('base64')
    const left = (this.open.get(key) ?? 1) - 1
    if (left <= 0) this.open.delete(key)
    else this.open.set(key, left)
  }

  /** Takes the marks away that are no longer needed. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const digests = [...this.confirmed]
    if (digests.length === 0) return
    try {
      await this.parts.store.writer.run(
        'confirmTaken',
        digests.map(([, digest]) => digest),
      )
    } catch (error) {
      // A mark that stays makes at most one repeated message of the same sender be taken for what it is.
      this.parts.onError(error, 'marks of taken messages')
    }
    for (const [key] of digests) this.confirmed.delete(key)
  }
}

/** What makes two messages the same; undefined where there is no Message-ID to tell by. */
export function digestOf({ transaction, summary, stored }: Pick<Arrival, 'transaction' | 'summary' | 'stored'>) {
  if (summary.messageId === undefined) return undefined
  const to = transaction.recipients.map(({ path }) => (path.kind === 'address' ? path.address : 'postmaster')).sort()
  const { messageId, from, date, subject } = summary
  const written = [messageId, from, subject, String(date?.getTime() ?? '')]
  const about = [transaction.reversePath ?? '', ...written, stored.bodyHash, ...to]
  return createHash('sha256').update(JSON.stringify(about)).digest()
}
