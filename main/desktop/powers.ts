// The host's powers that our page may use, each on its channel: what the host can do, colours, the state of the window.
import { nativeTheme, Notification } from 'electron'
import type { BrowserWindow } from 'electron'
import { z } from 'zod'
import { CHANNELS } from '../../preload/powers.ts'
import type { Capabilities, Route, Theme, WindowState } from '../../preload/powers.ts'
import { openExternal } from './external.ts'
import type { Registrar } from './ipc.ts'
import type { Preferences } from './preferences.ts'

z.config({ jitless: true })

const nothing = z.undefined()
const theme = z.enum(['system', 'light', 'dark'])

export interface PowersOptions {
  readonly registrar: Registrar
  readonly preferences: Preferences
  readonly windowNow: () => BrowserWindow | undefined
  readonly hasTray: () => boolean
  readonly platform: NodeJS.Platform
}

export function stateOf(window: BrowserWindow | undefined): WindowState {
  if (window === undefined || window.isDestroyed()) return { focused: false, maximized: false, fullScreen: false }
  return { focused: window.isFocused(), maximized: window.isMaximized(), fullScreen: window.isFullScreen() }
}

export function lendPowers({ registrar, preferences, windowNow, hasTray, platform }: PowersOptions): void {
  registrar.handle(CHANNELS.capabilities, nothing, (): Capabilities => ({
    platform,
    tray: hasTray(),
    notifications: Notification.isSupported(),
    autostart: false,
    updates: false,
  }))
  registrar.handle(CHANNELS.theme, nothing, (): Theme => nativeTheme.themeSource)
  registrar.handle(CHANNELS.setTheme, theme, (wanted) => {
    nativeTheme.themeSource = wanted
    preferences.setTheme(wanted)
  })
  registrar.handle(CHANNELS.openLink, z.string().max(2000), (url) => openExternal(windowNow(), url))
  registrar.handle(CHANNELS.windowState, nothing, () => stateOf(windowNow()))
}

/** Tells the page when its window changes. */
export function followWindow(window: BrowserWindow): void {
  const tell = (): void => {
    if (!window.isDestroyed()) window.webContents.send(CHANNELS.windowStateChanged, stateOf(window))
  }
  window.on('focus', tell)
  window.on('blur', tell)
  window.on('maximize', tell)
  window.on('unmaximize', tell)
  window.on('enter-full-screen', tell)
  window.on('leave-full-screen', tell)
}

export function openRoute(window: BrowserWindow, route: Route): void {
  window.webContents.send(CHANNELS.open, route)
}
