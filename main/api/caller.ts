// Who is asking, decided once for each request before any route runs; and what somebody must prove again before it is done.
import type { Context, Next } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Method, Proof, Verdict } from '../access/access.ts'
import { scopesOf, verifyToken } from '../access/secrets.ts'
import { siteOf, type Site } from '../access/security-keys.ts'
import { sameSecret, type Origin, type Session } from '../access/sessions.ts'
import { readCount } from '../store/settings.ts'
import { isGuarded } from './guarded.ts'
import { ApiError, type ApiParts, type Caller } from './parts.ts'

export interface Env {
  Bindings: { caller: Caller }
  Variables: {
    via: 'window' | 'cookie' | 'token' | 'owner'
    csrf: string
    /** As the audit log names it. */
    who: string
    session: Session | undefined
    /** Whether who asked could still ask: what goes on for hours looks again. */
    mayStay: () => boolean
    /** What the audit log tells of a change beside its path; nothing that is a secret. */
    detail: string | undefined
  }
}

const CSRF = 'x-postern-csrf'
/** Shows that the second factor was proven a moment ago, for callers without a session. */
export const GRANT = 'x-postern-grant'
const MAX_AGENT = 200
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** Scopes that a bearer token needs. Everything under /app is the owner's own and wants `admin`, reading it `read`. */
function allowed(scopes: ReadonlySet<string>, method: string, path: string): boolean {
  if (scopes.has('admin')) return true
  if (path.startsWith('/api/')) {
    if (isRead(method)) return scopes.has('read')
    return /^\/api\/v1\/(aliases|alias-recipients|active-aliases|pinned-aliases)(\/|$)/.test(path)
      ? scopes.has('aliases')
      : scopes.has('settings')
  }
  return isRead(method) && scopes.has('read') && /^\/app\/(state|log|events|session|why)$/.test(path)
}

function bearerOf(c: Context): string | undefined {
  const header = c.req.header('authorization')
  return header?.toLowerCase().startsWith('bearer ') === true ? header.slice('bearer '.length).trim() : undefined
}

function byToken(parts: ApiParts, c: Context<Env>, token: string): void {
  const row = verifyToken(parts, token)
  if (row === undefined) throw new ApiError(401, 'Unauthenticated.')
  const wait = parts.tokenRate.count(row.id, readCount(parts.store.directory, 'token-minute-limit'))
  if (wait > 0) throw tooSoon('This token asks too often.', wait)
  if (!allowed(scopesOf(row), c.req.method, c.req.path)) throw new ApiError(403, 'This token may not do that.')
  c.set('via', 'token')
  c.set('mayStay', () => verifyToken(parts, token) !== undefined)
  c.set('who', `token ${row.name}`)
  const now = parts.clock.now()
  // Once a minute is often enough to see that a token is in use.
  if (row.lastUsed === null || now - row.lastUsed > 60_000) void parts.store.writer.run('used', 'token', row.id, now)
}

export function cookieOf(c: Context<Env>): string {
  const { caller } = c.env
  return caller.kind === 'http' ? (getCookie(c, caller.cookieName) ?? '') : ''
}

export function giveCookie(c: Context<Env>, cookie: string): void {
  const { caller } = c.env
  if (caller.kind !== 'http') return
  setCookie(c, caller.cookieName, cookie, { httpOnly: true, sameSite: 'Strict', path: '/', secure: caller.secure })
}

/** hardening.md, loopback door 4: a page of another site or another port can neither hide where it is nor send JSON unasked. */
export function refuseForeign(c: Context<Env>): void {
  if (c.env.caller.kind !== 'http' || isRead(c.req.method)) return
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new ApiError(403, 'Not from another site.')
  const origin = c.req.header('origin')
  if (origin !== undefined && origin !== new URL(c.req.url).origin) throw new ApiError(403, 'Not from another site.')
}

export function refuseForms(c: Context<Env>): void {
  if (c.env.caller.kind !== 'http' || isRead(c.req.method)) return
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new ApiError(403, 'The body must be JSON.')
}

function byCookie(parts: ApiParts, c: Context<Env>): void {
  const session = parts.access.sessions.find(cookieOf(c))
  if (session === undefined) throw new ApiError(401, 'Unauthenticated.')
  if (!isRead(c.req.method)) {
    // hardening.md, loopback door 4 and 5: a form of another site can neither set this header nor this content type.
    if (!sameSecret(c.req.header(CSRF) ?? '', session.csrf))
      throw new ApiError(403, 'The page is out of date; load it again.')
    refuseForeign(c)
  }
  c.set('via', 'cookie')
  c.set('csrf', session.csrf)
  c.set('session', session)
  c.set('mayStay', () => parts.access.sessions.goesOn(session.id))
  c.set('who', `session ${session.id.slice(0, 8)}`)
}

