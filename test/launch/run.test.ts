import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeProject } from './project.ts'
import type { Project } from './project.ts'

/** As if the launcher had been started by an old Node. */
const OLD_NODE = "--import=data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})"
const PINNED = `node_modules/node-${process.platform}-${process.arch}/bin/node`

describe('run.mjs', () => {
  let project: Project
  beforeEach(() => {
    project = makeProject()
  })
  afterEach(() => project.remove())

  test('ends with the exit code of the script', async () => {
    project.write('script.mjs', 'console.log(process.argv.slice(2).join(" ")); process.exit(7)')
    const ended = await project.run('run.mjs', ['script.mjs', 'a', '--b'])
    expect(ended).toMatchObject({ code: 7, stdout: 'a --b\n' })
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('passes %s on, and ends as the script ends', async (signal) => {
    project.write(
      'script.mjs',
      `process.on('${signal}', () => { console.log('got it'); process.exit(3) }); setInterval(() => {}, 1000); console.log('ready')`,
    )
    const ended = await project.run('run.mjs', ['script.mjs'], {
      onStdout: (text, pid) => {
        if (text.includes('ready')) process.kill(pid, signal)
      },
    })
    expect(ended).toMatchObject({ code: 3, stdout: 'ready\ngot it\n' })
  })

  test('dies of the signal that the script died of', async () => {
    project.write('script.mjs', `process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)`)
    expect(await project.run('run.mjs', ['script.mjs'])).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  test('prefers the pinned Node', async () => {
    project.write(PINNED, '#!/bin/sh\necho pinned "$@"\n', 0o755)
    expect((await project.run('run.mjs', ['script.mjs'])).stdout).toBe('pinned script.mjs\n')
  })

  test('takes the Node that runs it where the pinned one cannot start', async () => {
    project.write(PINNED, '#!/no/such/loader\n', 0o755)
    project.write('script.mjs', 'console.log("ran")')
    expect(await project.run('run.mjs', ['script.mjs'])).toMatchObject({ code: 0, stdout: 'ran\n' })
  })

  test('an old Node alone ends in one sentence that says what to install', async () => {
    project.write('script.mjs', 'console.log("ran")')
    const ended = await project.run('run.mjs', ['script.mjs'], { nodeFlags: [OLD_NODE] })
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toBe(
      'Postern needs Node 22.12 or newer, and this is 20.20.2: install Node 24 from https://nodejs.org and try again.\n',
    )
  })
})
