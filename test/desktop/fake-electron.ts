// Stands in for the module `electron`: keeps what it was told, and lets a test be the browser. Each part is checked by the compiler
// against Electron's own types, so that it cannot have a method that Electron has not, or take what Electron would not.
import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'

/** Everything that was called, in order, as `part.method`. */
export const calls: string[] = []
const note = (what: string): void => {
  calls.push(what)
}

type RequestFilter = Parameters<Electron.WebRequest['onBeforeRequest']>[0]
type PermissionRequest = NonNullable<Parameters<Electron.Session['setPermissionRequestHandler']>[0]>
type PermissionCheck = NonNullable<Parameters<Electron.Session['setPermissionCheckHandler']>[0]>
type DeviceCheck = NonNullable<Parameters<Electron.Session['setDevicePermissionHandler']>[0]>
type SchemeHandler = Parameters<Electron.Protocol['handle']>[1]

type SessionPart = Pick<
  Electron.Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setBluetoothPairingHandler'
  | 'setSpellCheckerEnabled'
  | 'setSpellCheckerDictionaryDownloadURL'
>

export class FakeSession extends EventEmitter implements SessionPart {
  request: PermissionRequest | null = null
  check: PermissionCheck | null = null
  device: DeviceCheck | null = null
  filter:
    ((details: { url: string; resourceType: string }, callback: (r: { cancel?: boolean }) => void) => void) | undefined
  readonly handlers = new Map<string, SchemeHandler>()
  dictionaryUrl = ''
  spellChecks = true
  readonly webRequest = {
    onBeforeRequest: (listener: RequestFilter): void => {
      this.filter = listener as unknown as typeof this.filter
    },
  }
  readonly protocol: Pick<Electron.Protocol, 'handle'> = {
    handle: (scheme, handler) => {
      note(`session.protocol.handle ${scheme}`)
      this.handlers.set(scheme, handler)
    },
  }
  setPermissionRequestHandler: Electron.Session['setPermissionRequestHandler'] = (handler) => {
    this.request = handler
  }
  setPermissionCheckHandler: Electron.Session['setPermissionCheckHandler'] = (handler) => {
    this.check = handler
  }
  setDevicePermissionHandler: Electron.Session['setDevicePermissionHandler'] = (handler) => {
    this.device = handler
  }
  setDisplayMediaRequestHandler: Electron.Session['setDisplayMediaRequestHandler'] = () => note('session.displayMedia')
  setBluetoothPairingHandler: Electron.Session['setBluetoothPairingHandler'] = () => note('session.bluetooth')
  setSpellCheckerEnabled: Electron.Session['setSpellCheckerEnabled'] = (on) => {
    this.spellChecks = on
  }
  setSpellCheckerDictionaryDownloadURL: Electron.Session['setSpellCheckerDictionaryDownloadURL'] = (url) => {
    this.dictionaryUrl = url
  }
  /** What the filter says to a request. */
  isCancelled(url: string, resourceType = 'xhr'): boolean {
    let cancelled = false
    this.filter?.({ url, resourceType }, ({ cancel }) => {
      cancelled = cancel === true
    })
    return cancelled
  }
}

export const sessions = new Map<string, FakeSession>()
function sessionOf(partition: string): FakeSession {
  const known = sessions.get(partition) ?? new FakeSession()
  sessions.set(partition, known)
  return known
}

export const session = {
  get defaultSession(): FakeSession {
    return sessionOf('')
  },
  fromPartition: (partition: string, options?: Electron.FromPartitionOptions): FakeSession => {
    note(`session.fromPartition ${partition} cache=${String(options?.cache)}`)
    return sessionOf(partition)
  },
}

let lastId = 0
export class FakeContents extends EventEmitter {
  readonly id = ++lastId
  url = ''
  readonly sent: unknown[][] = []
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | undefined
  readonly mainFrame = { parent: null, url: 'app://postern/' }
  getURL: Electron.WebContents['getURL'] = () => this.url
  reload: Electron.WebContents['reload'] = () => {
    note('contents.reload')
  }
  send: Electron.WebContents['send'] = (...message: unknown[]) => {
    this.sent.push(message)
  }
  setWindowOpenHandler: Electron.WebContents['setWindowOpenHandler'] = (handler) => {
    this.openHandler = handler
  }
}

type WindowPart = Pick<
  Electron.BrowserWindow,
  | 'show'
  | 'hide'
  | 'focus'
  | 'minimize'
  | 'restore'
  | 'isMinimized'
  | 'isFocused'
  | 'isMaximized'
  | 'isFullScreen'
  | 'isDestroyed'
  | 'loadURL'
  | 'setContentProtection'
>

export class FakeWindow extends EventEmitter implements WindowPart {
  static readonly all: FakeWindow[] = []
  readonly options: Electron.BrowserWindowConstructorOptions
  readonly webContents = new FakeContents()
  visible = false
  minimized = false
  protected = false
  setContentProtection: Electron.BrowserWindow['setContentProtection'] = (enable) => {
    this.protected = enable
  }
  destroyed = false
  focused = false
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    FakeWindow.all.push(this)
    app.emit('web-contents-created', {}, this.webContents)
  }
  show = (): void => {
    this.visible = true
  }
  hide = (): void => {
    this.visible = false
  }
  focus = (): void => {
    this.focused = true
  }
  minimize = (): void => {
    this.minimized = true
  }
  restore = (): void => {
    this.minimized = false
  }
  isMinimized = (): boolean => this.minimized
  isFocused = (): boolean => this.focused
  isMaximized = (): boolean => false
  isFullScreen = (): boolean => false
  isDestroyed = (): boolean => this.destroyed
  loadURL: Electron.BrowserWindow['loadURL'] = (url) => {
    this.webContents.url = url
    return Promise.resolve()
  }
  /** As if a person closed it; says whether it went. */
  close(): boolean {
    const event = { prevented: false, preventDefault: () => (event.prevented = true) }
    this.emit('close', event)
    if (event.prevented) return false
    this.destroyed = true
    app.emit('window-all-closed')
    return true
  }
}
export const BrowserWindow = FakeWindow

