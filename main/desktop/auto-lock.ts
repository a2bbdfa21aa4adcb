// What shuts the window by itself: the machine sleeps, its screen is locked, or nobody has touched it for as long as a session may idle.
// The sessions of browsers end with it. hardening.md E19
import { z } from 'zod'
import type { RelayFetch } from './door.ts'

/** What Electron's powerMonitor has of it. `lock-screen` never comes on Linux; there it is sleep and idleness. */
export interface PowerState {
  on(event: 'suspend' | 'lock-screen', listener: () => void): unknown
  getSystemIdleTime(): number
}

const LOOK_MS = 15_000
const settingShape = z.object({ data: z.object({ value: z.string().nullable(), standard: z.string().nullable() }) })

async function idleSeconds(relay: RelayFetch): Promise<number> {
  const response = await relay(new Request('http://localhost/app/settings/session-idle-minutes'))
  const { data } = settingShape.safeParse(await response.json().catch(() => undefined))
  const minutes = Number(data?.data.value ?? data?.data.standard ?? '')
  return minutes > 0 ? minutes * 60 : Number.POSITIVE_INFINITY
}

export interface AutoLockOptions {
  readonly power: PowerState
  readonly relay: RelayFetch
  readonly lockWindow: () => Promise<void>
  readonly isLocked: () => boolean
  readonly report: (error: unknown) => void
  /** Calls again and again; the result ends it. */
  readonly every: (work: () => void, millis: number) => () => void
}

/** Locks window and sessions: also for a person who wants it now. */
export async function lockEverything({
  relay,
  lockWindow,
}: Pick<AutoLockOptions, 'relay' | 'lockWindow'>): Promise<void> {
  // The window first: it needs nobody's answer to be shut.
  const shut = lockWindow()
  const headers = { 'content-type': 'application/json' }
  await relay(new Request('http://localhost/app/security/lock', { method: 'POST', body: '{}', headers }))
  await shut
}

export function autoLock(options: AutoLockOptions): () => void {
  const { power, relay, isLocked, report, every } = options
  const lock = (): void => {
    lockEverything(options).catch(report)
  }
  power.on('suspend', lock)
  power.on('lock-screen', lock)
  const look = async (): Promise<void> => {
    const idle = power.getSystemIdleTime()
    // The shortest time that can be set is a minute.
    if (isLocked() || idle < 60) return
    if (idle >= (await idleSeconds(relay))) await options.lockWindow()
  }
  return every(() => {
    look().catch(report)
  }, LOOK_MS)
}
