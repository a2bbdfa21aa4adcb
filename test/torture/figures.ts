// What a scenario of the torture tells: a line each, with a number that was measured and whether what was promised held.

export interface Figure {
  /** What was tried. */
  readonly what: string
  /** What came of it, in numbers. */
  readonly found: string
  /** Whether the promise held; undefined where the line only compares. */
  readonly held: boolean | undefined
}

export interface Context {
  /** Everything that is random comes from here. */
  readonly random: () => number
  readonly seed: number
  /** How long scenarios that may go on for ever do, in milliseconds. */
  readonly budget: number
  /** The long form: as many cases as the figures of a release have. */
  readonly long: boolean
  readonly say: (text: string) => void
}

export interface Scenario {
  readonly name: string
  /** One sentence for the table. */
  readonly promise: string
  run(context: Context): Promise<readonly Figure[]>
}

/** A scenario that cannot run here says why: it is named in the table and never silently left out. */
export const skipped = (why: string): readonly Figure[] => [{ what: 'not run here', found: why, held: undefined }]

/** mulberry32: the same numbers for the same seed everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const pick = <T>(list: readonly T[], random: () => number): T => {
  const found = list[Math.floor(random() * list.length)]
  if (found === undefined) throw new Error('picked from nothing')
  return found
}

export const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))
