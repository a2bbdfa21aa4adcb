// E1: the only web preferences of this program. Each line stands although some are Electron's defaults: a default may change.

export interface SecureWebPreferences {
  readonly preload: string
  readonly partition: string
  readonly contextIsolation: true
  readonly sandbox: true
  readonly nodeIntegration: false
  readonly nodeIntegrationInWorker: false
  readonly nodeIntegrationInSubFrames: false
  readonly webSecurity: true
  readonly allowRunningInsecureContent: false
  readonly experimentalFeatures: false
  readonly webviewTag: false
  readonly navigateOnDragDrop: false
  readonly safeDialogs: true
  readonly spellcheck: false
  readonly plugins: false
  readonly devTools: boolean
}

/** A session of its own, in memory: nothing of a message gets to the disk by way of a browser's cache. */
export const PARTITION = 'postern'

export function secureWebPreferences(preload: string, development: boolean): SecureWebPreferences {
  return Object.freeze({
    preload,
    partition: PARTITION,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
    plugins: false,
    devTools: development,
  })
}
