// A resolver as routers and networks have it: with the signatures, without them, with half of them, silent; over zones that BIND signed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAnchors } from '../../main/dns/anchors.ts'
import { checkResolver } from '../../main/dns/check-resolver.ts'
import { exchange, type Exchange } from '../../main/dns/transport.ts'
import { DNSSEC_ZONES } from '../world/dnssec-zones.ts'
import { NO_RESOLVER } from '../world/relay.ts'
import { startWorld, worldMissing, type World } from '../world/zones.ts'

const missing = worldMissing()
const YEAR = 365 * 86_400_000

/** Routers. */
const WAYS: readonly (readonly [string, string, Exchange])[] = [
  ['passes everything on', 'good', exchange],
  [
    'forgets that signatures were asked for',
    'strips',
    (server, asked, timeout) => exchange(server, { ...asked, dnssec: false }, timeout),
  ],
  [
    'calls a question for signatures malformed',
    'strips',
    async (server, asked, timeout) => ({
      ...(await exchange(server, asked, timeout)),
      ...(asked.dnssec ? { rcode: 1 } : {}),
    }),
  ],
  [
    'drops a question for signatures',
    'strips',
    (server, asked, timeout) =>
      asked.dnssec ? Promise.reject(new Error(`no answer from ${server.text}`)) : exchange(server, asked, timeout),
  ],
  [
    'drops the proofs that something is not there',
    'strips',
    async (server, asked, timeout) => ({ ...(await exchange(server, asked, timeout)), authority: [] }),
  ],
  [
    'alters answers',
    'strips',
    async (server, asked, timeout) => {
      const message = await exchange(server, asked, timeout)
      const answer = message.answer.map((one) => ({
        ...one,
        rdata: Buffer.from(one.rdata).fill(1, one.rdata.length - 4),
      }))
      return { ...message, answer }
    },
  ],
  ['refuses all', 'silent', async (...asked) => ({ ...(await exchange(...asked)), rcode: 5, answer: [] })],
  ['is not there', 'silent', (server) => Promise.reject(new Error(`no answer from ${server.text}`))],
]

describe.skipIf(missing !== undefined)(
  `a resolver that cannot be worked with is told apart${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    let world: World
    beforeAll(async () => {
      world = await startWorld(DNSSEC_ZONES)
    }, 120_000)
    afterAll(async () => {
      await world.close()
    })
    const options = () => ({ anchors: parseAnchors(world.anchors), timeout: 1000, tries: 1 })

    test.each(WAYS)('one that %s: %s', async (_, kind, way) => {
      for (const server of [world.resolver, world.authority]) {
        const found = await checkResolver({ ...options(), server, exchange: way }, Date.now)
        expect(found).toMatchObject({ kind })
        if (found.kind !== 'good') expect(found.reason).not.toBe('')
      }
    })

    test.each([YEAR, -YEAR])('a clock that is %i milliseconds wrong is what it is', async (wrong) => {
      const found = await checkResolver({ ...options(), server: world.authority }, () => Date.now() + wrong)
      expect(found).toMatchObject({
        kind: 'clock',
        reason: expect.stringMatching(/expired|not valid before/) as string,
      })
    })

    test('keys that are not the root’s are no signatures', async () => {
      const found = await checkResolver({ server: world.authority, timeout: 1000, tries: 1 }, Date.now)
      expect(found.kind).toBe('strips')
    })

    test.each(WAYS)('without validation it only has to answer: one that %s', async (_, kind, way) => {
      const found = await checkResolver(
        { server: world.resolver, dnssec: 'off', timeout: 1000, tries: 1, exchange: way },
        Date.now,
      )
      expect(found.kind).toBe(kind === 'silent' ? 'silent' : 'good')
    })

    test('nobody at the address', async () => {
      const found = await checkResolver({ ...options(), server: NO_RESOLVER }, Date.now)
      expect(found.kind).toBe('silent')
    })
  },
)
