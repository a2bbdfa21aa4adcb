// The icon by which Postern is reached while its window is closed. Only where it is certain that it will be seen.
import { Menu, nativeImage, Tray } from 'electron'
import path from 'node:path'
import { nameHasOwner } from './session-bus.ts'
import { words } from './words.ts'

const WATCHER = 'org.kde.StatusNotifierWatcher'

/** On Linux a tray needs a StatusNotifier service; without one Electron would hang for minutes and show nothing. */
export async function canHaveTray(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, uid: number): Promise<boolean> {
  if (platform !== 'linux') return true
  return nameHasOwner(env['DBUS_SESSION_BUS_ADDRESS'], WATCHER, uid)
}

export interface TrayOptions {
  readonly resources: string
  readonly platform: NodeJS.Platform
  readonly onOpen: () => void
  readonly onLock: () => void
  readonly onQuit: () => void
}

function imageFile(resources: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return path.join(resources, 'tray', 'postern.ico')
  return path.join(resources, 'tray', platform === 'darwin' ? 'posternTemplate.png' : 'postern.png')
}

export interface TrayIcon {
  /** Kept as long as the icon is to be seen. */
  readonly tray: Tray
  /** Says what keeps the relay from its work; undefined: nothing does. */
  mark(trouble: string | undefined): void
}

/** Every action is in the menu: on Linux the panel keeps the click for itself. */
export function makeTray({ resources, platform, onOpen, onLock, onQuit }: TrayOptions): TrayIcon {
  const tray = new Tray(nativeImage.createFromPath(imageFile(resources, platform)))
  const mark = (trouble: string | undefined): void => {
    const notice = trouble === undefined ? [] : [{ label: trouble, click: onOpen }, { type: 'separator' as const }]
    tray.setToolTip(trouble === undefined ? 'Postern' : `Postern: ${trouble}`)
    tray.setContextMenu(
      Menu.buildFromTemplate([
        ...notice,
        { label: words().open, click: onOpen },
        { label: words().lock, click: onLock },
        { type: 'separator' },
        { label: words().quit, click: onQuit },
      ]),
    )
  }
  mark(undefined)
  tray.on('click', onOpen)
  return { tray, mark }
}
