// E10: the IPC channels of the host: who may call them, with what, how often, and what comes out when it goes wrong.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { makeRegistrar } from '../../main/desktop/ipc.ts'
import { lendPowers } from '../../main/desktop/powers.ts'
import { CHANNELS } from '../../preload/powers.ts'
import * as fake from './fake-electron.ts'

vi.mock('electron', () => import('./fake-electron.ts'))

let window: fake.FakeWindow
let now = 0
const theme = vi.fn()

function lend(): void {
  window = new fake.FakeWindow({})
  const registrar = makeRegistrar(
    () => window as never,
    () => now,
    () => undefined,
  )
  const preferences = {
    theme: () => 'system' as const,
    setTheme: theme,
    closeExplained: () => true,
    setCloseExplained: () => undefined,
    hidden: () => false,
    setHidden: () => undefined,
  }
  lendPowers({ registrar, preferences, windowNow: () => window as never, hasTray: () => false, platform: 'linux' })
  registrar.handle('breaks', z.undefined(), () => {
    throw new Error('/home/ann/secret')
  })
}

interface Caller {
  readonly sender: { readonly id: number }
  readonly senderFrame: { readonly parent: unknown; readonly url: string } | null
}
const page = (): Caller => ({ sender: window.webContents, senderFrame: window.webContents.mainFrame })
const call = (channel: string, caller: Caller, ...args: unknown[]): Promise<unknown> =>
  Promise.resolve(fake.channels.get(channel)?.(caller as never, ...args))

beforeEach(() => {
  fake.reset()
  theme.mockReset()
  now += 1_000_000
  lend()
})

const calls: readonly (readonly [string, unknown])[] = [
  [CHANNELS.capabilities, undefined],
  [CHANNELS.theme, undefined],
  [CHANNELS.setTheme, 'dark'],
  [CHANNELS.windowState, undefined],
  [CHANNELS.openLink, 'https://example.com/'],
]

describe('E10: every channel', () => {
  test('is in this test', () => {
    expect([...fake.channels.keys()].filter((name) => name !== 'breaks').sort()).toEqual(
      calls.map(([name]) => name).sort(),
    )
  })

  describe.each(calls)('%s', (channel, argument) => {
    test('answers our page', async () => {
      await expect(call(channel, page(), argument)).resolves.not.toThrow()
    })
    test.each<readonly [string, () => Caller]>([
      ['a frame inside the page', () => ({ ...page(), senderFrame: { parent: {}, url: 'app://postern/' } })],
      ['a frame that is gone', () => ({ ...page(), senderFrame: null })],
      ['another origin', () => ({ ...page(), senderFrame: { parent: null, url: 'https://example.com/' } })],
      ['other contents', () => ({ ...page(), sender: { id: -1 } })],
    ])('refuses %s', async (_who, caller) => {
      await expect(call(channel, caller(), argument)).rejects.toThrow('not-ours')
    })
    test.each<readonly [string, readonly unknown[]]>([
      ['another type', [{ a: 1 }]],
      ['a second argument', [argument, 1]],
      ['a megabyte', ['x'.repeat(1024 * 1024)]],
    ])('refuses %s', async (_what, args) => {
      await expect(call(channel, page(), ...args)).rejects.toThrow('bad-argument')
    })
  })

  test('refuses the call after a hundred within ten seconds, and takes it later', async () => {
    for (let i = 0; i < 100; i++) await call(CHANNELS.theme, page())
    await expect(call(CHANNELS.theme, page())).rejects.toThrow('too-fast')
    now += 10_001
    await expect(call(CHANNELS.theme, page())).resolves.toBe('system')
  })

  test('what goes wrong comes out as a code', async () => {
    const error: unknown = await call('breaks', page()).catch((thrown: unknown) => thrown)
    expect(String(error)).toBe('IpcRefused: failed')
  })
})

describe('powers', () => {
  test('say what this host can do', async () => {
    expect(await call(CHANNELS.capabilities, page())).toEqual({
      platform: 'linux',
      tray: false,
      notifications: true,
      autostart: false,
      updates: false,
    })
    expect(await call(CHANNELS.windowState, page())).toEqual({ focused: false, maximized: false, fullScreen: false })
  })
  test('set the colours and remember them', async () => {
    await call(CHANNELS.setTheme, page(), 'dark')
    expect(fake.nativeTheme.themeSource).toBe('dark')
    expect(theme).toHaveBeenCalledWith('dark')
  })
  test('refuse colours that there are not', async () => {
    await expect(call(CHANNELS.setTheme, page(), 'pink')).rejects.toThrow('bad-argument')
  })
})
