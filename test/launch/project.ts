// A small project of its own in a temporary folder, with the real launcher inside: what the launcher does there touches nothing here.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly millis: number
}

export interface Project {
  readonly folder: string
  write(file: string, text: string, mode?: number): void
  /** Runs a script of main/launch with this Node; `whenSays` is called with each piece of stdout. */
  run(script: string, args?: readonly string[], options?: RunOptions): Promise<Ended>
  remove(): void
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly nodeFlags?: readonly string[]
  readonly onStdout?: (text: string, pid: number) => void
}

const CLEAN = [
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'POSTERN_ELECTRON',
  'npm_execpath',
  'POSTERN_ELECTRON_NO_SANDBOX',
  'NODE_OPTIONS',
]

function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of CLEAN) env[name] = undefined
  return { ...env, ...extra }
}

export function makeProject(options: { readonly realModules?: boolean } = {}): Project {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-launch-'))
  cpSync(path.join(root, 'main', 'launch'), path.join(folder, 'main', 'launch'), { recursive: true })
  if (options.realModules === true) symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  const write = (file: string, text: string, mode = 0o644): void => {
    const place = path.join(folder, file)
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, text, { mode })
  }
  write('package.json', '{"name":"sample","version":"0.0.0","type":"module","private":true}')
  return {
    folder,
    write,
    run: (script, args = [], runOptions = {}) =>
      runScript(path.join(folder, 'main', 'launch', script), args, folder, runOptions),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function runScript(script: string, args: readonly string[], cwd: string, options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const started = Date.now()
    const child = spawn(process.execPath, [...(options.nodeFlags ?? []), script, ...args], {
      cwd,
      env: environment(options.env ?? {}),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      options.onStdout?.(text, child.pid ?? 0)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, millis: Date.now() - started }))
  })
}
