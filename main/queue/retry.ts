// The retry clock: when a delivery that did not work is tried again, and when it is given up. behaviour.md 5.1
const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** 1, 5, 15, 30 minutes, 1, 2, 4 hours, then every 4 hours. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR] as const
const LAST_STEP = 4 * HOUR
/** RFC 5321 §4.5.4.1: at least 4-5 days. */
export const GIVE_UP_AFTER = 5 * 24 * HOUR
/** And never before so many attempts, a day's worth: a lid that was closed for a week, or a clock that jumped, is no reason to give up. */
const FEWEST_ATTEMPTS = 12
/** The longest wait there is, with its jitter. */
export const LONGEST_WAIT = 4.5 * HOUR
/** behaviour.md 5.1 */
export const DELAY_NOTICE_AFTER = 4 * HOUR
/** Each wait is up to a tenth longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1

export type NextStep = { readonly kind: 'retry'; readonly dueAt: number } | { readonly kind: 'give-up' }

/**
 * What follows the failed attempt number `attempts` (1 for the first) of a delivery queued at `queuedAt`.
 * `chance` is between 0 and 1; `giveUpAt` ends it earlier. All times in milliseconds.
 */
export function nextStep(
  attempts: number,
  queuedAt: number,
  now: number,
  chance: number,
  giveUpAt: number | null = null,
): NextStep {
  const wait = STEPS[attempts - 1] ?? LAST_STEP
  const dueAt = Math.round(now + wait * (1 + JITTER * (2 * chance - 1)))
  if (giveUpAt !== null && dueAt > giveUpAt) return { kind: 'give-up' }
  if (dueAt > queuedAt + GIVE_UP_AFTER && attempts >= FEWEST_ATTEMPTS) return { kind: 'give-up' }
  return { kind: 'retry', dueAt }
}
