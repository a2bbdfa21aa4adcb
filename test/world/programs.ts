// Programs of the system that a test uses where they are there, and is skipped by name where they are not.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The path of a program, undefined where it is missing. */
export function findProgram(name: string): string | undefined {
  for (const folder of [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin'])
    if (existsSync(`${folder}/${name}`)) return `${folder}/${name}`
  return undefined
}

export interface Ran {
  readonly code: number
  readonly out: string
}

export function runProgram(file: string, args: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('latin1')))
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString('latin1')))
    child.on('error', reject)
    child.on('close', (code) => {
      resolve({ code: code ?? -1, out })
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

export function version(file: string, args: readonly string[]): string {
  return spawnSync(file, [...args], { encoding: 'utf8' }).stdout
}
