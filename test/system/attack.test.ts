// Somebody who is not the owner, at the loopback door: another page in the same browser, another program on the machine, a thief of an
// old cookie. Each case is refused, none takes long, and afterwards the owner gets in as ever.
import { generateSync } from 'otplib'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf, read, Visitor, type Answer, type Ask } from '../world/door.ts'
import { SoftKey } from '../world/soft-key.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const PASSPHRASE = 'hamster stony purple overcast jaywalker'
/** Milliseconds for any refusal, on a machine that is busy with other tests; a hash of 64 MiB is within it. */
const SLOW = 2000
/** A wrong secret, or one more of them too soon. */
const TRIED = [401, 429]

let relay: TestRelay
let other: TestRelay
let secret: string
let recovery: string
let token: string
let me: Visitor
let count = 0

const visitor = (): Visitor => new Visitor(relay.port('http'))
const link = async (of = relay): Promise<string> =>
  codeOf((await of.json<{ login: string }>('status', '--login')).login)

beforeAll(async () => {
  ;[relay, other] = await Promise.all([startRelay(), startRelay()])
  recovery = (await relay.json<{ recoveryKey: string }>('key', 'recovery')).recoveryKey
  await relay.json('login', 'passphrase', '--passphrase-file', relay.secretFile('passphrase', `${PASSPHRASE}\n`))
  token = (await relay.json<{ token: string }>('token', 'create', '--name', 'small')).token
  secret = (await relay.json<{ secret: string }>('login', 'totp', 'begin')).secret
  const now = Math.floor(Date.now() / 1000)
  await relay.json('login', 'totp', 'confirm', generateSync({ secret, epoch: now - 30 }))
  me = visitor()
  await me.login({ recoveryKey: recovery })
})
afterAll(async () => {
  await Promise.all([relay.destroy(), other.destroy()])
  process.stdout.write(`attacks at the door: ${count} cases, each refused within ${SLOW} ms\n`)
  expect(count).toBeGreaterThanOrEqual(60)
})

