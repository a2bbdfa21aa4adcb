// check.mjs: every rule of the house that a machine can hold, two at a time, one line each; what failed is printed below.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { modules, root } from '../../main/launch/paths.mjs'

/** @param {string} place */
const inModules = (place) => path.join(modules, ...place.split('/'))
const rooms = ['main', 'preload', 'renderer', 'test'].filter((room) => existsSync(path.join(root, room)))

/** The slowest first, so that the two processors finish together. */
const parts = [
  { name: 'eslint', args: [inModules('eslint/bin/eslint.js'), '--max-warnings=0', '.'] },
  { name: 'types', args: [inModules('typescript/bin/tsc'), '--noEmit', '-p', '.'] },
  { name: 'prettier', args: [inModules('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  {
    name: 'arrows',
    args: [
      inModules('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type=err',
      ...rooms,
    ],
  },
  // What the relay says has to be known to the pages in their second language.
  { name: 'phrases', args: [inModules('vitest/vitest.mjs'), 'run', 'test/renderer/phrases/complete.test.ts'] },
  { name: 'limits', args: ['test/check/limits.mjs'] },
  { name: 'rfc', args: ['test/check/rfc.mjs', ...(process.env['CI'] === 'true' ? [] : ['--write'])] },
]

/** @param {typeof parts[number]} part */
function run(part) {
  const started = Date.now()
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(process.execPath, part.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${part.name.padEnd(9)} ${seconds.padStart(5)} s`)
      resolve({ name: part.name, good: code === 0, output: output.trim() })
    })
  })
}

const only = process.argv.slice(2)
const waiting = parts.filter((part) => only.length === 0 || only.includes(part.name))
/** @type {{ name: string, good: boolean, output: string }[]} */
const results = []
async function worker() {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) results.push(await run(part))
}
await Promise.all([worker(), worker()])

for (const { name, output } of results.filter((result) => !result.good)) console.log(`\n--- ${name}\n${output}`)
for (const { output } of results.filter((result) => result.good && result.name === 'rfc' && result.output !== '')) {
  console.log(output)
}
const failed = results.filter((result) => !result.good).map((result) => result.name)
console.log(failed.length === 0 ? '\nAll checks hold.' : `\nFailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
