// The same sequences against Debian's Postfix and chasquid as they are installed: how many lead to a second message there.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Wire } from '../world/dialogue.ts'
import { freePort, postfixMissing, startPostfix, untilListening } from '../world/postfix.ts'
import { findProgram } from '../world/programs.ts'
import { startSink } from '../world/sink.ts'
import { sleep, type Figure } from './figures.ts'
import { SEQUENCES, smuggled } from './smuggling.ts'

/** Sends each sequence in a session of its own, whatever the server says to it. */
async function sendAll(port: number): Promise<void> {
  for (const [i, sequence] of SEQUENCES.entries()) {
    const wire = await Wire.open(port)
    try {
      await wire.reply()
      for (const line of ['EHLO x.test', 'MAIL FROM:<a@sender.test>', 'RCPT TO:<shop@load.test>', 'DATA'])
        await wire.say(line)
      wire.send(
        Buffer.from(
          `From: a@sender.test\r\nSubject: first\r\n\r\nbody${sequence}${smuggled(i)}.\r\nQUIT\r\n`,
          'latin1',
        ),
      )
      await Promise.race([wire.end(), sleep(500)])
    } catch {
      // A server that answers nothing any more is one that did not obey.
    } finally {
      wire.close()
    }
  }
}

/** The sequences behind which a second message came, the real end of data left out. */
function obeyed(mails: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const mail of mails) {
    const [head = ''] = mail.split(/\r?\n\r?\n/)
    const index = /^Subject: smuggled (\d+)/m.exec(head)?.[1]
    const sequence = index === undefined ? undefined : SEQUENCES[Number(index)]
    if (sequence !== undefined && !sequence.endsWith('\r\n.\r\n')) found.add(JSON.stringify(sequence))
  }
  return [...found]
}

const figure = (name: string, found: readonly string[]): Figure => ({
  what: `the same sequences against ${name}`,
  found: `${found.length} of ${SEQUENCES.length} lead to a second message${found.length === 0 ? '' : `: ${found.join(' ')}`}`,
  held: undefined,
})

async function postfix(): Promise<Figure> {
  const missing = postfixMissing()
  if (missing !== undefined) return { what: 'the same against Postfix', found: missing, held: undefined }
  const sink = await startSink()
  const server = await startPostfix([`relayhost = [127.0.0.1]:${sink.port}`])
  try {
    await sendAll(server.port)
    await sleep(5000)
    const version = spawnSync('postconf', ['-h', 'mail_version'], { encoding: 'utf8' }).stdout.trim()
    return figure(`Postfix ${version} (Debian's defaults)`, obeyed(sink.mails.map((one) => one.raw.toString('latin1'))))
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

async function chasquid(): Promise<Figure> {
  const program = findProgram('chasquid')
  if (program === undefined)
    return { what: 'the same against chasquid', found: 'chasquid (Debian: chasquid) is not installed', held: undefined }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-chasquid-'))
  const port = await freePort()
  configureChasquid(folder, port, [await freePort(), await freePort()])
  const child = spawn(program, [`--config_dir=${folder}`], { stdio: 'ignore' })
  try {
    await untilListening(port)
    await sendAll(port)
    await sleep(3000)
    const files = spawnSync('sh', ['-c', `ls ${folder} | grep '^mail\\.'`], { encoding: 'utf8' }).stdout.split('\n')
    const mails = files
      .filter((name) => name !== '' && existsSync(path.join(folder, name)))
      .map((name) => readFileSync(path.join(folder, name), 'latin1'))
    return {
      ...figure('chasquid', obeyed(mails)),
      what: `the same sequences against chasquid (${mails.length} messages taken)`,
    }
  } catch (error) {
    return { what: 'the same against chasquid', found: `it did not start: ${String(error)}`, held: undefined }
  } finally {
    child.kill('SIGTERM')
    await sleep(300)
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function compareServers(): Promise<readonly Figure[]> {
  return [await postfix(), await chasquid()]
}
