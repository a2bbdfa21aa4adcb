// E10: the one registrar of IPC channels. A call counts only from the main frame of our window, at our origin; its argument is parsed,
// its size and rate are bounded, and what goes wrong comes out as a code, without a stack or a path.
import { ipcMain } from 'electron'
import type { BrowserWindow, IpcMainInvokeEvent } from 'electron'
import type { z } from 'zod'
import { ownUrl } from './origin.ts'

const MAX_ARGUMENT = 16 * 1024
const RATE = 100
const RATE_MS = 10_000

export class IpcRefused extends Error {
  override readonly name = 'IpcRefused'
}

function isOurs(event: IpcMainInvokeEvent, window: BrowserWindow | undefined): boolean {
  const frame = event.senderFrame
  if (window === undefined || window.isDestroyed() || frame === null) return false
  if (event.sender.id !== window.webContents.id) return false
  return frame.parent === null && ownUrl(frame.url) !== undefined
}

export interface Registrar {
  handle<T, R>(channel: string, shape: z.ZodType<T>, work: (argument: T) => R | Promise<R>): void
}

export function makeRegistrar(
  windowNow: () => BrowserWindow | undefined,
  now: () => number,
  report: (error: unknown) => void,
): Registrar {
  let since = 0
  let count = 0
  const isTooFast = (): boolean => {
    const at = now()
    if (at - since > RATE_MS) {
      since = at
      count = 0
    }
    return ++count > RATE
  }
  return {
    handle: (channel, shape, work) => {
      ipcMain.handle(channel, async (event, ...rest: readonly unknown[]) => {
        if (!isOurs(event, windowNow())) throw new IpcRefused('not-ours')
        if (isTooFast()) throw new IpcRefused('too-fast')
        if (rest.length > 1 || JSON.stringify(rest[0] ?? null).length > MAX_ARGUMENT)
          throw new IpcRefused('bad-argument')
        const argument = shape.safeParse(rest[0])
        if (!argument.success) throw new IpcRefused('bad-argument')
        try {
          return await work(argument.data)
        } catch (error) {
          report(error)
          throw new IpcRefused('failed')
        }
      })
    },
  }
}
