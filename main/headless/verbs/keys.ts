// `postern key …`: what opens the data folder.
import { existsSync } from 'node:fs'
import { writeDurably } from '../../vault/durable-file.ts'
import { Failure } from '../../terms/failure.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { askedOf, prompt, promptNew, readSecretFile } from '../asked.ts'
import { CLIENT_FLAGS, dataFolderOf, relayRuns, unlockRelay, withClient, type Client } from '../client.ts'
import { printJson, printLine, printTable } from '../print.ts'

interface Source {
  readonly id: string
  readonly kind: string
  readonly description: string
  readonly recoveryKey?: string
}

const USAGE =
  'key list | add SOURCE | remove ID | test [ID] | rotate ID | recovery [--to FILE] | rekey [--off] | unlock   (SOURCE: keychain, file:PATH, credential:NAME, passphrase)'
const p = encodeURIComponent

/** Where to put a recovery key: a file of the owner's alone, a terminal, or the JSON that was asked for; never a pipe by itself. */
function placeOf(input: Input): 'file' | 'terminal' | 'json' {
  const file = input.text('to')
  if (file !== undefined) {
    if (existsSync(file))
      throw new Failure('headless', 'file-there', `${file} is there already.`, {
        remedy: 'Name another file with --to.',
      })
    return 'file'
  }
  if (input.json) return 'json'
  if (process.stdout.isTTY) return 'terminal'
  throw new Failure('headless', 'no-terminal', 'The recovery key is shown on a terminal only.', {
    remedy: 'Run it on one, or write it to a file of yours alone with --to FILE.',
  })
}

function showRecovery(input: Input, source: Source): void {
  const key = source.recoveryKey ?? ''
  const place = placeOf(input)
  if (place === 'json') return printJson(source)
  if (place === 'file') {
    writeDurably(input.text('to') ?? '', `${key}\n`)
    return printLine(
      `The recovery key is in ${input.text('to') ?? ''}. Print it, keep it away from this machine, and remove the file.`,
    )
  }
  printLine('Your recovery key. It opens your data and every backup from now on, on any machine:\n')
  for (const half of [key.slice(0, 23), key.slice(24)]) printLine(`    ${half}`)
  printLine('\nWrite it down or print it: it is not stored and cannot be shown again.')
}

async function recovery(client: Client, input: Input): Promise<void> {
  placeOf(input) // before a key is made that nobody could be shown
  const { data } = await client.call<{ data: Source[] }>('GET', '/app/keys')
  const old = data.find((one) => one.kind === 'recovery')
  if (old !== undefined && !input.has('yes'))
    throw new Failure('headless', 'recovery-there', 'There is a recovery key already; it cannot be shown again.', {
      remedy: 'Make a new one in its place with: postern key recovery --yes (the old one then opens old backups only).',
    })
  const made = await (old === undefined
    ? client.call<{ data: Source }>('POST', '/app/keys', { source: 'recovery' })
    : client.call<{ data: Source }>('POST', `/app/keys/${p(old.id)}/rotate`, {}))
  showRecovery(input, made.data)
}

/** A new passphrase, from its file or typed twice; undefined lets the relay say that one is needed. */
async function newPassphrase(input: Input): Promise<{ passphrase?: string }> {
  const text =
    readSecretFile('new-passphrase-file', input.text('new-passphrase-file')) ?? (await promptNew('New passphrase'))
  if (text === undefined)
    throw new Failure('headless', 'no-terminal', 'A passphrase is needed, and there is no terminal to ask on.', {
      remedy: 'Give it with --new-passphrase-file FILE.',
    })
  return { passphrase: text }
}

