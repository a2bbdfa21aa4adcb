// The lid opens: what waits is tried at once, and not when its next step comes.
import type { RelayFetch } from './door.ts'

/** What Electron's powerMonitor has of it. */
export interface PowerEvents {
  on(event: 'resume' | 'unlock-screen', listener: () => void): unknown
}

export function wakeOnResume(power: PowerEvents, relay: RelayFetch, report: (error: unknown) => void): void {
  power.on('resume', () => {
    const headers = { 'content-type': 'application/json' }
    relay(new Request('http://localhost/app/queue/retry', { method: 'POST', body: '{}', headers })).catch(report)
  })
}
