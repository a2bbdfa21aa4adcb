// When strangers come as this machine, and when it is only a program of this machine: the rule as a table.
import { describe, expect, it } from 'vitest'
import { HiddenPeers, looksOutside, type OwnNames } from '../../../main/queue/hidden-peers.ts'
import type { Peer } from '../../../main/smtp/handler.ts'
import type { Store } from '../../../main/store/store.ts'
import { parseAddress, type Address } from '../../../main/terms/address.ts'

const own: OwnNames = { hostname: 'mail.mine.org', domains: ['mine.org', 'also-mine.net'], machine: 'Box' }
const outside = 'ann@gmail.com' as Address

describe('an introduction', () => {
  it.each([
    ['a provider', 'mail-ed1-f41.google.com', outside],
    ['in capitals, with a dot behind it', 'MX.Example.CO.UK.', outside],
    ['by a public address', '[8.8.4.4]', outside],
    ['by a public IPv6 address', '[IPv6:2606:4700::1111]', outside],
    ['by an address that is no literal, as bots do', '8.8.4.4', outside],
    ['under a private suffix of the list', 'x.github.io', outside],
  ])('%s is from outside: %s', (_, helo, reversePath) => {
    expect(looksOutside(helo, reversePath, own)).toBe(true)
  })

  it.each([
    ['this machine', 'localhost', outside],
    ['this machine by an address', '[127.0.0.1]', outside],
    ['this machine by IPv6', '[IPv6:::1]', outside],
    ['a computer of the house', '[192.168.1.20]', outside],
    ['a name without a domain', 'laptop', outside],
    ['a name of the house', 'nas.local', outside],
    ['the machine behind a router of the house', 'box.fritz.box', outside],
    ['a name for tests', 'client.test', outside],
    ['a name for examples', 'mx.shop.example', outside],
    ['our own name', 'mail.mine.org', outside],
    ['a name at a domain of ours', 'web.also-mine.net', outside],
    ['the name of the machine', 'box', outside],
    ['the whole name of the machine', 'box.hoster.com', outside],
    ['what is no name', '!?', outside],
    ['a whole top-level domain', 'com', outside],
    ['a bounce', 'mail-ed1-f41.google.com', undefined],
    ['mail of our own domain', 'mail-ed1-f41.google.com', 'me@mine.org' as Address],
    ['mail of no real domain', 'mail-ed1-f41.google.com', 'cron@box.local' as Address],
  ])('%s says nothing: %s', (_, helo, reversePath) => {
    expect(looksOutside(helo, reversePath, own)).toBe(false)
  })

  it('is looked at in bounded time', () => {
    for (const helo of ['a.'.repeat(127), '['.repeat(255), `[IPv6:${':'.repeat(240)}]`])
      expect(looksOutside(helo, outside, own)).toBe(false)
  })
})

const peer = (more: Partial<Peer> = {}): Peer => ({
  ...{ ip: '127.0.0.1', loopback: true, listener: 'inbound', helo: 'mx.google.com', protocol: 'ESMTP', tls: '' },
  ...{ account: undefined, ...more },
})
function watch(...domains: string[]): HiddenPeers {
  const directory = { domains: () => domains.map((name) => ({ name })), setting: () => undefined }
  return new HiddenPeers({ directory } as unknown as Pick<Store, 'directory'>, 'box')
}
const real = peer({ ip: '198.51.100.7', loopback: false })
const sender = parseAddress('ann@gmail.com')

describe('hidden peers', () => {
  it('are told once, end with a stranger that has an address, and come again', () => {
    const hidden = watch('mine.org')
    expect([hidden.isTrouble, hidden.doubts(0)]).toEqual([false, false])
    expect([hidden.look(peer(), sender, 10), hidden.look(peer(), sender, 11)]).toEqual([true, false])
    expect([hidden.isTrouble, hidden.doubts(11)]).toEqual([true, true])
    // A printer in the house is no stranger, and says nothing about those.
    expect(hidden.look(peer({ ip: '192.168.1.9', loopback: false, helo: 'printer.lan' }), sender, 12)).toBe(false)
    expect(hidden.isTrouble).toBe(true)
    expect(hidden.look(real, sender, 12)).toBe(false)
    expect([hidden.isTrouble, hidden.doubts(12)]).toEqual([false, true])
    // One that goes to and fro is in the log once a day.
    expect([hidden.look(peer(), sender, 13), hidden.isTrouble]).toEqual([false, true])
    expect(hidden.look(peer(), sender, 13 + 86_400_000)).toBe(true)
  })

  it.each([
    ['before there is a domain of the user', ['postern.test'], peer()],
    ['for somebody who logged in', ['mine.org'], peer({ account: { id: 'a', name: 'a' } })],
    ['on the submission listener', ['mine.org'], peer({ listener: 'submission' })],
    ['from elsewhere', ['mine.org'], real],
    ['for a program of this machine', ['mine.org'], peer({ helo: 'localhost' })],
  ])('are not seen %s', (_, domains, one) => {
    const hidden = watch(...domains)
    expect(hidden.look(one, sender, 10)).toBe(false)
    expect([hidden.isTrouble, hidden.doubts(10)]).toEqual([false, false])
  })

  it('the try-out domain beside one of the user changes nothing', () => {
    expect(watch('postern.test', 'mine.org').look(peer(), sender, 1)).toBe(true)
  })
})