export function authenticate(parts: ApiParts) {
  return async (c: Context<Env>, next: Next): Promise<void> => {
    const { caller } = c.env
    c.set('csrf', '')
    if (caller.kind === 'http') {
      const token = bearerOf(c)
      if (token !== undefined) byToken(parts, c, token)
      else byCookie(parts, c)
    } else {
      c.set('via', caller.kind)
      c.set('mayStay', () => true)
      c.set('who', caller.kind === 'owner' ? 'owner socket' : 'window')
    }
    await next()
  }
}

export function tooSoon(message: string, millis: number): ApiError {
  const seconds = Math.max(1, Math.ceil(millis / 1000))
  return new ApiError(429, `${message} Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`, undefined, {
    retryAfter: seconds,
  })
}

export function siteFor(c: Context<Env>): Site | undefined {
  return c.env.caller.kind === 'http' ? siteOf(c.req.url) : undefined
}

export function placeOf(c: Context<Env>): string {
  const { caller } = c.env
  return caller.kind === 'http' ? caller.from : 'this machine'
}

export function originOf(c: Context<Env>, by: string): Origin {
  return { from: placeOf(c), agent: (c.req.header('user-agent') ?? '').slice(0, MAX_AGENT), by }
}

/** Looks at a proof; a 429 where it comes too soon. One and the same no for whatever is wrong. */
export async function prove(
  parts: ApiParts,
  c: Context<Env>,
  proof: Proof,
  from: Session | undefined,
): Promise<boolean> {
  const challenge = from?.challenge
  // A challenge is good for one answer, right or wrong.
  if (from !== undefined && 'key' in proof) from.challenge = undefined
  const found: Verdict = await parts.access.prove(proof, { address: placeOf(c), site: siteFor(c), challenge })
  if (found.kind === 'wait') throw tooSoon('Too many tries.', found.millis)
  return found.kind === 'good'
}

/** By what this caller proves again who they are; empty where there is nothing more to prove. */
export function stepUpMethods(parts: ApiParts, c: Context<Env>): readonly Method[] {
  const second = parts.access.secondMethods(siteFor(c))
  if (second.length > 0) return second
  if (c.get('via') !== 'cookie') return []
  return parts.access.passphrase.isSet ? ['passphrase', 'recoveryKey'] : ['code', 'recoveryKey']
}

/** By what the window of the desktop is opened again after it was locked; `first` is empty where nothing is set, so that it cannot be locked. */
export interface WindowMethods {
  readonly first: readonly Method[]
  /** What is asked for after it; empty where the first is enough. The recovery key always is. */
  readonly second: readonly Method[]
}

export function windowMethods(parts: ApiParts): WindowMethods {
  const { passphrase, totp } = parts.access
  // A window has no security keys: whoever has nothing else is not asked for a recovery code each time.
  const second = parts.access.secondMethods(undefined)
  if (passphrase.isSet) return { first: ['passphrase', 'recoveryKey', 'code'], second: totp.isSet ? second : [] }
  if (second.length === 0) return { first: [], second: [] }
  return { first: totp.isSet ? second : [...second, 'code'], second: [] }
}

/** Whether it was proven within the last five minutes. */
export function isProven(parts: ApiParts, c: Context<Env>): boolean {
  const session = c.get('session')
  if (session !== undefined) return parts.access.sessions.isFresh(session)
  return stepUpMethods(parts, c).length === 0 || parts.access.sessions.hasGrant(c.req.header(GRANT) ?? '')
}

/** Ends a call that needs a proof from the last five minutes where there is none. */
export function wantProof(parts: ApiParts, c: Context<Env>): void {
  if (isProven(parts, c)) return
  throw new ApiError(403, 'Prove first that it is you.', undefined, { methods: stepUpMethods(parts, c) })
}

/** For calls that are guarded as a whole; those that are so for some of what they change ask `wantProof` themselves. */
export function guardSteps(parts: ApiParts) {
  return async (c: Context<Env>, next: Next): Promise<void> => {
    if (isGuarded(c.req.method, c.req.path)) wantProof(parts, c)
    await next()
  }
}
