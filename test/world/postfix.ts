// A Postfix of the test's own: its own folder, its own port, stopped by its own master process.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { familyMemory } from './memory.ts'
import { findProgram, isRoot } from './programs.ts'

export interface TestPostfix {
  readonly port: number
  readonly queue: string
  /** What it wrote down. */
  log(): string
  /** What its processes have in memory together, what they share counted once, in octets. */
  memory(): number
  stop(): void
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
}

export function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}

/** Waits until something listens on the port. */
export async function untilListening(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await canConnect(port)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing listens on port ${port}`)
}

const BASE = [
  ...['compatibility_level = 3.6', 'mail_owner = postfix', 'setgid_group = postdrop', 'inet_interfaces = 127.0.0.1'],
  ...['inet_protocols = ipv4', 'mydestination =', 'local_recipient_maps =', 'mynetworks = 127.0.0.0/8'],
  ...['smtpd_relay_restrictions = permit_mynetworks,reject', 'myhostname = postfix.invalid', 'alias_maps ='],
  ...['alias_database =', 'default_process_limit = 100'],
  ...[
    'smtp_tls_security_level = none',
    'smtpd_tls_security_level = none',
    'smtp_host_lookup = native',
    'disable_dns_lookups = yes',
  ],
]

/** Why there can be none here; undefined where there can. */
export function postfixMissing(): string | undefined {
  if (findProgram('postfix') === undefined) return 'postfix (Debian: postfix) is not installed'
  return isRoot() ? undefined : 'postfix needs root'
}

/** `services`: more lines of its master.cf. */
export async function startPostfix(
  settings: readonly string[],
  services: readonly string[] = [],
): Promise<TestPostfix> {
  const postfix = findProgram('postfix') ?? ''
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-postfix-'))
  const at = (name: string): string => path.join(folder, name)
  for (const name of ['etc', 'queue', 'data']) mkdirSync(at(name))
  spawnSync('chown', ['postfix', at('data')])
  spawnSync('chmod', ['755', folder])
  const port = await freePort()
  const own = [
    `maillog_file = ${at('log')}`,
    `maillog_file_prefixes = ${folder}`,
    `queue_directory = ${at('queue')}`,
    `data_directory = ${at('data')}`,
  ]
  writeFileSync(path.join(at('etc'), 'main.cf'), `${[...BASE, ...own, ...settings].join('\n')}\n`)
  const standard = readFileSync('/etc/postfix/master.cf.proto', 'utf8')
  const listening = standard.replace(/^smtp +inet.*$/m, `127.0.0.1:${port} inet n - n - - smtpd`)
  // No chroot: the folder is the test's own.
  writeFileSync(
    path.join(at('etc'), 'master.cf'),
    `${listening.replaceAll(/^(\S+\s+(?:unix|inet)\s+\S+\s+\S+\s+)y/gm, '$1n')}\n${services.join('\n')}\n`,
  )
  const child = spawn(postfix, ['-c', at('etc'), 'start-fg'], { stdio: 'ignore' })
  await untilListening(port)
  return {
    port,
    queue: at('queue'),
    memory: () => familyMemory(Number(readFileSync(path.join(at('queue'), 'pid', 'master.pid'), 'utf8'))),
    log: () => (existsSync(at('log')) ? readFileSync(at('log'), 'utf8') : ''),
    stop() {
      spawnSync(postfix, ['-c', at('etc'), 'stop'], { stdio: 'ignore' })
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
