// Whose turn it is: a bounded number of jobs at a time, the peers in turn, and no peer with more than its share while others may come.
// Pure bookkeeping; the jobs are the caller's.

export interface QueueBounds {
  /** Jobs under way at once. */
  readonly slots: number
  /** Of these, what one peer may have: less than all, so that the next peer never waits for its first one. */
  readonly perPeer: number
  /** Jobs that wait, of everybody. */
  readonly waiting: number
}

export class FairQueue<Job> {
  private readonly bounds: QueueBounds
  /** By peer, in the order of their turns; none is empty. */
  private readonly lines = new Map<string, Job[]>()
  private readonly running = new Map<string, number>()
  private runningCount = 0
  private waitingCount = 0

  constructor(bounds: QueueBounds) {
    this.bounds = bounds
  }

  get size(): { readonly running: number; readonly waiting: number } {
    return { running: this.runningCount, waiting: this.waitingCount }
  }

  /** False where too many wait already. */
  add(peer: string, job: Job): boolean {
    if (this.waitingCount >= this.bounds.waiting) return false
    const line = this.lines.get(peer)
    if (line === undefined) this.lines.set(peer, [job])
    else line.push(job)
    this.waitingCount++
    return true
  }

  /** Takes the next job that may run; undefined where none may. `done` gives its slot back. */
  next(): Job | undefined {
    if (this.runningCount >= this.bounds.slots) return undefined
    for (const [peer, line] of this.lines) {
      const mine = this.running.get(peer) ?? 0
      const job = mine < this.bounds.perPeer ? line.shift() : undefined
      if (job === undefined) continue
      // Who had a turn goes to the end of the row.
      this.lines.delete(peer)
      if (line.length > 0) this.lines.set(peer, line)
      this.running.set(peer, mine + 1)
      this.runningCount++
      this.waitingCount--
      return job
    }
    return undefined
  }

  /** A job of this peer has ended. */
  done(peer: string): void {
    const left = (this.running.get(peer) ?? 1) - 1
    if (left <= 0) this.running.delete(peer)
    else this.running.set(peer, left)
    this.runningCount--
  }

  /** Takes a job out that waits; false where it does not. */
  remove(peer: string, job: Job): boolean {
    const line = this.lines.get(peer)
    const at = line?.indexOf(job) ?? -1
    if (line === undefined || at < 0) return false
    line.splice(at, 1)
    if (line.length === 0) this.lines.delete(peer)
    this.waitingCount--
    return true
  }
}
