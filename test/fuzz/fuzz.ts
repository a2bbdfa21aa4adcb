// npm run fuzz -- [COUNT] [SEED]: mutated messages through everything that touches bytes from outside, and twice as many From headers
// through both parsers that read them. Prints its figures and writes what it finds to test/.out/fuzz/. Exit status 1 when anything was found.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { checkAuthor, makeHeader } from './authors.ts'
import { loadCorpus, mutate, seeded } from './messages.ts'
import { throughEverything } from './pipeline.ts'

const count = Number(process.argv[2] ?? 100_000)
const seed = Number(process.argv[3] ?? 20261121)
const SLOW = 1000

const corpus = loadCorpus(process.env['POSTERN_CORPORA'])
const random = seeded(seed)
const pick = (): Buffer => corpus.messages[Math.floor(random() * corpus.messages.length)] ?? Buffer.alloc(0)
const found = { crashes: 0, slow: 0, held: 0, longest: 0, bytes: 0 }
const folder = path.join(import.meta.dirname, '../.out/fuzz')

function keep(name: string, message: Buffer, why: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, `${name}.eml`), message)
  process.stdout.write(`${name}: ${why}\n`)
}

const start = performance.now()
let peak = 0
for (let i = 0; i < count; i++) {
  const message = i < corpus.messages.length ? (corpus.messages[i] ?? Buffer.alloc(0)) : mutate(pick(), pick(), random)
  const before = performance.now()
  try {
    if (throughEverything(message).held) found.held++
  } catch (error) {
    found.crashes++
    keep(`crash-${seed}-${i}`, message, error instanceof Error ? error.message : String(error))
  }
  const took = performance.now() - before
  found.longest = Math.max(found.longest, took)
  found.bytes += message.length
  if (took > SLOW) {
    found.slow++
    keep(`slow-${seed}-${i}`, message, `${took.toFixed(0)} ms`)
  }
  if (i % 1000 === 0) peak = Math.max(peak, process.memoryUsage().rss)
}
const seconds = (performance.now() - start) / 1000
process.stdout.write(
  `${count} messages (${corpus.malformed} malformed, ${corpus.golden} golden, the rest mutated, seed ${seed}), ${(found.bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s: ` +
    `${found.crashes} crashes, ${found.slow} over ${SLOW} ms, longest ${found.longest.toFixed(0)} ms, ${found.held} replies held, peak memory ${(peak / 1048576).toFixed(0)} MB\n`,
)

let differences = 0
let judged = 0
const authors = performance.now()
for (let i = 0; i < count * 2; i++) {
  const header = makeHeader(random)
  try {
    if (await checkAuthor(header)) judged++
  } catch (error) {
    differences++
    keep(`author-${seed}-${i}`, header, error instanceof Error ? error.message : String(error))
  }
}
process.stdout.write(
  `${count * 2} From headers in ${((performance.now() - authors) / 1000).toFixed(0)} s: ${judged} could be judged, ${differences} where somebody else is shown than was judged\n`,
)
process.exitCode = found.crashes + found.slow + differences === 0 ? 0 : 1
