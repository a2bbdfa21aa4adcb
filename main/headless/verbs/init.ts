// `postern init`: makes a data folder.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { distFolder } from '../../dist-folder.ts'
import { setUp } from '../../setup.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { ASKED_FLAGS, askedOf, readSecretFile } from '../asked.ts'
import { CLIENT_FLAGS, dataFolderOf, keyOf, withClient } from '../client.ts'
import { printJson, printLine } from '../print.ts'

async function init(input: Input): Promise<void> {
  const folder = dataFolderOf(input)
  const routeUser = input.text('route-user')
  const routePassword = readSecretFile('route-password-file', input.text('route-password-file'))
  if ((routeUser === undefined) !== (routePassword === undefined))
    throw new UsageError('--route-user and --route-password-file go together.')
  const asked = askedOf(input, true)
  await setUp({
    folder,
    writerScript: pathToFileURL(path.join(distFolder(), 'writer.worker.js')),
    key: keyOf(input),
    asked,
    domains: input.list('domain'),
    recipients: input.list('recipient'),
    route: input.text('route') ?? 'mailbox',
    routeUser,
    routePassword,
    catchAll: input.has('catch-all'),
    hostname: input.text('hostname'),
  })
  await withClient(
    input,
    async (client) => {
      const state = await client.call<{ hostname: string; domains: { name: string }[]; route: string }>(
        'GET',
        '/app/state',
      )
      if (input.json) printJson({ folder, ...state })
      else {
        printLine(`Made ${folder} for ${state.domains.map((one) => one.name).join(', ')}.`)
        printLine('Start it with: postern serve')
        printLine(`The DNS records it needs: postern domain show ${state.domains[0]?.name ?? ''}`)
      }
    },
    asked,
  )
}

export const initVerb: Verb = {
  name: 'init',
  summary:
    "Makes a data folder with its keys, domain, recipient and certificate. Refuses one that is a relay's already.",
  usage: 'init [--data DIR] [--domain D]… [--recipient ADDR]… [--route R] [--catch-all] [--hostname H] [--key SOURCE]',
  flags: {
    domain: { type: 'string', multiple: true, value: 'D', help: 'a domain of yours (postern.test, for trying)' },
    recipient: { type: 'string', multiple: true, value: 'ADDR', help: 'your real mailbox (the built-in one)' },
    route: { type: 'string', value: 'R', help: 'mailbox, mx, smtp://HOST:PORT or smtps://HOST:PORT' },
    'route-user': { type: 'string', value: 'U', help: 'the login at the smarthost' },
    'route-password-file': { type: 'string', value: 'FILE', help: 'its password' },
    'catch-all': { type: 'boolean', help: 'any address at the domains becomes an alias when mail comes' },
    hostname: { type: 'string', value: 'H', help: 'the name of this server (mail.<first domain>)' },
    key: CLIENT_FLAGS['key'] ?? { type: 'string', help: '' },
    ...ASKED_FLAGS,
  },
  run: init,
}
