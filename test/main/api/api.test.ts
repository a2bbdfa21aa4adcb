// The API over real HTTP on a running relay: who may ask what, and the shapes that addy.io's clients read.
import http from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aliasShape, domainShape, recipientShape } from '../../../main/api/shapes-addy.ts'
import { appState, logPage, mailboxPage, sessionInfo } from '../../../main/api/shapes.ts'
import { messageView } from '../../../main/api/shapes-view.ts'
import { send } from '../../../main/headless/demo/world.ts'
import { startRelay, type TestRelay } from '../../world/relay.ts'

let relay: TestRelay
let token: string
let admin: string

beforeAll(async () => {
  relay = await startRelay()
  token = (await relay.json<{ token: string }>('token', 'create', '--name', 'bitwarden')).token
  admin = (await relay.json<{ token: string }>('token', 'create', '--name', 'all', '--scope', 'admin')).token
})
afterAll(() => relay.destroy())

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly body: unknown
}

interface Ask {
  readonly method?: string
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

function ask(path: string, { method = 'GET', token: bearer, body, headers = {} }: Ask = {}): Promise<Answer> {
  const port = relay.port('http')
  const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const type = payload === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { host: `localhost:${port}`, ...authorization, ...type, ...headers },
      },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (chunk: Buffer) => pieces.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString('utf8')
          const json = response.headers['content-type']?.includes('json') === true
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: json ? JSON.parse(text) : undefined,
          })
        })
      },
    )
    request.on('error', reject)
    request.end(payload)
  })
}

