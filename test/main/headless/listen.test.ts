// Somebody else's program at one of the addresses that `localhost` stands for: the printed login link must not lead there.
import http from 'node:http'
import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { listenOnAll } from '../../../main/headless/listen.ts'
import { TestRelay } from '../../world/relay.ts'

const open: { close(done: () => void): unknown }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => new Promise<void>((resolve) => void one.close(() => resolve()))))
})

/** Another user's program; the port that it has. */
function occupy(address: string, port = 0): Promise<number> {
  const server = net.createServer((socket) => socket.end('not us'))
  open.push(server)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port }, () => resolve((server.address() as net.AddressInfo).port))
  })
}

const hasSix = await occupy('::1').then(
  () => true,
  () => false,
)
const doors = (addresses: readonly string[]) => addresses.map((address) => ({ address, server: http.createServer() }))
const ports = (made: ReturnType<typeof doors>) => {
  for (const { server } of made) if (server.listening) open.push(server)
  return made.map(({ server }) => (server.listening ? (server.address() as net.AddressInfo).port : undefined))
}

describe.skipIf(!hasSix)(`a door at both addresses of localhost${hasSix ? '' : ': skipped, there is no ::1'}`, () => {
  it.each([
    ['::1', '127.0.0.1'],
    ['127.0.0.1', '::1'],
  ])('goes to the next port where %s has another program', async (taken, free) => {
    const port = await occupy(taken)
    const made = doors([free, taken])
    const got = await listenOnAll(made, port, 50)
    expect(got).toBeGreaterThan(port)
    expect(ports(made)).toEqual([got, got])
  })

  it('is not opened at all where only the one port will do', async () => {
    const port = await occupy('::1')
    const made = doors(['127.0.0.1', '::1'])
    await expect(listenOnAll(made, port, 1)).rejects.toThrow(`127.0.0.1:${port} cannot be listened on.`)
    expect(ports(made)).toEqual([undefined, undefined])
  })

  it('takes any port that is free at both', async () => {
    const made = doors(['127.0.0.1', '::1'])
    const got = await listenOnAll(made, 0, 1)
    expect(ports(made)).toEqual([got, got])
  })

  it('stands without an address that the machine does not have', async () => {
    const made = doors(['127.0.0.1', '2001:db8::7'])
    const got = await listenOnAll(made, 0, 1)
    expect(ports(made)).toEqual([got, undefined])
  })

  it('the relay says so and does not start', async () => {
    const port = await occupy('::1')
    const relay = new TestRelay()
    try {
      await relay.run('init')
      await expect(
        relay.serveBySettings(
          '--smtp',
          '127.0.0.1:0',
          '--dnssec',
          'off',
          '--resolver',
          '127.0.0.1:9',
          '--http',
          `127.0.0.1:${port}`,
        ),
      ).rejects.toThrow(`127.0.0.1:${port} cannot be listened on`)
    } finally {
      await relay.destroy()
    }
  })

  it('has its own address in the link where localhost is somewhere else', async () => {
    const relay = new TestRelay()
    try {
      await relay.run('init')
      const { login } = await relay.serveBySettings(
        '--smtp',
        '127.0.0.1:0',
        '--dnssec',
        'off',
        '--resolver',
        '127.0.0.1:9',
        '--http',
        '127.0.0.2:0',
      )
      expect(login).toMatch(/^http:\/\/127\.0\.0\.2:\d+\/#code=/)
      // As a browser that goes there: it is not led away to a name that may be somebody else's.
      const headers = { 'sec-fetch-mode': 'navigate' }
      const { status } = await fetch(`${login.split('/#')[0] ?? ''}/`, { headers, redirect: 'manual' })
      expect(status).toBe(200)
    } finally {
      await relay.destroy()
    }
  })
})
