// Who is logged in at the pages: a one-time code becomes a session, in memory only. Passphrase and second factor join here.
import { createHash, timingSafeEqual } from 'node:crypto'
import { randomName, type Clock, type Random } from '../terms/clock.ts'

const CODE_LIFE = 15 * 60_000
const IDLE_LIFE = 12 * 3_600_000
const ABSOLUTE_LIFE = 7 * 86_400_000
const MAX_SESSIONS = 10
const MAX_CODES = 10

export interface Session {
  readonly csrf: string
  readonly since: number
  lastSeen: number
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export class Sessions {
  private readonly clock: Clock
  private readonly random: Random
  private readonly codes = new Map<string, number>()
  private readonly sessions = new Map<string, Session>()

  constructor(clock: Clock, random: Random) {
    this.clock = clock
    this.random = random
  }

  /** A code that logs in once, within a quarter of an hour. */
  makeCode(): string {
    const code = randomName(this.random, 32)
    this.admit(code)
    return code
  }

  /** Takes a code made elsewhere: the one that was given to whoever unlocked the data. */
  admit(code: string): void {
    this.codes.set(hashOf(code), this.clock.now() + CODE_LIFE)
    dropOldest(this.codes, MAX_CODES)
  }

  /** Trades a code for a session; the cookie's value, or undefined. A code is gone after its first use, right or late. */
  redeem(code: string): string | undefined {
    const key = hashOf(code)
    const until = this.codes.get(key)
    this.codes.delete(key)
    const now = this.clock.now()
    if (until === undefined || until < now) return undefined
    const cookie = randomName(this.random, 40)
    this.sessions.set(hashOf(cookie), { csrf: randomName(this.random, 32), since: now, lastSeen: now })
    dropOldest(this.sessions, MAX_SESSIONS)
    return cookie
  }

  find(cookie: string): Session | undefined {
    const key = hashOf(cookie)
    const session = this.sessions.get(key)
    if (session === undefined) return undefined
    const now = this.clock.now()
    if (now - session.lastSeen > IDLE_LIFE || now - session.since > ABSOLUTE_LIFE) {
      this.sessions.delete(key)
      return undefined
    }
    session.lastSeen = now
    return session
  }

  end(cookie: string): void {
    this.sessions.delete(hashOf(cookie))
  }
}

export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return
    map.delete(key)
  }
}
