// How each parser's time grows with its input, as JSON on standard output. Run with a large young memory (see parsers.ts).
import type { Figure } from './figures.ts'
import { PARSERS, type Parser } from './parser-list.ts'

/** Milliseconds of this thread alone: the collector's own threads and other programs are no work of the parser. */
function cpu(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/** One measurement takes at least so many milliseconds: the clock of a thread ticks coarsely. */
const MEASURED = 60

/** How often `work` runs within one measurement. */
function timesFor(work: () => void): number {
  for (let times = 1; ; times *= 2) if (cpu(() => repeat(work, times)) > MEASURED / 2) return times * 2
}

function repeat(work: () => void, times: number): void {
  for (let i = 0; i < times; i++) work()
}

/**
 * Milliseconds of one run of each, the best of eight measurements in turn: the compiler changes its mind about code while it runs, and that
 * must not fall on one of the two alone. A collection by hand would make it forget what it knows, so there is none.
 */
function timesOf(works: readonly (() => void)[]): number[] {
  const counts = works.map(timesFor)
  const best = works.map(() => Number.POSITIVE_INFINITY)
  for (let i = 0; i < 8; i++)
    for (const [index, work] of works.entries()) {
      const times = counts[index] ?? 1
      best[index] = Math.min(best[index] ?? 0, cpu(() => repeat(work, times)) / times)
    }
  return best
}

/** Milliseconds for all of the larger input; what takes less was refused by its length or its first octets. */
const AT_ONCE = 0.1

const filled = (piece: string, size: number): Buffer =>
  Buffer.from(piece.repeat(Math.ceil(size / piece.length)).slice(0, size), 'latin1')

function growthOf({ name, make, most = 1_000_000, work }: Parser): Figure {
  let worst = 0
  let told = ''
  for (const piece of make) {
    const [few = 0, many = 0] = timesOf([work(filled(piece, most / 10)), work(filled(piece, most))])
    const ratio = many < AT_ONCE ? 1 : many / few
    if (ratio <= worst) continue
    worst = ratio
    told = `${JSON.stringify(piece.slice(0, 20))} up to ${most} octets: ${few.toFixed(2)} ms, ${many.toFixed(2)} ms`
  }
  return {
    what: `${name}: ten times the input takes`,
    found: `${worst.toFixed(1)} times as long at worst (${told})`,
    held: worst < 15,
  }
}

process.stdout.write(JSON.stringify(PARSERS.map(growthOf)))
