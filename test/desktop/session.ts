// A desktop session of its own for tests: a screen that nobody sees and a session bus that nobody else uses.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findProgram } from '../browser.ts'

/** What is missing for a test with a real Electron; undefined where nothing is. */
export function missingForElectron(): string | undefined {
  const file = process.env['POSTERN_ELECTRON']
  if (file === undefined || file === '') return 'POSTERN_ELECTRON names no Electron'
  if (!existsSync(file)) return `POSTERN_ELECTRON names ${file}, which is not there`
  for (const name of ['Xvfb', 'dbus-daemon']) if (findProgram(name) === undefined) return `${name} is not installed`
  return undefined
}

export interface DesktopSession {
  readonly env: Readonly<Record<string, string>>
  stop(): void
}

/** The first line that a program writes on the given stream, which is how both of ours say that they are ready. */
function firstLine(child: ChildProcess, fd: 1 | 3): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const stream = child.stdio[fd]
    if (stream === null || stream === undefined || !('on' in stream)) throw new Error('no pipe')
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const end = text.indexOf('\n')
      if (end !== -1) resolve(text.slice(0, end))
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`ended with ${code ?? 'a signal'} before it was ready`)))
  })
}

export async function startBus(): Promise<{ readonly address: string; stop(): void }> {
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nosyslog', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const address = await firstLine(bus, 1)
  return { address, stop: () => bus.kill() }
}

export async function startSession(): Promise<DesktopSession> {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const display = await firstLine(screen, 3)
  const bus = await startBus()
  return {
    env: { DISPLAY: `:${display}`, DBUS_SESSION_BUS_ADDRESS: bus.address },
    stop: () => {
      bus.stop()
      screen.kill()
    },
  }
}
