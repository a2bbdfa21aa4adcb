// What wants a proof again, of everything that can be asked: every call that changes something and every setting is named here, by what
// it may do to somebody whose browser was left open. A new one that is not named fails.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Access } from '../../../main/access/access.ts'
import { Sessions } from '../../../main/access/sessions.ts'
import { TokenRate } from '../../../main/access/token-rate.ts'
import { addRecipient, changeRecipient, findRecipient } from '../../../main/api/actions/recipients.ts'
import { createApi, type Api } from '../../../main/api/app.ts'
import type { ApiParts, Caller } from '../../../main/api/parts.ts'
import { SETTINGS, type SettingName } from '../../../main/store/settings.ts'
import { securityCalls } from '../../../renderer/texts/security-calls.ts'
import { startReporting, type Reporting } from '../../world/reporting.ts'

/** Takes everything out, lets somebody in, lets mail leave to where it did not before, or destroys what cannot be made again. */
const WITH_A_PROOF: ReadonlySet<string> = new Set([
  'GET /app/export',
  'POST /app/keys',
  'POST /app/keys/*/test',
  'POST /app/keys/*/rotate',
  'DELETE /app/keys/*',
  'POST /app/keys/rekey',
  'DELETE /app/keys/rekey',
  'POST /app/tokens',
  'DELETE /app/tokens/*',
  'POST /app/app-passwords',
  'DELETE /app/app-passwords/*',
  'POST /app/certificates',
  'PUT /app/security/passphrase',
  'DELETE /app/security/passphrase',
  'POST /app/security/totp',
  'POST /app/security/totp/confirm',
  'DELETE /app/security/totp',
  'POST /app/security/recovery-codes',
  'POST /app/security/keys',
  'PATCH /app/security/keys/*',
  'DELETE /app/security/keys/*',
  'POST /api/v1/recipients',
  'POST /app/queue/*/reroute',
  'PUT /app/tls/policies/*',
  'DELETE /app/tls/policies/*',
  'DELETE /app/domains/*',
  'DELETE /api/v1/domains/*',
  'DELETE /api/v1/aliases/*/forget',
])

const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  'ends what was open': [
    'DELETE /app/security/sessions',
    'DELETE /app/security/sessions/*',
    'POST /app/security/lock',
    'POST /app/logout',
  ],
  'no session may do it at all': ['POST /app/login-codes'],
  'asks for some of what it changes, below': [
    'PUT /app/settings/*',
    'DELETE /app/settings/*',
    'PATCH /app/recipients/*',
    'POST /api/v1/aliases/*/bulk',
    'POST /app/bulk',
    'PATCH /app/backups/schedule',
  ],
  'gives aliases and domains to mailboxes that were added with a proof': [
    'POST /api/v1/aliases',
    'PATCH /api/v1/aliases/*',
    'PATCH /app/aliases/*',
    'POST /api/v1/aliases/recipients/bulk',
    'POST /api/v1/alias-recipients',
    'POST /app/alias-import',
    'POST /app/bulk/*/stop',
    'POST /app/bulk/*/undo',
    'POST /app/domains',
    'POST /api/v1/domains',
    'PATCH /app/domains/*',
    'PATCH /api/v1/domains/*',
    'PATCH /api/v1/domains/*/default-recipient',
    'POST /app/domains/*/patterns',
    'PUT /app/domains/*/patterns',
    'POST /app/domains/*/rotate-keys',
    'PATCH /api/v1/aliases/*/restore',
  ],
  'stops mail, and leaves a note of it': [
    'DELETE /api/v1/aliases/*',
    'DELETE /api/v1/recipients/*',
    'POST /app/queue/pause',
    'POST /app/queue/resume',
    'POST /app/receiving/pause',
    'POST /app/receiving/resume',
    'DELETE /app/queue/*',
    'POST /app/blocks',
    'PATCH /app/blocks/*',
    'DELETE /app/blocks/*',
    'POST /api/v1/blocklist',
    'POST /api/v1/blocklist/store/bulk',
    'POST /api/v1/blocklist/delete/bulk',
    'DELETE /api/v1/blocklist/*',
    'POST /app/contacts',
    'PATCH /app/contacts/*',
    'DELETE /app/contacts/*',
    'DELETE /app/held/*',
  ],
  'lets mail on to mailboxes that were added with a proof': [
    'POST /app/held/bulk',
    'POST /app/held/*/release',
    'POST /app/held/*/keep',
    'POST /app/questions/*',
    'POST /app/queue/retry',
    'POST /app/queue/*/retry',
    'POST /app/try-mail',
  ],
  'writes what only the keys of the folder can read': ['POST /app/backups', 'POST /app/backups/stop'],
  'changes nothing': ['POST /api/v1/aliases/get/bulk', 'POST /app/alias-table', 'PUT /app/memory/*'],
}

