// A desktop session's keychain for real: a D-Bus of the test's own and GNOME Keyring on it, in a home of the test's own.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findProgram } from './programs.ts'

/** What is missing for it, undefined where nothing is. */
export function missingForKeyring(): string | undefined {
  if (process.platform !== 'linux') return 'the Secret Service is Linux only'
  if (findProgram('dbus-daemon') === undefined) return 'dbus-daemon (Debian: dbus) is not installed'
  if (findProgram('gnome-keyring-daemon') === undefined)
    return 'gnome-keyring-daemon (Debian: gnome-keyring) is not installed'
  return undefined
}

/** Nothing is started by itself on this bus: a keychain that is not there is not there. */
const CONFIG = (
  socket: string,
): string => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>`

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

export class TestKeyring {
  readonly env: Readonly<Record<string, string>>
  private readonly bus: ChildProcess
  private readonly home: string
  private daemon: ChildProcess | undefined

  private constructor(bus: ChildProcess, home: string, address: string) {
    this.bus = bus
    this.home = home
    this.env = { DBUS_SESSION_BUS_ADDRESS: address, XDG_DATA_HOME: path.join(home, 'share'), HOME: home }
  }

  static async start(): Promise<TestKeyring> {
    const home = mkdtempSync(path.join(os.tmpdir(), 'postern-session-'))
    const config = path.join(home, 'bus.conf')
    writeFileSync(config, CONFIG(path.join(home, 'bus')))
    const bus = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const address = await new Promise<string>((resolve, reject) => {
      bus.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
      bus.once('exit', () => reject(new Error('dbus-daemon ended')))
    })
    return new TestKeyring(bus, home, address)
  }

  /** The keyring, unlocked as a login does it; with `locked`, as one that nobody logged in to. */
  async startKeyring(how: 'unlocked' | 'locked' = 'unlocked'): Promise<void> {
    const args = ['--foreground', '--components=secrets', `--control-directory=${path.join(this.home, 'control')}`]
    const env = { ...process.env, ...this.env }
    const child = spawn('gnome-keyring-daemon', how === 'unlocked' ? [...args, '--unlock'] : args, {
      stdio: ['pipe', 'ignore', 'ignore'],
      env,
    })
    this.daemon = child
    child.stdin.end('login password')
    // It owns its name on the bus a moment after it has read the password.
    await new Promise((resolve) => setTimeout(resolve, 700))
  }

  pause(): void {
    this.daemon?.kill('SIGSTOP')
  }

  async stopKeyring(): Promise<void> {
    if (this.daemon !== undefined) await end(this.daemon)
  }

  async stop(): Promise<void> {
    await this.stopKeyring()
    await end(this.bus)
    rmSync(this.home, { recursive: true, force: true })
  }
}
