// E9: addresses that may be handed to the browser of the person, after they were asked. What a mail brought is shown with the host that it
// really leads to; what could be read in two ways goes nowhere.
import { dialog, shell } from 'electron'
import type { BrowserWindow } from 'electron'
import { words } from './words.ts'

export interface External {
  readonly url: string
  readonly host: string
}

const MAX_URL = 2000
/** No white space, control or backslash, and nothing beyond ASCII: each of them is read differently by somebody. */
const PLAIN = /^https:\/\/[!-[\]-~]+$/

/** What would be opened; undefined for what must not be. */
export function readExternal(text: string): External | undefined {
  if (text.length > MAX_URL || !PLAIN.test(text) || !URL.canParse(text)) return undefined
  const { protocol, hostname, port, href } = new URL(text)
  if (protocol !== 'https:' || port !== '') return undefined
  // A user name, also an empty one, is taken for the host by whoever reads from the left.
  if (text.slice('https://'.length).split(/[/?#]/, 1)[0]?.includes('@') !== false) return undefined
  const labels = hostname.split('.')
  // Letters that only look like others: who means it copies the address.
  if (labels.length < 2 || labels.some((label) => label === '' || label.startsWith('xn--'))) return undefined
  return /^[\d.]+$/.test(hostname) ? undefined : { url: href, host: hostname }
}

/** Asks, and opens only on a yes; true where it was opened. */
export async function openExternal(window: BrowserWindow | undefined, text: string): Promise<boolean> {
  const external = readExternal(text)
  if (external === undefined || window === undefined) return false
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: words().openOutside(external.host),
    detail: external.url,
    buttons: [words().cancel, words().openIt],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  })
  if (response !== 1) return false
  await shell.openExternal(external.url)
  return true
}