/** Change nothing, so the log does not tell of them; they want a proof all the same. */
const NOT_TOLD = ['POST /app/resolvers/try']

const SETTINGS_WITH_A_PROOF: ReadonlySet<SettingName> = new Set([
  ...(['route', 'route-user', 'route-password', 'private-hosts', 'resolver', 'dnssec', 'trusted-sealers'] as const),
  ...([
    'session-idle-minutes',
    'session-hours',
    'token-minute-limit',
    'audit-days',
    'log-days',
    'report-days',
  ] as const),
  ...(['spf-failures', 'check-failures'] as const),
])

const CALLER: Caller = { kind: 'http', cookieName: 'postern', secure: false, from: '192.0.2.7' }
let world: Reporting
let parts: ApiParts
let api: Api
let sessions: Sessions
/** One session that proved who it is an hour ago, and one that did so just now. */
let stale: string
let fresh: string

beforeAll(async () => {
  world = await startReporting(Date.UTC(2026, 10, 29))
  const { store, clock, random } = world.parts
  sessions = new Sessions(clock, random, () => ({ idle: 100 * 3600_000, absolute: 1000 * 3600_000 }))
  const nothing = (): undefined => undefined
  const access = new Access({
    store,
    clock,
    random,
    sessions,
    vault: { sources: () => [], testSource: nothing } as never,
  })
  const resolvers = { refresh: () => Promise.resolve() }
  Object.assign(world.parts, {
    access,
    resolvers,
    backups: { schedule: { keep: 7 }, setSchedule: () => Promise.resolve({}) },
    tokenRate: new TokenRate(clock),
    vault: { sources: () => [] },
    state: nothing,
  })
  parts = world.parts as unknown as ApiParts
  api = createApi(parts, nothing)
  const origin = { from: '192.0.2.7', agent: 'a browser', by: 'login link' }
  stale = sessions.open(origin, '')
  world.clock.set(clock.now() + 3600_000)
  fresh = sessions.open(origin, '')
})
afterAll(() => world.close())

interface Answer {
  readonly status: number
  readonly stepUp?: boolean
  readonly methods?: readonly string[]
}

