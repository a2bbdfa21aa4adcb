// The host as a whole, before a fake of Electron: what it says before Chromium starts, and what its window, its tray and its end do.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { whatCloseDoes } from '../../main/desktop/closing.ts'
import { runDesktop } from '../../main/desktop/desktop.ts'
import { startStandIn } from '../stand-in/relay.ts'
import type { StandIn } from '../stand-in/relay.ts'
import { sampleLog, sampleState } from '../stand-in/samples.ts'
import * as fake from './fake-electron.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

const root = path.resolve(import.meta.dirname, '..', '..')

describe('the desktop host', () => {
  let folder: string
  let relay: StandIn
  const argv = process.argv

  beforeEach(async () => {
    fake.reset()
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-host-'))
    fake.app.paths.set('appData', path.join(folder, 'config'))
    relay = await startStandIn({ socket: path.join(folder, 'owner.sock') })
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', '')
  })
  afterEach(async () => {
    fake.app.emit('will-quit')
    process.argv = argv
    vi.unstubAllEnvs()
    await relay.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = async (...args: string[]): Promise<void> => {
    process.argv = ['electron', 'app', '--data', folder, ...args]
    runDesktop(root, path.join(root, 'dist'))
    await vi.waitFor(() =>
      expect(fake.FakeWindow.all.length + (fake.app.exitCode === undefined ? 0 : 1)).toBeGreaterThan(0),
    )
    await vi.waitFor(() => expect(relay.streams() + (fake.app.exitCode === undefined ? 0 : 1)).toBeGreaterThan(0))
  }
  const window = (): fake.FakeWindow => {
    const first = fake.FakeWindow.all[0]
    if (first === undefined) throw new Error('no window')
    return first
  }

  test('E2, E3: sandbox and scheme come before the app is ready, on a session of its own in memory', async () => {
    await run()
    expect(fake.calls.filter((call) => !call.startsWith('session.b') && !call.startsWith('session.d'))).toEqual([
      'app.enableSandbox',
      'protocol.registerSchemesAsPrivileged',
      'app.requestSingleInstanceLock',
      'app.whenReady',
      'session.fromPartition postern cache=false',
      'session.protocol.handle app',
    ])
    expect(fake.schemes.map(({ scheme }) => scheme)).toEqual(['app'])
    expect(fake.session.defaultSession.handlers.size).toBe(0)
    expect(window().webContents.url).toBe('app://postern/')
  })

  test.each(['--no-sandbox', '--remote-debugging-port=1', '--inspect'])(
    'E2, E15: packaged, it does not run with %s',
    async (argument) => {
      vi.spyOn(process.stderr, 'write').mockReturnValue(true)
      fake.app.isPackaged = true
      await run(argument)
      expect(fake.app.exitCode).toBe(1)
      expect(fake.calls).toEqual([])
      vi.restoreAllMocks()
    },
  )

  test('E10: the API is reached through the scheme, as the client of the relay that runs', async () => {
    await run()
    const door = fake.session.fromPartition('postern').handlers.get('app')
    const response = await door?.(new Request('app://postern/app/session'))
    expect(await response?.json()).toEqual({ csrf: 'csrf-of-the-stand-in', via: 'owner' })
  })

  test('a second start brings the first window to the front, and opens what it asked for', async () => {
    await run()
    window().minimized = true
    fake.app.emit('second-instance', {}, ['electron', 'postern://open/log'])
    expect([window().minimized, window().visible, window().focused]).toEqual([false, true, true])
    expect(window().webContents.sent.at(-1)).toEqual(['postern:open', { panel: 'log' }])
    expect(fake.FakeWindow.all).toHaveLength(1)
  })

  test('without the lock it leaves at once, without a window', async () => {
    fake.app.hasLock = false
    await run()
    expect(fake.app.exitCode).toBe(0)
    expect(fake.FakeWindow.all).toHaveLength(0)
  })

  test('where no service shows a tray there is none, and closing the window of a client ends the program', async () => {
    await run()
    expect(fake.Tray.all).toHaveLength(0)
    expect(window().close()).toBe(true)
    await vi.waitFor(() => expect(fake.app.quits).toBeGreaterThan(1))
  })

  test('the window shows when it is ready, on the ground of its colours', async () => {
    fake.nativeTheme.shouldUseDarkColors = true
    await run()
    expect([window().visible, window().options.backgroundColor]).toEqual([false, '#11161a'])
    window().emit('ready-to-show')
    expect(window().visible).toBe(true)
  })

  test('the page hears when its window changes', async () => {
    await run()
    window().focused = true
    window().emit('focus')
    const state = { focused: true, maximized: false, fullScreen: false }
    expect(window().webContents.sent).toEqual([['postern:window-state-changed', state]])
  })

  test('blocked mail is told by a notification that leads to the log', async () => {
    await run()
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] })
    relay.push('log', sampleLog(3, { outcome: 'refused', alias: 'shop@postern.test' }))
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    vi.advanceTimersByTime(60_000)
    vi.useRealTimers()
    expect(fake.Notification.shown).toEqual([
      { title: 'One message was stopped', body: 'For shop@postern.test.', silent: true },
    ])
  })

  test('a trouble of the relay is told by a notification, while nobody looks', async () => {
    await run()
    relay.push('state', { ...sampleState(), state: 'degraded', troubles: ['dns-strips'] })
    await vi.waitFor(() =>
      expect(fake.Notification.shown).toMatchObject([{ title: 'Your DNS resolver does not pass DNSSEC on' }]),
    )
  })

  test.each([
    [true, true, 'hide'],
    [true, false, 'hide'],
    [false, true, 'ask'],
    [false, false, 'quit'],
  ] as const)('tray %s, relay ours %s: closing does %s', (tray, own, what) =>
    expect(whatCloseDoes(tray, own)).toBe(what),
  )
})
