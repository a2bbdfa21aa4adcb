// A headless relay as our child, for an Electron whose own Node cannot run one. It speaks over its owner socket like any other, and
// ends with us.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { RelayUnavailable } from './door.ts'
import type { OwnRelay } from './hosted-relay.ts'
import { answers, ownerClient } from './owner-client.ts'

/** As the launcher starts it: RELAY_FLAGS in main/launch/child.mjs. This host knows nothing of the relay's rooms. */
const SMALL_YOUNG_GENERATION = '--max-semi-space-size=2'
const START_MS = 30_000
const LOOK_MS = 100
const STOP_MS = 15_000
const MAX_OUTPUT = 4_000

/** The Node that package-lock.json pins, in a checkout. */
export function pinnedNode(root: string, platform: NodeJS.Platform, arch: string): string | undefined {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`
  const file = path.join(root, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(file) ? file : undefined
}

export interface ChildOptions {
  readonly node: string
  readonly distFolder: string
  readonly folder: string
  readonly socket: string
}

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

async function untilAnswers(child: ChildProcess, socket: string, whatItSaid: () => string): Promise<void> {
  const deadline = Date.now() + START_MS
  while (!(await answers(socket))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new RelayUnavailable(`The relay could not be started: ${whatItSaid()}`)
    }
    if (Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new RelayUnavailable('The relay did not start in time.')
    }
    await sleep(LOOK_MS)
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    child.on('exit', () => {
      clearTimeout(hard)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

export async function startChildRelay({ node, distFolder, folder, socket }: ChildOptions): Promise<OwnRelay> {
  const child = spawn(node, [SMALL_YOUNG_GENERATION, path.join(distFolder, 'postern.js'), 'serve', '--data', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-MAX_OUTPUT)
  })
  child.on('error', (error) => {
    said = error.message
  })
  const lastLine = (): string => said.trim().split('\n').at(-1) ?? 'it said nothing'
  await untilAnswers(child, socket, lastLine)
  return { fetch: ownerClient(socket), stop: () => stop(child) }
}
