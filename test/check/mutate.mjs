// mutate.mjs: takes one protection of the hardening checklist away at a time, in a copy of the project, and shows that a test notices.
// Writes test/check/mutations.md. A mutation that no test notices is a failure of the tests.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from '../../main/launch/paths.mjs'
import { MUTATIONS } from './mutation-list.ts'

const LEFT_OUT = /(^|\/)(node_modules|\.git|corpora|\.out)(\/|$)/
const copy = mkdtempSync(path.join(os.tmpdir(), 'postern-mutations-'))
cpSync(root, copy, { recursive: true, filter: (file) => !LEFT_OUT.test(path.relative(root, file)) })
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))

/** @param {string} test */
function passes(test) {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const env = { ...process.env, POSTERN_TEST_BUILT: '1' }
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--root', copy, test], {
    cwd: copy,
    encoding: 'utf8',
    env,
  })
  const failed = /Tests\D*?(\d+) failed/.exec(stdout.replace(/\x1b\[[0-9;]*m/g, ''))?.[1] ?? '0'
  return { ok: status === 0, failed: Number(failed) }
}

/** @param {import('./mutation-list.ts').Mutation} mutation */
function tryOut({ row, what, file, from, to, test }) {
  const place = path.join(copy, file)
  const before = readFileSync(place, 'utf8')
  if (before.split(from).length !== 2) throw new Error(`${row}, ${what}: ${file} does not have its text once: ${from}`)
  writeFileSync(
    place,
    before.replace(from, () => to),
  )
  const { failed } = passes(test)
  writeFileSync(place, before)
  console.log(`${failed > 0 ? 'noticed' : 'MISSED '} ${row.padEnd(4)} ${what} (${failed} tests failed)`)
  return { row, what, file, test, failed }
}

try {
  for (const test of new Set(MUTATIONS.map((one) => one.test)))
    if (!passes(test).ok) throw new Error(`${test} fails as it is: nothing can be shown by it.`)
  const done = MUTATIONS.map(tryOut)
  const lines = done.map(
    ({ row, what, file, test, failed }) => `| ${row} | ${what} | \`${file}\` | \`${test}\` | ${failed} |`,
  )
  const head = [
    '# Protections taken away',
    '',
    'By `npm run mutate`: each of these was taken away in a copy of the project, one at a time, and at least one test failed.',
    '',
    '| row | taken away | in | noticed by | tests that failed |',
    '| --- | --- | --- | --- | --- |',
  ]
  writeFileSync(path.join(root, 'test', 'check', 'mutations.md'), `${[...head, ...lines].join('\n')}\n`)
  spawnSync(process.execPath, [
    path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
    '--write',
    path.join(root, 'test', 'check', 'mutations.md'),
  ])
  const missed = done.filter((one) => one.failed === 0)
  console.log(`${done.length - missed.length} noticed, ${missed.length} missed`)
  process.exitCode = missed.length === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
