// What one logs in with, who is logged in, and what was done: shown and changed. Changes are guarded in caller.ts: they want a proof that
// is no older than five minutes, and end every other session.
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { Failure } from '../../terms/failure.ts'
import { audit } from '../audit.ts'
import { check, readBody } from '../body.ts'
import {
  cookieOf,
  giveCookie,
  isProven,
  placeOf,
  prove,
  siteFor,
  stepUpMethods,
  windowMethods,
  type Env,
} from '../caller.ts'
import { ApiError, invalid, notFound, type ApiParts } from '../parts.ts'
import { keyChange, newKey, newPassphrase, stepUpRequest, totpCode, type Security } from '../shapes-access.ts'

const MAX_BODY = 32 * 1024

function shown(parts: ApiParts, c: Context<Env>): Security {
  const { factors } = parts.store
  const { sessions } = parts.access
  const login = factors.login()
  const current = c.get('session')?.id
  return {
    passphrase: login.passphraseAt === null ? null : { setAt: login.passphraseAt },
    totp: login.totpAt === null ? null : { setAt: login.totpAt },
    keys: factors.securityKeys().map(({ id, name, createdAt, lastUsed }) => ({ id, name, createdAt, lastUsed })),
    recoveryCodesLeft: factors.recoveryCodesLeft(),
    sessions: sessions.list().map(({ id, since, lastSeen, from, agent, by }) => ({
      ...{ id, since, lastSeen, from, agent, by },
      current: id === current,
    })),
    stepUp: { needed: !isProven(parts, c), methods: [...stepUpMethods(parts, c)] },
    canHaveKeys: siteFor(c) !== undefined,
  }
}

/** Who else is in was let in by what is no longer so; who asked goes on under another cookie. */
function changed(parts: ApiParts, c: Context<Env>): void {
  const { sessions } = parts.access
  sessions.endOthers(c.get('session')?.id)
  parts.announcer.tell({ kind: 'access' })
  const cookie = sessions.renew(cookieOf(c))
  if (cookie !== undefined) giveCookie(c, cookie)
}

function passphraseRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  const { passphrase } = parts.access
  routes.post('/strength', async (c) => {
    const given = await readBody(c.req.raw, newPassphrase, MAX_BODY)
    return c.json(passphrase.strength(given.passphrase))
  })
  routes.post('/generate', (c) => c.json({ passphrase: passphrase.generate() }))
  routes.put('/passphrase', async (c) => {
    const given = await readBody(c.req.raw, newPassphrase, MAX_BODY)
    try {
      await passphrase.set(given.passphrase)
    } catch (error) {
      if (error instanceof Failure && error.room === 'access')
        throw invalid('passphrase', `${error.message} ${error.remedy}`)
      throw error
    }
    changed(parts, c)
    return c.json({ data: shown(parts, c) })
  })
  routes.delete('/passphrase', async (c) => {
    if (parts.state().listeners.some(({ kind, tls }) => kind === 'http' && tls === 'implicit'))
      throw new ApiError(
        409,
        'The pages are open beyond this machine, which needs a passphrase. Serve them on 127.0.0.1 first.',
      )
    await passphrase.remove()
    changed(parts, c)
    return c.body(null, 204)
  })
  return routes
}

function codeRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  const { access } = parts
  routes.post('/totp', (c) => c.json(access.totp.begin(`Postern ${parts.state().hostname}`)))
  routes.post('/totp/confirm', async (c) => {
    const { code } = await readBody(c.req.raw, totpCode, MAX_BODY)
    if (!(await access.totp.confirm(code.replaceAll(' ', ''))))
      throw invalid('code', 'That is not the code of now. Check the clock of your phone, and type the newest code.')
    const recoveryCodes = await access.afterAddition()
    changed(parts, c)
    return c.json(recoveryCodes === undefined ? {} : { recoveryCodes })
  })
  routes.delete('/totp', async (c) => {
    if (!access.totp.isSet) throw notFound('An authenticator app')
    await access.totp.remove()
    await access.afterRemoval()
    changed(parts, c)
    return c.body(null, 204)
  })
  routes.post('/recovery-codes', async (c) => {
    if (!access.hasSecondFactor) throw new ApiError(409, 'Recovery codes come with a second factor; set one first.')
    return c.json({ recoveryCodes: await access.newRecoveryCodes() })
  })
  return routes
}

function keyRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  const { access, store } = parts
  const needSession = (c: Context<Env>) => {
    const [site, session] = [siteFor(c), c.get('session')]
    if (site === undefined || session === undefined)
      throw new ApiError(409, 'A security key is added in a browser, at http://localhost: postern status --login')
    return { site, session }
  }
  routes.post('/keys/options', async (c) => {
    const { site, session } = needSession(c)
    const { options, challenge } = await access.keys.registerOptions(site)
    session.challenge = challenge
    return c.json({ options })
  })
  routes.post('/keys', async (c) => {
    const { site, session } = needSession(c)
    const given = await readBody(c.req.raw, newKey, MAX_BODY)
    const { challenge } = session
    session.challenge = undefined
    if (!(await access.keys.register(site, challenge, given)))
      throw new ApiError(422, 'The key was not added: its answer does not fit. Try again.')
    const recoveryCodes = await access.afterAddition()
    changed(parts, c)
    return c.json(recoveryCodes === undefined ? {} : { recoveryCodes }, 201)
  })
  routes.patch('/keys/:id', async (c) => {
    const { name } = await readBody(c.req.raw, keyChange)
    if ((await store.writer.run('nameSecurityKey', c.req.param('id'), name)) === 0) throw notFound('The key')
    return c.body(null, 204)
  })
  routes.delete('/keys/:id', async (c) => {
    if ((await store.writer.run('removeSecurityKey', c.req.param('id'))) === 0) throw notFound('The key')
    await access.afterRemoval()
    changed(parts, c)
    return c.body(null, 204)
  })
  return routes
}

function sessionRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  const { sessions } = parts.access
  routes.delete('/sessions/:id', (c) => {
    if (!sessions.endById(c.req.param('id'))) throw notFound('The session')
    parts.announcer.tell({ kind: 'access' })
    return c.body(null, 204)
  })
  routes.delete('/sessions', (c) => {
    sessions.endOthers(c.get('session')?.id)
    parts.announcer.tell({ kind: 'access' })
    return c.body(null, 204)
  })
  routes.post('/lock', (c) => {
    sessions.endOthers(undefined)
    parts.announcer.tell({ kind: 'lock' })
    return c.body(null, 204)
  })
  return routes
}

/** The lock of the desktop's window: who may open the owner socket asks for it, and the host keeps it. */
function windowRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  const needHost = (c: Context<Env>): void => {
    if (c.env.caller.kind === 'http') throw notFound('This')
  }
  routes.get('/window', (c) => {
    needHost(c)
    const { first, second } = windowMethods(parts)
    return c.json({ methods: first, second })
  })
  routes.post('/window', async (c) => {
    needHost(c)
    const proof = await readBody(c.req.raw, stepUpRequest, MAX_BODY)
    const name = Object.keys(proof)[0] ?? ''
    const { first, second } = windowMethods(parts)
    // In which order is the host's to see to: it is what keeps the window shut.
    const enough: readonly string[] = [...first, ...second]
    const isGood = enough.includes(name) && (await prove(parts, c, proof, undefined))
    await audit(parts, c, `unlock the window by ${name}`, isGood ? 'done' : 'refused')
    if (!isGood) throw new ApiError(401, 'That was not right.')
    return c.json({ ok: true })
  })
  return routes
}

async function stepUp(parts: ApiParts, c: Context<Env>): Promise<Response> {
  const { access } = parts
  const proof = await readBody(c.req.raw, stepUpRequest, MAX_BODY)
  const name = Object.keys(proof)[0] ?? ''
  const enough: readonly string[] = stepUpMethods(parts, c)
  if (!enough.includes(name)) throw new ApiError(422, `That is not enough here. Prove it by: ${enough.join(', ')}.`)
  if (!(await prove(parts, c, proof, c.get('session')))) {
    await audit(parts, c, `step up by ${name}`, 'refused')
    throw new ApiError(422, 'That was not right.')
  }
  await audit(parts, c, `step up by ${name}`, 'done')
  if (c.get('via') !== 'cookie') return c.json({ ok: true, grant: access.sessions.makeGrant() })
  const cookie = access.sessions.renew(cookieOf(c))
  if (cookie === undefined) throw new ApiError(401, 'Unauthenticated.')
  giveCookie(c, cookie)
  return c.json({ ok: true, csrf: access.sessions.find(cookie)?.csrf })
}

const auditQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export function auditRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/audit', (c) => {
    const raw = { before: c.req.query('before'), limit: c.req.query('limit') }
    const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined))
    const { before, limit } = check(auditQuery, given)
    const data = parts.store.audit.page(limit, before)
    return c.json({ data, next: data.length < limit ? null : (data.at(-1)?.id ?? null) })
  })
  return routes
}

export function securityRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/', (c) => c.json(shown(parts, c)))
  routes.post('/step-up', (c) => stepUp(parts, c))
  routes.post('/key-options', async (c) => {
    const [site, session] = [siteFor(c), c.get('session')]
    if (site === undefined || session === undefined) throw new ApiError(409, `There are no keys at ${placeOf(c)}.`)
    const { options, challenge } = await parts.access.keys.proveOptions(site)
    session.challenge = challenge
    return c.json({ options })
  })
  routes.route('/', passphraseRoutes(parts))
  routes.route('/', codeRoutes(parts))
  routes.route('/', keyRoutes(parts))
  routes.route('/', sessionRoutes(parts))
  routes.route('/', windowRoutes(parts))
  return routes
}
