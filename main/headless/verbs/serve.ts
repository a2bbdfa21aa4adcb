// `postern serve`: the relay without a window, until SIGTERM or SIGINT.
import type { Input, Verb } from '../arguments.ts'
import { sentenceOf } from '../arguments.ts'
import { DNS_FLAGS, dnsOptionsOf } from '../dns-options.ts'
import { ASKED_FLAGS, askedOf } from '../asked.ts'
import { CLIENT_FLAGS, dataFolderOf, keyOf } from '../client.ts'
import { hasVault } from '../../vault/vault.ts'
import type { DamagedRelay } from '../damaged-relay.ts'
import { printLine } from '../print.ts'
import { runUntilStopped, type HostWords, type RunningRelay } from '../run-relay.ts'

type LockedDoors = Parameters<HostWords['onLocked']>[1]

/** Waits for the word to stop; a second one ends the process at once (the queue is safe either way). */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const stop = (): void => {
      if (asked) process.exit(1)
      asked = true
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

function announce(running: RunningRelay, folder: string, json: boolean): void {
  const { listeners, hostname, route } = running.relay.state()
  if (json) {
    printLine(JSON.stringify({ ready: true, folder, hostname, route, listeners, login: running.loginLink() }))
    return
  }
  printLine('Postern is running.')
  for (const { kind, host, port, note } of listeners) {
    const name = { smtp: 'SMTP', submission: 'Submission', http: 'Pages' }[kind]
    if (kind !== 'http') printLine(`  ${name.padEnd(11)} ${host}:${port}${note === '' ? '' : ` (${note})`}`)
  }
  printLine(`  ${'Pages'.padEnd(11)} ${running.loginLink()}`)
  printLine('              (this link logs in once, within 15 minutes; another one: postern status --login)')
}

async function serve(input: Input): Promise<void> {
  const folder = dataFolderOf(input)
  const stopped = untilStopped()
  const options = {
    folder,
    key: keyOf(input),
    asked: askedOf(input, !hasVault(folder)),
    smtp: input.list('smtp'),
    submission: input.list('submission'),
    http: input.text('http'),
    ...dnsOptionsOf(input),
    setUpIfNew: true,
  }
  const onLocked = (failure: Error, { ports, http }: LockedDoors): void => {
    const page = `http://localhost:${http.port}/`
    process.stderr.write(`postern: ${sentenceOf(failure)} Until then senders are told to come again (421).\n`)
    if (input.json) printLine(JSON.stringify({ locked: true, folder, ports, page }))
    else printLine(`  It can be unlocked in a browser too: ${page}`)
  }
  const onDamaged = ({ failure, http }: DamagedRelay): void => {
    const page = `http://localhost:${http.port}/`
    process.stderr.write(
      `postern: ${sentenceOf(failure)} Until then nothing listens for mail, and senders come again.\n`,
    )
    if (input.json) printLine(JSON.stringify({ damaged: failure.id, folder, page }))
    else printLine(`  What helps is in a browser too: ${page} Postern goes on by itself when it is mended.`)
  }
  const onRunning = (running: RunningRelay): void => announce(running, folder, input.json)
  const onStopping = (): void => {
    if (!input.json) printLine('Stopping: no new sessions, what runs may finish.')
  }
  await runUntilStopped(options, { onRunning, onStopping, onLocked, onDamaged, stopped })
}

export const serveVerb: Verb = {
  name: 'serve',
  summary: 'Runs the relay without a window until SIGTERM or SIGINT. A new folder is made on the first start.',
  usage:
    'serve [--data DIR] [--smtp HOST:PORT]… [--submission [smtps://]HOST:PORT]… [--http HOST:PORT|unix:PATH] [--resolver R] [--dnssec on|off|ad] [--trust-anchor FILE]',
  flags: {
    key: CLIENT_FLAGS['key'] ?? { type: 'string', help: '' },
    ...ASKED_FLAGS,
    smtp: { type: 'string', multiple: true, value: 'HOST:PORT', help: 'where mail comes in (127.0.0.1:2525)' },
    submission: {
      type: 'string',
      multiple: true,
      value: 'HOST:PORT',
      help: 'where your mail programs send; smtps:// for implicit TLS',
    },
    http: {
      type: 'string',
      value: 'WHERE',
      help: 'the pages and the API (127.0.0.1:7788); unix:PATH for a socket; another address needs a certificate and a passphrase',
    },
    ...DNS_FLAGS,
  },
  run: serve,
}