describe('who may ask', () => {
  it.each([
    ['no token', '/api/v1/aliases', {}, 401],
    ['a wrong token', '/api/v1/aliases', { token: 'x'.repeat(40) }, 401],
    ['a token in the address', `/api/v1/aliases?token=abc`, {}, 401],
    ['a foreign Host', '/api/v1/aliases', { headers: { host: 'evil.test' } }, 403],
    ['a rebound name with our port', '/app/session', { headers: { host: 'evil.test:7788' } }, 403],
    ["the owner's part without a token", '/app/tokens', {}, 401],
    ['no page', '/nothing/here.js', {}, 404],
    ['a path that climbs', '/../../etc/passwd', {}, 404],
    ['an encoded one', '/%2e%2e%2f%2e%2e%2fetc%2fpasswd', {}, 404],
  ])('%s', async (_, path, given, status) => {
    const answer = await ask(path, given)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toContain('root:')
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  it('the scopes of a token hold', async () => {
    expect((await ask('/api/v1/aliases', { token })).status).toBe(200)
    expect((await ask('/api/v1/domains', { method: 'POST', token, body: { domain: 'z.test' } })).status).toBe(403)
    expect((await ask('/app/tokens', { token })).status).toBe(403)
    expect((await ask('/app/app-passwords', { method: 'POST', token, body: { name: 'x' } })).status).toBe(403)
    expect((await ask('/app/tokens', { token: admin })).status).toBe(200)
  })

  it("a login link works once; a change needs the page's own word", async () => {
    const code = relay.ready?.login.split('#code=')[1] ?? ''
    const login = await ask('/app/login', { method: 'POST', body: { code } })
    expect(login.status).toBe(200)
    const set = String(login.headers['set-cookie'])
    expect(set).toMatch(/HttpOnly/)
    expect(set).toMatch(/SameSite=Strict/)
    const cookie = set.split(';')[0] ?? ''
    expect((await ask('/app/login', { method: 'POST', body: { code } })).status).toBe(401)
    const session = sessionInfo.parse((await ask('/app/session', { headers: { cookie } })).body)
    const alias = { domain: 'postern.test' }
    expect((await ask('/api/v1/aliases', { method: 'POST', body: alias, headers: { cookie } })).status).toBe(403)
    const csrf = { cookie, 'x-postern-csrf': session.csrf }
    expect(
      (
        await ask('/api/v1/aliases', {
          method: 'POST',
          body: alias,
          headers: { ...csrf, 'sec-fetch-site': 'cross-site' },
        })
      ).status,
    ).toBe(403)
    expect((await ask('/api/v1/aliases', { method: 'POST', body: alias, headers: csrf })).status).toBe(201)
    await ask('/app/logout', { method: 'POST', headers: csrf })
    expect((await ask('/app/session', { headers: { cookie } })).status).toBe(401)
  })

  it('pages live on localhost', async () => {
    const port = relay.port('http')
    const answer = await ask('/', { headers: { host: `127.0.0.1:${port}`, 'sec-fetch-mode': 'navigate' } })
    expect([answer.status, answer.headers.location]).toEqual([302, `http://localhost:${port}/`])
    expect((await ask('/api/v1/app-version', { token, headers: { host: `127.0.0.1:${port}` } })).status).toBe(200)
  })
})

describe('addy.io shapes', () => {
  it('an alias is made, read, changed, switched, deleted and restored', async () => {
    const made = await ask('/api/v1/aliases', {
      method: 'POST',
      token,
      body: { domain: 'postern.test', description: 'shop.example', format: 'uuid' },
      headers: { 'x-requested-with': 'XMLHttpRequest' },
    })
    expect(made.status).toBe(201)
    const { data } = made.body as { data: { id: string; email: string; local_part: string } }
    aliasShape.parse(data)
    expect(data.email).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}@postern\.test$/)
    const at = `/api/v1/aliases/${data.id}`
    expect(
      (await ask(at, { method: 'PATCH', token, body: { description: 'new', from_name: 'Me' } })).body,
    ).toMatchObject({ data: { description: 'new', from_name: 'Me' } })
    expect((await ask(`/api/v1/active-aliases/${data.id}`, { method: 'DELETE', token })).status).toBe(204)
    expect((await ask(at, { token })).body).toMatchObject({ data: { active: false } })
    expect((await ask('/api/v1/active-aliases', { method: 'POST', token, body: { id: data.id } })).body).toMatchObject({
      data: { active: true },
    })
    expect((await ask(at, { method: 'DELETE', token })).status).toBe(204)
    expect((await ask('/api/v1/aliases?filter[deleted]=only', { token })).body).toMatchObject({
      data: [{ id: data.id }],
    })
    expect((await ask(`${at}/restore`, { method: 'PATCH', token, body: {} })).body).toMatchObject({
      data: { deleted_at: null },
    })
    expect((await ask(`${at}/forget`, { method: 'DELETE', token })).status).toBe(204)
    expect((await ask(at, { token })).status).toBe(404)
  })

  it('lists come in pages, filtered and sorted', async () => {
    for (const name of ['page-a', 'page-b', 'page-c'])
      await ask('/api/v1/aliases', {
        method: 'POST',
        token,
        body: { domain: 'postern.test', format: 'custom', local_part: name },
      })
    const answer = await ask('/api/v1/aliases?filter[search]=page-&sort=-local_part&page[size]=2&page[number]=1', {
      token,
    })
    expect(answer.body).toMatchObject({
      data: [{ local_part: 'page-c' }, { local_part: 'page-b' }],
      meta: { current_page: 1, last_page: 2, per_page: 2, total: 3, from: 1, to: 2 },
      links: { prev: null, next: '/api/v1/aliases?page[number]=2&page[size]=2' },
    })
  })

  it.each([
    ['an unknown domain', { domain: 'not-mine.test' }, 'domain'],
    ['no domain', {}, 'domain'],
    [
      'a bad local part',
      { domain: 'postern.test', format: 'custom', local_part: 'a b' },
      'local_part_without_extension',
    ],
    [
      'a reserved one',
      { domain: 'postern.test', format: 'custom', local_part: 'Postmaster' },
      'local_part_without_extension',
    ],
    ['an unknown format', { domain: 'postern.test', format: 'emoji' }, 'format'],
    ['an unknown recipient', { domain: 'postern.test', recipient_ids: ['x'] }, 'recipient_ids'],
  ])('%s is 422 with the field named', async (_, body, field) => {
    const answer = await ask('/api/v1/aliases', { method: 'POST', token, body })
    expect(answer.status).toBe(422)
    expect(Object.keys((answer.body as { errors: object }).errors)).toEqual([field])
  })

  it('refuses bodies that are no JSON, too large, or out to change what they may not', async () => {
    expect((await ask('/api/v1/aliases', { method: 'POST', token, body: '{' })).status).toBe(400)
    expect(
      (await ask('/api/v1/aliases', { method: 'POST', token, body: `{"domain":"${'a'.repeat(300_000)}"}` })).status,
    ).toBe(413)
    const odd = await ask('/api/v1/aliases', {
      method: 'POST',
      token,
      body: '{"domain":"postern.test","__proto__":{"active":false},"emails_forwarded":7,"id":"mine"}',
    })
    expect(odd.body).toMatchObject({ data: { active: true, emails_forwarded: 0 } })
    expect((odd.body as { data: { id: string } }).data.id).not.toBe('mine')
  })

  it('recipients, domains, options and version', async () => {
    const recipients = (await ask('/api/v1/recipients', { token })).body as { data: unknown[] }
    for (const one of recipients.data) recipientShape.parse(one)
    const domains = (await ask('/api/v1/domains', { token })).body as { data: unknown[] }
    for (const one of domains.data) domainShape.parse(one)
    expect(
      (await ask('/api/v1/domains', { method: 'POST', token: admin, body: { domain: 'Second.TEST' } })).body,
    ).toMatchObject({ data: { domain: 'second.test' } })
    const loop = await ask('/api/v1/recipients', { method: 'POST', token: admin, body: { email: 'me@second.test' } })
    expect([loop.status, loop.text.includes('round in a circle')]).toEqual([422, true])
    expect((await ask('/api/v1/domain-options', { token })).body).toMatchObject({
      data: ['postern.test', 'second.test'],
      sharedDomains: [],
      defaultAliasDomain: 'postern.test',
    })
    expect((await ask('/api/v1/app-version', { token })).body).toEqual({
      version: '0.1.0',
      major: 0,
      minor: 1,
      patch: 0,
    })
  })
})