function refused(answer: Answer, statuses: readonly number[], what: string): void {
  count++
  expect(statuses, `${what}: ${answer.text.slice(0, 200)}`).toContain(answer.status)
  expect(answer.millis, what).toBeLessThan(SLOW)
  expect(answer.headers['access-control-allow-origin'], what).toBeUndefined()
  expect(answer.headers['content-security-policy'], what).toContain("default-src 'none'")
  expect(answer.text, what).not.toMatch(/node_modules|\.ts:|at [A-Z].*\(/)
}

describe('from a page of somebody else', () => {
  it.each([
    'evil.example',
    'evil.example:7788',
    'localhost.evil.example',
    'localhost',
    'localhost:1',
    '127.0.0.1.nip.io',
    '[::ffff:127.0.0.1]',
    'localhost:PORT.evil.example',
    'localhost:PORT@evil.example',
    '127.1:PORT',
    '0.0.0.0:PORT',
    '2130706433:PORT',
  ])('DNS rebinding: Host %s', async (host) => {
    const headers = { host: host.replace('PORT', String(me.port)) }
    for (const path of ['/', '/app/session', '/app/login', '/app/events'])
      refused(await me.ask(path, { headers }), [400, 403], `${host} ${path}`)
  })

  it.each<[string, Record<string, string>]>([
    ['another origin', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:9999' }],
    ['an Origin alone', { origin: 'http://localhost:9999' }],
    ['a null Origin', { origin: 'null' }],
    ['the other scheme', { origin: 'https://localhost:PORT' }],
    ['no CSRF token', { 'x-postern-csrf': '' }],
    ['a wrong CSRF token', { 'x-postern-csrf': 'x'.repeat(32) }],
  ])('CSRF: %s', async (what, given) => {
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace('PORT', String(me.port))]),
    )
    refused(await me.post('/app/security/lock', {}, headers), [403], what)
    refused(await me.ask('/app/security/passphrase', { method: 'DELETE', headers }), [403], what)
  })

  it.each<[string, Record<string, string>]>([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from another port', { 'sec-fetch-site': 'same-site' }],
    ['with a foreign Origin', { origin: 'https://evil.example' }],
    ['by a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['by a form of text', { 'content-type': 'text/plain' }],
    ['by a form of parts', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('login CSRF %s', async (what, headers) => {
    const code = await link()
    refused(await visitor().post('/app/login', { code }, headers), [403], what)
    // The code is still the owner's.
    expect((await visitor().post('/app/login', { code })).status).toBe(200)
  })

  it('no answer to a question across origins', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'DELETE' }
    refused(await me.ask('/app/state', { method: 'OPTIONS', headers }), [401, 403, 404, 405], 'preflight')
    refused(await me.ask('/', { method: 'OPTIONS', headers }), [403, 405], 'preflight of the page')
  })
})

describe('with a cookie', () => {
  it('that was planted before the login', async () => {
    const planted = visitor()
    const name = me.cookie.split('=')[0] ?? ''
    planted.cookie = `${name}=${'a'.repeat(40)}`
    await planted.login({ recoveryKey: recovery })
    expect(planted.cookie).not.toContain('a'.repeat(40))
    const thief = visitor()
    thief.cookie = `${name}=${'a'.repeat(40)}`
    refused(await thief.ask('/app/state'), [401], 'fixation')
  })

  it('of the half way in, after the login', async () => {
    const mine = visitor()
    await mine.login({ code: await link() })
    const thief = visitor()
    thief.cookie = mine.cookie
    refused(await thief.ask('/app/state'), [401], 'half way in')
    expect((await mine.login({ recoveryKey: recovery }, '/app/login/second')).status).toBe(200)
    refused(await thief.ask('/app/state'), [401], 'fixation at the second factor')
    refused(await thief.post('/app/login/second', { recoveryKey: recovery }), [401], 'half way in, again')
  })

  it('of another relay on this machine', async () => {
    const theirs = new Visitor(other.port('http'))
    await theirs.login({ code: await link(other) })
    expect((await theirs.ask('/app/state')).status).toBe(200)
    const value = theirs.cookie.split('=')[1] ?? ''
    const thief = visitor()
    for (const cookie of [theirs.cookie, `${me.cookie.split('=')[0] ?? ''}=${value}`]) {
      thief.cookie = cookie
      refused(await thief.ask('/app/state'), [401], 'cookie of another instance')
    }
    refused(await new Visitor(other.port('http')).post('/app/login', { code: await link() }), [401], 'code of another')
  })

  it('the session cookie is for this door alone', async () => {
    const fresh = visitor()
    const set = (await fresh.post('/app/login', { recoveryKey: recovery })).headers['set-cookie']?.[0] ?? ''
    expect(set).toMatch(/^postern-[0-9a-f]{12}=[a-z2-7]{40}; Path=\/; HttpOnly; SameSite=Strict$/)
  })
})

describe('by guessing', () => {
  it('a passphrase: a thousand at once are one try, and the owner gets in by a link meanwhile', async () => {
    const from = performance.now()
    const all = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => visitor().post('/app/login', { passphrase: `guess number ${i}` })),
    )
    const took = performance.now() - from
    const statuses = all.map(({ status }) => status)
    count++
    expect([...new Set(statuses)].sort()).toEqual([401, 429])
    expect(statuses.filter((one) => one === 401).length).toBeLessThanOrEqual(4)
    expect(took).toBeLessThan(20_000)
    const owner = visitor()
    expect((await owner.login({ recoveryKey: recovery })).status).toBe(200)
    expect((await owner.ask('/app/state')).status).toBe(200)
  })

  it('a code: a thousand at once are one try', async () => {
    const half = visitor()
    await half.login({ code: await link() })
    const from = performance.now()
    const all = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => half.post('/app/login/second', { totp: String(100_000 + i) })),
    )
    count++
    // One more behind 1, 2, 4 … seconds, where the machine is so busy that they do not come at once.
    const seconds = (performance.now() - from) / 1000
    expect(all.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(
      2 + Math.floor(Math.log2(1 + seconds)),
    )
    expect(all.filter(({ status }) => status === 200)).toEqual([])
  })

  it('a wrong recovery code makes the next wait, and the right key gets in all the same', async () => {
    const half = visitor()
    await half.login({ code: await link() })
    const statuses: number[] = []
    for (let i = 0; i < 10; i++) {
      const answer = await half.post('/app/login/second', { recoveryCode: 'aaaa-bbbb-cccc-dddd' })
      refused(answer, TRIED, 'wrong recovery code')
      statuses.push(answer.status)
    }
    expect(statuses).toContain(429)
    expect((await half.login({ recoveryKey: recovery }, '/app/login/second')).status).toBe(200)
  })

  it('tells nothing by its time: a factor that nobody has is refused as fast as a wrong one', async () => {
    const times = new Map<string, number[]>()
    for (let round = 0; round < 12; round++)
      for (const [name, proof] of [
        ['wrong code of a link', { code: 'a'.repeat(52) }],
        ['short code of a link', { code: 'a' }],
        ['the beginning of a good one', { code: (await link()).slice(0, -1) }],
      ] as const) {
        const answer = await visitor().post('/app/login', proof)
        refused(answer, TRIED, name)
        times.set(name, [...(times.get(name) ?? []), answer.millis])
      }
    const medians = [...times.values()].map((all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0)
    // Codes are looked up by their hash: nothing is compared that could end early. A busy machine alone makes some milliseconds.
    expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(25)
  })

  it('where there is no passphrase, the no takes as long', async () => {
    const times: number[] = []
    for (const [port, wait] of [
      [other.port('http'), 1100],
      [other.port('http'), 0],
    ] as const) {
      const answer = await new Visitor(port).post('/app/login', { passphrase: 'nobody set one here' })
      refused(answer, [401], 'no passphrase set')
      times.push(answer.millis)
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
    // The hash is computed all the same.
    expect(times.at(-1)).toBeGreaterThan(20)
  })

  it.each<[string, unknown]>([
    ['an empty code', { code: '' }],
    ['a long code', { code: 'x'.repeat(10_000) }],
    ['a number', { passphrase: 1 }],
    ['a list', { passphrase: ['a'] }],
    ['an object', { code: { $ne: null } }],
    ['null', null],
    ['two proofs at once', { passphrase: PASSPHRASE, code: 'x' }],
    ['a level of its own', { code: 'x', level: 'full', second: [] }],
    ['a polluted prototype', '{"code":"x","__proto__":{"ok":true}}'],
    ['a polluted constructor', '{"code":"x","constructor":{"prototype":{"isFresh":true}}}'],
    ['no JSON', '{'],
    ['deep JSON', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a large body', { code: 'x'.repeat(100_000) }],
  ])('at the login: %s', async (what, body) => {
    refused(await visitor().post('/app/login', body), [400, 401, 413, 422], what)
  })
})

describe('by repeating', () => {
  it('a code of the app that was used', async () => {
    const totp = generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 })
    const enter = async (): Promise<Answer> => {
      const half = visitor()
      await half.login({ code: await link() })
      for (;;) {
        const answer = await half.login({ totp }, '/app/login/second')
        if (answer.status !== 429) return answer
        await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers['retry-after'])))
      }
    }
    expect((await enter()).status).toBe(200)
    refused(await enter(), [401], 'replayed TOTP')
  })

  it('the genuine answer of a security key, recorded: at another question, at another site, or after its use', async () => {
    const origin = `http://localhost:${me.port}`
    const key = new SoftKey()
    const owner = visitor()
    await owner.login({ recoveryKey: recovery })
    const challengeOf = (answer: Answer): string =>
      (read(answer) as { options: { challenge: string } }).options.challenge
    const first = challengeOf(await owner.post('/app/security/keys/options'))
    const added = await owner.post('/app/security/keys', { name: 'soft', response: key.register(first, origin) })
    expect(added.status, added.text).toBe(201)
    const half = async (): Promise<{ who: Visitor; challenge: string }> => {
      const who = visitor()
      await who.login({ code: await link() })
      return { who, challenge: challengeOf(await who.post('/app/login/key-options')) }
    }
    const good = await half()
    const recorded = key.prove(good.challenge, origin)
    const entered = await good.who.post('/app/login/second', { key: recorded })
    expect(entered.status, entered.text).toBe(200)
    // The same answer, to another question; and once more where it was good.
    refused(
      await (await half()).who.post('/app/login/second', { key: recorded }),
      TRIED,
      'replayed at another challenge',
    )
    refused(await good.who.post('/app/login/second', { key: recorded }), TRIED, 'replayed after its use')
    for (const foreign of ['https://evil.example', `http://localhost:${me.port + 1}`, `https://localhost:${me.port}`]) {
      const next = await half()
      refused(
        await next.who.post('/app/login/second', { key: key.prove(next.challenge, foreign) }),
        TRIED,
        `made for ${foreign}`,
      )
    }
    // One question, one answer: a wrong one uses it up.
    const once = await half()
    refused(await once.who.post('/app/login/second', { key: key.prove('AAAA', origin) }), TRIED, 'wrong challenge')
    refused(
      await once.who.post('/app/login/second', { key: key.prove(once.challenge, origin) }),
      TRIED,
      'its challenge is gone',
    )
    // A copy of the key whose counter stayed behind.
    const behind = await half()
    const copy = key.prove(behind.challenge, origin)
    const ahead = await half()
    expect((await ahead.who.post('/app/login/second', { key: key.prove(ahead.challenge, origin) })).status).toBe(200)
    refused(await behind.who.post('/app/login/second', { key: copy }), TRIED, 'a counter that went back')
    // Adding a factor ended every other session.
    await me.login({ recoveryKey: recovery })
  })

  it('an answer of a security key without a question, or to another one', async () => {
    const key = {
      id: 'AAAA',
      rawId: 'AAAA',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' },
    }
    const half = visitor()
    await half.login({ code: await link() })
    refused(await half.post('/app/login/second', { key }), TRIED, 'no challenge')
    refused(await me.post('/app/security/step-up', { key }), [403, 422, 429], 'step-up by a key that is none')
    refused(
      await me.post('/app/security/keys', { name: 'x', response: key }),
      [403, 422],
      'registration without a question',
    )
  })
})

