// What keeps a running relay from doing all of its work, by name: for the state that pages, tray and command line show.
import type { Store } from '../store/store.ts'
import type { HiddenPeers } from './hidden-peers.ts'
import type { Room } from './room.ts'

export const TROUBLES = [
  /** The disk fails, takes no writes or is damaged: nothing is accepted, senders are asked to come again. */
  'database-damaged',
  'disk-error',
  'disk-read-only',
  'disk-no-access',
  'store-stopped',
  /** Mail is put off until there is room. */
  'disk-full',
  'queue-full',
  /** No resolver answers, its answers come without DNSSEC, or this machine's clock is wrong: mail from outside is put off. */
  'dns-silent',
  'dns-strips',
  'clock-wrong',
  /** Servers that look at certificates keep their mail. */
  'certificate-expired',
  /** Every sender has the address of this machine: SPF and rate limits cannot work. */
  'peers-hidden',
  'certificate-expires',
] as const
export type Trouble = (typeof TROUBLES)[number]

const SOON = 14 * 86_400_000

/** One whose names somebody else checks; ours of our own making are renewed at a start and checked by nobody. */
function certificateTrouble(store: Store, now: number): Trouble | undefined {
  // Asked with every look at the state: the private key stays where it is.
  const [row] = store.access.certificateNames()
  if (row === undefined || row.selfSigned) return undefined
  if (row.notAfter < now) return 'certificate-expired'
  return row.notAfter - now < SOON ? 'certificate-expires' : undefined
}

export interface TroubleSources {
  readonly store: Store
  readonly room: Room
  readonly hiddenPeers: Pick<HiddenPeers, 'isTrouble'>
  readonly resolver: Trouble | undefined
}

/** The worst first. */
export function troublesOf({ store, room, hiddenPeers, resolver }: TroubleSources, now: number): readonly Trouble[] {
  const found = new Set<string>()
  const failure = store.writer.trouble
  if (failure !== undefined) found.add(failure === 'writer-ended' ? 'store-stopped' : failure)
  const refusal = room.refusal(1)
  if (refusal !== undefined) found.add(refusal.id)
  const certificate = certificateTrouble(store, now)
  if (certificate !== undefined) found.add(certificate)
  if (resolver !== undefined) found.add(resolver)
  if (hiddenPeers.isTrouble) found.add('peers-hidden')
  return TROUBLES.filter((one) => found.has(one))
}