async function testOne(client: Client, input: Input, source: Source): Promise<string> {
  const body: Record<string, string> = {}
  if (source.kind === 'passphrase' || source.kind === 'recovery') {
    const flag = `${source.kind}-file`
    const text = readSecretFile(flag, input.text(flag)) ?? (await prompt(`${source.description}: `))
    if (text === undefined) return `not tested: give it with --${flag} FILE`
    body[source.kind] = text
  }
  try {
    await client.call('POST', `/app/keys/${p(source.id)}/test`, body)
    return 'opens'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function test(client: Client, input: Input, id: string | undefined): Promise<void> {
  const { data } = await client.call<{ data: Source[] }>('GET', '/app/keys')
  const chosen = id === undefined ? data : data.filter((one) => one.id === id)
  if (chosen.length === 0) throw new UsageError(`There is no key source "${id ?? ''}". See: postern key list`)
  const results: { id: string; description: string; result: string }[] = []
  for (const one of chosen)
    results.push({ id: one.id, description: one.description, result: await testOne(client, input, one) })
  if (input.json) printJson(results)
  else
    printTable(
      ['id', 'what', 'result'],
      results.map((one) => [one.id, one.description, one.result]),
    )
  if (results.some((one) => one.result !== 'opens' && !one.result.startsWith('not tested'))) process.exitCode = 1
}

async function rotate(client: Client, input: Input, id: string): Promise<void> {
  const kind = id.split('-')[0]
  if (kind === 'recovery') placeOf(input)
  const body = kind === 'passphrase' ? await newPassphrase(input) : {}
  const { data } = await client.call<{ data: Source }>('POST', `/app/keys/${p(id)}/rotate`, body)
  if (data.recoveryKey !== undefined) showRecovery(input, data)
  else if (input.json) printJson(data)
  else printLine(`${data.id} has a new key (${data.description}).`)
}

async function list(client: Client, input: Input): Promise<void> {
  const answer = await client.call<{ data: Source[]; rekeyPlanned: boolean }>('GET', '/app/keys')
  if (input.json) return printJson(answer.data)
  printTable(
    ['id', 'what opens this folder'],
    answer.data.map((one) => [one.id, one.description]),
  )
  if (answer.rekeyPlanned) printLine('The database gets a new key at the next start.')
  if (!answer.data.some((one) => one.kind === 'recovery'))
    printLine(
      '\nThere is no recovery key: if this machine is lost, its backups cannot be opened. Make one: postern key recovery',
    )
}

async function add(client: Client, input: Input, source: string): Promise<void> {
  if (source === 'recovery') return recovery(client, input)
  const body = source === 'passphrase' ? await newPassphrase(input) : {}
  const { data } = await client.call<{ data: Source }>('POST', '/app/keys', { source, ...body })
  if (input.json) printJson(data)
  else printLine(`Added ${data.id}: ${data.description}.`)
}

async function rekey(client: Client, input: Input, running: boolean): Promise<void> {
  if (input.has('off')) {
    if (!running)
      throw new Failure('headless', 'not-running', 'No relay runs: a re-key that was planned is done by now.', {
        remedy: 'It can be called off only while the relay that it was asked of runs.',
      })
    await client.call('DELETE', '/app/keys/rekey')
    return input.json ? printJson({ planned: false }) : printLine('Called off: the database keeps its key.')
  }
  await client.call('POST', '/app/keys/rekey', {})
  if (running) {
    if (input.json) printJson({ planned: true })
    else printLine('The database gets its new key at the next start of the relay.')
  }
}

async function unlock(input: Input): Promise<void> {
  const recoveryKey = readSecretFile('recovery-file', input.text('recovery-file'))
  const body =
    recoveryKey === undefined
      ? {
          passphrase:
            readSecretFile('passphrase-file', input.text('passphrase-file')) ?? (await prompt('Passphrase: ')),
        }
      : { recovery: recoveryKey }
  if (body.passphrase === undefined && recoveryKey === undefined)
    throw new UsageError('There is no terminal to ask on: give --passphrase-file FILE or --recovery-file FILE.')
  await unlockRelay(dataFolderOf(input), body)
  if (input.json) printJson({ unlocked: true })
  else printLine('Unlocked: the relay takes mail.')
}

async function key(input: Input): Promise<void> {
  const [action = 'list', name] = input.words
  const need = (): string => {
    if (name === undefined) throw new UsageError(`postern ${USAGE}`)
    return name
  }
  if (action === 'unlock') return unlock(input)
  const running = input.text('url') !== undefined || (await relayRuns(dataFolderOf(input)))
  const asked = askedOf(input)
  await withClient(
    input,
    async (client) => {
      if (action === 'list') await list(client, input)
      else if (action === 'add') await add(client, input, need())
      else if (action === 'remove') {
        await client.call('DELETE', `/app/keys/${p(need())}`)
        if (input.json) printJson({ removed: name })
        else printLine(`Removed ${need()}. A copy of that key still opens backups that were made before.`)
      } else if (action === 'test') await test(client, input, name)
      else if (action === 'rotate') await rotate(client, input, need())
      else if (action === 'recovery') await recovery(client, input)
      else if (action === 'rekey') await rekey(client, input, running)
      else throw new UsageError(`postern ${USAGE}`)
    },
    asked,
  )
  if (action !== 'rekey' || running) return
  // Nobody has the folder open: opening it once carries the plan out.
  await withClient(input, async (client) => client.call('GET', '/app/session'), asked)
  if (input.json) printJson({ rekeyed: true })
  else printLine('Every page of the database has a new key.')
}

export const keyVerb: Verb = {
  name: 'key',
  summary: 'What opens your data: keychain, key file, credential, passphrase, recovery key.',
  usage: USAGE,
  flags: {
    ...CLIENT_FLAGS,
    'new-passphrase-file': { type: 'string', value: 'FILE', help: 'the new passphrase, for add and rotate' },
    to: { type: 'string', value: 'FILE', help: 'where a new recovery key is written' },
    yes: { type: 'boolean', help: 'do not ask' },
    off: { type: 'boolean', help: 'calls off a re-key that is planned for the next start' },
  },
  run: key,
}
