// Backups: made, listed and checked while mail goes on. Restoring is not here: a folder cannot be exchanged under a relay that runs.
import path from 'node:path'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { readBody } from '../body.ts'
import { wantProof, type Env } from '../caller.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'
import { answered } from './keys.ts'

/** So many rows an answer. */
export const EXPORT_PAGE = 5000

const place = z
  .string()
  .max(4000)
  .refine((one) => path.isAbsolute(one), { message: 'It is a path from the root.' })
const newBackup = z.strictObject({ to: place.optional() })
const schedule = z.strictObject({
  to: place.optional(),
  every: z.enum(['day', 'off']).optional(),
  keep: z.number().int().min(1).max(1000).optional(),
})

export function backupRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { backups } = parts
  routes.get('/backups', (c) => {
    const from = c.req.query('from')
    if (from !== undefined && !path.isAbsolute(from)) throw new ApiError(400, 'A folder is a path from the root.')
    return c.json({ data: backups.list(from), schedule: backups.schedule, progress: backups.progress ?? null })
  })
  routes.get('/backups/progress', (c) => c.json({ data: backups.progress ?? null }))
  routes.post('/backups', async (c) => {
    const { to } = await readBody(c.req.raw, newBackup)
    return c.json({ data: await answered(backups.create(to)) }, 201)
  })
  // It has ended when the progress says so, and the call that began it: a copy of the database is not cut in the middle.
  routes.post('/backups/stop', (c) => {
    if (!backups.cancel()) throw new ApiError(409, 'No backup is being made or checked.')
    return c.json({ data: { stopping: true } }, 202)
  })
  routes.post('/backups/verify', async (c) => {
    const { file } = await readBody(c.req.raw, z.strictObject({ file: place }))
    return c.json({ data: await answered(backups.verify(file)) })
  })
  routes.patch('/backups/schedule', async (c) => {
    const { to, every, keep } = await readBody(c.req.raw, schedule)
    // Fewer are kept: the others are deleted with the next backup.
    if (keep !== undefined && keep < backups.schedule.keep) wantProof(parts, c as unknown as Context<Env>)
    const change = {
      ...(to === undefined ? {} : { to }),
      ...(every === undefined ? {} : { every }),
      ...(keep === undefined ? {} : { keep }),
    }
    return c.json({ data: await backups.setSchedule(change) })
  })
  const withPrivateKeys = (c: Context): boolean => c.req.query('private-keys') === 'true'
  routes.get('/export', (c) => c.json({ data: parts.store.export.tables(withPrivateKeys(c)) }))
  routes.get('/export/:table', (c) => {
    const offset = Number(c.req.query('offset') ?? 0)
    if (!Number.isSafeInteger(offset) || offset < 0) throw new ApiError(400, 'offset is a whole number.')
    const rows = parts.store.export.page(c.req.param('table'), withPrivateKeys(c), EXPORT_PAGE, offset)
    if (rows === undefined) throw notFound('The table')
    const plain = (value: unknown): unknown => (Buffer.isBuffer(value) ? value.toString('base64') : value)
    const data = rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)])))
    return c.json({ data })
  })
  return routes
}
