// Only me: passphrase, second factors, sessions, step-up and the audit log over real HTTP on a running relay, and by the command line.
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEntry, Security } from '../../main/api/shapes-access.ts'
import { codeOf, read, Visitor } from '../world/door.ts'
import { startRelay, type TestRelay } from '../world/relay.ts'

const PASSPHRASE = 'hamster stony purple overcast jaywalker'
let relay: TestRelay
let recovery: string

const visitor = (): Visitor => new Visitor(relay.port('http'))
const link = async (): Promise<string> => codeOf((await relay.json<{ login: string }>('status', '--login')).login)

/** A code of a step that was not used yet: a later one each time, within the one step that is allowed. */
let lastStep = 0
function codeFor(secret: string): string {
  const now = Math.floor(Date.now() / 30_000)
  lastStep = Math.max(lastStep + 1, now - 1)
  return generateSync({ secret, epoch: lastStep * 30 })
}

async function audit(): Promise<readonly AuditEntry[]> {
  return relay.json<AuditEntry[]>('audit', 'list', '--limit', '200')
}

beforeAll(async () => {
  relay = await startRelay()
  recovery = (await relay.json<{ recoveryKey: string }>('key', 'recovery')).recoveryKey
})
afterAll(() => relay.destroy())

describe('the login passphrase', () => {
  it('is refused where it is easy, and set by the command line with its parameters', async () => {
    const weak = relay.secretFile('weak', 'password1234\n')
    expect(await relay.run('login', 'passphrase', '--passphrase-file', weak)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/among the first/) as string,
    })
    const file = relay.secretFile('passphrase', `${PASSPHRASE}\n`)
    expect(await relay.json('login', 'passphrase', '--passphrase-file', file)).toMatchObject({
      set: true,
      verdict: 'good',
    })
    expect(read(await visitor().ask('/app/login'))).toEqual({ passphrase: true, second: [] })
  })

  it('opens a session; a wrong one has the same answer as ever, and makes the next wait', async () => {
    const me = visitor()
    const wrong = await me.post('/app/login', { passphrase: 'not the one, not the one' })
    expect([wrong.status, read(wrong)]).toEqual([401, { message: 'That is not the passphrase.' }])
    const soon = await me.post('/app/login', { passphrase: PASSPHRASE })
    expect([soon.status, Number(soon.headers['retry-after'])]).toEqual([429, 1])
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect((await me.login({ passphrase: PASSPHRASE })).status).toBe(200)
    expect((await me.ask('/app/state')).status).toBe(200)
  })

  it('is changed in a session that is fresh; every other session ends and the own one gets another cookie', async () => {
    const [me, other] = [visitor(), visitor()]
    await me.login({ code: await link() })
    await other.login({ code: await link() })
    const before = me.cookie
    const set = await me.ask('/app/security/passphrase', { method: 'PUT', body: { passphrase: PASSPHRASE } })
    me.take(set)
    expect(set.status).toBe(200)
    expect(me.cookie).not.toBe(before)
    expect((await other.ask('/app/state')).status).toBe(401)
    expect((await me.ask('/app/state')).status).toBe(200)
    me.cookie = before
    expect((await me.ask('/app/state')).status).toBe(401)
  })
})

