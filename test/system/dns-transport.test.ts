// The ways to a resolver, with Unbound at the far end: datagrams, TCP where one is too small, TLS, HTTPS; and what a forger sends.
import dgram from 'node:dgram'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAnchors } from '../../main/dns/anchors.ts'
import { createDns, type Answer } from '../../main/dns/resolver.ts'
import { parseServer, serversOf } from '../../main/dns/servers.ts'
import { exchange, type Exchange } from '../../main/dns/transport.ts'
import { parseName } from '../../main/dns/name.ts'
import { makeCa, type TestCa } from '../world/certificates.ts'
import { freePort } from '../world/postfix.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'
import { startWorld, worldMissing, type World } from '../world/zones.ts'

const missing = worldMissing()

const LONG = Array.from({ length: 12 }, (_, i) => `"${String(i).repeat(200).slice(0, 200)}"`).join(' ')

describe.skipIf(missing !== undefined)(
  `ways to a resolver${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    let world: World
    let ca: TestCa
    let ports: { tls: number; https: number }

    beforeAll(async () => {
      ca = makeCa()
      const leaf = ca.issue(['dns.test', '127.0.0.1'])
      ports = { tls: await freePort(), https: await freePort() }
      world = await startWorld(
        [
          { name: '.', algorithm: 'ECDSAP256SHA256', records: '' },
          {
            name: 'example',
            algorithm: 'ECDSAP256SHA256',
            records: `@ IN MX 10 mx\nmx IN A 192.0.2.1\nlong IN TXT ${LONG}`,
          },
        ],
        [
          `interface: 127.0.0.1@${ports.tls}`,
          `interface: 127.0.0.1@${ports.https}`,
          `tls-port: ${ports.tls}`,
          `https-port: ${ports.https}`,
          `tls-service-key: "${leaf.keyFile}"`,
          `tls-service-pem: "${leaf.certFile}"`,
        ],
      )
    }, 60_000)
    afterAll(async () => {
      await world.close()
      ca.remove()
    })

    const through = (server: string, trust = true): Promise<Answer> => {
      const withCa: Exchange = (one, asked, timeout) => exchange(trust ? { ...one, ca: ca.cert } : one, asked, timeout)
      return createDns({ server, anchors: parseAnchors(world.anchors), exchange: withCa }, Date.now).lookup(
        'long.example',
        'TXT',
      )
    }

    test('an answer that does not fit into a datagram comes by TCP', async () => {
      expect(await through(world.resolver)).toMatchObject({
        status: 'found',
        security: 'secure',
        owner: 'long.example',
      })
    })

    test('by TLS, with the name that the certificate has to bear', async () => {
      expect(await through(`tls://127.0.0.1:${ports.tls}#dns.test`)).toMatchObject({
        status: 'found',
        security: 'secure',
      })
      const wrong = await through(`tls://127.0.0.1:${ports.tls}#other.test`)
      expect(wrong).toMatchObject({ status: 'trouble' })
      expect(wrong.reason).toMatch(/altnames/)
      expect(await through(`tls://127.0.0.1:${ports.tls}#dns.test`, false)).toMatchObject({ status: 'trouble' })
    })

    test('by HTTPS', async () => {
      expect(await through(`https://127.0.0.1:${ports.https}/dns-query`)).toMatchObject({
        status: 'found',
        security: 'secure',
      })
      expect(await through(`https://127.0.0.1:${ports.https}/elsewhere`)).toMatchObject({ status: 'trouble' })
      expect(await through(`https://127.0.0.1:${ports.https}/dns-query`, false)).toMatchObject({ status: 'trouble' })
    })

    test('the next resolver is asked where one is not there', async () => {
      expect(await through(`127.0.0.1:9,${world.resolver}`)).toMatchObject({ status: 'found', security: 'secure' })
    })

    test('the command line shows state and chain, of the running relay and of none', async () => {
      const flags = ['--resolver', world.resolver, '--dnssec', 'on', '--trust-anchor', world.anchorFile]
      const relay: TestRelay = await startRelay({ init: ['--key', 'file'], serve: flags })
      try {
        const asked = await relay.json<Answer & { records: string[] }>('dns', 'lookup', 'example', 'MX')
        expect(asked).toMatchObject({ status: 'found', security: 'secure', records: ['10 mx.example.'] })
        expect(asked.steps.length).toBe(3)
        const denied = await relay.run('dns', 'lookup', '_25._tcp.mx.example', 'TLSA')
        expect(denied.out).toContain('state   secure')
        expect(denied.out).toContain('example proves that there is no TLSA of _25._tcp.mx.example')
        expect(await relay.json('status')).toMatchObject({ dnssec: 'on' })
        await relay.stop()
        const alone = await relay.run('dns', 'lookup', 'example', 'MX', '--resolver', world.resolver, '--dnssec', 'off')
        expect(alone.out).toContain('DNSSEC is switched off')
        expect((await relay.run('dns', 'lookup')).code).toBe(2)
        expect((await relay.run('dns', 'lookup', 'a', 'A', '--dnssec', 'perhaps')).code).toBe(2)
        expect((await relay.run('serve', '--resolver', '192.0.2.1', '--dnssec', 'ad')).err).toContain('on this machine')
      } finally {
        await relay.destroy()
      }
    })

    test('the settings say it too; what is said at the start goes before them, and no stored word keeps it from starting', async () => {
      const relay: TestRelay = await startRelay({ init: ['--key', 'file'] })
      const setting = (...args: string[]) => relay.run('setting', 'set', ...args)
      const stateOf = async (...flags: string[]): Promise<string> =>
        (await relay.json<{ security: string }>('dns', 'lookup', 'example', 'MX', ...flags)).security
      try {
        await relay.stop()
        expect((await setting('resolver', world.resolver)).code).toBe(0)
        expect(await stateOf('--trust-anchor', world.anchorFile)).toBe('secure')
        expect((await setting('dnssec', 'off')).code).toBe(0)
        expect(await stateOf()).toBe('insecure')
        expect(await stateOf('--dnssec', 'on', '--trust-anchor', world.anchorFile)).toBe('secure')
        expect((await setting('dnssec', 'ad')).code).toBe(0)
        // Nothing that only works together may be taken apart.
        expect((await setting('resolver', '192.0.2.53')).err).toContain('on this machine')
        expect((await setting('dnssec', 'on')).code).toBe(0)
        expect((await setting('resolver', '192.0.2.53')).code).toBe(0)
        expect((await setting('dnssec', 'ad')).err).toContain('on this machine')
        for (const wrong of ['', 'resolver.example', 'tls://', 'https://u:p@x.test/dns-query', '1.1.1.1:99999', ','])
          expect((await setting('resolver', wrong)).code, wrong).not.toBe(0)
        expect((await relay.run('setting', 'reset', 'resolver')).code).toBe(0)
      } finally {
        await relay.destroy()
      }
    })
  },
)

