// The window. The only place that makes one.
import { BrowserWindow, nativeTheme } from 'electron'
import { ORIGIN } from './origin.ts'
import { followWindow } from './powers.ts'
import { secureWebPreferences } from './web-preferences.ts'

/** The grounds of the page's own colours, so that nothing flashes before it has painted. */
const GROUND = { light: '#f4f6f7', dark: '#11161a' } as const

export interface WindowOptions {
  readonly preload: string
  readonly icon: string
  readonly development: boolean
  readonly hidden: boolean
  /** E19: left out of pictures and recordings of the screen. */
  readonly isPrivate: boolean
}

export function openWindow({ preload, icon, development, hidden, isPrivate }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Postern',
    width: 1280,
    height: 820,
    minWidth: 400,
    minHeight: 480,
    show: false,
    icon,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    webPreferences: secureWebPreferences(preload, development),
  })
  if (!hidden) window.once('ready-to-show', () => window.show())
  if (isPrivate) window.setContentProtection(true)
  followWindow(window)
  void window.loadURL(`${ORIGIN}/`)
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
