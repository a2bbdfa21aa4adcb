// `postern login …`: what opens the pages, and who is in. `postern audit list`: who did what, and when.
import type { AuditEntry, CodesAnswer, Security, Strength, TotpSetup } from '../../api/shapes-access.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { prompt, promptNew, readSecretFile } from '../asked.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable } from '../print.ts'

const USAGE =
  'login show | passphrase [--new-file FILE] [--remove] | generate | totp [begin|confirm CODE|remove] | recovery-codes | keys [remove ID] | sessions [end ID] | lock'
const p = encodeURIComponent

function done(input: Input, what: Record<string, unknown>, line: string): void {
  if (input.json) printJson(what)
  else printLine(line)
}

function printCodes(codes: readonly string[]): void {
  printLine(
    'Recovery codes, each good once in place of the second factor. They are not stored and cannot be shown again:\n',
  )
  for (const code of codes) printLine(`    ${code}`)
}

async function show(client: Client, input: Input): Promise<void> {
  const security = await client.call<Security>('GET', '/app/security')
  if (input.json) return printJson(security)
  printFields({
    passphrase: security.passphrase === null ? 'not set' : `set ${localTime(security.passphrase.setAt)}`,
    'authenticator app': security.totp === null ? 'not set' : `set ${localTime(security.totp.setAt)}`,
    'security keys': String(security.keys.length),
    'recovery codes': `${security.recoveryCodesLeft} left`,
    sessions: String(security.sessions.length),
  })
}

async function passphrase(client: Client, input: Input): Promise<void> {
  if (input.has('remove')) {
    await client.call('DELETE', '/app/security/passphrase')
    return done(input, { removed: true }, 'The login passphrase is removed: the pages open by a login link again.')
  }
  const file = input.text('new-file') ?? input.text('passphrase-file')
  const given = readSecretFile('passphrase-file', file) ?? (await promptNew('New login passphrase'))
  if (given === undefined) throw new UsageError('postern login passphrase --passphrase-file FILE')
  await client.call('PUT', '/app/security/passphrase', { passphrase: given })
  const { bits, verdict } = await client.call<Strength>('POST', '/app/security/strength', { passphrase: given })
  done(input, { set: true, bits, verdict }, `The login passphrase is set (${verdict}, about ${Math.round(bits)} bits).`)
}

async function confirmTotp(client: Client, input: Input, code: string): Promise<void> {
  const { recoveryCodes } = await client.call<CodesAnswer>('POST', '/app/security/totp/confirm', { code })
  if (input.json) return printJson({ set: true, recoveryCodes: recoveryCodes ?? [] })
  printLine('The authenticator app counts from now on.')
  if (recoveryCodes !== undefined) printCodes(recoveryCodes)
}

async function totp(client: Client, input: Input): Promise<void> {
  const [, action = 'begin', code] = input.words
  if (action === 'remove') {
    await client.call('DELETE', '/app/security/totp')
    return done(input, { removed: true }, 'The authenticator app is removed.')
  }
  if (action === 'confirm' && code !== undefined) return confirmTotp(client, input, code)
  if (action !== 'begin') throw new UsageError(`postern ${USAGE}`)
  const setup = await client.call<TotpSetup>('POST', '/app/security/totp', {})
  if (input.json) return printJson(setup)
  printLine(
    `Type this secret into your authenticator app, or open the address in it:\n\n    ${setup.secret}\n\n    ${setup.uri}\n`,
  )
  const typed = await prompt('The code that it shows: ')
  if (typed === undefined) printLine('Then, within a quarter of an hour: postern login totp confirm CODE')
  else await confirmTotp(client, input, typed)
}

async function recoveryCodes(client: Client, input: Input): Promise<void> {
  const made = await client.call<{ recoveryCodes: readonly string[] }>('POST', '/app/security/recovery-codes', {})
  if (input.json) printJson(made)
  else printCodes(made.recoveryCodes)
}

async function keys(client: Client, input: Input): Promise<void> {
  const [, action, id] = input.words
  if (action === 'remove' && id !== undefined) {
    await client.call('DELETE', `/app/security/keys/${p(id)}`)
    return done(input, { removed: id }, 'The key is removed.')
  }
  const { keys: data } = await client.call<Security>('GET', '/app/security')
  if (input.json) return printJson(data)
  if (data.length === 0) return printLine('No security keys. They are added in the pages: postern status --login')
  printTable(
    ['id', 'name', 'added', 'last used'],
    data.map((one) => [one.id, one.name, localTime(one.createdAt), localTime(one.lastUsed)]),
  )
}

async function sessions(client: Client, input: Input): Promise<void> {
  const [, action, id] = input.words
  if (action === 'end' && id !== undefined) {
    await client.call('DELETE', `/app/security/sessions/${p(id)}`)
    return done(input, { ended: id }, 'The session has ended.')
  }
  const { sessions: data } = await client.call<Security>('GET', '/app/security')
  if (input.json) return printJson(data)
  printTable(
    ['id', 'since', 'last seen', 'from', 'by', 'browser'],
    data.map((one) => [one.id, localTime(one.since), localTime(one.lastSeen), one.from, one.by, one.agent]),
  )
}

function login(input: Input): Promise<void> {
  return withClient(input, async (client) => {
    switch (input.words[0] ?? 'show') {
      case 'show':
        return show(client, input)
      case 'passphrase':
        return passphrase(client, input)
      case 'generate': {
        const made = await client.call<{ passphrase: string }>('POST', '/app/security/generate', {})
        return done(input, made, made.passphrase)
      }
      case 'totp':
        return totp(client, input)
      case 'recovery-codes':
        return recoveryCodes(client, input)
      case 'keys':
        return keys(client, input)
      case 'sessions':
        return sessions(client, input)
      case 'lock':
        await client.call('POST', '/app/security/lock', {})
        return done(input, { locked: true }, 'Every session has ended.')
      default:
        throw new UsageError(`postern ${USAGE}`)
    }
  })
}

const timesOf = ({ outcome, count, lastAt }: AuditEntry): string =>
  lastAt === null ? outcome : `${outcome} ${count} times, the last at ${localTime(lastAt)}`

async function auditList(input: Input): Promise<void> {
  const [action = 'list'] = input.words
  if (action !== 'list') throw new UsageError('postern audit list [--limit N]')
  const limit = input.text('limit') ?? '50'
  await withClient(input, async (client) => {
    const { data } = await client.call<{ data: readonly AuditEntry[] }>('GET', `/app/audit?limit=${p(limit)}`)
    if (input.json) return printJson(data)
    printTable(
      ['when', 'who', 'from', 'what', 'outcome', 'change'],
      data.map((one) => [localTime(one.at), one.who, one.place, one.what, timesOf(one), one.detail]),
    )
  })
}

export const loginVerb: Verb = {
  name: 'login',
  summary: 'What opens the pages: passphrase, second factors, recovery codes; and who is in.',
  usage: USAGE,
  flags: {
    ...CLIENT_FLAGS,
    'new-file': {
      type: 'string',
      value: 'FILE',
      help: 'the new login passphrase, where --passphrase-file opens the folder',
    },
    remove: { type: 'boolean', help: 'take the login passphrase away' },
  },
  run: login,
}

export const auditVerb: Verb = {
  name: 'audit',
  summary: 'Who logged in, and who changed what, when and from where; the newest first.',
  usage: 'audit list [--limit N]',
  flags: { ...CLIENT_FLAGS, limit: { type: 'string', value: 'N', help: 'entries at most, 1 to 200 (50)' } },
  run: auditList,
}
