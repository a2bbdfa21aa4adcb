// The command `npm test` itself: what it counts, and how it ends.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..', '..')

describe('npm test', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-runner-'))
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    writeFileSync(path.join(folder, 'vitest.config.ts'), 'export default {}')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const run = (
    files: Readonly<Record<string, string>>,
    ...args: string[]
  ): Promise<{ code: number | null; lines: string[] }> => {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(path.join(folder, name), `import { test, describe, beforeAll } from 'vitest'\n${text}`)
    }
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [path.join(root, 'test', 'run-tests.mjs'), '--root', folder, ...args], {
        cwd: root,
        env: { ...process.env, VITEST: undefined, POSTERN_TEST_SUMMARY: undefined },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let out = ''
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, lines: out.trimEnd().split('\n') }))
    })
  }

  test('counts tests, tells what was skipped and why, and ends with the sum', async () => {
    const { code, lines } = await run({
      'a.test.ts': `test('one', () => {}); test('two', () => {}); test('left out', ({ skip }) => skip('no swaks here'))`,
    })
    expect(lines.at(-1)).toBe('2 passed, 0 failed, 1 skipped')
    expect(lines).toContain('  a.test.ts > left out: no swaks here')
    expect(code).toBe(0)
  })

  test.each([
    [
      'a test that fails',
      `test('one', () => { throw new Error('no') }); test('two', () => {})`,
      '1 passed, 1 failed, 0 skipped',
    ],
    ['a file that does not load', `test('one', () => {}); throw new Error('no')`, '0 passed, 1 failed, 0 skipped'],
    [
      'an error that nobody caught',
      `test('one', () => { setTimeout(() => { throw new Error('no') }) ; return new Promise((r) => setTimeout(r, 50)) })`,
      '1 passed, 1 failed, 0 skipped',
    ],
    ['no test at all', ``, '0 passed, 1 failed, 0 skipped'],
  ])('%s is a failure', async (_what, text, sum) => {
    const { code, lines } = await run({ 'a.test.ts': text })
    expect(lines.at(-1)).toBe(sum)
    expect(code).toBe(1)
  })

  test('a hook that throws takes its tests with it: that counts once, and they show as skipped', async () => {
    const { code, lines } = await run({
      'a.test.ts': `describe('all', () => { beforeAll(() => { throw new Error('no') }); test('one', () => {}) })`,
    })
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 1 skipped')
    expect(code).toBe(1)
  })

  test('arguments go to the runner of tests', async () => {
    const { lines } = await run(
      { 'a.test.ts': `test('one', () => {})`, 'b.test.ts': `test('two', () => {})` },
      'b.test',
    )
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 0 skipped')
  })
})
