// The settings, for the pages and the command line.
import { Hono } from 'hono'
import { z } from 'zod'
import { allSettings, changeSetting, settingName, showSetting } from '../actions/settings.ts'
import { readBody } from '../body.ts'
import type { ApiParts } from '../parts.ts'

const change = z.strictObject({ value: z.string().max(400) })

export function settingRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/settings', (c) => c.json({ data: allSettings(parts) }))
  routes.get('/settings/:name', (c) => c.json({ data: showSetting(parts, settingName(c.req.param('name'))) }))
  routes.put('/settings/:name', async (c) => {
    const { value } = await readBody(c.req.raw, change)
    return c.json({ data: await changeSetting(parts, settingName(c.req.param('name')), value) })
  })
  routes.delete('/settings/:name', async (c) =>
    c.json({ data: await changeSetting(parts, settingName(c.req.param('name')), null) }),
  )
  return routes
}
