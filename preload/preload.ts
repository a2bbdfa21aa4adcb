// The bridge: one frozen object of host powers, and no way from there to Electron. Every function takes and gives plain values; an
// event object never gets to the page, since from it one gets to the sender and so to IPC.
import { contextBridge, ipcRenderer } from 'electron'
import { CHANNELS } from './powers.ts'
import type { Capabilities, HostPowers, Route, Theme, WindowState } from './powers.ts'

/** Calls the listener with the values of each message and without its event. */
function subscribe(channel: string, listener: (value: unknown) => void): () => void {
  const onMessage = (_event: unknown, value: unknown): void => listener(value)
  ipcRenderer.on(channel, onMessage)
  return () => {
    ipcRenderer.off(channel, onMessage)
  }
}

const powers: HostPowers = {
  capabilities: () => ipcRenderer.invoke(CHANNELS.capabilities) as Promise<Capabilities>,
  theme: () => ipcRenderer.invoke(CHANNELS.theme) as Promise<Theme>,
  setTheme: (theme) => ipcRenderer.invoke(CHANNELS.setTheme, theme) as Promise<void>,
  openLink: (url) => ipcRenderer.invoke(CHANNELS.openLink, url) as Promise<boolean>,
  windowState: () => ipcRenderer.invoke(CHANNELS.windowState) as Promise<WindowState>,
  onWindowState: (listener) => subscribe(CHANNELS.windowStateChanged, (value) => listener(value as WindowState)),
  onOpen: (listener) => subscribe(CHANNELS.open, (value) => listener(value as Route)),
}

contextBridge.exposeInMainWorld('postern', Object.freeze(powers))
