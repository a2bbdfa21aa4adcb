// `postern backup create|list|verify|restore|schedule|salvage`.
import { createInterface } from 'node:readline/promises'
import path from 'node:path'
import type { BackupInfo, Schedule } from '../../store/backup-jobs.ts'
import { readBackupHeader } from '../../store/backup-file.ts'
import { restoreBackup } from '../../store/backup-restore.ts'
import type { BackupResult, Progress } from '../../store/backup.ts'
import { verifyWith } from '../../store/backup-verify.ts'
import { lockFolder } from '../../store/folder-lock.ts'
import { salvage } from '../../store/salvage.ts'
import { Failure } from '../../terms/failure.ts'
import { hasVault } from '../../vault/vault.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { askedOf, hasTerminal } from '../asked.ts'
import { CLIENT_FLAGS, dataFolderOf, keyOf, parseKeySource, relayRuns, withClient, type Client } from '../client.ts'
import { localTime, printJson, printLine, printTable } from '../print.ts'

const USAGE =
  'backup create [--to FOLDER|FILE] | stop | list [--from FOLDER] | verify FILE | restore FILE [--data DIR] [--yes] | schedule [--to FOLDER] [--every day|off] [--keep N] | salvage'

function megabytes(octets: number): string {
  return `${(octets / 1_048_576).toFixed(1)} MB`
}

/** One line that is written over on a terminal; a line for each phase elsewhere. */
function progressBar(input: Input): { show(progress: Progress): void; end(): void } {
  let phase = ''
  const terminal = process.stderr.isTTY
  return {
    show(progress) {
      const { done, total } = progress
      if (input.json || (!terminal && progress.phase === phase)) return
      ;({ phase } = progress)
      const share = total === 0 || done === 0 ? '' : ` ${Math.floor((100 * done) / total)} % of ${megabytes(total)}`
      process.stderr.write(terminal ? `\r\u001b[K${phase} …${share}` : `${phase} …\n`)
    },
    end() {
      if (terminal && phase !== '') process.stderr.write('\r\u001b[K')
    },
  }
}

/** Runs the call, and asks meanwhile how far it is. Ctrl-C stops what was begun here; a second one ends this command at once. */
async function withProgress<T>(input: Input, client: Client, work: Promise<T>): Promise<T> {
  const bar = progressBar(input)
  const stop = (): void => {
    process.off('SIGINT', stop)
    // What it was about says itself that it was stopped.
    client.call('POST', '/app/backups/stop').catch(() => undefined)
  }
  process.on('SIGINT', stop)
  const timer = setInterval(() => {
    client.call<{ data: Progress | null }>('GET', '/app/backups/progress').then(
      ({ data }) => {
        if (data !== null) bar.show(data)
      },
      () => undefined, // the call itself says what went wrong
    )
  }, 250)
  try {
    return await work
  } finally {
    process.off('SIGINT', stop)
    clearInterval(timer)
    bar.end()
  }
}

function describe({ counts, spoolFiles, lost, size }: BackupResult): string {
  const messages = counts['message'] ?? 0
  const gone = lost.length === 0 ? '' : `; ${lost.length} stored bodies were lost before it was made`
  return `${megabytes(size)}, ${messages} messages, ${spoolFiles} large bodies, ${counts['alias'] ?? 0} aliases${gone}`
}

async function create(client: Client, input: Input): Promise<void> {
  const to = input.text('to')
  const body = to === undefined ? {} : { to: path.resolve(to) }
  const work = client.call<{ data: BackupInfo & BackupResult }>('POST', '/app/backups', body)
  const { data } = await withProgress(input, client, work)
  const keys = await client.call<{ data: { kind: string }[] }>('GET', '/app/keys')
  if (input.json) return printJson(data)
  printLine(data.file)
  printLine(`Written, opened again and checked: ${describe(data)}.`)
  if (!keys.data.some((one) => one.kind === 'recovery'))
    printLine('It opens with the keys of this machine only: there is no recovery key. Make one: postern key recovery')
}

