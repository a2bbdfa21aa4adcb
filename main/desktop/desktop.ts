// The desktop host: one window, its own scheme, the relay behind it. Thin on purpose; what a page shows and what mail becomes are
// decided elsewhere.
import { app, nativeTheme, Notification, powerMonitor, protocol, session } from 'electron'
import type { BrowserWindow, NotificationConstructorOptions } from 'electron'
import path from 'node:path'
import type { LogEntry } from '../api/shapes.ts'
import type { Route } from '../../preload/powers.ts'
import { parseArguments, refusedArgument } from './arguments.ts'
import type { DesktopArguments } from './arguments.ts'
import { makeBlockedMail, type Summary } from './blocked-mail.ts'
import { canHost, hostRelay } from './hosted-relay.ts'
import { pinnedNode, startChildRelay } from './child-relay.ts'
import { autoLock, lockEverything } from './auto-lock.ts'
import { decideClosing } from './closing.ts'
import { makeDoor } from './door.ts'
import { defaultDataFolder, ownerSocket, profileFolder } from './folders.ts'
import { guardApp, guardSession } from './guard.ts'
import { makeRegistrar } from './ipc.ts'
import { makeLock } from './lock.ts'
import type { WindowLock } from './lock.ts'
import { followLog } from './log-stream.ts'
import { setMenu } from './menu.ts'
import { PRIVILEGES, SCHEME } from './origin.ts'
import { answers, ownerClient } from './owner-client.ts'
import { makePages } from './pages.ts'
import { lendPowers, openRoute } from './powers.ts'
import { openPreferences } from './preferences.ts'
import type { Preferences } from './preferences.ts'
import { answerQuestion, answerButtons, makeQuestions, type Question } from './questions.ts'
import { makeRelaySource } from './relay-source.ts'
import type { RelaySource } from './relay-source.ts'
import { canHaveTray, makeTray, type TrayIcon } from './tray.ts'
import { PARTITION } from './web-preferences.ts'
import { wakeOnResume } from './wake.ts'
import { makeTroubles } from './troubles.ts'
import { makeWarnings } from './warnings.ts'
import { bringToFront, openWindow } from './window.ts'
import { speak, words } from './words.ts'

interface Places {
  /** The app itself: the checkout, or the packaged archive. */
  readonly root: string
  readonly dist: string
  readonly data: string
}

/** Errors are told in a line; what they carry may name addresses, so there is no stack on a console that others read. */
function report(error: unknown): void {
  process.stderr.write(`postern: ${error instanceof Error ? error.message : String(error)}\n`)
}

function relayFor({ root, dist, data }: Places): RelaySource {
  const socket = ownerSocket(data, process.platform)
  const node = pinnedNode(root, process.platform, process.arch)
  return makeRelaySource({
    isRunning: () => answers(socket),
    client: ownerClient(socket),
    host: canHost() ? () => hostRelay(dist, data) : undefined,
    child: node === undefined ? undefined : () => startChildRelay({ node, distFolder: dist, folder: data, socket }),
    report,
    now: Date.now,
  })
}

class Desktop {
  private readonly places: Places
  private readonly started: DesktopArguments
  private readonly preferences: Preferences
  private readonly relay: RelaySource
  private readonly lock: WindowLock
  private readonly development = !app.isPackaged
  private window: BrowserWindow | undefined
  private tray: TrayIcon | undefined
  private quitting: 'no' | 'stopping' | 'stopped' = 'no'

  constructor(places: Places, started: DesktopArguments) {
    this.places = places
    this.started = started
    this.preferences = openPreferences(app.getPath('userData'))
    this.relay = relayFor(places)
    this.lock = makeLock(this.relay.fetch, () => {
      if (this.window?.isDestroyed() === false) this.window.webContents.reload()
    })
  }

  /** Before the app is ready: what must be said before Chromium starts. */
  listen(): void {
    app.on('second-instance', (_event, argv) => this.open(parseArguments(argv).route))
    app.on('activate', () => this.open(undefined))
    app.on('open-url', (event, url) => {
      event.preventDefault()
      this.open(parseArguments([url]).route)
    })
    app.on('window-all-closed', () => {
      if (this.tray === undefined && process.platform !== 'darwin') app.quit()
    })
    app.on('before-quit', (event) => this.beforeQuit(event))
  }

  async begin(): Promise<void> {
    speak(app.getPreferredSystemLanguages())
    guardApp(this.development)
    const ours = session.fromPartition(PARTITION, { cache: false })
    guardSession(ours, this.development)
    const door = makeDoor(makePages(path.join(this.places.dist, 'renderer')), this.lock.fetch, report)
    ours.protocol.handle(SCHEME, door)
    nativeTheme.themeSource = this.preferences.theme()
    setMenu(process.platform, this.development, {
      lockNow: () => this.lockNow(),
      isHidden: () => this.preferences.hidden(),
      setHidden: (hidden) => {
        this.preferences.setHidden(hidden)
        this.window?.setContentProtection(hidden)
      },
    })
    const windowNow = (): BrowserWindow | undefined => this.window
    lendPowers({
      registrar: makeRegistrar(windowNow, Date.now, report),
      preferences: this.preferences,
      windowNow,
      hasTray: () => this.tray !== undefined,
      platform: process.platform,
    })
    // The window comes first: it shows within a moment, and the rest is ready by the time somebody uses it.
    if (!this.started.hidden) this.open(this.started.route)
    await this.addTray()
    if (this.started.hidden && this.tray === undefined) this.open(this.started.route)
    this.notify()
    wakeOnResume(powerMonitor, this.relay.fetch, report)
    this.lockByItself()
  }

