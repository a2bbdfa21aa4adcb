// Who is logged in at the pages, in memory only. A session has a level: one that has proven the first factor and owes the second may do
// nothing but prove it. Every change of level makes a new cookie, so that one which somebody knew before is worth nothing after.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { randomName, type Clock, type Random } from '../terms/clock.ts'
import type { Challenge } from './security-keys.ts'

const CODE_LIFE = 15 * 60_000
const PENDING_LIFE = 10 * 60_000
/** hardening.md, loopback door 11. */
const FRESH = 5 * 60_000
const MAX_SESSIONS = 10
const MAX_PENDING = 20
const MAX_CODES = 10
const MAX_GRANTS = 20

export interface SessionLimits {
  /** Milliseconds. */
  readonly idle: number
  readonly absolute: number
}

export interface Origin {
  /** The address it came from. */
  readonly from: string
  /** What the browser calls itself, cut short. */
  readonly agent: string
  /** `link`, `passphrase`, `recovery key`, `window` */
  readonly by: string
}

export interface Session extends Origin {
  readonly id: string
  readonly csrf: string
  readonly since: number
  lastSeen: number
  /** When it last proved who it is. */
  freshAt: number
  challenge: Challenge | undefined
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export class Sessions {
  private readonly clock: Clock
  private readonly random: Random
  private readonly limits: () => SessionLimits
  private readonly codes = new Map<string, number>()
  private readonly sessions = new Map<string, Session>()
  /** First factor proven, second one owed. Of their own, so that they can push nobody out. */
  private readonly pending = new Map<string, Session>()
  private readonly grants = new Map<string, number>()

  constructor(clock: Clock, random: Random, limits: () => SessionLimits) {
    this.clock = clock
    this.random = random
    this.limits = limits
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

  /** True once for a code that is good. It is gone after its first use, right or late. */
  spend(code: string): boolean {
    const key = hashOf(code)
    const until = this.codes.get(key)
    this.codes.delete(key)
    return until !== undefined && until >= this.clock.now()
  }

  private make(origin: Origin): Session {
    const now = this.clock.now()
    const csrf = randomName(this.random, 32)
    return { ...origin, id: randomUUID(), csrf, since: now, lastSeen: now, freshAt: now, challenge: undefined }
  }

  /** The cookie of a new session. Whatever cookie the browser brought ends here. */
  open(origin: Origin, brought: string): string {
    this.end(brought)
    return this.place(this.sessions, this.make(origin), MAX_SESSIONS)
  }

  /** The cookie of somebody who has proven the first factor and owes the second. */
  openPending(origin: Origin, brought: string): string {
    this.end(brought)
    return this.place(this.pending, this.make(origin), MAX_PENDING)
  }

  private place(map: Map<string, Session>, session: Session, max: number): string {
    const cookie = randomName(this.random, 40)
    map.set(hashOf(cookie), session)
    dropOldest(map, max)
    return cookie
  }

  /** The same session, freshly proven, under another cookie and another CSRF token. */
  renew(cookie: string): string | undefined {
    const session = this.find(cookie)
    if (session === undefined) return undefined
    this.sessions.delete(hashOf(cookie))
    const now = this.clock.now()
    const fresh: Session = { ...session, csrf: randomName(this.random, 32), freshAt: now, challenge: undefined }
    return this.place(this.sessions, fresh, MAX_SESSIONS)
  }

  find(cookie: string): Session | undefined {
    const key = hashOf(cookie)
    const session = this.sessions.get(key)
    if (session === undefined) return undefined
    if (this.isOver(session)) {
      this.sessions.delete(key)
      return undefined
    }
    session.lastSeen = this.clock.now()
    // The one that was not used for the longest time stands first, and goes first.
    this.sessions.delete(key)
    this.sessions.set(key, session)
    return session
  }

  /** Whether a session goes on; asking is no use of it. */
  goesOn(id: string): boolean {
    for (const session of this.sessions.values()) if (session.id === id) return !this.isOver(session)
    return false
  }

  private isOver(session: Session): boolean {
    const now = this.clock.now()
    const { idle, absolute } = this.limits()
    return now - session.lastSeen > idle || now - session.since > absolute
  }

  findPending(cookie: string): Session | undefined {
    const key = hashOf(cookie)
    const session = this.pending.get(key)
    if (session === undefined || this.clock.now() - session.since <= PENDING_LIFE) return session
    this.pending.delete(key)
    return undefined
  }

  isFresh(session: Pick<Session, 'freshAt'>): boolean {
    return this.clock.now() - session.freshAt < FRESH
  }

  /** Good for as long as a session is fresh: for callers without a session who proved the second factor. */
  makeGrant(): string {
    const grant = randomName(this.random, 40)
    this.grants.set(hashOf(grant), this.clock.now() + FRESH)
    dropOldest(this.grants, MAX_GRANTS)
    return grant
  }

  hasGrant(grant: string): boolean {
    const until = this.grants.get(hashOf(grant))
    return until !== undefined && until >= this.clock.now()
  }

  list(): readonly Session[] {
    for (const [key, session] of this.sessions) if (this.isOver(session)) this.sessions.delete(key)
    return [...this.sessions.values()]
  }

  end(cookie: string): void {
    const key = hashOf(cookie)
    this.sessions.delete(key)
    this.pending.delete(key)
  }

  endById(id: string): boolean {
    for (const [key, session] of this.sessions) if (session.id === id) return this.sessions.delete(key)
    return false
  }

  /** Every session but this one, everybody half way in, and every grant. */
  endOthers(id: string | undefined): void {
    for (const [key, session] of this.sessions) if (session.id !== id) this.sessions.delete(key)
    this.pending.clear()
    this.grants.clear()
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
