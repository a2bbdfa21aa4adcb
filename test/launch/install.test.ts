import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeProject } from './project.ts'
import type { Project } from './project.ts'

/** Stands in for npm: writes down that it was called, and leaves what `npm ci` would leave. */
const NPM = `
const fs = require('node:fs')
fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
setTimeout(() => {
  if (process.env.NPM_FAILS) process.exit(1)
  fs.mkdirSync('node_modules', { recursive: true })
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json')
}, 300)
`
const LOCK =
  '{"packages":{"":{},"node_modules/a":{"integrity":"sha512-a"},"node_modules/b":{"integrity":"sha512-b","optional":true}}}'

describe('prepare.mjs', () => {
  let project: Project
  let env: Record<string, string>
  const calls = (): string[] => {
    const file = path.join(project.folder, 'calls')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }
  beforeEach(() => {
    project = makeProject()
    project.write('npm-cli.cjs', NPM)
    project.write('package-lock.json', LOCK)
    env = { npm_execpath: path.join(project.folder, 'npm-cli.cjs') }
  })
  afterEach(() => project.remove())

  test('installs by npm ci once, and again only when the lockfile changes', async () => {
    expect((await project.run('prepare.mjs', [], { env })).code).toBe(0)
    expect((await project.run('prepare.mjs', [], { env })).code).toBe(0)
    expect(calls()).toEqual(['ci --no-audit --no-fund --loglevel=error'])
    project.write('package-lock.json', LOCK.replace('sha512-a', 'sha512-c'))
    await project.run('prepare.mjs', [], { env })
    expect(calls()).toHaveLength(2)
  })

  test('says nothing on stdout, which belongs to the command', async () => {
    const ended = await project.run('prepare.mjs', [], { env })
    expect(ended.stdout).toBe('')
    expect(ended.stderr).toContain('npm ci')
  })

  test('of two at once, one installs and the other waits', async () => {
    const both = await Promise.all([1, 2].map(() => project.run('prepare.mjs', [], { env })))
    expect(both.map((ended) => ended.code)).toEqual([0, 0])
    expect(calls()).toHaveLength(1)
  })

  test('takes over the lock of a run that was killed', async () => {
    project.write(
      'dist/.install-lock/owner',
      JSON.stringify({ pid: 2 ** 22 + 1, host: (await import('node:os')).hostname(), token: 'x' }),
    )
    const ended = await project.run('prepare.mjs', [], { env })
    expect(ended.code).toBe(0)
    expect(ended.millis).toBeLessThan(10_000)
    expect(calls()).toHaveLength(1)
  })

  test('accepts what somebody installed by hand, without an optional package of another platform', async () => {
    project.write('node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"integrity":"sha512-a"}}}')
    expect((await project.run('prepare.mjs', [], { env })).code).toBe(0)
    expect(calls()).toEqual([])
  })

  test('a failing npm ends in one sentence, not in a stack', async () => {
    const ended = await project.run('prepare.mjs', [], { env: { ...env, NPM_FAILS: '1' } })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toMatch(/npm ci failed: .*registry reachable\?\n$/)
    expect(ended.stderr).not.toContain('    at ')
  })

  test('a missing npm ends in one sentence', async () => {
    const ended = await project.run('prepare.mjs', [], { env: { PATH: '/nonexistent' } })
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('npm could not be started (ENOENT): install npm')
  })

  test('an installed package, without a lockfile, needs nothing', async () => {
    const installed = makeProject()
    expect(await installed.run('prepare.mjs')).toMatchObject({ code: 0, stderr: '' })
    installed.remove()
  })
})