describe('by strange requests', () => {
  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/%252e%252e/etc/passwd',
    '/..\\..\\etc\\passwd',
    '/..%5c..%5cetc%5cpasswd',
    '//etc/passwd',
    '/assets/../../postern.js',
    '/assets/%00index.html',
    '/index.html%00.js',
    '/manifest.json',
    '/.git/config',
    '/%c0%ae%c0%ae/etc/passwd',
    '/index.html/',
    '/INDEX.HTML',
    '/constructor',
    '/__proto__',
  ])('static files: %s', async (path) => {
    refused(await me.ask(path), [400, 403, 404], path)
  })

  it.each<[string, Ask]>([
    ['/app/%65xport', {}],
    ['/app/export?offset=1', {}],
    ['/app//export', {}],
    ['/APP/export', {}],
    ['/app/tokens', { headers: { 'x-http-method-override': 'POST' } }],
    [`/app/state?token=TOKEN`, {}],
    [`/app/state?access_token=TOKEN`, {}],
    [`/app/state?authorization=Bearer%20TOKEN`, {}],
    ['/app/state', { headers: { authorization: 'Basic TOKEN' } }],
    ['/app/state', { headers: { authorization: 'Bearer' } }],
    ['/app/state', { headers: { 'x-postern-window': '1' } }],
    ['/app/state', { headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' } }],
    ['/app/security', { headers: { authorization: 'Bearer TOKEN' } }],
    ['/app/audit', { headers: { authorization: 'Bearer TOKEN' } }],
    ['/app/export', { headers: { authorization: 'Bearer TOKEN' } }],
    [
      '/app/tokens',
      { method: 'POST', body: { name: 'x', scopes: ['admin'] }, headers: { authorization: 'Bearer TOKEN' } },
    ],
  ])('without a session: %s %o', async (path, given) => {
    const headers = Object.fromEntries(
      Object.entries(given.headers ?? {}).map(([name, value]) => [name, value.replace('TOKEN', token)]),
    )
    refused(await visitor().ask(path.replace('TOKEN', token), { ...given, headers }), [401, 403, 404], path)
  })

  it.each<[string, string, unknown]>([
    ['PUT', '/app/settings/session-hours', { value: '1', name: 'route' }],
    ['POST', '/app/tokens', { name: 'x', scopes: ['admin'], id: 'mine', hash: 'x' }],
    ['POST', '/app/tokens', { name: 'x', scopes: ['root'] }],
    ['PATCH', '/app/recipients/me@far.test', { verified: true, id: 'x' }],
    ['PUT', '/app/settings/__proto__', { value: '1' }],
    ['PUT', '/app/settings/constructor', { value: '1' }],
    ['POST', '/app/security/totp/confirm', { code: '000000', secret: 'AAAA' }],
  ])('mass assignment: %s %s', async (method, path, body) => {
    const owner = visitor()
    await owner.login({ recoveryKey: recovery })
    refused(await owner.ask(path, { method, body }), [404, 422], `${method} ${path}`)
  })

  const raw = (text: string, patience = 4000): Promise<string> =>
    new Promise((resolve) => {
      const socket = net.connect(me.port, '127.0.0.1', () => socket.write(text))
      let got = ''
      const timer = setTimeout(() => socket.destroy(), patience)
      socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')))
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearTimeout(timer)
        resolve(got)
      })
    })

  it.each([
    ['two hosts', 'GET /app/session HTTP/1.1\r\nHost: localhost:PORT\r\nHost: evil.example\r\n\r\n'],
    ['no host', 'GET /app/session HTTP/1.1\r\n\r\n'],
    ['a folded header', 'GET /app/session HTTP/1.1\r\nHost: localhost:PORT\r\n evil.example\r\n\r\n'],
    [
      'two lengths',
      'POST /app/login HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    ],
    [
      'a length and chunks',
      'POST /app/login HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header of 20 KB', `GET / HTTP/1.1\r\nHost: localhost:PORT\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['an absolute address', 'GET http://evil.example/app/session HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    [
      'a line break in the path',
      'GET /%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n',
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nX: a\0b\r\n\r\n'],
  ])('on the wire: %s', async (what, text) => {
    const got = await raw(text.replaceAll('PORT', String(me.port)))
    count++
    expect(got, what).toMatch(/^HTTP\/1\.1 (400|401|403|404|415|431) /)
    expect(got.toLowerCase(), what).not.toContain('\r\nset-cookie')
  })

  it('a body that never comes holds nobody else up', async () => {
    const slow = Array.from({ length: 50 }, () =>
      raw(
        `POST /app/login HTTP/1.1\r\nHost: localhost:${me.port}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
        1500,
      ),
    )
    const answer = await visitor().ask('/app/login')
    count++
    expect([answer.status, answer.millis < SLOW]).toEqual([200, true])
    expect((await Promise.all(slow)).filter((one) => /^HTTP\/1\.1 2/.test(one))).toEqual([])
  })
})

it('afterwards the owner gets in as before, and everything that was tried is written down', async () => {
  await me.login({ recoveryKey: recovery })
  expect((await me.ask('/app/state')).status).toBe(200)
  const page = read(await me.ask('/app/audit?limit=200')) as { data: { what: string; outcome: string }[] }
  const tried = page.data.filter(({ outcome }) => outcome === 'refused').map(({ what }) => what)
  expect(tried).toContain('login by passphrase')
  expect(tried).toContain('second factor by recoveryCode')
  expect(Object.prototype).not.toHaveProperty('ok')
})
