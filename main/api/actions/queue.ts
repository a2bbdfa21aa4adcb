// The queue by hand: all of it, or all that comes in, paused, one mail sent another way.
import { parseRoute } from '../../delivery/route.ts'
import { pauseSetting, type PauseOf } from '../../queue/pauses.ts'
import { destinationOf } from '../../store/commands/accept.ts'
import { Failure } from '../../terms/failure.ts'
import { ApiError, invalid, notFound, type ApiParts } from '../parts.ts'
import { findRecipient } from './recipients.ts'

/** Longer than that nobody means it: senders give up after some days. */
const LONGEST_PAUSE = 31 * 86_400_000

export interface Paused {
  readonly paused: boolean
  /** Epoch milliseconds; null: until it is taken back. */
  readonly until: number | null
}

/**
 * Pauses or resumes everything that goes out, or everything that comes in; it stays so over a restart. What waits goes out afterwards, and
 * senders who were told to come again (451) do.
 */
export async function pause(parts: ApiParts, of: PauseOf, asked: number | null): Promise<Paused> {
  const now = parts.clock.now()
  if (asked !== null && (asked <= now || asked > now + LONGEST_PAUSE))
    throw invalid('until', 'A pause ends later than now, and within a month.')
  await parts.store.writer.run('setting', ...pauseSetting(of, asked ?? Number.POSITIVE_INFINITY))
  if (of === 'sending') parts.pauseQueue()
  return { paused: true, until: asked }
}

export async function resume(parts: ApiParts, of: PauseOf): Promise<Paused> {
  await parts.store.writer.run('setting', ...pauseSetting(of, undefined))
  if (of === 'sending') parts.pauseQueue()
  return { paused: false, until: null }
}

function checkedRoute(text: string): string {
  try {
    if (parseRoute(text).kind === 'mailbox') throw invalid('route', 'The built-in mailbox is a recipient: use --to.')
    return text
  } catch (error) {
    if (error instanceof Failure) throw invalid('route', `${error.message} ${error.remedy}`)
    throw error
  }
}

/** Sends one waiting mail to another recipient of the user's, or by another route. */
export async function reroute(
  parts: ApiParts,
  id: number,
  change: { readonly to?: string | undefined; readonly route?: string | undefined },
): Promise<void> {
  const row = parts.store.mail.delivery(id)
  if (row?.state !== 'queued') throw notFound('A waiting delivery with this id')
  if (change.to === undefined && change.route === undefined)
    throw new ApiError(400, 'Say where to: --to RECIPIENT, or --route ROUTE.')
  if (change.to !== undefined && row.direction === 'reply')
    throw new ApiError(409, 'This mail goes to somebody outside: only its route can be changed.')
  const recipient = change.to === undefined ? undefined : findRecipient(parts, change.to)
  const route = change.route === undefined ? null : checkedRoute(change.route)
  const recipientId = recipient?.id ?? row.recipientId
  const target = recipient ?? (recipientId === null ? undefined : parts.store.directory.recipient(recipientId))
  const forwardPath = recipient?.email ?? row.forwardPath
  const isMailbox = target?.isMailbox === true && route === null
  const destination = isMailbox ? 'mailbox' : destinationOf(route ?? parts.route(), forwardPath)
  const now = parts.clock.now()
  const logId = await parts.store.writer.run('reroute', { id, recipientId, forwardPath, destination, route, now })
  if (logId === null) throw notFound('A waiting delivery with this id')
  parts.announcer.tell({ kind: 'log', id: logId })
  parts.hurryQueue()
}
