// Where mail is to be sent, from what the relay says about itself.
import type { AppState } from '../../main/api/shapes.ts'

export interface Door {
  readonly address: string
  readonly note: string
}

/** The SMTP address as one types it: an address that means "every interface" is reached on loopback from here. */
export function smtpDoor(state: AppState): Door | undefined {
  const listener = state.listeners.find((each) => each.kind === 'smtp')
  if (listener === undefined) return undefined
  const everywhere = listener.host === '0.0.0.0' || listener.host === '::' || listener.host === '[::]'
  const host = everywhere ? '127.0.0.1' : listener.host
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return { address: `${bracketed}:${listener.port}`, note: listener.note }
}

/** A line that sends a first message. */
export function trialLine(state: AppState): string | undefined {
  const door = smtpDoor(state)
  const domain = state.domains.find((each) => each.active && each.catchAll) ?? state.domains.find((each) => each.active)
  if (door === undefined || domain === undefined) return undefined
  return `swaks --server ${door.address} --from you@example.org --to hello@${domain.name}`
}
