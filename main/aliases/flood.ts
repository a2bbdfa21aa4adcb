// Dictionary floods: somebody tries names until one is taken. Each miss beyond the first few is answered more slowly, up to a
// bound, so that guessing costs the guesser time and us only a timer; and the log notices it once.
import { peerKey } from '../terms/peer-address.ts'

const HOUR = 3_600_000
/** A list with some dead addresses on it is no attack. */
const FREE = 10
const NOTICED = 25
const STEP = 250
/** contract.md "Limits": a command may take 5 minutes; senders give up much earlier, and a connection slot is not free. */
export const LONGEST_DELAY = 5000

interface Misses {
  count: number
  since: number
  noticed: boolean
}

export interface MissAnswer {
  /** Milliseconds to wait before the answer. */
  readonly delay: number
  /** True once an hour for each peer. */
  readonly notice: boolean
}

export class FloodWatch {
  private readonly peers = new Map<string, Misses>()
  private readonly maxPeers: number

  constructor(maxPeers = 20_000) {
    this.maxPeers = maxPeers
  }

  /** One more address of this peer that does not exist. */
  miss(ip: string, now: number): MissAnswer {
    const key = peerKey(ip)
    const before = this.peers.get(key)
    const misses =
      before === undefined || now - before.since >= HOUR ? { count: 0, since: now, noticed: false } : before
    misses.count++
    this.peers.delete(key)
    this.peers.set(key, misses)
    if (this.peers.size > this.maxPeers) {
      const [oldest] = this.peers.keys()
      if (oldest !== undefined) this.peers.delete(oldest)
    }
    const notice = misses.count >= NOTICED && !misses.noticed
    if (notice) misses.noticed = true
    return { delay: Math.min(LONGEST_DELAY, Math.max(0, misses.count - FREE) * STEP), notice }
  }
}
