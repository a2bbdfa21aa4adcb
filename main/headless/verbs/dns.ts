// `postern dns`: an answer of the DNS, what it is worth, and the chain of trust link by link; and the resolver that is asked.
import type { DnsAnswer } from '../../api/routes/trust.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient } from '../client.ts'
import { DNS_FLAGS } from '../dns-options.ts'
import { checkTheResolver, listResolvers, useResolver } from './dns-resolvers.ts'
import { printFields, printJson, printLine, safe } from '../print.ts'

const WORTH: Readonly<Record<string, string>> = {
  secure: 'secure: signed, and the chain of trust reaches it',
  insecure: 'insecure: not signed, and that is proven or so wished',
  bogus: 'BOGUS: it should be signed and is not, or not rightly. Nothing is decided by it',
  indeterminate: 'indeterminate: nothing can be said about it',
}

const STATUS: Readonly<Record<string, string>> = {
  found: 'found',
  'no-data': 'the name is there, this type is not',
  'no-name': 'there is no such name',
  trouble: 'no usable answer',
}

async function lookup(input: Input): Promise<void> {
  const [, name, type = 'A'] = input.words
  if (name === undefined) throw new UsageError('postern dns lookup NAME [TYPE]')
  await withClient(input, async (client) => {
    const query = new URLSearchParams({ name, type })
    const { data } = await client.call<{ data: DnsAnswer }>('GET', `/app/dns/lookup?${query.toString()}`)
    if (input.json) {
      printJson(data)
      return
    }
    printFields({
      answer: STATUS[data.status] ?? data.status,
      state: WORTH[data.security] ?? data.security,
      ...(data.reason === '' ? {} : { because: data.reason }),
      ...(data.aliases.length === 0 ? {} : { aliases: data.aliases.join(' -> ') }),
    })
    for (const record of data.records) printLine(`${data.owner} ${data.ttl} IN ${data.type} ${safe(record)}`)
    if (data.steps.length > 0) printLine('Chain of trust:')
    for (const step of data.steps) printLine(`  ${safe(step)}`)
  })
}

const USAGE = 'dns lookup NAME [TYPE] | check | resolvers | use NAME|SERVERS|system [--force]'

function dns(input: Input): Promise<void> {
  switch (input.words[0]) {
    case 'lookup':
      return lookup(input)
    case 'check':
      return checkTheResolver(input)
    case 'resolvers':
      return listResolvers(input)
    case 'use':
      return useResolver(input)
    default:
      throw new UsageError(`postern ${USAGE}`)
  }
}

export const dnsVerb: Verb = {
  name: 'dns',
  summary: 'Looks a name up and shows the chain of trust; checks the resolver, or changes to another one.',
  usage: USAGE,
  // While a relay runs it is asked, with the resolver that it was started with.
  flags: {
    ...CLIENT_FLAGS,
    ...DNS_FLAGS,
    force: { type: 'boolean', help: 'use a resolver although it does not work now' },
  },
  run: dns,
}
