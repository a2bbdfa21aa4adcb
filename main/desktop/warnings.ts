// What a person should hear of once, by itself: an alias that was sold or leaked, and somebody who tries addresses by the dozen, a mailbox
// of the user's that takes no mail any more. Sender and mailbox stay out of it, since a notification shows on a locked screen.
import type { LogEntry } from '../api/shapes.ts'
import type { Summary } from './blocked-mail.ts'
import { words } from './words.ts'

const HOUR = 60 * 60_000
/** So many are remembered as told; the oldest are forgotten. */
const REMEMBERED = 1000

function warningOf({ reason, alias }: LogEntry): Summary | undefined {
  const t = words()
  switch (reason) {
    case 'leak-suspected':
      return { title: t.leaked, body: t.leakedText(alias) }
    case 'new-alias-flood':
      return { title: t.manyAliases, body: t.manyAliasesText }
    case 'dictionary-flood':
      return { title: t.guessing, body: t.guessingText }
    case 'recipient-paused':
      return { title: t.paused, body: t.pausedText }
    default:
      return undefined
  }
}

/** What is told of by itself; of what is the same for all one is enough. */
function aboutOf({ reason, alias, recipient }: LogEntry): string {
  if (reason === 'leak-suspected') return alias
  return reason === 'recipient-paused' ? recipient : ''
}

/** Returns what takes each log entry. */
export function makeWarnings(now: () => number, show: (summary: Summary) => void): (entry: LogEntry) => void {
  const told = new Map<string, number>()
  return (entry) => {
    const warning = warningOf(entry)
    if (warning === undefined || entry.muted === true) return
    const key = `${entry.reason} ${aboutOf(entry)}`
    const last = told.get(key)
    if (last !== undefined && now() - last < HOUR) return
    told.delete(key)
    told.set(key, now())
    const [oldest] = told.keys()
    if (told.size > REMEMBERED && oldest !== undefined) told.delete(oldest)
    show(warning)
  }
}
