// The real relay, as its own process from dist/, in a folder of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..')
const START_MS = 30_000

export interface RelayProcess {
  readonly folder: string
  readonly smtp: { readonly host: string; readonly port: number }
  /** Signs in once. */
  readonly login: string
  /** A command of the owner's. */
  run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly err: string }>
  stop(): Promise<void>
}

interface Ready {
  readonly listeners: readonly { readonly kind: string; readonly host: string; readonly port: number }[]
  readonly login: string
}

/** Nobody answers there: no question of a test leaves the machine, and none is waited for. */
const NO_DNS = ['--resolver', '127.0.0.1:9', '--dnssec', 'off']

/** Key and data in a temporary folder; every port is free to choose. */
export async function startRelayProcess(): Promise<RelayProcess> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'postern-run-'))
  const folder = path.join(home, 'data')
  const args = ['serve', '--json', '--data', folder, '--smtp', '127.0.0.1:0', '--http', '127.0.0.1:0', ...NO_DNS]
  const env = { ...process.env, XDG_CONFIG_HOME: path.join(home, 'config'), HOME: home }
  const child = spawn(process.execPath, [path.join(root, 'dist', 'postern.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The relay did not start: ${out}${err}`)), START_MS)
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (!out.includes('\n')) return
      clearTimeout(timer)
      resolve(JSON.parse(out.slice(0, out.indexOf('\n'))) as Ready)
    })
    child.on('exit', () => reject(new Error(`The relay ended: ${out}${err}`)))
  })
  const smtp = ready.listeners.find((listener) => listener.kind === 'smtp')
  if (smtp === undefined) throw new Error('The relay has no SMTP listener.')
  return {
    folder,
    smtp,
    login: ready.login,
    run: (...command) =>
      new Promise((resolve) => {
        const one = spawn(process.execPath, [path.join(root, 'dist', 'postern.js'), ...command, '--data', folder], {
          env,
          stdio: ['ignore', 'ignore', 'pipe'],
        })
        let said = ''
        one.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
        one.on('close', (code) => resolve({ code, err: said }))
      }),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Sends a message the plain way; answers with the last reply of the server. */
export async function sendMail(
  to: { readonly host: string; readonly port: number },
  recipient: string,
  subject: string,
  html?: string,
): Promise<string> {
  const type = html === undefined ? '' : 'MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n'
  const data = `From: Ann <ann@sender.example>\r\nTo: ${recipient}\r\nSubject: ${subject}\r\nDate: Mon, 12 Jan 2026 09:00:00 +0000\r\nMessage-ID: <${Math.random()}@sender.example>\r\n${type}\r\n${html ?? 'Hello from a test.'}\r\n.\r\n`
  const lines = [
    'EHLO sender.example\r\n',
    'MAIL FROM:<ann@sender.example>\r\n',
    `RCPT TO:<${recipient}>\r\n`,
    'DATA\r\n',
    data,
  ]
  const socket = net.connect(to.port, to.host)
  socket.setEncoding('utf8')
  let last = ''
  for await (const chunk of socket as AsyncIterable<string>) {
    last += chunk
    if (!/^\d{3} .*\r\n$/m.test(last)) continue
    if (/^[45]/.test(last) || lines.length === 0) break
    socket.write(lines.shift() ?? '')
    last = ''
  }
  socket.destroy()
  return last.trim()
}
