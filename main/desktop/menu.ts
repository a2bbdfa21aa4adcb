// The menus. In production there is no item, so no key, for developer tools, reloading or zooming (E15): only what a page of mail
// needs, which is to edit text, to close and to quit.
import { Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import { words } from './words.ts'

export interface MenuActions {
  readonly lockNow: () => void
  readonly isHidden: () => boolean
  /** Whether pictures and recordings of the screen leave our window out. */
  readonly setHidden: (hidden: boolean) => void
}

export function menuTemplate(
  platform: NodeJS.Platform,
  development: boolean,
  { lockNow, isHidden, setHidden }: MenuActions,
): MenuItemConstructorOptions[] {
  const t = words()
  const template: MenuItemConstructorOptions[] = []
  const lock: MenuItemConstructorOptions = { label: t.lock, accelerator: 'CmdOrCtrl+Shift+L', click: lockNow }
  if (platform === 'darwin') template.push({ role: 'appMenu' })
  else template.push({ label: t.file, submenu: [lock, { role: 'close' }, { role: 'quit' }] })
  template.push({
    label: t.edit,
    submenu: [
      { role: 'undo' },
      { role: 'redo' },
      { type: 'separator' },
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      { role: 'selectAll' },
    ],
  })
  template.push({
    label: t.privacy,
    submenu: [
      ...(platform === 'darwin' ? [lock] : []),
      {
        label: t.leaveOut,
        type: 'checkbox',
        checked: isHidden(),
        // Electron knows of no way to do it on Linux.
        visible: platform !== 'linux',
        click: (item) => setHidden(item.checked),
      },
    ],
  })
  if (development) template.push({ label: 'Develop', submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }] })
  return template
}

export function setMenu(platform: NodeJS.Platform, development: boolean, actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(platform, development, actions)))
}
