// Debian's Postfix and chasquid as they are installed: the same done to them as to the relay, for comparison.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { messageOf } from '../../main/terms/failure.ts'
import { ownMemory } from '../world/memory.ts'
import { freePort, postfixMissing, startPostfix, untilListening } from '../world/postfix.ts'
import { findProgram } from '../world/programs.ts'
import { startSink } from '../world/sink.ts'
import { sleep, type Figure } from './figures.ts'

export interface OtherServer {
  readonly name: string
  readonly port: number
  /** Octets. */
  memory(): number
  /** The messages it took and handed on so far. */
  mails(): readonly string[]
}

type Use = (server: OtherServer) => Promise<readonly Figure[]>

const without = (name: string, why: string): readonly Figure[] => [
  { what: `the same against ${name}`, found: why, held: undefined },
]

async function withPostfix(use: Use): Promise<readonly Figure[]> {
  const missing = postfixMissing()
  if (missing !== undefined) return without('Postfix', missing)
  const sink = await startSink()
  const server = await startPostfix([`relayhost = [127.0.0.1]:${sink.port}`])
  try {
    const version = spawnSync('postconf', ['-h', 'mail_version'], { encoding: 'utf8' }).stdout.trim()
    return await use({
      name: `Postfix ${version}`,
      port: server.port,
      memory: () => server.memory(),
      mails: () => sink.mails.map((one) => one.raw.toString('latin1')),
    })
  } finally {
    server.stop()
    await sink.close()
  }
}

function configureChasquid(folder: string, port: number, ports: readonly number[]): void {
  const at = (...names: string[]): string => path.join(folder, ...names)
  for (const name of ['certs/mx.test', 'domains/load.test', 'data']) mkdirSync(at(name), { recursive: true })
  const key = ['-keyout', at('certs/mx.test/privkey.pem'), '-out', at('certs/mx.test/fullchain.pem')]
  spawnSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=mx.test', ...key],
    { stdio: 'ignore' },
  )
  const mda = at('mda')
  writeFileSync(mda, `#!/bin/sh\nf=$(mktemp ${at('mail.XXXXXXXX')})\ncat > "$f"\n`)
  chmodSync(mda, 0o755)
  writeFileSync(
    at('chasquid.conf'),
    [
      ...[
        'hostname: "mx.test"',
        `data_dir: "${at('data')}"`,
        `mail_log_path: "${at('log')}"`,
        `mail_delivery_agent_bin: "${mda}"`,
        'mail_delivery_agent_args: "%to%"',
      ],
      ...[`smtp_address: "127.0.0.1:${port}"`, `submission_address: "127.0.0.1:${ports[0] ?? 0}"`],
      `submission_over_tls_address: "127.0.0.1:${ports[1] ?? 0}"`,
    ].join('\n'),
  )
  writeFileSync(at('domains/load.test/aliases'), '')
  spawnSync('chasquid-util', [`--configdir=${folder}`, 'user-add', 'shop@load.test', '--password=none'], {
    stdio: 'ignore',
  })
}

async function withChasquid(use: Use): Promise<readonly Figure[]> {
  const program = findProgram('chasquid')
  if (program === undefined) return without('chasquid', 'chasquid (Debian: chasquid) is not installed')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-chasquid-'))
  const port = await freePort()
  configureChasquid(folder, port, [await freePort(), await freePort()])
  const child = spawn(program, [`--config_dir=${folder}`], { stdio: 'ignore' })
  try {
    await untilListening(port)
    return await use({
      ...{ name: 'chasquid', port, memory: () => ownMemory(child.pid ?? 0) },
      mails: () =>
        readdirSync(folder)
          .filter((name) => name.startsWith('mail.'))
          .map((name) => readFileSync(path.join(folder, name), 'latin1')),
    })
  } finally {
    child.kill('SIGTERM')
    await sleep(300)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What comes of it at each of them; one that is missing or does not start is named. */
export async function atOthers(use: Use): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [name, visit] of [
    ['Postfix', withPostfix],
    ['chasquid', withChasquid],
  ] as const) {
    try {
      figures.push(...(await visit(use)))
    } catch (error) {
      figures.push(...without(name, `it gave up: ${messageOf(error)}`))
    }
  }
  return figures
}