  private lockNow(): void {
    lockEverything({ relay: this.relay.fetch, lockWindow: this.lock.lock }).catch(report)
  }

  private lockByItself(): void {
    const stop = autoLock({
      power: powerMonitor,
      relay: this.relay.fetch,
      lockWindow: this.lock.lock,
      isLocked: this.lock.isLocked,
      report,
      every: (work, millis) => {
        const timer = setInterval(work, millis)
        return () => clearInterval(timer)
      },
    })
    app.on('will-quit', stop)
  }

  private open(route: Route | undefined): void {
    if (this.window === undefined || this.window.isDestroyed()) {
      this.window = openWindow({
        preload: path.join(this.places.dist, 'preload', 'preload.cjs'),
        icon: path.join(this.places.root, 'resources', 'icons', '256x256.png'),
        development: this.development,
        hidden: false,
        isPrivate: this.preferences.hidden(),
      })
      decideClosing(this.window, {
        hasTray: () => this.tray !== undefined,
        ownsRelay: () => this.relay.isOwn(),
        isQuitting: () => this.quitting !== 'no',
        onHidden: () => this.explainClosing(),
        quit: () => app.quit(),
      })
    } else bringToFront(this.window)
    if (route !== undefined) openRoute(this.window, route)
  }

  private async addTray(): Promise<void> {
    if (!(await canHaveTray(process.platform, process.env, process.getuid?.() ?? 0))) return
    this.tray = makeTray({
      resources: path.join(this.places.root, 'resources'),
      platform: process.platform,
      onOpen: () => this.open(undefined),
      onLock: () => this.lockNow(),
      onQuit: () => app.quit(),
    })
  }

  private explainClosing(): void {
    if (this.preferences.closeExplained() || !Notification.isSupported()) return
    this.preferences.setCloseExplained()
    new Notification({
      title: words().goesOn,
      body: words().goesOnText,
    }).show()
  }

  /** Nothing is told to somebody who looks at the window; a click opens it at the log. */
  private show(summary: Summary, more: NotificationConstructorOptions = {}): Notification | undefined {
    if (!Notification.isSupported() || this.window?.isFocused() === true) return undefined
    const notification = new Notification({ ...summary, silent: true, ...more })
    notification.on('click', () => this.open({ panel: 'log' }))
    notification.show()
    return notification
  }

  private ask({ title, body, logId }: Question): void {
    const buttons = logId === undefined ? [] : answerButtons().map(({ text }) => ({ type: 'button' as const, text }))
    this.show({ title, body }, { actions: buttons })?.on('action', ({ actionIndex }) => {
      const chosen = answerButtons()[actionIndex]
      // Nobody decides anything past a locked window.
      if (chosen === undefined || logId === undefined || this.lock.isLocked()) return
      answerQuestion(this.relay.fetch, logId, chosen.answer).catch(report)
    })
  }

  private notify(): void {
    const later = (work: () => void, millis: number): void => void setTimeout(work, millis)
    const show = (summary: Summary): void => void this.show(summary)
    const takers = [
      makeBlockedMail({ now: Date.now, later, show }),
      makeQuestions({ now: Date.now, later, show: (question) => this.ask(question) }),
      makeWarnings(Date.now, show),
    ]
    const takeEach = (entry: LogEntry): void => {
      for (const take of takers) take(entry)
    }
    const onState = makeTroubles({ now: Date.now, show, mark: (title) => this.tray?.mark(title) })
    const stop = followLog(this.relay.fetch, { onEntry: takeEach, onState, onLock: () => void this.lock.lock() })
    app.on('will-quit', stop)
  }

  /** Quitting waits, within bounds, for a relay of ours: running sessions end, the queue is safe. */
  private beforeQuit(event: { preventDefault: () => void }): void {
    if (this.quitting === 'stopped') return
    event.preventDefault()
    if (this.quitting === 'stopping') return
    this.quitting = 'stopping'
    this.relay
      .stop()
      .catch(report)
      .finally(() => {
        this.quitting = 'stopped'
        app.quit()
      })
  }
}

/** Everything from the first line of the program on. `root` is where the app lies, `dist` what was built of it. */
export function runDesktop(root: string, dist: string): void {
  const refused = app.isPackaged ? refusedArgument(process.argv.slice(1)) : undefined
  if (refused !== undefined) {
    report(new Error(`Postern does not run with ${refused}.`))
    app.exit(1)
    return
  }
  const started = parseArguments(process.argv.slice(1))
  const data = path.resolve(
    started.data ?? process.env['POSTERN_DATA'] ?? defaultDataFolder(process.env, process.platform),
  )
  app.setName('Postern')
  app.setPath('userData', profileFolder(app.getPath('appData'), data))
  // E2. In development a person may have switched it off, as root must: both together leave Chromium without a network service.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { ...PRIVILEGES } }])
  if (!app.requestSingleInstanceLock()) {
    app.exit(0)
    return
  }
  const desktop = new Desktop({ root, dist, data }, started)
  desktop.listen()
  app
    .whenReady()
    .then(() => desktop.begin())
    .catch((error: unknown) => {
      report(error)
      app.exit(1)
    })
}