describe("the pages' own part", () => {
  it('mailbox, log and state have the shapes the pages expect; events tell of new mail', async () => {
    const events = new Promise<string>((resolve) => {
      const port = relay.port('http')
      const headers = { host: `localhost:${port}`, authorization: `Bearer ${admin}` }
      const request = http.get({ host: '127.0.0.1', port, path: '/app/events', headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString('utf8')
          if (!text.includes('event: mailbox')) return
          request.destroy()
          resolve(text)
        })
        response.on('error', () => undefined)
      })
      request.on('error', () => undefined)
    })
    const message =
      'From: Bob <bob@far.test>\r\nTo: news@postern.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/html\r\n\r\n<p>hello <b>you</b></p><script>alert(1)</script>'
    await send({ port: relay.port('smtp'), envelope: { from: 'bob@far.test', to: ['news@postern.test'] }, message })
    const text = await events
    for (const name of ['log', 'mailbox', 'state', 'alias']) expect(text).toContain(`event: ${name}`)
    const { data } = mailboxPage.parse((await ask('/app/mailbox', { token: admin })).body)
    expect(data[0]).toMatchObject({ alias: 'news@postern.test', from: 'bob@far.test', subject: 'Grüße', read: false })
    const shown = messageView.parse((await ask(`/app/view/mailbox/${data[0]?.id ?? 0}`, { token: admin })).body)
    expect(shown.text.trim()).toBe('hello you')
    const raw = await ask(`/app/mailbox/${data[0]?.id ?? 0}/raw`, { token: admin })
    expect(raw.headers['content-disposition']).toContain('attachment')
    expect(raw.text).toContain('<p>hello <b>you</b></p>')
    const page = logPage.parse((await ask('/app/log?limit=5', { token })).body)
    expect(page.data[0]).toMatchObject({ outcome: 'delivered', alias: 'news@postern.test' })
    const wanted = 'contact=Bob@far.test&domain=POSTERN.test.&tls=none&limit=200'
    const filtered = logPage.parse((await ask(`/app/log?${wanted}`, { token })).body).data
    expect(filtered.length).toBeGreaterThan(0)
    expect(filtered.every((one) => one.sender === 'bob@far.test')).toBe(true)
    const exported = await ask(`/app/log-export?contact=far.test&recipient=${filtered[0]?.to[0] ?? ''}`, {
      token: admin,
    })
    const [head, ...lines] = exported.text.trim().split('\r\n')
    expect(head).toMatch(/,"spf","dkim","dmarc","to"$/)
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.every((line) => line.includes('bob@far.test'))).toBe(true)
    for (const wrong of ['domain=a%20b', 'recipient=me', 'contact=a@', 'tls=ssl'])
      expect((await ask(`/app/log?${wrong}`, { token })).status, wrong).toBe(422)
    appState.parse((await ask('/app/state', { token })).body)
  })
})