const asked = { name: parseName('a.test') ?? raise(), type: 1, dnssec: false, wantsAd: false }

function raise(): never {
  throw new Error('no name')
}

test('answers with another number or another question are ignored until the true one comes', async () => {
  const socket = dgram.createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.on('message', (query, peer) => {
    const answer = Buffer.from(query)
    answer.writeUInt16BE(0x8180, 2)
    const wrongNumber = Buffer.from(answer)
    wrongNumber.writeUInt16BE(query.readUInt16BE(0) ^ 1, 0)
    const wrongName = Buffer.from(answer)
    wrongName[13] = 0x62
    for (const one of [Buffer.from('x'), wrongNumber, wrongName, query, answer.subarray(0, 20), answer])
      socket.send(one, peer.port, peer.address)
  })
  const server = parseServer(`127.0.0.1:${socket.address().port}`)
  expect(await exchange(server, asked, 2000)).toMatchObject({ rcode: 0, isResponse: true })
  socket.close()
})

test('a resolver that is silent, hangs up or talks rubbish costs its time and no more', async () => {
  const silent = dgram.createSocket('udp4')
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  const started = Date.now()
  await expect(exchange(parseServer(`127.0.0.1:${silent.address().port}`), asked, 200)).rejects.toThrow(/no answer/)
  expect(Date.now() - started).toBeLessThan(1500)
  // Truncated over UDP, and the TCP side hangs up.
  silent.on('message', (query, peer) => {
    const answer = Buffer.from(query)
    answer.writeUInt16BE(0x8380, 2)
    silent.send(answer, peer.port, peer.address)
  })
  const { port } = silent.address()
  const tcp = net.createServer((socket) => socket.end(Buffer.from([0, 3, 1, 2, 3])))
  await new Promise<void>((resolve) => tcp.listen(port, '127.0.0.1', resolve))
  await expect(exchange(parseServer(`127.0.0.1:${port}`), asked, 500)).rejects.toThrow(/cannot be read/)
  tcp.close()
  silent.close()
})

test('resolvers as people write them', () => {
  expect(parseServer('192.0.2.1')).toMatchObject({ kind: 'plain', host: '192.0.2.1', port: 53 })
  expect(parseServer('[2001:db8::1]:5353')).toMatchObject({ host: '2001:db8::1', port: 5353 })
  expect(parseServer('2001:db8::1')).toMatchObject({ host: '2001:db8::1', port: 53 })
  expect(parseServer('tls://192.0.2.1#dns.example')).toMatchObject({
    kind: 'tls',
    port: 853,
    verifyName: 'dns.example',
  })
  expect(serversOf('192.0.2.1, 192.0.2.2:54').map(({ port }) => port)).toEqual([53, 54])
  for (const text of ['', 'name', 'ftp://x', '1.2.3.4:99999', 'https://u@x/', '192.0.2.1#name'])
    expect(() => parseServer(text)).toThrow(/no resolver/)
})
