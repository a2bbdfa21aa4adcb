// The contract between the desktop host and its page: a few native things, and nothing that reads or changes mail.
// Everything else goes over the API, which is the same in the window and in a browser.

export type Theme = 'system' | 'light' | 'dark'

export interface Capabilities {
  readonly platform: string
  /** A tray icon is there, so the window may close and Postern go on. */
  readonly tray: boolean
  readonly notifications: boolean
  readonly autostart: boolean
  readonly updates: boolean
}

export interface WindowState {
  readonly focused: boolean
  readonly maximized: boolean
  readonly fullScreen: boolean
}

/** Where a click on a notification leads. */
export interface Route {
  readonly panel: 'log' | 'mailbox' | 'aliases'
}

export interface HostPowers {
  readonly capabilities: () => Promise<Capabilities>
  readonly theme: () => Promise<Theme>
  readonly setTheme: (theme: Theme) => Promise<void>
  /** Asks the person and opens an https address in their browser; false where it was not opened. */
  readonly openLink: (url: string) => Promise<boolean>
  readonly windowState: () => Promise<WindowState>
  /** Each returns a function that ends the subscription. */
  readonly onWindowState: (listener: (state: WindowState) => void) => () => void
  readonly onOpen: (listener: (route: Route) => void) => () => void
}

/** Names of the IPC channels; both ends take them from here. */
export const CHANNELS = {
  capabilities: 'postern:capabilities',
  theme: 'postern:theme',
  setTheme: 'postern:set-theme',
  openLink: 'postern:open-link',
  windowState: 'postern:window-state',
  windowStateChanged: 'postern:window-state-changed',
  open: 'postern:open',
} as const
