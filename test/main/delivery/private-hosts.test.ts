// What a stranger's DNS says never has us dial within our own network: mail servers, policy hosts, places for reports.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lookupServers } from '../../../main/delivery/mx.ts'
import { mayReachFor } from '../../../main/delivery/private-hosts.ts'
import { createPost } from '../../../main/delivery/post-report.ts'
import { createFetch } from '../../../main/delivery/sts-fetch.ts'
import { isPublicAddress } from '../../../main/dns/public-address.ts'
import type { Lookup } from '../../../main/dns/resolver.ts'
import type { Domain } from '../../../main/terms/address.ts'

const PRIVATE = ['127.0.0.1', '10.0.0.5', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0']
const PRIVATE_6 = ['::1', 'fe80::1', 'fd00::1', '::ffff:192.168.1.1', '64:ff9b::a00:1']

const bytes6 = (ip: string): Buffer => {
  const url = new URL(`http://[${ip}]`).hostname.slice(1, -1)
  const [head = '', tail] = url.split('::')
  const words = (text: string): string[] => text.split(':').filter((one) => one !== '')
  const middle =
    tail === undefined ? [] : Array.from({ length: 8 - words(head).length - words(tail).length }, () => '0')
  return Buffer.concat(
    [...words(head), ...middle, ...words(tail ?? '')].map((word) => Buffer.from(word.padStart(4, '0'), 'hex')),
  )
}

/** Every name has these addresses; the domain's one server is mx.far.test. */
function zone(addresses: readonly string[]): Lookup {
  return (name, type) => {
    const data =
      type === 'MX'
        ? [Buffer.concat([Buffer.from([0, 10]), Buffer.from('\x02mx\x03far\x04test\0', 'latin1')])]
        : addresses
            .filter((one) => one.includes(':') === (type === 'AAAA'))
            .map((one) => (one.includes(':') ? bytes6(one) : Buffer.from(one.split('.').map(Number))))
    const status = data.length === 0 ? ('no-data' as const) : ('found' as const)
    return Promise.resolve({
      ...{ name, type, status, security: 'insecure' as const, reason: '', steps: [], owner: name, aliases: [] },
      ...{ data, ttl: 60 },
    })
  }
}

const far = 'far.test' as Domain
const NOBODY = { named: () => [], isOwn: () => false }
const servers = (addresses: readonly string[], reachable: Parameters<typeof mayReachFor>[1] = NOBODY) =>
  lookupServers(far, { lookup: zone(addresses), chance: () => 0, mayReach: mayReachFor(far, reachable) })

describe('the mail servers of a stranger', () => {
  it.each([...PRIVATE, ...PRIVATE_6])('at %s are not dialled, and the reason names the way out', async (address) => {
    const found = await servers([address])
    expect(found).toMatchObject({
      kind: 'trouble',
      text: expect.stringMatching(/no public address.*private-hosts mx\.far\.test$/) as string,
    })
  })
  it('are dialled at their public addresses alone', async () => {
    const found = await servers(['10.0.0.5', '8.8.8.8', '::1', '2606:4700::1111'])
    expect(found).toMatchObject({ kind: 'servers', hosts: [{ addresses: ['2606:4700::1111', '8.8.8.8'] }] })
  })
  it.each([
    ['that the user named', { named: () => ['mx.far.test'], isOwn: () => false }],
    ['below a name that the user named', { named: () => ['.far.test'], isOwn: () => false }],
    ['of a mailbox of the user’s', { named: () => [], isOwn: (domain: string) => domain === 'far.test' }],
  ])('%s are dialled wherever they are', async (_, reachable) => {
    expect(await servers(['192.168.1.1'], reachable)).toMatchObject({
      kind: 'servers',
      hosts: [{ addresses: ['192.168.1.1'] }],
    })
  })
  it.each(['far.test', 'x.far.test', '.x.far.test', '.test.far', 'mx.far.test.evil.test'])(
    'are not where the user named %s',
    async (name) => {
      expect((await servers(['192.168.1.1'], { named: () => [name], isOwn: () => false })).kind).toBe('trouble')
    },
  )
  it('no address that is not public gets through, whatever else is there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 8 }), async (addresses) => {
        const found = await servers(addresses.filter((one) => !one.includes('.') || !one.includes(':')))
        if (found.kind !== 'servers') return
        for (const { addresses: dialled } of found.hosts) expect(dialled.every(isPublicAddress)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('what else a stranger names', () => {
  it.each([...PRIVATE, ...PRIVATE_6])('a policy host at %s is not asked', async (address) => {
    expect(await createFetch({ lookup: zone([address]), timeout: 2000 })('far.test')).toMatchObject({
      code: 'EPRIVATE',
      trouble: 'fetch',
    })
  })
  it.each([...PRIVATE, ...PRIVATE_6])('a place for reports at %s gets none', async (address) => {
    const { taken } = await createPost({ lookup: zone([address]), timeout: 2000 })(
      'https://far.test/x',
      'text/plain',
      Buffer.alloc(1),
    )
    expect(taken).toBe(false)
  })
})
