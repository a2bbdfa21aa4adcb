// Everything that takes bytes from outside: many mutated inputs without a crash or a second of work, and ten times the input in less than fifteen
// times the time.
import { execFile, spawn } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Context, Figure, Scenario } from './figures.ts'

const GROWTH_FLAGS = ['--min-semi-space-size=512', '--max-semi-space-size=512']

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

/** In a process of its own, whose young memory is so large that what is measured is the parser and not who clears up after it. */
async function growth(): Promise<Figure[]> {
  const script = path.resolve(import.meta.dirname, 'parser-growth.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [...GROWTH_FLAGS, script], { maxBuffer: 1 << 20 })
  return JSON.parse(stdout) as Figure[]
}

async function run(context: Context): Promise<readonly Figure[]> {
  const count = context.long ? 1_000_000 : 3000
  const { code, out } = await fuzz(count, context.seed)
  return [{ what: 'mutated messages', found: out, held: code === 0 }, ...(await growth())]
}

export const parsers: Scenario = {
  name: 'parsers',
  promise: 'no input crashes, hangs, or costs more than its size',
  run,
}
