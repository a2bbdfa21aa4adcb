// `postern token create`, `app-password create`.
import { SCOPES } from '../../access/secrets.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient } from '../client.ts'
import { localTime, printJson, printLine, printTable } from '../print.ts'

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
}

/** `90d` and the like, in milliseconds. */
export function parseDuration(given: string): number {
  const found = /^([1-9][0-9]{0,4})([mhdwy])$/.exec(given)
  const unit = UNITS[found?.[2] ?? '']
  if (found === null || unit === undefined)
    throw new UsageError(`"${given.slice(0, 20)}" is no length of time: write 90d, 12h or 1y.`)
  return Number(found[1]) * unit
}

function nameOf(input: Input, verb: string): string {
  const name = input.text('name')
  if (name === undefined || name === '') throw new UsageError(`postern ${verb} create --name N`)
  return name
}

interface Listed {
  id: string
  name: string
  username?: string
  scopes?: string
  lastUsed: number | null
}

async function secrets(
  input: Input,
  verb: 'token' | 'app-password',
  path: string,
  create: () => unknown,
): Promise<void> {
  const [action = 'list', id] = input.words
  await withClient(input, async (client) => {
    if (action === 'create') {
      const made = await client.call<Record<string, string>>('POST', path, create())
      if (input.json) printJson(made)
      else for (const [key, value] of Object.entries(made)) printLine(verb === 'token' ? value : `${key}: ${value}`)
      if (!input.json && process.stdout.isTTY) printLine('Note it now: it is not stored and cannot be shown again.')
    } else if (action === 'list') {
      const { data } = await client.call<{ data: Listed[] }>('GET', path)
      if (input.json) printJson(data)
      else
        printTable(
          ['id', 'name', 'for', 'last used'],
          data.map((one) => [one.id, one.name, one.scopes ?? one.username, localTime(one.lastUsed)]),
        )
    } else if (action === 'revoke' && id !== undefined) {
      await client.call('DELETE', `${path}/${encodeURIComponent(id)}`)
      if (input.json) printJson({ revoked: id })
      else printLine('Revoked.')
    } else throw new UsageError(`postern ${verb} create --name N | list | revoke ID`)
  })
}

function token(input: Input): Promise<void> {
  return secrets(input, 'token', '/app/tokens', () => {
    const scopes = input.list('scope')
    for (const one of scopes)
      if (!(SCOPES as readonly string[]).includes(one)) throw new UsageError(`--scope is one of ${SCOPES.join(', ')}.`)
    const expires = input.text('expires')
    return {
      name: nameOf(input, 'token'),
      ...(scopes.length === 0 ? {} : { scopes }),
      ...(expires === undefined ? {} : { expiresIn: parseDuration(expires) }),
    }
  })
}

function appPassword(input: Input): Promise<void> {
  return secrets(input, 'app-password', '/app/app-passwords', () => ({ name: nameOf(input, 'app-password') }))
}

export const secretVerbs: readonly Verb[] = [
  {
    name: 'token',
    summary: 'API tokens: made once, shown once.',
    usage: 'token create --name N [--scope S]… [--expires 90d] | list | revoke ID',
    flags: {
      ...CLIENT_FLAGS,
      name: { type: 'string', value: 'N', help: 'what it is for' },
      scope: { type: 'string', multiple: true, value: 'S', help: `${SCOPES.join(', ')} (read, aliases)` },
      expires: { type: 'string', value: '90d', help: 'when it ends (never)' },
    },
    run: token,
  },
  {
    name: 'app-password',
    summary: 'Passwords for your mail programs to send through the submission listener.',
    usage: 'app-password create --name N | list | revoke ID',
    flags: { ...CLIENT_FLAGS, name: { type: 'string', value: 'N', help: 'which program or device it is for' } },
    run: appPassword,
  },
]
