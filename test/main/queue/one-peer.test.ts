// Whatever counts by the address of a peer counts a /64 of IPv6 as one, in every spelling: who has one address of it has all of them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Slowing } from '../../../main/access/slowing.ts'
import { FloodWatch } from '../../../main/aliases/flood.ts'
import { HiddenPeers } from '../../../main/queue/hidden-peers.ts'
import { MailPath } from '../../../main/queue/mail-path.ts'
import type { MailParts } from '../../../main/queue/parts.ts'
import { takeReports } from '../../../main/queue/posted-reports.ts'
import type { Peer } from '../../../main/smtp/handler.ts'
import type { Address } from '../../../main/terms/address.ts'
import { fixedClock } from '../../../main/terms/clock.ts'
import { ConnectionCount } from '../../../main/terms/connection-count.ts'
import { isLoopbackAddress } from '../../../main/terms/peer-address.ts'

const part = fc.integer({ min: 0, max: 0xffff }).map((one) => one.toString(16))
/** Addresses of one subnet, some of them written with `::`; an address of IPv4 in its spellings. */
const ofOnePeer = fc.oneof(
  fc
    .tuple(part, part, fc.array(fc.oneof(part, fc.constant('')), { minLength: 60, maxLength: 60 }))
    .map(([subnet, other, ends]) =>
      ends.map((end, i) =>
        end === ''
          ? `2001:db8:${subnet}::`
          : i % 2 === 0
            ? `2001:db8:${subnet}::${end}`
            : `2001:DB8:${subnet}:0:${other}:0:0:${end}`,
      ),
    ),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 254 }))
    .map(([c, d]) =>
      Array.from({ length: 60 }, (_, i) =>
        i % 3 === 0
          ? `198.51.${c}.${d}`
          : i % 3 === 1
            ? `::ffff:198.51.${c}.${d}`
            : `::FFFF:c633:${(c * 256 + d).toString(16)}`,
      ),
    ),
)
const NEIGHBOUR = '2001:db9:0:1::1'

function peer(ip: string, more: Partial<Peer> = {}): Peer {
  const base = { ip, loopback: isLoopbackAddress(ip), listener: 'inbound' as const, helo: 'mx.example.org' }
  return { ...base, protocol: 'ESMTP', tls: '', account: undefined, ...more }
}

function parts(more: Partial<MailParts> = {}): MailParts {
  const directory = {
    setting: (name: string) => (name === 'tls-report-url' ? 'https://mail.ours.test/tls-report' : undefined),
    domains: () => [{ name: 'ours.example.net' }],
    domain: () => undefined,
    dkimKeys: () => [],
  }
  const store = { directory, writer: { run: () => Promise.resolve(1) } }
  const announcer = { tell: () => undefined }
  const authenticate = (): Promise<undefined> => Promise.resolve(undefined)
  return { store, announcer, authenticate, clock: fixedClock(1_000_000_000), ...more } as unknown as MailParts
}

describe('one peer under many addresses is one for', () => {
  it('connections', () => {
    fc.assert(
      fc.property(ofOnePeer, (addresses) => {
        const count = new ConnectionCount({ connections: 1000, connectionsPerAddress: 30 })
        const entered = addresses.map((one) => count.enter(one))
        expect(entered.filter((one) => one !== undefined)).toHaveLength(30)
        expect(count.enter(NEIGHBOUR)).toBeDefined()
        for (const leave of entered) leave?.()
        for (const leave of entered) leave?.() // once only
        expect(count.open).toBe(1)
        expect(count.enter(addresses[0] ?? '')).toBeDefined()
      }),
    )
  })

  it('guessed addresses', () => {
    fc.assert(
      fc.property(ofOnePeer, (addresses) => {
        const watch = new FloodWatch()
        const answers = addresses.map((one) => watch.miss(one, 0))
        expect(answers.filter(({ notice }) => notice)).toHaveLength(1)
        expect(answers.at(-1)?.delay).toBeGreaterThan(0)
        expect(watch.miss(NEIGHBOUR, 0).delay).toBe(0)
      }),
    )
  })

  it('wrong passphrases', () => {
    fc.assert(
      fc.property(ofOnePeer, ([first = '', second = '', third = '']) => {
        const slowing = new Slowing(fixedClock(1_000_000), { first: 500, last: 8000 })
        slowing.fail(first)
        slowing.answered(second)
        expect(slowing.wait(second)).toBe(500)
        expect(slowing.wait(NEIGHBOUR)).toBe(0)
        slowing.succeed(third)
        expect(slowing.wait(first)).toBe(0)
      }),
    )
  })

  it('wrong app passwords', async () => {
    await fc.assert(
      fc.asyncProperty(ofOnePeer, async (addresses) => {
        const path = new MailPath(parts())
        const answers = []
        for (const one of addresses) answers.push(await path.authenticate('a', 'b', peer(one)))
        expect(answers.filter((one) => one === undefined)).toHaveLength(30)
        expect(await path.authenticate('a', 'b', peer(NEIGHBOUR))).toBeUndefined()
      }),
      { numRuns: 20 },
    )
  })

  it('messages without a sender', () => {
    fc.assert(
      fc.property(ofOnePeer, (addresses) => {
        const path = new MailPath(parts())
        const answers = Array.from({ length: 320 }, (_, i) =>
          path.sender(undefined, peer(addresses[i % addresses.length] ?? ''), 0),
        )
        expect(answers.filter((one) => one === undefined)).toHaveLength(300)
        expect(path.sender(undefined, peer(NEIGHBOUR), 0)).toBeUndefined()
      }),
      { numRuns: 20 },
    )
  })

  it('reports that are posted', async () => {
    const request = (): Request =>
      new Request('https://mail.ours.test/tls-report', {
        ...{ method: 'POST', body: 'no report', headers: { 'content-type': 'application/tlsrpt+json' } },
      })
    await fc.assert(
      fc.asyncProperty(ofOnePeer, async (addresses) => {
        const take = takeReports(parts())
        const statuses = []
        for (const one of addresses) statuses.push((await take(request(), one)).status)
        expect(statuses.filter((one) => one === 422)).toHaveLength(10)
        expect(new Set(statuses)).toEqual(new Set([422, 429]))
        expect((await take(request(), NEIGHBOUR)).status).toBe(422)
      }),
      { numRuns: 20 },
    )
  })
})

describe('programs on this machine', () => {
  const sender = 'ann@far.example.com' as Address
  const many = (path: MailPath, ip: string): number =>
    Array.from({ length: 320 }, () => path.sender(sender, peer(ip), 0)).filter((one) => one !== undefined).length

  it.each(['127.0.0.1', '127.9.9.9', '::1'])('%s has no rate', (ip) => {
    expect(many(new MailPath(parts()), ip)).toBe(0)
  })

  it('have one from the moment on that strangers come as this machine, and for a day', () => {
    const clock = fixedClock(1_000_000_000)
    const made = parts({ clock })
    const hiddenPeers = new HiddenPeers(made.store, 'box')
    const path = new MailPath({ ...made, hiddenPeers })
    hiddenPeers.look(peer('127.0.0.1'), sender, clock.now())
    expect(many(path, '127.0.0.1')).toBe(20)
    // A real address ends the trouble; what came as this machine may come so again.
    hiddenPeers.look(peer('198.51.100.7'), sender, clock.now() + 1)
    expect(hiddenPeers.isTrouble).toBe(false)
    expect(many(path, '::1')).toBe(320)
    clock.set(clock.now() + 86_400_001)
    expect(many(path, '127.0.0.1')).toBe(0)
  })
})
