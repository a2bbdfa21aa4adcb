// The two pauses that the user has: nothing goes out, or nothing comes in. Each until it is taken back, or until a time; both outlive a restart.
import type { DirectoryQueries } from '../store/queries/directory.ts'

const SETTINGS = { sending: 'queue-paused', receiving: 'receiving-paused' } as const
export type PauseOf = keyof typeof SETTINGS

/** What is stored for a pause; `null` for none. */
export function pauseSetting(of: PauseOf, until: number | undefined): readonly [name: string, value: string | null] {
  if (until === undefined) return [SETTINGS[of], null]
  return [SETTINGS[of], until === Number.POSITIVE_INFINITY ? '1' : String(until)]
}

/** Epoch milliseconds, infinite where it lasts until it is taken back; undefined where nothing is paused. */
export function pausedUntil(
  directory: Pick<DirectoryQueries, 'setting'>,
  of: PauseOf,
  now: number,
): number | undefined {
  const stored = directory.setting(SETTINGS[of])
  if (stored === undefined) return undefined
  const until = stored === '1' ? Number.POSITIVE_INFINITY : Number(stored)
  return until > now ? until : undefined
}
