// How much more the data folder may take: asked of the file system, so that mail is put off before the disk is full. What is under way
// then still has room for its commit, and so have the log and the database's own. It recovers by itself: space is looked at afresh.
import { statfsSync } from 'node:fs'

const MIB = 1024 * 1024
/** A twentieth of the disk is left alone, within these bounds. */
const LEAST = 16 * MIB
const MOST = 256 * MIB
/** One look serves this long, in milliseconds. */
const FRESH_FOR = 500

export class DiskRoom {
  private readonly folder: string
  private readonly now: () => number
  private lookedAt = Number.NEGATIVE_INFINITY
  private room = 0

  constructor(folder: string, now: () => number) {
    this.folder = folder
    this.now = now
  }

  /** Whether so many octets fit with the margin left alone; `taken`: they are written now, and gone until the next look. */
  has(octets: number, taken = false): boolean {
    const now = this.now()
    if (Math.abs(now - this.lookedAt) > FRESH_FOR) {
      const { bavail, blocks, bsize } = statfsSync(this.folder)
      const margin = Math.min(MOST, Math.max(LEAST, (blocks * bsize) / 20))
      this.room = bavail * bsize - margin
      this.lookedAt = now
    }
    const fits = octets < this.room
    if (fits && taken) this.room -= octets
    return fits
  }
}
