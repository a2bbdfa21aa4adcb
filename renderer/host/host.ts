// The powers that the desktop host lends to its page. In a browser there are none, and the page shows nothing that would need one.
import type { HostPowers } from '../../preload/powers.ts'

declare global {
  interface Window {
    readonly postern?: HostPowers
  }
}

export const host: HostPowers | undefined = typeof window === 'undefined' ? undefined : window.postern
