// What closing the window means: Postern goes on where a tray shows that it does, ends where it was only a window to a relay of its
// own right, and asks where ending it would end the receiving of mail.
import { dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import { words } from './words.ts'

export interface ClosingOptions {
  readonly hasTray: () => boolean
  readonly ownsRelay: () => boolean
  readonly isQuitting: () => boolean
  readonly onHidden: () => void
  readonly quit: () => void
}

export type Close = 'hide' | 'ask' | 'quit'

export function whatCloseDoes(hasTray: boolean, ownsRelay: boolean): Close {
  if (hasTray) return 'hide'
  return ownsRelay ? 'ask' : 'quit'
}

async function ask(window: BrowserWindow, quit: () => void): Promise<void> {
  const t = words()
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: t.quitTitle,
    detail: t.quitText,
    buttons: [t.minimise, t.quit],
    defaultId: 0,
    cancelId: 0,
  })
  if (response === 1) quit()
  else window.minimize()
}

export function decideClosing(window: BrowserWindow, options: ClosingOptions): void {
  window.on('close', (event) => {
    if (options.isQuitting()) return
    const what = whatCloseDoes(options.hasTray(), options.ownsRelay())
    if (what === 'quit') {
      options.quit()
      return
    }
    event.preventDefault()
    if (what === 'hide') {
      window.hide()
      options.onHidden()
    } else void ask(window, options.quit)
  })
}
