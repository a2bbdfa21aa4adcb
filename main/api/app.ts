// The API as one function from a Request to a Response. Two doors lead to it: a loopback listener and the window's own
// protocol; who is asking is decided here, once, before any route runs.
import { Hono } from 'hono'
import { Failure } from '../terms/failure.ts'
import { auditChanges } from './audit.ts'
import { authenticate, guardSteps, type Env } from './caller.ts'
import { ApiError, type ApiParts, type Caller } from './parts.ts'
import { addyRoutes } from './routes/addy.ts'
import { backupRoutes } from './routes/backup.ts'
import { domainCheckRoutes } from './routes/domain-check.ts'
import { keyRoutes } from './routes/keys.ts'
import { logRoutes } from './routes/log.ts'
import { loginRoutes } from './routes/login.ts'
import { ownerRoutes } from './routes/owner.ts'
import { previewRoutes } from './routes/preview.ts'
import { pageMemoryRoutes } from './routes/page-memory.ts'
import { pageRoutes } from './routes/pages.ts'
import { policyRoutes } from './routes/policy.ts'
import { addyBulkRoutes, searchRoutes } from './routes/search.ts'
import { auditRoutes, securityRoutes } from './routes/security.ts'
import { resolverRoutes } from './routes/resolvers.ts'
import { reportRoutes } from './routes/reports.ts'
import { tryMailRoutes } from './routes/try-mail.ts'
import { trustRoutes } from './routes/trust.ts'
import { viewRoutes } from './routes/view.ts'
import { aliasImportRoutes } from './routes/alias-import.ts'
import { blocklistRoutes } from './routes/blocklist.ts'
import { statsRoutes } from './routes/stats.ts'
import { settingRoutes } from './routes/settings.ts'

export interface Api {
  fetch(request: Request, caller: Caller): Promise<Response>
}

function answerError(error: unknown, onError: (error: unknown) => void): Response {
  const headers = { 'Cache-Control': 'no-store' }
  if (error instanceof ApiError) {
    const { errors, methods, retryAfter } = error
    return Response.json(
      {
        message: error.message,
        ...(errors === undefined ? {} : { errors }),
        ...(methods === undefined ? {} : { stepUp: true, methods }),
      },
      {
        status: error.status,
        headers: { ...headers, ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }) },
      },
    )
  }
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
  app.use('*', authenticate(parts), auditChanges(parts), guardSteps(parts))
  app.route('/app/security', securityRoutes(parts))
  app.route('/app', auditRoutes(parts))
  app.get('/app/session', (c) => c.json({ csrf: c.get('csrf'), via: c.get('via') }))
  app.route('/app', pageRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', logRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', viewRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', domainCheckRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', tryMailRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', statsRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', pageMemoryRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', ownerRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', keyRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', backupRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', previewRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', trustRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', resolverRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', reportRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', policyRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', searchRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', settingRoutes(parts) as unknown as Hono<Env>)
  app.route('/app', aliasImportRoutes(parts) as unknown as Hono<Env>)
  app.route('/api/v1', blocklistRoutes(parts) as unknown as Hono<Env>)
  app.route('/api/v1', addyBulkRoutes(parts) as unknown as Hono<Env>)
  app.route('/api/v1', addyRoutes(parts) as unknown as Hono<Env>)
  return { fetch: async (request, caller) => app.fetch(request, { caller }) }
}
