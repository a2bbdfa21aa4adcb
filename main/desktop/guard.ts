// The walls around our window's contents: nowhere to go (E7), nothing to be allowed (E8), nobody to ask (E6).
import { app, session } from 'electron'
import type { Session, WebContents } from 'electron'
import { mayFrame, mayLoad, maySave } from './egress.ts'
import { ownUrl } from './origin.ts'

/** E8: all that a page of ours may have: to put an address into the clipboard when a person clicks "copy". */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export function guardSession(ours: Session, development: boolean): void {
  ours.setPermissionRequestHandler((contents, permission, callback) => {
    callback(ALLOWED.has(permission) && ownUrl(contents.getURL()) !== undefined)
  })
  ours.setPermissionCheckHandler(
    (_contents, permission, origin) => ALLOWED.has(permission) && ownUrl(origin) !== undefined,
  )
  ours.setDevicePermissionHandler(() => false)
  ours.setDisplayMediaRequestHandler((_request, callback) => callback({}))
  ours.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }))
  ours.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !mayLoad(details, development) }))
  ours.on('will-download', (event, item) => {
    if (!maySave(item.getURL())) event.preventDefault()
  })
  ours.setSpellCheckerEnabled(false)
  // Should the spell checker ever be on: its dictionaries come from a place that answers 404.
  ours.setSpellCheckerDictionaryDownloadURL('app://postern/no-dictionaries/')
}

/** E7: contents never go anywhere, never open anything. Our own first page is loaded by us, which fires none of these. */
export function guardContents(contents: WebContents): void {
  const refuse = (event: { preventDefault: () => void }): void => event.preventDefault()
  contents.on('will-navigate', refuse)
  contents.on('will-redirect', refuse)
  contents.on('will-frame-navigate', (event) => {
    // A frame directly in our page may show a mail; it has no script, no link and no name to reach it by.
    const isFrameOfOurs = !event.isMainFrame && event.frame?.parent?.parent === null
    if (!isFrameOfOurs || !mayFrame(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', refuse)
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Before anything is shown. Whatever contents come to be, from whichever part of the program, are guarded. */
export function guardApp(development: boolean): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents))
  // The default session is not ours and has no page: nothing at all may happen in it.
  session.defaultSession.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !(development && details.url.startsWith('devtools:')) })
  })
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  // No name is ever looked up by Chromium, so it needs no resolver of its own and no DNS over HTTPS.
  app.configureHostResolver({ enableBuiltInResolver: false, secureDnsMode: 'off' })
}