describe('an authenticator app', () => {
  let secret: string
  let codes: readonly string[]

  it('is set up with a code of it; ten recovery codes come along, once', async () => {
    const setup = await relay.json<{ secret: string; uri: string }>('login', 'totp', 'begin')
    secret = setup.secret
    expect(setup.uri).toMatch(/^otpauth:\/\/totp\/Postern/)
    expect(await relay.run('login', 'totp', 'confirm', '000000')).toMatchObject({ code: 1 })
    const made = await relay.json<{ recoveryCodes: string[] }>('login', 'totp', 'confirm', codeFor(secret))
    codes = made.recoveryCodes
    expect(new Set(codes).size).toBe(10)
  })

  it('neither a passphrase nor a login link alone is a session now', async () => {
    for (const proof of [{ passphrase: PASSPHRASE }, { code: await link() }]) {
      const me = visitor()
      const answer = await me.login(proof)
      expect(read(answer)).toMatchObject({ ok: false, second: ['totp', 'recoveryCode', 'recoveryKey'] })
      for (const path of ['/app/state', '/app/session', '/app/security', '/api/v1/aliases'])
        expect((await me.ask(path)).status, path).toBe(401)
    }
  })

  it('its code is good once; a recovery code too; the recovery key of the vault always', async () => {
    const code = codeFor(secret)
    for (const [proof, again] of [
      [{ totp: code }, 401],
      [{ recoveryCode: codes[0] }, 401],
      [{ recoveryKey: recovery }, 200],
    ] as const) {
      const me = visitor()
      await me.login({ code: await link() })
      const half = me.cookie
      expect((await me.login(proof, '/app/login/second')).status).toBe(200)
      expect(me.cookie).not.toBe(half)
      expect((await me.ask('/app/state')).status).toBe(200)
      const next = visitor()
      await next.login({ code: await link() })
      expect((await next.login(proof, '/app/login/second')).status).toBe(again)
    }
    const back = visitor()
    expect((await back.login({ recoveryKey: recovery })).status).toBe(200)
    expect((await back.ask('/app/state')).status).toBe(200)
  })

  it('an export and whatever changes a factor ask the command line for it', async () => {
    const out = `${relay.folder}/out`
    for (const args of [
      ['export', '--to', out],
      ['login', 'totp', 'remove'],
      ['login', 'passphrase', '--remove'],
      ['login', 'recovery-codes'],
      ['key', 'add', `file:${relay.folder}/other.key`],
      ['token', 'create', '--name', 'behind my back', '--scope', 'admin'],
    ]) {
      const { code, err } = await relay.run(...args)
      expect([args[0], code, err]).toEqual([args[0], 1, expect.stringContaining('second factor')])
    }
    const file = relay.secretFile('recovery-code', codes[1] ?? '')
    const { code, err } = await relay.run('export', '--to', `${out}2`, '--code-file', file)
    expect([code, err]).toEqual([0, ''])
    expect(await relay.run('export', '--to', `${out}3`, '--code-file', file)).toMatchObject({ code: 1 })
  })

  it('sessions are listed with where they come from, revoked, and locked all at once', async () => {
    const [me, other] = [visitor(), visitor()]
    await me.login({ recoveryKey: recovery })
    await other.login({ recoveryKey: recovery })
    const { sessions } = read(await me.ask('/app/security', { headers: { 'user-agent': 'x'.repeat(500) } })) as Security
    const mine = sessions.find((one) => one.current)
    const theirs = sessions.findLast((one) => !one.current)
    expect(mine).toMatchObject({ from: '127.0.0.1', by: 'recovery key' })
    expect((await me.ask(`/app/security/sessions/${theirs?.id ?? ''}`, { method: 'DELETE' })).status).toBe(204)
    expect((await other.ask('/app/state')).status).toBe(401)
    await relay.json('login', 'lock')
    expect((await me.ask('/app/state')).status).toBe(401)
  })

  it('is taken away with a recovery code, and its other codes go with it', async () => {
    const file = relay.secretFile('recovery-code', codes[2] ?? '')
    await relay.json('login', 'totp', 'remove', '--code-file', file)
    expect(await relay.json('login', 'show')).toMatchObject({
      totp: null,
      recoveryCodesLeft: 0,
      stepUp: { needed: false },
    })
  })
})

describe('the rest of it', () => {
  it('the limits of sessions are settings, within bounds', async () => {
    expect(await relay.json('setting', 'set', 'session-idle-minutes', '15')).toMatchObject({ value: '15' })
    for (const value of ['0', '-1', '1e3', '999999999'])
      expect(await relay.run('setting', 'set', 'session-hours', '--', value)).toMatchObject({ code: 1 })
    await relay.json('setting', 'reset', 'session-idle-minutes')
  })

  it('a token has its share of requests a minute', async () => {
    const { token } = await relay.json<{ token: string }>('token', 'create', '--name', 'busy')
    await relay.json('setting', 'set', 'token-minute-limit', '20')
    const me = visitor()
    const headers = { authorization: `Bearer ${token}` }
    const statuses = new Set<number>()
    for (let i = 0; i < 45; i++) statuses.add((await me.ask('/app/state', { headers })).status)
    expect([...statuses]).toEqual([200, 429])
    await relay.json('setting', 'reset', 'token-minute-limit')
  })

  it('the audit log names who, what and from where, and no secret', async () => {
    const entries = await audit()
    const text = JSON.stringify(entries)
    expect(text).not.toContain('hamster')
    expect(text).not.toContain(recovery)
    const has = (wanted: Partial<AuditEntry>): void =>
      expect(entries, JSON.stringify(wanted)).toContainEqual(expect.objectContaining(wanted))
    has({ what: 'login by passphrase', outcome: 'done', place: '127.0.0.1' })
    has({ what: 'login by passphrase', outcome: 'refused', who: 'nobody yet' })
    has({ what: 'login by login link and totp', outcome: 'done' })
    has({ who: 'owner socket', what: 'PUT /app/security/passphrase', outcome: 'done', place: 'this machine' })
    has({ who: 'owner socket', what: 'GET /app/export', outcome: 'refused' })
    has({ who: 'owner socket', what: 'GET /app/export', outcome: 'done' })
    has({ who: 'owner socket', what: 'PUT /app/settings/session-idle-minutes' })
    expect(
      entries.some(({ who, what }) => /^session [0-9a-f]{8}$/.test(who) && what === 'PUT /app/security/passphrase'),
    ).toBe(true)
  })
})