async function ask(cookie: string, call: string, body: unknown = {}): Promise<Answer> {
  const [method = '', path = ''] = call.split(' ')
  const answer = await api.fetch(
    new Request(`http://localhost:1${path.replaceAll('*', 'x')}`, {
      method,
      headers: {
        cookie: `postern=${cookie}`,
        'x-postern-csrf': sessions.find(cookie)?.csrf ?? '',
        'content-type': 'application/json',
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    }),
    CALLER,
  )
  const text = await answer.text()
  return { ...(text.startsWith('{') ? (JSON.parse(text) as object) : {}), status: answer.status }
}

describe('what redirects mail or lets somebody in wants a proof of the last five minutes', () => {
  it('every call that changes something is named here, once', () => {
    const named = [...WITH_A_PROOF, ...Object.values(WITHOUT).flat()]
    expect(new Set(named).size).toBe(named.length)
    expect(named.toSorted()).toEqual(Object.keys(securityCalls.en).toSorted())
  })

  it.each([...WITH_A_PROOF, ...NOT_TOLD])('%s', async (call) => {
    expect(await ask(stale, call)).toMatchObject({ status: 403, stepUp: true, methods: ['code', 'recoveryKey'] })
  })

  it.each(Object.entries(WITHOUT).flatMap(([why, calls]) => calls.map((call) => [call, why] as const)))(
    '%s wants none: %s',
    async (call) => {
      // Ends the session that asks, or sends mail.
      if (/logout|lock|sessions|try-mail|backups/.test(call)) return
      expect((await ask(stale, call)).stepUp).toBeUndefined()
    },
  )

  it.each(Object.keys(SETTINGS) as SettingName[])('the setting %s', async (name) => {
    const wanted = SETTINGS_WITH_A_PROOF.has(name) ? true : undefined
    expect((await ask(stale, `PUT /app/settings/${name}`, { value: '' })).stepUp).toBe(wanted)
    expect((await ask(stale, `DELETE /app/settings/${name}`)).stepUp).toBe(wanted)
    // However the path spells its name.
    const spelled = Buffer.from(name).toString('hex').replaceAll(/../g, '%$&')
    expect((await ask(stale, `DELETE /app/settings/${spelled}`)).stepUp).toBe(wanted)
  })

  it('a session that proved it a moment ago is let do it', async () => {
    expect(await ask(fresh, 'POST /api/v1/recipients', { email: 'new@far.test' })).toMatchObject({ status: 201 })
    expect(findRecipient(parts, 'new@far.test').email).toBe('new@far.test')
  })

  it.each([
    ['who may reply', { canReplySend: false }],
    ['SPF as a proof', { allowSpf: true }],
    ['another domain that signs', { signingDomain: 'far.test' }],
  ])('of a recipient: %s', async (_, change) => {
    await addRecipient(parts, `${Object.keys(change)[0] ?? ''}@mail.far.test`)
    const path = `PATCH /app/recipients/${Object.keys(change)[0] ?? ''}@mail.far.test`
    expect(await ask(stale, path, change)).toMatchObject({ status: 403, stepUp: true })
    // What is sent along and stays as it is changes nothing.
    const row = findRecipient(parts, path.slice('PATCH /app/recipients/'.length))
    const { canReplySend, allowSpf, signingDomain } = row
    expect(await ask(stale, path, { canReplySend, allowSpf, signingDomain, banner: 'top' })).toMatchObject({
      status: 200,
    })
    expect((await ask(fresh, path, change)).status).toBe(200)
    await changeRecipient(parts, findRecipient(parts, row.email), { canReplySend: true })
  })

  it.each([
    ['POST /app/bulk', { action: 'forget' }],
    ['POST /app/bulk', { action: 'pin' }],
  ] as const)('of %s: %o', async (call, body) => {
    const input = { q: '', count: 0, ...body }
    expect((await ask(stale, call, input)).stepUp).toBe(body.action === 'forget' ? true : undefined)
    expect((await ask(fresh, call, input)).stepUp).toBeUndefined()
  })

  it("forgetting several aliases by addy.io's call", async () => {
    expect(await ask(stale, 'POST /api/v1/aliases/forget/bulk', { ids: ['x'] })).toMatchObject({ stepUp: true })
    expect(await ask(stale, 'POST /api/v1/aliases/delete/bulk', { ids: ['x'] })).toMatchObject({ status: 404 })
  })

  it('keeping fewer backups than now', async () => {
    const call = 'PATCH /app/backups/schedule'
    expect(await ask(stale, call, { keep: 6 })).toMatchObject({ status: 403, stepUp: true })
    expect((await ask(stale, call, { keep: 8 })).status).toBe(200)
    expect((await ask(fresh, call, { keep: 6 })).status).toBe(200)
  })

  it('a session cannot make the login link that it would prove itself with', async () => {
    for (const cookie of [stale, fresh]) expect((await ask(cookie, 'POST /app/login-codes')).status).toBe(403)
  })
})

describe('whoever is not let in cannot push the audit log out', () => {
  const guess = async (
    from: string,
    path = '/app/login',
    body: unknown = { code: 'x'.repeat(32) },
  ): Promise<number> => {
    const request = new Request(`http://localhost:1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await api.fetch(request, { ...CALLER, from })).status
  }
  const refused = () =>
    parts.store.audit.page(200, undefined).filter((one) => one.outcome === 'refused' && one.who === 'nobody yet')

  it.each([
    ['login codes', { code: 'x'.repeat(32) }],
    ['recovery keys', { recoveryKey: 'x'.repeat(40) }],
  ])('wrong %s are slowed, and counted on one entry', async (_, body) => {
    world.clock.set(world.clock.now() + 24 * 3600_000)
    const before = refused().length
    const statuses: number[] = []
    for (let i = 0; i < 300; i++) {
      statuses.push(await guess('198.51.100.9', '/app/login', body))
      world.clock.set(world.clock.now() + 1000)
    }
    // 1, 2, 4 … 60 seconds apart: ten or so within five minutes.
    expect(statuses.filter((one) => one === 401).length).toBeLessThan(15)
    expect(statuses.filter((one) => one === 429).length).toBeGreaterThan(280)
    expect(refused().length - before).toBe(1)
    expect(refused()[0]).toMatchObject({ count: statuses.filter((one) => one === 401).length, place: '198.51.100.9' })
    expect(refused()[0]?.lastAt).toBeGreaterThan(refused()[0]?.at ?? 0)
  })

  it('whoever holds the right one gets in meanwhile, from the same address', async () => {
    world.clock.set(world.clock.now() + 24 * 3600_000)
    for (let i = 0; i < 20; i++) await guess('198.51.100.9')
    expect(await guess('198.51.100.9', '/app/login', { code: sessions.makeCode() })).toBe(200)
  })

  it('whoever is half way in is out after ten wrong tries, however long they wait between', async () => {
    world.clock.set(world.clock.now() + 24 * 3600_000)
    await parts.store.writer.run('setTotp', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', world.clock.now(), 0)
    const code = sessions.makeCode()
    const request = (path: string, body: unknown, cookie: string) =>
      api.fetch(
        new Request(`http://localhost:1${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', cookie },
          body: JSON.stringify(body),
        }),
        CALLER,
      )
    const half = await request('/app/login', { code }, '')
    const cookie = half.headers.get('set-cookie')?.split(';')[0] ?? ''
    let wrong = 0
    for (let i = 0; i < 100 && wrong < 10; i++) {
      const { status, headers } = await request('/app/login/second', { recoveryCode: 'aaaa-bbbb-cccc-dddd' }, cookie)
      if (status === 401) wrong++
      world.clock.set(world.clock.now() + 1000 * Number(headers.get('retry-after') ?? 0))
    }
    expect(wrong).toBe(10)
    expect(sessions.findPending(cookie.replace('postern=', ''))).toBeUndefined()
    await parts.store.writer.run('setTotp', null, world.clock.now(), 0)
  })

  it('what was done outlives any number of refusals, whoever makes them and from wherever', async () => {
    const { writer, audit } = parts.store
    const at = world.clock.now()
    await writer.run('audit', { at, who: 'owner socket', what: 'made a token', outcome: 'done', place: '', detail: '' })
    await Promise.all(
      Array.from({ length: 11_000 }, (__, i) =>
        writer.run('audit', { at, who: 'nobody yet', what: 'x', outcome: 'refused', place: `p${i}`, detail: '' }),
      ),
    )
    await writer.run('pruneAudit', at - 1000)
    const all = []
    for (let before: number | undefined; ;) {
      const page = audit.page(200, before)
      all.push(...page)
      before = page.at(-1)?.id
      if (page.length < 200) break
    }
    expect(all.filter((one) => one.outcome === 'refused').length).toBe(10_000)
    expect(all.filter((one) => one.what === 'made a token').length).toBe(1)
  })
})
