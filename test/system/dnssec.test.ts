// The chain of trust over zones that BIND signed, and the same state as Unbound for each of them.
import dgram from 'node:dgram'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAnchors } from '../../main/dns/anchors.ts'
import { parseName } from '../../main/dns/name.ts'
import { createDns, type Answer } from '../../main/dns/resolver.ts'
import { parseType } from '../../main/dns/types.ts'
import { encodeQuestion, parseMessage } from '../../main/dns/wire.ts'
import { DNSSEC_ZONES, QUESTIONS } from '../world/dnssec-zones.ts'
import { startWorld, worldMissing, type World } from '../world/zones.ts'

const missing = worldMissing()

/** What Unbound makes of a question: AD set is secure, SERVFAIL here is bogus. */
function secondOpinion(server: string, name: string, type: string): Promise<{ security: string; rcode: number }> {
  const [host = '', port = ''] = server.split(':')
  const wire = parseName(name)
  if (wire === undefined) throw new Error(name)
  const ask = { id: 7, name: wire, type: parseType(type) ?? 0, dnssec: false, wantsAd: true, padTo: 0 }
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4')
    const timer = setTimeout(() => reject(new Error(`Unbound says nothing about ${type} of ${name}`)), 10_000)
    socket.on('message', (bytes) => {
      clearTimeout(timer)
      socket.close()
      const { rcode, authenticated } = parseMessage(bytes)
      resolve({ rcode, security: rcode === 2 ? 'bogus' : authenticated ? 'secure' : 'insecure' })
    })
    socket.send(encodeQuestion(ask), Number(port), host)
  })
}

describe.skipIf(missing !== undefined)(`DNSSEC${missing === undefined ? '' : `: skipped, ${missing}`}`, () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld(DNSSEC_ZONES)
  }, 120_000)
  afterAll(async () => {
    await world.close()
  })

  const own = (server: string, more: Parameters<typeof createDns>[0] = {}) =>
    createDns({ server, anchors: parseAnchors(world.anchors), ...more }, Date.now)

  test('the same state as Unbound for each name, asked through it and straight', async () => {
    const differing: string[] = []
    const counts = new Map<string, number>()
    for (const server of [world.resolver, world.authority]) {
      const { lookup } = own(server)
      for (const [name, type] of QUESTIONS) {
        const second = await secondOpinion(world.resolver, name, type)
        const first: Answer = await lookup(name, type)
        counts.set(first.security, (counts.get(first.security) ?? 0) + 1)
        if (first.security !== second.security)
          differing.push(`${type} of ${name}: ${first.security} (${first.reason}), Unbound: ${second.security}`)
        const there = { found: 0, 'no-data': 0, 'no-name': 3, trouble: 2 }[first.status]
        if (there !== second.rcode)
          differing.push(`${type} of ${name}: ${first.status}, Unbound: rcode ${second.rcode}`)
      }
    }
    console.log(`${2 * QUESTIONS.length} questions: ${JSON.stringify(Object.fromEntries(counts))}`)
    expect(QUESTIONS.length).toBeGreaterThan(60)
    expect(differing).toEqual([])
    expect([...counts.keys()].sort()).toEqual(['bogus', 'insecure', 'secure'])
  }, 120_000)
})
