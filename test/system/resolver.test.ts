// A resolver that strips DNSSEC made all mail from outside 451 while everything looked well. A running relay, over zones that BIND signed.
import os from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppState } from '../../main/api/shapes.ts'
import { DNSSEC_ZONES } from '../world/dnssec-zones.ts'
import { Wire } from '../world/dialogue.ts'
import { PATIENT, TestRelay } from '../world/relay.ts'
import { startStrippingResolver, type StrippingResolver } from '../world/stripping-resolver.ts'
import { startWorld, worldMissing, type World } from '../world/zones.ts'

const outside = Object.values(os.networkInterfaces())
  .flatMap((all) => all ?? [])
  .find((one) => one.family === 'IPv4' && !one.internal)?.address
const missing = outside === undefined ? 'there is no address but loopback' : worldMissing()

describe.skipIf(missing !== undefined)(
  `a resolver that strips DNSSEC is told, with two ways out${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    let world: World
    let stripping: StrippingResolver
    let relay: TestRelay
    beforeAll(async () => {
      world = await startWorld(DNSSEC_ZONES)
      stripping = await startStrippingResolver(world.resolver)
      relay = new TestRelay()
      await relay.run('init', '--domain', 'ours.test', '--catch-all', '--key', 'file')
      await relay.json('setting', 'set', 'resolver', stripping.server)
      await relay.serveBySettings('--smtp', '0.0.0.0:0', '--trust-anchor', world.anchorFile)
    }, 120_000)
    afterAll(async () => {
      await relay.destroy()
      await stripping.close()
      await world.close()
    })

    const state = (): Promise<AppState> => relay.json<AppState>('status')
    const troubles = async (): Promise<readonly string[]> => (await state()).troubles
    /** What a server elsewhere hears after its message. */
    const deliver = async (): Promise<string> => {
      const wire = await Wire.open(relay.port('smtp'), outside ?? '', outside ?? '')
      await wire.reply()
      await wire.say('EHLO a13.test')
      await wire.say('MAIL FROM:<shop@a13.test>')
      await wire.say('RCPT TO:<shop@ours.test>')
      await wire.say('DATA')
      const answer = await wire.say('From: shop@a13.test\r\nSubject: order\r\n\r\nhello\r\n.')
      wire.close()
      return answer
    }

    test('is a trouble within a minute of the start, before any mail came', async () => {
      await expect.poll(troubles, PATIENT).toEqual(['dns-strips'])
      const { state: word, resolver, startedAt } = await state()
      expect([word, resolver.kind, resolver.servers]).toEqual(['degraded', 'strips', [stripping.server]])
      console.log(`known ${(resolver.at ?? 0) - startedAt} ms after the start: ${resolver.reason}`)
      expect((resolver.at ?? Infinity) - startedAt).toBeLessThan(60_000)
      expect(await deliver()).toMatch(/^451 /)
    })

    test('is told by the command line with the ways out', async () => {
      const { out } = await relay.run('dns', 'check')
      expect(out).toMatch(/DOES NOT PASS DNSSEC ON/)
      expect(out).toMatch(/postern dns use quad9/)
      expect(out).toMatch(/postern setting set dnssec off/)
    })

    test('another resolver is used from then on, without a restart; one that is no better is not', async () => {
      const bad = await relay.run('dns', 'use', stripping.server)
      expect([bad.code, bad.err]).toEqual([
        1,
        expect.stringMatching(/cannot be used now.*Nothing was changed/s) as string,
      ])
      expect(await relay.run('dns', 'use', world.resolver)).toMatchObject({ code: 0 })
      await expect.poll(troubles, PATIENT).toEqual([])
      expect((await state()).resolver).toMatchObject({ kind: 'good', servers: [world.resolver] })
      expect(await deliver()).toMatch(/^250 /)
    })

    test('without DNSSEC it does, too, and says what that costs', async () => {
      await relay.json('dns', 'use', stripping.server, '--force')
      await expect.poll(troubles, PATIENT).toEqual(['dns-strips'])
      await relay.json('setting', 'set', 'dnssec', 'off')
      await expect.poll(troubles, PATIENT).toEqual([])
      expect(await deliver()).toMatch(/^250 /)
      expect((await state()).dnssec).toBe('off')
      await relay.json('setting', 'set', 'dnssec', 'on')
      await expect.poll(troubles, PATIENT).toEqual(['dns-strips'])
    })

    test('a router that passes signatures on after all is noticed by itself', async () => {
      stripping.heal()
      await expect.poll(troubles, { timeout: 30_000, interval: 500 }).toEqual([])
      expect(await deliver()).toMatch(/^250 /)
    }, 60_000)
  },
)
