// npm run torture -- [--seed N] [--minutes M] [--short] [--only NAME,…] [--report FILE]: tries to break what is promised, and prints a table of what
// came of it. Exit status 1 where a promise did not hold.
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { commands } from './commands.ts'
import { disk } from './disk.ts'
import { farEnd } from './far-end.ts'
import { seeded, type Context, type Figure, type Scenario } from './figures.ts'
import { kills } from './kills.ts'
import { logCut } from './log-cut.ts'
import { migration } from './migration.ts'
import { overload } from './overload.ts'
import { parsers } from './parsers.ts'
import { smuggling } from './smuggling.ts'
import { trace } from './trace.ts'

const SCENARIOS: readonly Scenario[] = [
  smuggling,
  trace,
  logCut,
  migration,
  commands,
  farEnd,
  disk,
  overload,
  parsers,
  kills,
]

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '20261122' },
    minutes: { type: 'string', default: '30' },
    only: { type: 'string', default: '' },
    report: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
})

const seed = Number(values.seed)
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const mark = ({ held }: Figure): string => (held === undefined ? ' ' : held ? 'held' : 'BROKEN')
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function table(results: ReadonlyMap<Scenario, readonly Figure[]>, seconds: number): string {
  const lines = [
    '# What was tried to break it, and what came of it',
    '',
    `Made by \`npm run torture -- --report test/torture.md\`: seed ${seed}, ${Math.round(seconds / 60)} minutes, ${os.cpus().length} processors, Node ${process.versions.node}. Lines without a word in the last column only compare.`,
  ]
  for (const [{ name, promise }, figures] of results) {
    lines.push('', `## ${name}: ${promise}`, '', '| tried | found | |', '| --- | --- | --- |')
    for (const figure of figures) lines.push(`| ${cell(figure.what)} | ${cell(figure.found)} | ${mark(figure)} |`)
  }
  return `${lines.join('\n')}\n`
}

async function runAll(): Promise<boolean> {
  const only = values.only === '' ? undefined : values.only.split(',')
  const chosen = SCENARIOS.filter(({ name }) => only?.includes(name) ?? true)
  const started = Date.now()
  const end = started + Number(values.minutes) * 60_000
  const results = new Map<Scenario, readonly Figure[]>()
  let broken = 0
  for (const scenario of chosen) {
    say(`${scenario.name}: ${scenario.promise}`)
    const before = Date.now()
    const context: Context = {
      seed,
      say: (text) => say(`    ${text}`),
      random: seeded(seed),
      long: !values.short,
      budget: Math.max(0, end - Date.now()),
    }
    let figures: readonly Figure[]
    try {
      figures = await scenario.run(context)
    } catch (error) {
      figures = [
        {
          what: 'the scenario itself',
          found: error instanceof Error ? (error.stack ?? error.message) : String(error),
          held: false,
        },
      ]
    }
    results.set(scenario, figures)
    for (const figure of figures) {
      say(`  ${mark(figure).padEnd(6)} ${figure.what}: ${figure.found}`)
      if (figure.held === false) broken++
    }
    say(`  ${Math.round((Date.now() - before) / 1000)} s`)
    if (values.report !== undefined) writeFileSync(values.report, table(results, (Date.now() - started) / 1000))
  }
  return broken === 0
}

process.exitCode = (await runAll()) ? 0 : 1
process.exit()
