// `postern pattern list|add|order|remove DOMAIN …`: which addresses of a domain become aliases when mail comes.
import type { PatternRow } from '../../store/queries/policy.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { printJson, printTable } from '../print.ts'

async function run(client: Client, input: Input): Promise<readonly PatternRow[]> {
  const [action, domain, ...rest] = input.words
  if (domain === undefined) throw new UsageError('postern pattern list|add|order|remove DOMAIN [PATTERN or ID…]')
  const path = `/app/domains/${encodeURIComponent(domain)}/patterns`
  const list = async (): Promise<PatternRow[]> => (await client.call<{ data: PatternRow[] }>('GET', path)).data
  const order = async (ids: readonly string[]): Promise<PatternRow[]> =>
    (await client.call<{ data: PatternRow[] }>('PUT', path, { ids })).data
  const listed = (flag: string): string[] => input.text(flag)?.split(',') ?? []
  const [first] = rest
  switch (action) {
    case 'list':
      return list()
    case 'add': {
      if (first === undefined) throw new UsageError('postern pattern add DOMAIN PATTERN')
      const body = { pattern: first, recipients: listed('recipients'), labels: listed('labels') }
      return (await client.call<{ data: PatternRow[] }>('POST', path, body)).data
    }
    case 'order':
      return order([...new Set([...rest, ...(await list()).map((one) => one.id)])])
    case 'remove':
      return order((await list()).filter((one) => one.id !== first && one.pattern !== first).map((one) => one.id))
    default:
      throw new UsageError('postern pattern list|add|order|remove DOMAIN [PATTERN or ID…]')
  }
}

export const patternVerb: Verb = {
  name: 'pattern',
  summary: 'Patterns (RE2, whole local part, first one wins) that make an address of a domain an alias.',
  usage: 'pattern list|add|order|remove DOMAIN [PATTERN or ID…]',
  flags: {
    ...CLIENT_FLAGS,
    recipients: { type: 'string', value: 'A,B', help: 'where mail to what it makes goes' },
    labels: { type: 'string', value: 'A,B', help: 'labels of what it makes' },
  },
  run: (input) =>
    withClient(input, async (client) => {
      const rows = await run(client, input)
      if (input.json) printJson(rows)
      else
        printTable(
          ['pattern', 'labels', 'hits', 'id'],
          rows.map((one) => [one.pattern, one.labels.split('|').filter(Boolean).join(', '), one.hits, one.id]),
        )
    }),
}