async function stopRunning(client: Client, input: Input): Promise<void> {
  await client.call('POST', '/app/backups/stop')
  for (;;) {
    const { data } = await client.call<{ data: Progress | null }>('GET', '/app/backups/progress')
    if (data === null) break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  if (input.json) printJson({ stopped: true })
  else printLine('Stopped.')
}

async function list(client: Client, input: Input): Promise<void> {
  const from = input.text('from')
  const query = from === undefined ? '' : `?from=${encodeURIComponent(path.resolve(from))}`
  const answer = await client.call<{ data: BackupInfo[]; schedule: Schedule }>('GET', `/app/backups${query}`)
  if (input.json) return printJson(answer)
  printTable(
    ['made', 'kind', 'size', 'file'],
    answer.data.map((one) => [localTime(one.createdAt), one.kind, megabytes(one.size), path.basename(one.file)]),
  )
  const { to, every, keep } = answer.schedule
  printLine(every === 'off' ? '\nNo daily backups are made.' : `\nDaily into ${to}, the last ${keep} are kept.`)
}

async function schedule(client: Client, input: Input): Promise<void> {
  const to = input.text('to')
  const every = input.text('every')
  const keep = input.text('keep')
  if (every !== undefined && every !== 'day' && every !== 'off') throw new UsageError('--every takes day or off.')
  if (keep !== undefined && !/^[1-9][0-9]{0,2}$/.test(keep))
    throw new UsageError('--keep takes a number from 1 to 999.')
  const { data } = await client.call<{ data: Schedule }>('PATCH', '/app/backups/schedule', {
    ...(to === undefined ? {} : { to: path.resolve(to) }),
    ...(every === undefined ? {} : { every }),
    ...(keep === undefined ? {} : { keep: Number(keep) }),
  })
  if (input.json) printJson(data)
  else if (data.every === 'off') printLine('No daily backups are made.')
  else printLine(`Daily into ${data.to}, the last ${data.keep} are kept.`)
}

/** With the keys of the folder where the backup is of it, else with whatever of the backup's own sources is at hand. */
async function verify(input: Input, file: string): Promise<void> {
  const { folderId } = readBackupHeader(file)
  const bar = progressBar(input)
  const folder = dataFolderOf(input)
  const own = input.text('url') === undefined && hasVault(folder) && input.text('recovery-file') === undefined
  const result = own
    ? await withClient(input, async (client) => {
        const work = client.call<{ data: BackupResult }>('POST', '/app/backups/verify', { file })
        return (await withProgress(input, client, work)).data
      })
    : await verifyWith({ file, key: keyOf(input), asked: askedOf(input) }, (progress) => bar.show(progress))
  bar.end()
  if (input.json) printJson({ file, folderId, ...result })
  else printLine(`Every page, row count and stored body checks: ${describe(result)}.`)
}

async function confirmed(input: Input, folder: string): Promise<boolean> {
  if (input.has('yes')) return true
  if (!hasTerminal())
    throw new Failure(
      'headless',
      'not-confirmed',
      `${folder} is a relay's folder already; its files would be kept aside.`,
      {
        remedy: 'Say --yes, or name another folder with --data.',
      },
    )
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await ask.question(
    `${folder} is a relay's folder. Put the backup in its place and keep the old files aside? [y/N] `,
  )
  ask.close()
  return /^y(es)?$/i.test(answer.trim())
}

async function restore(input: Input, file: string): Promise<void> {
  const folder = path.resolve(dataFolderOf(input))
  if (await relayRuns(folder))
    throw new Failure('headless', 'relay-runs', 'The relay runs on this folder.', { remedy: 'Stop it first.' })
  const bar = progressBar(input)
  const newKey = input.text('new-key')
  const restored = await restoreBackup(
    {
      file,
      folder,
      key: keyOf(input),
      newKey: newKey === undefined ? undefined : parseKeySource(newKey),
      asked: askedOf(input),
      now: Date.now(),
      confirm: () => confirmed(input, folder),
    },
    (progress) => bar.show(progress),
  )
  bar.end()
  if (restored === undefined) return printLine('Nothing was changed.')
  if (input.json) return printJson({ folder, ...restored })
  printLine(`Restored the backup of ${localTime(restored.createdAt)} into ${folder}: ${describe(restored)}.`)
  if (restored.aside !== undefined) printLine(`What was there before is in ${restored.aside}.`)
  if (restored.addedSource !== undefined) printLine(`It opens on this machine by its new ${restored.addedSource}.`)
  printLine('Start it with: postern serve')
}

async function salvageLog(input: Input): Promise<void> {
  const folder = path.resolve(dataFolderOf(input))
  const lock = lockFolder(folder)
  let result
  try {
    result = salvage(folder, Date.now())
  } finally {
    lock.release()
  }
  if (input.json) return printJson(result ?? { problem: null })
  if (result === undefined) return printLine('There is nothing to salvage: the log of the database is whole.')
  printLine(result.problem)
  printLine(`The damaged files are kept in ${result.aside}; the database goes on with what is before the damage.`)
  if (result.lostFrames !== undefined) printLine(`Given up: ${result.lostFrames} pages that had been committed.`)
}

async function backup(input: Input): Promise<void> {
  const [action = 'list', name] = input.words
  const need = (): string => {
    if (name === undefined) throw new UsageError(`postern backup ${action} FILE`)
    return path.resolve(name)
  }
  if (action === 'verify') return verify(input, need())
  if (action === 'restore') return restore(input, need())
  if (action === 'salvage') return salvageLog(input)
  const run = { create, list, schedule, stop: stopRunning }[action]
  if (run === undefined) throw new UsageError(`postern ${USAGE}`)
  await withClient(input, (client) => run(client, input))
}

export const backupVerb: Verb = {
  name: 'backup',
  summary: 'Backups: made while mail goes on, checked by restoring them, put back on any machine.',
  usage: USAGE,
  flags: {
    ...CLIENT_FLAGS,
    to: { type: 'string', value: 'FOLDER', help: 'where they are made' },
    from: { type: 'string', value: 'FOLDER', help: 'which folder is listed' },
    every: { type: 'string', value: 'day|off', help: 'whether one is made daily' },
    keep: { type: 'string', value: 'N', help: 'how many daily ones are kept (7)' },
    'new-key': { type: 'string', value: 'SOURCE', help: 'what opens the restored folder on this machine (a key file)' },
    yes: { type: 'boolean', help: 'do not ask; old files are kept aside' },
  },
  run: backup,
}
