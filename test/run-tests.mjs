// run-tests.mjs [ARGUMENTS OF VITEST]: builds, runs every test once, lists what was skipped and why, and ends with the line
// `N passed, N failed, N skipped`. Exit status 1 when anything failed.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { checklistLines } from './check/checklist.ts'
import { buildIfStale } from '../main/launch/build.mjs'
import { root } from '../main/launch/paths.mjs'

/** @param {string} summaryFile */
function runVitest(summaryFile) {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [
    'run',
    '--reporter=default',
    `--reporter=${path.join(root, 'test', 'reporter.mjs')}`,
    ...process.argv.slice(2),
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, POSTERN_TEST_SUMMARY: summaryFile, POSTERN_TEST_BUILT: '1' },
    })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** @param {string} summaryFile */
function readSummary(summaryFile) {
  try {
    return JSON.parse(readFileSync(summaryFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: [], results: [] } // the run itself broke down
  }
}

async function build() {
  // A run inside a run (the test of this file) must not change dist/ under the feet of the others.
  if (process.env['POSTERN_TEST_BUILT'] === '1') return true
  try {
    await buildIfStale()
    return true
  } catch (error) {
    console.error(`The build failed: ${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-tests-'))
const summaryFile = path.join(folder, 'summary.json')
const built = await build()
const code = await runVitest(summaryFile)
const sum = readSummary(summaryFile)
rmSync(folder, { recursive: true, force: true })

if (!built) sum.failed++
if (code !== 0 && sum.failed === 0) sum.failed = 1
if (sum.skipped.length > 0) console.log('\nSkipped:')
for (const { name, reason } of sum.skipped) console.log(`  ${name}: ${reason === '' ? 'no reason given' : reason}`)
const list = checklistLines(sum.results)
if (list.some((line) => !line.includes('not in this run')))
  console.log(`\nThe hardening checklist:\n${list.join('\n')}`)
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped.length} skipped`)
process.exitCode = sum.failed === 0 ? 0 : 1
