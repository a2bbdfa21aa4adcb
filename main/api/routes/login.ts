// Logging in and out. Nothing here says more than yes or no, a foreign page can use none of it, and each step up makes a new cookie.
import { Hono, type Context } from 'hono'
import { deleteCookie } from 'hono/cookie'
import type { Proof } from '../../access/access.ts'
import { audit } from '../audit.ts'
import { readBody } from '../body.ts'
import { cookieOf, giveCookie, originOf, prove, refuseForeign, refuseForms, siteFor, type Env } from '../caller.ts'
import { ApiError, type ApiParts } from '../parts.ts'
import { loginRequest, secondRequest } from '../shapes-access.ts'

/** A proof takes four thousand octets at most, a key's answer somewhat more. */
const MAX_BODY = 32 * 1024

const NAMES = { code: 'login link', passphrase: 'passphrase', recoveryKey: 'recovery key' } as const
const NO = {
  code: 'This login link was used already or is too old. Ask for a new one: postern status --login',
  passphrase: 'That is not the passphrase.',
  recoveryKey: 'That is not the recovery key.',
} as const

function kindOf(proof: Proof): 'code' | 'passphrase' | 'recoveryKey' {
  return 'code' in proof ? 'code' : 'passphrase' in proof ? 'passphrase' : 'recoveryKey'
}

async function login(parts: ApiParts, c: Context<Env>): Promise<Response> {
  const { access } = parts
  if (c.env.caller.kind !== 'http') return c.json({ ok: true, second: [] })
  const proof = await readBody(c.req.raw, loginRequest, MAX_BODY)
  const kind = kindOf(proof)
  if (!(await prove(parts, c, proof, undefined))) {
    await audit(parts, c, `login by ${NAMES[kind]}`, 'refused', 'nobody yet')
    throw new ApiError(401, NO[kind])
  }
  const origin = originOf(c, NAMES[kind])
  const second = kind === 'recoveryKey' ? [] : access.secondMethods(siteFor(c))
  if (second.length > 0) {
    giveCookie(c, access.sessions.openPending(origin, cookieOf(c)))
    return c.json({ ok: false, second })
  }
  return enter(parts, c, access.sessions.open(origin, cookieOf(c)), `login by ${NAMES[kind]}`)
}

async function enter(parts: ApiParts, c: Context<Env>, cookie: string, what: string): Promise<Response> {
  const session = parts.access.sessions.find(cookie)
  await audit(parts, c, what, 'done', `session ${session?.id.slice(0, 8) ?? ''}`)
  giveCookie(c, cookie)
  return c.json({ ok: true, second: [] })
}

/** How often somebody half way in may be wrong before the first factor is asked again. */
const MAX_TRIES = 10

async function second(parts: ApiParts, c: Context<Env>, tries: WeakMap<object, number>): Promise<Response> {
  const { sessions } = parts.access
  const brought = cookieOf(c)
  const half = sessions.findPending(brought)
  if (half === undefined) throw new ApiError(401, 'Sign in first.')
  const proof = await readBody(c.req.raw, secondRequest, MAX_BODY)
  const name = Object.keys(proof)[0] ?? ''
  if (!(await prove(parts, c, proof, half))) {
    await audit(parts, c, `second factor by ${name}`, 'refused', `half way in by ${half.by}`)
    const count = (tries.get(half) ?? 0) + 1
    tries.set(half, count)
    if (count >= MAX_TRIES) sessions.end(brought)
    throw new ApiError(401, 'That was not right.')
  }
  // It was somebody's last moment of being half way in: two answers at once are one session.
  if (sessions.findPending(brought) === undefined) throw new ApiError(401, 'Sign in first.')
  const origin = originOf(c, `${half.by} and ${name}`)
  return enter(parts, c, sessions.open(origin, brought), `login by ${half.by} and ${name}`)
}

export function loginRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  const { access } = parts
  const tries = new WeakMap<object, number>()
  const ours = (c: Context<Env>): void => {
    refuseForeign(c)
    refuseForms(c)
  }
  routes.get('/login', (c) => {
    const half = access.sessions.findPending(cookieOf(c))
    return c.json({
      passphrase: access.passphrase.isSet,
      second: half === undefined ? [] : access.secondMethods(siteFor(c)),
    })
  })
  routes.post('/login', (c) => {
    ours(c)
    return login(parts, c)
  })
  routes.post('/login/second', (c) => {
    ours(c)
    return second(parts, c, tries)
  })
  routes.post('/login/key-options', async (c) => {
    ours(c)
    const half = access.sessions.findPending(cookieOf(c))
    const site = siteFor(c)
    if (half === undefined || site === undefined) throw new ApiError(401, 'Sign in first.')
    const { options, challenge } = await access.keys.proveOptions(site)
    half.challenge = challenge
    return c.json({ options })
  })
  routes.post('/logout', (c) => {
    refuseForeign(c)
    const { caller } = c.env
    if (caller.kind === 'http') {
      access.sessions.end(cookieOf(c))
      deleteCookie(c, caller.cookieName, { path: '/' })
    }
    return c.json({ ok: true })
  })
  return routes
}
