// E19: the lock of the window, before a relay that is played and a power monitor that is told what to say.
import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { autoLock, lockEverything } from '../../main/desktop/auto-lock.ts'
import { makeLock, type WindowLock } from '../../main/desktop/lock.ts'
import { openWindow } from '../../main/desktop/window.ts'
import * as fake from './fake-electron.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

const ask = (path: string, body?: unknown): Request =>
  new Request(`http://localhost${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })

describe('E19: the lock of the window', () => {
  let methods: string[] | 'away' | 'locked'
  let second: string[]
  let asked: string[]
  let forgotten: number
  let lock: WindowLock
  const relay = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    asked.push(`${request.method} ${pathname}`)
    if (methods === 'away') throw new Error('away')
    if (methods === 'locked') return Response.json({ locked: true }, { status: 503 })
    if (pathname === '/app/settings/session-idle-minutes')
      return Response.json({ data: { value: '15', standard: '720' } })
    if (pathname !== '/app/security/window') return Response.json({ secret: true })
    if (request.method === 'GET') return Response.json({ methods, second })
    const [proof] = Object.values((await request.json()) as Record<string, string>)
    return proof === 'right' ? Response.json({ ok: true }) : Response.json({ message: 'No.' }, { status: 401 })
  }

  beforeEach(() => {
    methods = ['passphrase', 'recoveryKey', 'code']
    second = []
    asked = []
    forgotten = 0
    lock = makeLock(relay, () => forgotten++)
  })

  test('where nothing is set there is nothing to open it by: it stays open', async () => {
    methods = []
    expect((await lock.fetch(ask('/app/state'))).status).toBe(200)
    await lock.lock()
    expect([lock.isLocked(), forgotten, (await lock.fetch(ask('/app/state'))).status]).toEqual([false, 0, 200])
  })

  test('begins locked where a passphrase is set, and lets nothing but the question through', async () => {
    for (const place of ['/app/state', '/app/events', '/api/v1/aliases', '/app/mailbox/1/raw', '/app/login/../state'])
      expect((await lock.fetch(ask(place))).status, place).toBe(401)
    expect((await lock.fetch(ask('/app/queue/retry', {}))).status).toBe(401)
    expect(await (await lock.fetch(ask('/app/login'))).json()).toEqual({ passphrase: true, second: [] })
    expect(asked.every((one) => one.endsWith('/app/security/window'))).toBe(true)
  })

  test('opens by a proof that the relay takes, and by no other', async () => {
    expect((await lock.fetch(ask('/app/login', { passphrase: 'wrong' }))).status).toBe(401)
    expect((await lock.fetch(ask('/app/state'))).status).toBe(401)
    expect((await lock.fetch(ask('/app/login', { passphrase: 'right' }))).status).toBe(200)
    expect(await (await lock.fetch(ask('/app/state'))).json()).toEqual({ secret: true })
    await lock.lock()
    expect([lock.isLocked(), forgotten, (await lock.fetch(ask('/app/state'))).status]).toEqual([true, 1, 401])
    await lock.lock()
    expect(forgotten).toBe(1)
  })

  test('a second factor is asked for too, after the first and never in its place', async () => {
    second = ['totp', 'recoveryCode', 'recoveryKey']
    expect((await lock.fetch(ask('/app/login', { totp: 'right' }))).status).toBe(401)
    const half = await lock.fetch(ask('/app/login', { passphrase: 'right' }))
    expect(await half.json()).toEqual({ ok: false, second })
    expect([lock.isLocked(), (await lock.fetch(ask('/app/state'))).status]).toEqual([true, 401])
    expect(await (await lock.fetch(ask('/app/login'))).json()).toEqual({ passphrase: true, second })
    for (const wrong of [{ totp: 'wrong' }, { passphrase: 'right' }, { code: 'right' }, {}, []])
      expect((await lock.fetch(ask('/app/login/second', wrong))).status, JSON.stringify(wrong)).toBe(401)
    // Locked again on the way: from the beginning.
    await lock.lock()
    expect((await lock.fetch(ask('/app/login/second', { totp: 'right' }))).status).toBe(401)
    await lock.fetch(ask('/app/login', { code: 'right' }))
    expect((await lock.fetch(ask('/app/login/second', { totp: 'right' }))).status).toBe(200)
    expect(await (await lock.fetch(ask('/app/state'))).json()).toEqual({ secret: true })
    await lock.lock()
    expect(await (await lock.fetch(ask('/app/login', { recoveryKey: 'right' }))).json()).toEqual({
      ok: true,
      second: [],
    })
  })

  test('a relay that fails at the question is not asked anything else', async () => {
    const unsure = makeLock(
      async (request) =>
        new URL(request.url).pathname === '/app/security/window' ? Response.json({}, { status: 500 }) : relay(request),
      () => undefined,
    )
    expect((await unsure.fetch(ask('/app/log'))).status).toBe(503)
    expect((await unsure.fetch(ask('/app/queue/pause', {}))).status).toBe(503)
    expect(asked).toEqual(['GET /app/log'])
    methods = 'locked'
    expect(await (await unsure.fetch(ask('/app/session'))).json()).toEqual({ locked: true })
    await unsure.fetch(ask('/app/unlock', { passphrase: 'right' }))
    expect(asked.at(-1)).toBe('POST /app/unlock')
  })

  test('a relay that is away opens nothing that was locked', async () => {
    await lock.fetch(ask('/app/login', { passphrase: 'right' }))
    methods = 'away'
    await lock.lock()
    expect([lock.isLocked(), (await lock.fetch(ask('/app/state'))).status]).toEqual([true, 503])
    methods = 'locked'
    expect((await lock.fetch(ask('/app/state'))).status).toBe(503)
    methods = ['totp', 'recoveryKey', 'code']
    expect(await (await lock.fetch(ask('/app/login'))).json()).toEqual({
      passphrase: false,
      second: ['totp', 'recoveryKey'],
    })
  })

  test('sleep, a locked screen and a person lock window and sessions; idleness the window', async () => {
    const power = Object.assign(new EventEmitter(), { idle: 0, getSystemIdleTime: () => power.idle })
    let look: () => void = () => undefined
    const options = {
      power,
      relay,
      lockWindow: lock.lock,
      isLocked: lock.isLocked,
      report: (error: unknown) => {
        throw error
      },
      every: (work: () => void) => {
        look = work
        return () => undefined
      },
    }
    autoLock(options)
    const open = () => lock.fetch(ask('/app/login', { passphrase: 'right' }))
    for (const event of ['suspend', 'lock-screen']) {
      await open()
      asked = []
      power.emit(event)
      await vi.waitFor(() => expect(lock.isLocked()).toBe(true))
      await vi.waitFor(() => expect(asked).toContain('POST /app/security/lock'))
    }
    await open()
    await lockEverything(options)
    expect(lock.isLocked()).toBe(true)
    await open()
    power.idle = 14 * 60
    look()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(lock.isLocked()).toBe(false)
    power.idle = 15 * 60
    look()
    await vi.waitFor(() => expect(lock.isLocked()).toBe(true))
  })

  test('a window that is to be left out of screenshots is, from its first moment', () => {
    fake.reset()
    const options = { preload: '/p', icon: '/i', development: false, hidden: true }
    openWindow({ ...options, isPrivate: false })
    openWindow({ ...options, isPrivate: true })
    expect(fake.FakeWindow.all.map((window) => window.protected)).toEqual([false, true])
  })
})
