// The relay in this process. It is loaded when it is needed and not before: it brings native modules, and an Electron that cannot load
// those is still a good window for a relay that runs elsewhere. What of the relay is used here is this file's business alone.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RelayFetch } from './door.ts'

/** better-sqlite3 13 needs Node-API 10. */
const OLDEST_NODE_API = 10

interface WindowRelay {
  fetch(request: Request, caller: { readonly kind: 'window' }): Promise<Response>
  stop(): Promise<void>
}
interface HostModule {
  runForWindow(options: {
    readonly folder: string
    readonly key: undefined
    readonly smtp: readonly string[]
    readonly submission: readonly string[]
    readonly http: undefined
    readonly resolver: undefined
    readonly setUpIfNew: boolean
  }): Promise<WindowRelay>
}

export interface OwnRelay {
  readonly fetch: RelayFetch
  stop(): Promise<void>
}

/** Whether this process can load what the relay needs. */
export function canHost(versions: { readonly modules?: string; readonly napi?: string } = process.versions): boolean {
  return Number(versions.napi ?? 0) >= OLDEST_NODE_API
}

function isHost(loaded: unknown): loaded is HostModule {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'runForWindow' in loaded &&
    typeof loaded.runForWindow === 'function'
  )
}

/** With its other doors open too: the command line and other programs find the relay as if it ran headless. */
export async function hostRelay(distFolder: string, folder: string): Promise<OwnRelay> {
  const loaded: unknown = await import(/* @vite-ignore */ pathToFileURL(path.join(distFolder, 'host.js')).href)
  if (!isHost(loaded)) throw new Error('dist/host.js is not what this window was built with.')
  const running = await loaded.runForWindow({
    folder,
    key: undefined,
    smtp: [],
    submission: [],
    http: undefined,
    resolver: undefined,
    setUpIfNew: true,
  })
  return {
    fetch: (request) => running.fetch(request, { kind: 'window' }),
    stop: () => running.stop(),
  }
}
