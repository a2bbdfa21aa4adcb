import { expect, it } from 'vitest'
import { createDns } from '../../../main/dns/resolver.ts'
import { startDns, type Zone } from '../../world/dns.ts'

it('asked anew, a name is looked up again whatever is remembered of it, and that is what is remembered then', async () => {
  const zone: Record<string, Zone[string]> = {}
  const server = await startDns(zone)
  try {
    const { lookup, lookupAnew } = createDns({ server: server.server, dnssec: 'off' }, () => 1_000_000)
    const status = async (ask: typeof lookup): Promise<string> => (await ask('new.test', 'TXT')).status
    expect(await status(lookup)).toBe('no-name')
    zone['new.test'] = [{ type: 'TXT', data: ['here'] }]
    expect(await status(lookup)).toBe('no-name')
    expect(await status(lookupAnew)).toBe('found')
    expect(await status(lookup)).toBe('found')
    expect(server.questions).toEqual(['TXT new.test', 'TXT new.test'])
    // A question under way serves all who ask.
    await Promise.all([status(lookupAnew), status(lookupAnew), status(lookup)])
    expect(server.questions).toHaveLength(3)
  } finally {
    await server.close()
  }
})
