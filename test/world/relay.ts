// A relay as a user runs it: the built command line in a process of its own, in a folder of the test's own.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readFileSync } from 'node:fs'
import { SMALL_YOUNG_GENERATION } from '../../main/store/relief.ts'

const root = path.resolve(import.meta.dirname, '../..')
const script = path.join(root, 'dist', 'postern.js')

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Ready {
  readonly listeners: readonly {
    readonly kind: string
    readonly host: string
    readonly port: number
    readonly note: string
  }[]
  readonly login: string
}

export interface RelayOptions {
  readonly init?: readonly string[]
  readonly serve?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Elsewhere than in the folder of the test. */
  readonly data?: string
}

/** For `expect.poll`: each look may be a command of its own, on a busy machine. */
export const PATIENT = { timeout: 20_000, interval: 50 } as const

/** Nobody answers DNS here: no question of a test leaves the machine. */
export const NO_RESOLVER = '127.0.0.1:9'

export class TestRelay {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'postern-test-'))
  readonly data: string
  /** Of every process that is started from now on. */
  readonly env: Record<string, string>
  private readonly serveArgs: readonly string[]
  process: ChildProcess | undefined
  ready: Ready | undefined
  output = ''

  constructor(options: RelayOptions = {}) {
    this.data = options.data ?? path.join(this.folder, 'data')
    this.serveArgs = options.serve ?? []
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      XDG_CONFIG_HOME: path.join(this.folder, 'config'),
      TZ: 'UTC',
      ...options.env,
    }
  }

  /** Runs one command to its end. */
  run(...args: readonly string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [script, ...args], {
        env: { ...this.env, POSTERN_DATA: this.data },
        cwd: this.folder,
      })
      let out = ''
      let err = ''
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')))
      child.on('error', reject)
      child.on('close', (code) => {
        resolve({ code: code ?? -1, out, err })
      })
    })
  }

  /** The same, as JSON; throws where the command failed. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { code, out, err } = await this.run(...args, '--json')
    if (code !== 0) throw new Error(`${args.join(' ')} failed with ${code}: ${err}`)
    return JSON.parse(out) as T
  }

  serve(...more: readonly string[]): Promise<Ready> {
    // A test's own name server signs nothing: validation is for the tests that say so.
    const unsigned = this.serveArgs.includes('--dnssec') ? [] : ['--dnssec', 'off']
    const resolver = [...unsigned, ...(this.serveArgs.includes('--resolver') ? [] : ['--resolver', NO_RESOLVER])]
    return this.spawnServe(['--smtp', '127.0.0.1:0', '--http', '127.0.0.1:0', ...resolver, ...this.serveArgs, ...more])
  }

  /** With the ports that a user gets who names none. */
  serveDefault(): Promise<Ready> {
    return this.spawnServe(['--resolver', NO_RESOLVER])
  }

  /** With the resolver, and the word on DNSSEC, that the settings name. */
  serveBySettings(...flags: readonly string[]): Promise<Ready> {
    return this.spawnServe(['--http', '127.0.0.1:0', ...flags])
  }

  private async spawnServe(flags: readonly string[]): Promise<Ready> {
    const args = [SMALL_YOUNG_GENERATION, script, 'serve', '--json', ...flags]
    const child = spawn(process.execPath, args, { env: { ...this.env, POSTERN_DATA: this.data }, cwd: this.folder })
    this.process = child
    this.output = ''
    const ready = await new Promise<Ready>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString('utf8')
        const line = this.output.split('\n').find((one) => one.startsWith('{"ready"'))
        if (line !== undefined) resolve(JSON.parse(line) as Ready)
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.on('close', (code) => {
        reject(new Error(`serve ended with ${code}: ${this.output}`))
      })
    })
    this.ready = ready
    return ready
  }

  port(kind: 'smtp' | 'submission' | 'http'): number {
    const found = this.ready?.listeners.find((one) => one.kind === kind)
    if (found === undefined) throw new Error(`no ${kind} listener`)
    return found.port
  }

  /** Ends the process by a signal and waits for its end; the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const ended = new Promise<number | null>((resolve) => {
      child.once('close', resolve)
    })
    child.kill(signal)
    return ended
  }

  /** Resolves when the process has ended, by whatever. */
  ended(): Promise<void> {
    const child = this.process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('close', () => {
        resolve()
      })
    })
  }

  /** For what is run from now on. */
  setEnv(name: string, value: string): void {
    this.env[name] = value
  }

  /** Resident memory in octets (Linux). */
  memory(): number {
    const status = readFileSync(`/proc/${this.process?.pid ?? 0}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }

  secretFile(name: string, content: string): string {
    const file = path.join(this.folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }

  async destroy(): Promise<void> {
    await this.stop('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A relay that runs. `init` arguments make its folder. */
export async function startRelay(options: RelayOptions = {}): Promise<TestRelay> {
  if (!existsSync(script)) throw new Error('dist/ is not built: run npm run build, or npm test')
  const relay = new TestRelay(options)
  const { code, err } = await relay.run('init', ...(options.init ?? []))
  if (code !== 0) throw new Error(`init failed: ${err}`)
  await relay.serve()
  return relay
}
