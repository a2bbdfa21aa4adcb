// The API as one function from a Request to a Response. Two doors lead to it: a loopback listener and the window's own
// protocol; who is asking is decided here, once, before any route runs.
import { Hono, type Context, type Next } from 'hono'
import { getCookie, setCookie, deleteCookie } from 'hono/cookie'
import { scopesOf, verifyToken } from '../access/secrets.ts'
import { sameSecret } from '../access/sessions.ts'
import { Failure } from '../terms/failure.ts'
import { readBody } from './body.ts'
import { ApiError, type ApiParts, type Caller } from './parts.ts'
import { addyRoutes } from './routes/addy.ts'
import { backupRoutes } from './routes/backup.ts'
import { keyRoutes } from './routes/keys.ts'
import { ownerRoutes } from './routes/owner.ts'
import { previewRoutes } from './routes/preview.ts'
import { pageRoutes } from './routes/pages.ts'
import { policyRoutes } from './routes/policy.ts'
import { addyBulkRoutes, searchRoutes } from './routes/search.ts'
import { trustRoutes } from './routes/trust.ts'
import { aliasImportRoutes } from './routes/alias-import.ts'
import { blocklistRoutes } from './routes/blocklist.ts'
import { settingRoutes } from './routes/settings.ts'
import { loginRequest } from './shapes.ts'

export interface Api {
  fetch(request: Request, caller: Caller): Promise<Response>
}

interface Env {
  Bindings: { caller: Caller }
  Variables: { via: 'window' | 'cookie' | 'token' | 'owner'; csrf: string }
}

const CSRF = 'x-postern-csrf'
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD'

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
  if (!allowed(scopesOf(row), c.req.method, c.req.path)) throw new ApiError(403, 'This token may not do that.')
  c.set('via', 'token')
  const now = parts.clock.now()
  // Once a minute is often enough to see that a token is in use.
  if (row.lastUsed === null || now - row.lastUsed > 60_000) void parts.store.writer.run('used', 'token', row.id, now)
}

function byCookie(parts: ApiParts, c: Context<Env>, cookieName: string): void {
  const session = parts.sessions.find(getCookie(c, cookieName) ?? '')
  if (session === undefined) throw new ApiError(401, 'Unauthenticated.')
  if (!isRead(c.req.method)) {
    // hardening.md, loopback door 4 and 5: a form of another site can neither set this header nor this content type.
    if (!sameSecret(c.req.header(CSRF) ?? '', session.csrf))
      throw new ApiError(403, 'The page is out of date; load it again.')
    const site = c.req.header('sec-fetch-site')
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      throw new ApiError(403, 'Not from another site.')
  }
  c.set('via', 'cookie')
  c.set('csrf', session.csrf)
}

function authenticate(parts: ApiParts) {
  return async (c: Context<Env>, next: Next): Promise<void> => {
    const { caller } = c.env
    c.set('csrf', '')
    if (caller.kind === 'owner') c.set('via', 'owner')
    else if (caller.kind === 'window') c.set('via', 'window')
    else {
      const token = bearerOf(c)
      if (token !== undefined) byToken(parts, c, token)
      else byCookie(parts, c, caller.cookieName)
    }
    await next()
  }
}

function loginRoutes(parts: ApiParts): Hono<Env> {
  const routes = new Hono<Env>()
  routes.post('/login', async (c) => {
    const { caller } = c.env
    if (caller.kind !== 'http') return c.json({ ok: true })
    const { code } = await readBody(c.req.raw, loginRequest)
    const cookie = parts.sessions.redeem(code)
    if (cookie === undefined)
      throw new ApiError(
        401,
        'This login link was used already or is too old. Ask for a new one: postern status --login',
      )
    setCookie(c, caller.cookieName, cookie, { httpOnly: true, sameSite: 'Strict', path: '/', secure: caller.secure })
    return c.json({ ok: true })
  })
  routes.post('/logout', (c) => {
    const { caller } = c.env
    if (caller.kind === 'http') {
      parts.sessions.end(getCookie(c, caller.cookieName) ?? '')
      deleteCookie(c, caller.cookieName, { path: '/' })
    }
    return c.json({ ok: true })
  })
  return routes
}

function answerError(error: unknown, onError: (error: unknown) => void): Response {
  const headers = { 'Cache-Control': 'no-store' }
  if (error instanceof ApiError)
    return Response.json(
      { message: error.message, ...(error.errors === undefined ? {} : { errors: error.errors }) },
      { status: error.status, headers },
    )
  if (error instanceof Failure && error.id === 'conflict')
    return Response.json({ message: error.message }, { status: 409, headers })
  onError(error)
  // No stack, no path: what went wrong inside is in the log of the process.
  return Response.json({ message: 'That did not work; nothing was changed.' }, { status: 500, headers })
}

export function createApi(parts: ApiParts, onError: (error: unknown) => void): Api {
  const app = new Hono<Env>()
  app.onError((error) => answerError(error, onError))
  app.notFound((c) => c.json({ message: 'Not found.' }, 404))
  app.use('*', async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
  })
  app.route('/app', loginRoutes(parts))
  app.use('*', authenticate(parts))
  app.get('/app/session', (c) => c.json({ csrf: c.get('csrf'), via: c.get('via') }))
  app.route('/app', pageRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', ownerRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', keyRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', backupRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', previewRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', trustRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', policyRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', searchRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', settingRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', aliasImportRoutes(parts) as unknown as Hono<Env>)
  app.route('/api/v1', blocklistRoutes(parts) as unknown as Hono<Env>)
  app.route('/api/v1', addyBulkRoutes(parts) as unknown as Hono<Env>)
  app.route('/api/v1', addyRoutes(parts) as unknown as Hono<Env>)
  return { fetch: async (request, caller) => app.fetch(request, { caller }) }
}