type AppPart = Pick<
  Electron.App,
  | 'isPackaged'
  | 'enableSandbox'
  | 'exit'
  | 'quit'
  | 'getPath'
  | 'getPreferredSystemLanguages'
  | 'setPath'
  | 'setName'
  | 'requestSingleInstanceLock'
  | 'whenReady'
  | 'configureHostResolver'
>

class FakeApp extends EventEmitter implements AppPart {
  isPackaged = false
  hasLock = true
  exitCode: number | undefined
  quits = 0
  switches = new Set<string>()
  resolver: Electron.ConfigureHostResolverOptions | undefined
  readonly paths = new Map<string, string>()
  readonly commandLine = { hasSwitch: (name: string): boolean => this.switches.has(name) }
  enableSandbox: Electron.App['enableSandbox'] = () => note('app.enableSandbox')
  exit: Electron.App['exit'] = (code) => {
    this.exitCode = code ?? 0
  }
  quit: Electron.App['quit'] = () => {
    this.quits++
    this.emit('before-quit', { preventDefault: () => note('app.quit prevented') })
  }
  getPreferredSystemLanguages: Electron.App['getPreferredSystemLanguages'] = () => ['en-GB']
  getPath: Electron.App['getPath'] = (name) => this.paths.get(name) ?? `/nowhere/${name}`
  setPath: Electron.App['setPath'] = (name, place) => {
    this.paths.set(name, place)
  }
  setName: Electron.App['setName'] = () => undefined
  requestSingleInstanceLock: Electron.App['requestSingleInstanceLock'] = () => {
    note('app.requestSingleInstanceLock')
    return this.hasLock
  }
  whenReady: Electron.App['whenReady'] = () => {
    note('app.whenReady')
    return Promise.resolve()
  }
  configureHostResolver: Electron.App['configureHostResolver'] = (options) => {
    this.resolver = options
  }
}
export const app = new FakeApp()

class FakePower extends EventEmitter {
  idle = 0
  getSystemIdleTime: Electron.PowerMonitor['getSystemIdleTime'] = () => this.idle
}
export const powerMonitor = new FakePower()

export const schemes: Electron.CustomScheme[] = []
export const protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged'> = {
  registerSchemesAsPrivileged: (custom) => {
    note('protocol.registerSchemesAsPrivileged')
    schemes.push(...custom)
  },
}

type Invoke = Parameters<Electron.IpcMain['handle']>[1]
export const channels = new Map<string, Invoke>()
export const ipcMain: Pick<Electron.IpcMain, 'handle'> = {
  handle: (channel, listener) => {
    channels.set(channel, listener)
  },
}

type Theme = Pick<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors'>
export const nativeTheme: { -readonly [K in keyof Theme]: Theme[K] } = {
  themeSource: 'system',
  shouldUseDarkColors: false,
}

export class Notification extends EventEmitter {
  static readonly shown: Electron.NotificationConstructorOptions[] = []
  static isSupported: typeof Electron.Notification.isSupported = () => true
  private readonly options: Electron.NotificationConstructorOptions
  constructor(options: Electron.NotificationConstructorOptions = {}) {
    super()
    this.options = options
  }
  show = (): void => {
    Notification.shown.push(this.options)
  }
}

export const answersOfDialogs: number[] = []
export const dialog = {
  showMessageBox: (_window: unknown, options: Electron.MessageBoxOptions): Promise<Electron.MessageBoxReturnValue> => {
    asked.questions.push(options)
    return Promise.resolve({ response: answersOfDialogs.shift() ?? 0, checkboxChecked: false })
  },
}

export const menus: Electron.MenuItemConstructorOptions[][] = []
export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]): Electron.MenuItemConstructorOptions[] =>
    template,
  setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[]): void => {
    menus.push(menu)
  },
}
export const nativeImage = { createFromPath: (file: string): string => file }

export class Tray extends EventEmitter {
  static readonly all: Tray[] = []
  readonly image: string
  menu: Electron.MenuItemConstructorOptions[] = []
  constructor(image: string) {
    super()
    this.image = image
    Tray.all.push(this)
  }
  toolTip = ''
  setToolTip = (text: string): void => {
    this.toolTip = text
  }
  setContextMenu = (menu: Electron.MenuItemConstructorOptions[]): void => {
    this.menu = menu
  }
}

/** As a fresh start of the program would find it. */
export function reset(): void {
  calls.length = 0
  sessions.clear()
  FakeWindow.all.length = 0
  Tray.all.length = 0
  Notification.shown.length = 0
  schemes.length = 0
  channels.clear()
  menus.length = 0
  answersOfDialogs.length = 0
  app.removeAllListeners()
  Object.assign(app, { isPackaged: false, hasLock: true, exitCode: undefined, quits: 0, switches: new Set<string>() })
  app.paths.clear()
  Object.assign(nativeTheme, { themeSource: 'system', shouldUseDarkColors: false })
}

/** What was asked, and what was opened. */
export const asked: { readonly questions: Electron.MessageBoxOptions[]; readonly opened: string[] } = {
  questions: [],
  opened: [],
}
export const shell = {
  openExternal: (url: string) => {
    asked.opened.push(url)
    return Promise.resolve()
  },
}
