// The other doors of the pages: a Unix socket, TLS beyond this machine; what is refused, and what every answer carries, even to no request.
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SECURITY_HEADERS } from '../../main/api/security-headers.ts'
import type { AuditEntry } from '../../main/api/shapes-access.ts'
import { makeCa, type TestCa } from '../world/certificates.ts'
import { findProgram } from '../browser.ts'
import { codeOf } from '../world/door.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const PASSPHRASE = 'hamster stony purple overcast jaywalker'

interface Got {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

interface Where {
  readonly socketPath?: string
  readonly port?: number
  readonly ca?: string
  readonly servername?: string
}

function ask(where: Where, place: string, headers: Record<string, string>, body?: unknown): Promise<Got> {
  const payload = body === undefined ? undefined : JSON.stringify(body)
  const method = payload === undefined ? 'GET' : 'POST'
  const all = { ...headers, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) }
  const options = { host: '127.0.0.1', ...where, path: place, method, headers: all, agent: false }
  return new Promise((resolve, reject) => {
    const request = (where.ca === undefined ? http : https).request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end(payload)
  })
}

const cookieOf = (got: Got): string => got.headers['set-cookie']?.[0] ?? ''

describe('the pages on a Unix socket', () => {
  let relay: TestRelay
  let socketPath: string
  const host = { host: 'localhost' }

  beforeAll(async () => {
    relay = await startRelay()
    await relay.stop()
    socketPath = path.join(relay.folder, 'pages', 'ui.sock')
    await relay.serve('--http', `unix:${socketPath}`)
  })
  afterAll(() => relay.destroy())

  it('stand where nobody but the owner comes, and are logged in to as ever', async () => {
    expect(statSync(path.dirname(socketPath)).mode & 0o777).toBe(0o700)
    expect(statSync(socketPath).mode & 0o777).toBe(0o600)
    expect((await ask({ socketPath }, '/', host)).status).toBe(200)
    expect((await ask({ socketPath }, '/app/state', host)).status).toBe(401)
    const { login } = await relay.json<{ login: string }>('status', '--login')
    const entered = await ask({ socketPath }, '/app/login', host, { code: codeOf(login) })
    const cookie = cookieOf(entered).split(';')[0] ?? ''
    expect((await ask({ socketPath }, '/app/state', { ...host, cookie })).status).toBe(200)
    // What leads to it from elsewhere has a port of its own.
    expect((await ask({ socketPath }, '/app/state', { host: 'localhost:9000', cookie })).status).toBe(200)
    for (const foreign of ['evil.example', 'evil.example:7788', 'localhost.evil.example'])
      expect((await ask({ socketPath }, '/app/state', { host: foreign, cookie })).status, foreign).toBe(403)
    const { listeners } = relay.ready ?? { listeners: [] }
    expect(listeners.find(({ kind }) => kind === 'http')).toMatchObject({ host: `unix:${socketPath}`, port: 0 })
  })

  it('another one takes no folder that others may enter, and nothing that is no socket', async () => {
    const open = path.join(relay.folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o755)
    const own = path.join(relay.folder, 'own')
    mkdirSync(own, { mode: 0o700 })
    writeFileSync(path.join(own, 'file'), 'precious')
    await relay.stop()
    for (const [place, why] of [
      [path.join(open, 'ui.sock'), 'other users may enter'],
      [path.join(own, 'file'), 'something else is there'],
      ['relative.sock', 'not absolute'],
      [`/${'x'.repeat(120)}`, 'too long'],
    ] as const)
      await expect(relay.serve('--http', `unix:${place}`)).rejects.toThrow(why)
    expect(statSync(path.join(own, 'file')).size).toBe('precious'.length)
  })
})

