// The settings, for the pages and the command line.
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { allSettings, changeSetting, settingName, showSetting } from '../actions/settings.ts'
import { readBody } from '../body.ts'
import { changeOf } from '../audit.ts'
import { wantProof, type Env } from '../caller.ts'
import type { ApiParts } from '../parts.ts'
import { SETTINGS } from '../../store/settings.ts'
import type { SettingShown } from '../shapes-owner.ts'

/** Changes one and leaves word of it for the audit log. A secret is shown as `(set)` here already, so that is all the log gets. */
async function changeTold(parts: ApiParts, c: Context, value: string | null): Promise<SettingShown> {
  const name = settingName(c.req.param('name') ?? '')
  const told = c as unknown as Context<Env>
  if (SETTINGS[name].wantsProof) wantProof(parts, told)
  const before = showSetting(parts, name)
  const after = await changeSetting(parts, name, value)
  // Whether the new one can be worked with is seen later, in the state.
  if (name === 'resolver' || name === 'dnssec')
    parts.resolvers.refresh().catch((error: unknown) => {
      parts.onError(error, 'another resolver')
    })
  const isSecret = [before.value, after.value].includes('(set)')
  told.set('detail', isSecret ? 'a secret' : changeOf(before.value, after.value))
  return after
}

const change = z.strictObject({ value: z.string().max(400) })

export function settingRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.get('/settings', (c) => c.json({ data: allSettings(parts) }))
  routes.get('/settings/:name', (c) => c.json({ data: showSetting(parts, settingName(c.req.param('name'))) }))
  routes.put('/settings/:name', async (c) => {
    const { value } = await readBody(c.req.raw, change)
    return c.json({ data: await changeTold(parts, c, value) })
  })
  routes.delete('/settings/:name', async (c) => c.json({ data: await changeTold(parts, c, null) }))
  return routes
}
