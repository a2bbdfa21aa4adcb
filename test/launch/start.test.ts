import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeProject } from './project.ts'
import type { Project } from './project.ts'

const DISPLAY = { DISPLAY: ':99' }

describe('start.mjs', () => {
  let project: Project
  const electron = (text: string): Record<string, string> => {
    project.write('electron', `#!/bin/sh\n${text}\n`, 0o755)
    return { ...DISPLAY, POSTERN_ELECTRON: path.join(project.folder, 'electron') }
  }
  beforeEach(() => {
    project = makeProject()
    project.write('dist/postern.js', 'console.log("relay", process.argv.slice(2).join(" "))')
  })
  afterEach(() => project.remove())

  test('--headless runs the relay and says nothing else', async () => {
    const ended = await project.run('start.mjs', ['--headless', '--data', 'x'])
    expect(ended).toMatchObject({ code: 0, stdout: 'relay serve --data x\n', stderr: '' })
  })

  test('without a display it runs headless and says why in one line', async () => {
    const ended = await project.run('start.mjs')
    expect(ended.stdout).toBe('relay serve\n')
    expect(ended.stderr).toBe('No display: neither DISPLAY nor WAYLAND_DISPLAY is set; running without a window.\n')
  })

  test('POSTERN_ELECTRON names a binary that is not there', async () => {
    const ended = await project.run('start.mjs', [], { env: { ...DISPLAY, POSTERN_ELECTRON: '/no/such/electron' } })
    expect(ended.stdout).toBe('relay serve\n')
    expect(ended.stderr).toBe(
      'POSTERN_ELECTRON names /no/such/electron, which is not there; running without a window.\n',
    )
  })

  test('hands the app and the arguments to Electron', async () => {
    const env = { ...electron('echo window "$@" $ELECTRON_RUN_AS_NODE; exit 5'), ELECTRON_RUN_AS_NODE: '1' }
    const ended = await project.run('start.mjs', ['--data', 'x'], { env })
    expect(ended.code).toBe(5)
    expect(ended.stdout).toMatch(/^window (--no-sandbox )?\S*postern-launch-\S+ --data x\n$/)
  })

  test('leaves the sandbox on but for root, and says so', async () => {
    const ended = await project.run('start.mjs', [], { env: electron('echo "$@"') })
    const root = process.getuid?.() === 0
    expect(ended.stdout.includes('--no-sandbox')).toBe(root)
    expect(ended.stderr.split('\n').length).toBe(root ? 2 : 1)
  })

  test.each([
    ['a library is missing', 'exit 127', /^Electron did not start \(127\); running without a window\.$/m],
    ['it crashes at once', 'kill -ABRT $$', /^Electron did not start \(SIGABRT\); running without a window\.$/m],
  ])('an Electron that cannot start (%s) leaves us headless', async (_case, script, line) => {
    const ended = await project.run('start.mjs', [], { env: electron(script) })
    expect(ended.stdout).toBe('relay serve\n')
    expect(ended.stderr).toMatch(line)
  })

  test('a download that fails leaves us headless, with its cause and without a stack', async () => {
    project.write(
      'node_modules/electron/install.js',
      `console.error(new TypeError('fetch failed').stack); process.exit(1)`,
    )
    const ended = await project.run('start.mjs', [], { env: DISPLAY })
    expect(ended.stdout).toBe('relay serve\n')
    expect(ended.stderr).toBe(
      "Electron's binary is not here and cannot be downloaded: the download server cannot be reached; running without a window.\n",
    )
  })

  test('a download that never answers is given up after five seconds', async () => {
    project.write('node_modules/electron/install.js', 'setInterval(() => {}, 1000)')
    const ended = await project.run('start.mjs', [], { env: DISPLAY })
    expect(ended.stdout).toBe('relay serve\n')
    expect(ended.stderr).toContain('the download server cannot be reached')
    expect(ended.millis).toBeLessThan(15_000)
  })

  test('a download that goes on is waited for, and its Electron is used', async () => {
    project.write(
      'node_modules/electron/install.js',
      `const fs = require('node:fs'), path = require('node:path'), os = require('node:os')
      const file = path.join(os.tmpdir(), 'part')
      let left = 14
      const timer = setInterval(() => {
        fs.appendFileSync(file, 'x'.repeat(1000))
        if (--left > 0) return
        clearInterval(timer)
        fs.mkdirSync(path.join(__dirname, 'dist'))
        fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '#!/bin/sh\\necho window\\n', { mode: 0o755 })
        fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron')
      }, 500)`,
    )
    project.write('node_modules/electron/package.json', '{}')
    const ended = await project.run('start.mjs', [], { env: DISPLAY })
    expect(ended.stdout).toBe('window\n')
    expect(ended.stderr).toContain('Downloading Electron')
  })
})