describe('the pages beyond this machine', () => {
  let relay: TestRelay
  let ca: TestCa
  const missing = findProgram('openssl') === undefined ? 'openssl is not installed' : undefined

  beforeAll(async () => {
    if (missing !== undefined) return
    ca = makeCa()
    relay = await startRelay()
  })
  afterAll(async () => {
    if (missing !== undefined) return
    await relay.destroy()
    ca.remove()
  })
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing)
  })

  it('are refused without a certificate, then without a passphrase, with what to do', async () => {
    await relay.stop()
    await expect(relay.serve('--http', '0.0.0.0:0')).rejects.toThrow(/they need a certificate.*postern tls import/)
    const { certFile, keyFile } = ca.issue(['ui.postern.test', '*.lan.test'])
    await relay.json('tls', 'import', '--cert', certFile, '--key', keyFile)
    await expect(relay.serve('--http', '0.0.0.0:0')).rejects.toThrow(
      /need a login passphrase.*postern login passphrase/,
    )
    await expect(relay.serve('--http', '[::]:0')).rejects.toThrow(/need a login passphrase/)
    await relay.json('login', 'passphrase', '--passphrase-file', relay.secretFile('p', PASSPHRASE))
  })

  it('come with TLS only, HSTS, a __Host- cookie, and for the names of the certificate', async () => {
    const ready = await relay.serve('--http', '0.0.0.0:0')
    const port = relay.port('http')
    expect(ready.listeners.find(({ kind }) => kind === 'http')).toMatchObject({
      tls: 'implicit',
      origin: `https://ui.postern.test:${port}`,
    })
    expect(ready.login).toMatch(new RegExp(`^https://ui\\.postern\\.test:${port}/#code=`))
    const where = { port, ca: ca.cert, servername: 'ui.postern.test' }
    const named = { host: `ui.postern.test:${port}` }
    for (const place of ['/', '/nothing', '/app/state', '/app/nothing']) {
      const { headers } = await ask(where, place, named)
      expect(headers['strict-transport-security'], place).toBe('max-age=63072000')
      expect(headers['content-security-policy'], place).toBe(SECURITY_HEADERS['content-security-policy'])
    }
    for (const foreign of [
      'localhost',
      `localhost:${port}`,
      `127.0.0.1:${port}`,
      `evil.example:${port}`,
      'ui.postern.test',
      `ui.postern.test.evil.example:${port}`,
      `a.b.lan.test:${port}`,
    ])
      expect((await ask(where, '/app/login', { host: foreign })).status, foreign).toBe(403)
    expect((await ask(where, '/app/login', { host: `a.lan.test:${port}` })).status).toBe(200)
    const entered = await ask(where, '/app/login', named, { passphrase: PASSPHRASE })
    expect(cookieOf(entered)).toMatch(
      /^__Host-postern-[0-9a-f]{12}=[a-z2-7]{40}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    const cookie = cookieOf(entered).split(';')[0] ?? ''
    expect((await ask(where, '/app/state', { ...named, cookie })).status).toBe(200)
    expect((await ask(where, '/tls-report', named, {})).status).toBe(404)
    const security = JSON.parse((await ask(where, '/app/security', { ...named, cookie })).text) as {
      canHaveKeys: boolean
    }
    expect(security.canHaveKeys).toBe(true)
    expect(
      (await ask(where, '/app/login', { ...named, origin: `http://ui.postern.test:${port}` }, { passphrase: 'x' }))
        .status,
    ).toBe(403)
    await expect(ask({ port }, '/', named)).rejects.toThrow()
    for (const version of ['TLSv1', 'TLSv1.1'] as const)
      await expect(
        new Promise((resolve, reject) => {
          const request = https.get(
            {
              host: '127.0.0.1',
              port,
              rejectUnauthorized: false,
              minVersion: version,
              maxVersion: version,
              agent: false,
            },
            resolve,
          )
          request.on('error', reject)
        }),
      ).rejects.toThrow()
    // Without its passphrase the door would be open to guessing a link alone: it stays.
    expect((await relay.run('login', 'passphrase', '--remove')).err).toMatch(/needs a passphrase/)
  })
})

describe('on loopback', () => {
  let relay: TestRelay
  beforeAll(async () => {
    relay = await startRelay()
  })
  afterAll(() => relay.destroy())

  const raw = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = net.connect(relay.port('http'), '127.0.0.1', () => socket.write(text))
      let got = ''
      socket.setTimeout(4000, () => socket.destroy())
      socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')))
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(got))
    })

  it.each<[string, string, number]>([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a TLS hello', '\x16\x03\x01\x00\xa5\x01\x00', 400],
    ['a header without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n', 400],
    ['a NUL', 'GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n', 400],
    ['too long a header', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
    ['an expectation', 'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\nConnection: close\r\n\r\n', 417],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n', 405],
    [
      'an upgrade',
      'GET /app/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      400,
    ],
  ])('what is no request for us is answered with every header: %s', async (_what, text, status) => {
    const [head = ''] = (await raw(text)).split('\r\n\r\n')
    expect(head.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    const lines = head.toLowerCase().split('\r\n')
    for (const [name, value] of Object.entries(SECURITY_HEADERS))
      expect(lines, name).toContain(`${name}: ${value}`.toLowerCase())
    expect(head.toLowerCase()).not.toMatch(/strict-transport|^server:|x-powered-by/m)
  })

  it('the audit log keeps what a setting was and is, and of a secret nothing', async () => {
    await relay.json('setting', 'set', 'session-idle-minutes', '15')
    await relay.json('setting', 'set', 'session-idle-minutes', '20')
    await relay.json('setting', 'reset', 'session-idle-minutes')
    await relay.json('setting', 'set', 'route-user', 'ann')
    const entries = await relay.json<AuditEntry[]>('audit', 'list', '--limit', '200')
    const details = entries
      .filter(({ what }) => what.endsWith('session-idle-minutes'))
      .map(({ what, detail }) => [what.split(' ')[0], detail])
    expect(details).toEqual([
      ['DELETE', '"20" -> nothing set'],
      ['PUT', '"15" -> "20"'],
      ['PUT', 'nothing set -> "15"'],
    ])
    for (const { who, place, at, outcome } of entries)
      expect([who, place, outcome, at > 1_700_000_000_000]).toEqual(['owner socket', 'this machine', 'done', true])
  })
})
