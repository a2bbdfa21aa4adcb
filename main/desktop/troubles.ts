// What keeps the relay from its work, told by itself while nobody looks at the page: once by a notification, and as long as it lasts by
// the tray.
import type { AppState } from '../api/shapes.ts'
import type { Summary } from './blocked-mail.ts'
import { words } from './words.ts'

const HOUR = 60 * 60_000

export interface TroubleSigns {
  readonly now: () => number
  readonly show: (summary: Summary) => void
  /** Shows the title of the worst one in the tray; undefined takes it away. */
  readonly mark: (title: string | undefined) => void
}

/** The name itself where a newer relay has one that is not known here. */
export function titleOf(trouble: string): string {
  const { troubles } = words()
  return Object.hasOwn(troubles, trouble) ? (troubles[trouble] ?? trouble) : trouble
}

/** Returns what takes each state of the relay. One that comes and goes is told once an hour. */
export function makeTroubles({ now, show, mark }: TroubleSigns): (state: Pick<AppState, 'troubles'>) => void {
  const told = new Map<string, number>()
  let there: ReadonlySet<string> = new Set()
  return ({ troubles }) => {
    const fresh = troubles.find((one) => !there.has(one) && now() - (told.get(one) ?? -HOUR) >= HOUR)
    there = new Set(troubles)
    for (const one of troubles) if (one === fresh) told.set(one, now())
    const [worst] = troubles
    mark(worst === undefined ? undefined : titleOf(worst))
    if (fresh !== undefined) show({ title: titleOf(fresh), body: words().troubleText })
  }
}
