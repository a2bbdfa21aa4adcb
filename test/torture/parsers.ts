// Everything that takes bytes from outside: many mutated inputs without a crash or a second of work, and ten times the input in less than fifteen
// times the time.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PARSERS } from './parser-list.ts'
import type { Context, Figure, Scenario } from './figures.ts'

function fuzz(count: number, seed: number): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const script = path.resolve(import.meta.dirname, '../fuzz/fuzz.ts')
    const child = spawn(process.execPath, [script, String(count), String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.on('close', (code) => {
      resolve({ code: code ?? -1, out: out.trim().split('\n').slice(-1).join(' ') })
    })
  })
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Milliseconds of this thread alone, the best of five: the collector's own threads and other programs are no work of the parser. */
function timeOf(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i++) {
    collect()
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
  }
  return best
}

/** Below it a clock that ticks says little. */
const MEASURABLE = 10

function growth(): Figure[] {
  return PARSERS.map(({ name, make, parse }) => {
    let worst = 0
    let told = ''
    for (const piece of make) {
      // Long enough to be measured, short enough for what is bounded anyway.
      let size = 20_000
      let small = 0
      for (; size < 800_000; size *= 2) {
        const bytes = Buffer.from(piece.repeat(Math.ceil(size / piece.length)).slice(0, size), 'latin1')
        small = timeOf(() => parse(bytes))
        if (small > MEASURABLE) break
      }
      const large = timeOf(() =>
        parse(Buffer.from(piece.repeat(Math.ceil((size * 10) / piece.length)).slice(0, size * 10), 'latin1')),
      )
      const ratio = small < MEASURABLE ? 1 : large / small
      if (ratio > worst) {
        worst = ratio
        told = `${JSON.stringify(piece.slice(0, 20))}: ${small.toFixed(1)} ms to ${large.toFixed(1)} ms`
      }
    }
    return {
      what: `${name}: ten times the input takes`,
      found: `${worst.toFixed(1)} times as long at worst (${told})`,
      held: worst < 15,
    }
  })
}

async function run(context: Context): Promise<readonly Figure[]> {
  const count = context.long ? 1_000_000 : 3000
  const { code, out } = await fuzz(count, context.seed)
  return [{ what: 'mutated messages', found: out, held: code === 0 }, ...growth()]
}

export const parsers: Scenario = {
  name: 'parsers',
  promise: 'no input crashes, hangs, or costs more than its size',
  run,
}
