// What is trusted for being on this machine is told by its address. A name that begins like one is a stranger's: it gets no password by
// opportunistic TLS, no certificate of its is waved through, its AD bit is not believed, and no page is bound to it without protection.
import { describe, expect, it } from 'vitest'
import { parseRoute, type SmarthostRoute } from '../../../main/delivery/route.ts'
import { planSmarthost } from '../../../main/delivery/smarthost.ts'
import { chooseDns, createDns, type Answer, type Lookup } from '../../../main/dns/resolver.ts'
import { openHttpDoor } from '../../../main/headless/http-door.ts'

const FOREIGN = ['127.evil.example', '127.0.0.1.evil.example', '127.0.0.1x.example', 'localhost.evil.example']
const asked: string[] = []
const lookup: Lookup = (name, type) => {
  asked.push(`${type} ${name}`)
  const base = { name, type, owner: name, aliases: [], steps: [], ttl: 60, reason: '', data: [] }
  return Promise.resolve<Answer>({ ...base, status: 'no-data', security: 'insecure' })
}
const routeOf = (text: string): SmarthostRoute => parseRoute(text) as SmarthostRoute

describe('a route', () => {
  it.each(FOREIGN)('to %s asks for TLS and a certificate that fits', async (host) => {
    const route = routeOf(`smtp://${host}:25`)
    expect(route.tls).toBe('required')
    const { requirement } = await planSmarthost(route, {}, lookup)
    expect(requirement.level).toBe('verified')
    const implicit = await planSmarthost(routeOf(`smtps://${host}`), {}, lookup)
    expect(implicit.requirement.level).toBe('verified')
  })

  it.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['127.0.0.53', ['127.0.0.53']],
    ['[::1]', ['::1']],
    ['localhost', ['127.0.0.1', '::1']],
    ['LOCALHOST', ['127.0.0.1', '::1']],
  ])(
    'to %s takes TLS where it is offered, and connects to an address that is this machine',
    async (host, addresses) => {
      const route = routeOf(`smtp://${host}:25`)
      expect(route.tls).toBe('opportunistic')
      asked.length = 0
      expect(await planSmarthost(route, {}, lookup)).toEqual({
        ...{ requirement: { level: 'opportunistic', why: 'the route says opportunistic' }, addresses },
      })
      const wished = await planSmarthost(routeOf(`smtp://${host}:25?tls=opportunistic`), {}, lookup)
      expect(wished.addresses).toEqual(addresses)
      const implicit = await planSmarthost(routeOf(`smtps://${host}`), {}, lookup)
      expect([implicit.requirement.level, implicit.addresses]).toEqual(['encrypted', addresses])
      expect(asked).toEqual([])
    },
  )
})

describe('the word of a resolver (AD)', () => {
  it.each(FOREIGN.flatMap((host) => [`tls://${host}`, `tls://${host}#127.0.0.1`, `https://${host}/dns-query`]))(
    'of %s is not taken',
    (server) => {
      expect(() => createDns({ server, dnssec: 'ad' }, () => 0)).toThrow(/Only a resolver on this machine/)
      expect(chooseDns({ resolver: server, dnssec: undefined }, { resolver: undefined, dnssec: 'ad' }).dnssec).toBe(
        'on',
      )
    },
  )

  it.each(['127.0.0.1', '127.0.0.53:5353', '[::1]:53', 'localhost', 'tls://127.0.0.1#dns.example', 'tls://localhost'])(
    'of %s is',
    (server) => {
      expect(() => createDns({ server, dnssec: 'ad' }, () => 0)).not.toThrow()
    },
  )
})

describe('the pages', () => {
  const relay = { fetch: () => Promise.resolve(new Response('')) }
  it.each([...FOREIGN, '0.0.0.0', '[::]', '127.999.1.1'])('on %s need a certificate and a passphrase', async (host) => {
    const opened = openHttpDoor({ relay, pagesFolder: '/nowhere', asked: `${host}:0`, instance: 'x' })
    await expect(opened).rejects.toThrow(/The pages are not served on/)
  })

  it.each([
    ['localhost', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['[::1]', '::1'],
  ])('on %s are bound to %s', async (asked, host) => {
    const door = await openHttpDoor({ relay, pagesFolder: '/nowhere', asked: `${asked}:0`, instance: 'x' })
    expect([door.host, door.tls]).toEqual([host, 'none'])
    await door.close()
  })
})
