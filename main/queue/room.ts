// Whether more mail may come in: there is space on the disk, and the queue is not longer than it may be. Cheap: asked at every MAIL and
// again and again during DATA.
import type { DiskRoom } from '../store/disk-room.ts'
import { REPLIES, type Reply } from '../terms/reply.ts'
import type { MailParts } from './parts.ts'

/** Twice the design point: what waits beyond that is better kept by those who sent it. */
export const MAX_QUEUED = 200_000
const COUNTED_FOR = 5000

export class Room {
  private readonly parts: Pick<MailParts, 'store' | 'clock'>
  private readonly disk: DiskRoom
  private countedAt = Number.NEGATIVE_INFINITY
  private queued = 0

  constructor(parts: Pick<MailParts, 'store' | 'clock'>, disk: DiskRoom) {
    this.parts = parts
    this.disk = disk
  }

  /** The answer that puts a message of so many octets off; undefined where it may come. */
  refusal(octets: number, taken = false): Reply | undefined {
    if (!this.disk.has(octets, taken)) return REPLIES.diskFull
    const now = this.parts.clock.now()
    if (Math.abs(now - this.countedAt) > COUNTED_FOR) {
      this.queued = this.parts.store.mail.counts().queued
      this.countedAt = now
    }
    return this.queued >= MAX_QUEUED ? REPLIES.queueFull : undefined
  }
}
