// Tells about blocked mail, seldom and in sums: the first after a minute, the next ones once an hour. No sender and no subject, since
// a notification shows on a locked screen.
import type { LogEntry } from '../api/shapes.ts'
import { words } from './words.ts'

const FIRST_MS = 60_000
const NEXT_MS = 60 * 60_000
const BLOCKED: ReadonlySet<string> = new Set(['refused', 'blocked', 'held'])
/** Told by themselves: questions.ts, warnings.ts. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['ask-sender', 'dictionary-flood', 'new-alias-flood'])

export interface Summary {
  readonly title: string
  readonly body: string
}

export interface BlockedMailOptions {
  readonly now: () => number
  readonly later: (work: () => void, millis: number) => void
  readonly show: (summary: Summary) => void
}

function summaryOf(entries: ReadonlyMap<number, string>): Summary {
  const counts = new Map<string, number>()
  for (const alias of entries.values()) if (alias !== '') counts.set(alias, (counts.get(alias) ?? 0) + 1)
  const [top] = [...counts].sort(([, a], [, b]) => b - a)
  const t = words()
  const title = t.stopped(entries.size)
  if (top === undefined) return { title, body: t.seeLog }
  return { title, body: counts.size === 1 ? t.for(top[0]) : t.mostFor(top[0]) }
}

/** Returns what takes each log entry. */
export function makeBlockedMail({ now, later, show }: BlockedMailOptions): (entry: LogEntry) => void {
  let waiting = new Map<number, string>()
  let isPlanned = false
  let lastShown = Number.NEGATIVE_INFINITY
  const tell = (): void => {
    isPlanned = false
    lastShown = now()
    const entries = waiting
    waiting = new Map()
    show(summaryOf(entries))
  }
  return ({ id, outcome, reason, alias, muted }) => {
    if (!BLOCKED.has(outcome) || TOLD_ELSEWHERE.has(reason) || muted === true) return
    waiting.set(id, alias)
    if (isPlanned) return
    isPlanned = true
    later(tell, Math.max(FIRST_MS, lastShown + NEXT_MS - now()))
  }
}
