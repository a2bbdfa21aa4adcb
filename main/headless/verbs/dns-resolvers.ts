// `postern dns check|resolvers|use`: whether the resolver can be worked with, which others there are, and how to change to one of them.
import type { ResolverCheckShown, ResolversShown } from '../../api/shapes-owner.ts'
import { Failure } from '../../terms/failure.ts'
import { UsageError, type Input } from '../arguments.ts'
import { withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable, safe } from '../print.ts'

const HEALTH: Readonly<Record<ResolversShown['kind'], string>> = {
  unknown: 'not checked yet',
  good: 'works',
  silent: 'DOES NOT ANSWER: mail from other servers is deferred',
  strips: 'DOES NOT PASS DNSSEC ON: mail from other servers is deferred',
  clock: 'THE CLOCK OF THIS MACHINE IS WRONG: no DNSSEC signature is valid, mail from other servers is deferred',
}

const WAYS_OUT =
  'Change to another resolver: postern dns use quad9. Or turn DNSSEC off, and DANE with it: postern setting set dnssec off'

export async function checkTheResolver(input: Input): Promise<void> {
  await withClient(input, async (client) => {
    const { data } = await client.call<{ data: ResolversShown }>('POST', '/app/resolvers/look', {})
    if (input.json) return printJson(data)
    printFields({
      resolver: `${data.servers.join(', ')}${data.isSystem ? " (the system's)" : ''}`,
      dnssec: data.dnssec,
      state: HEALTH[data.kind],
      ...(data.reason === '' ? {} : { because: safe(data.reason) }),
      checked: localTime(data.at),
    })
    if (data.kind === 'strips') printLine(WAYS_OUT)
  })
}

export async function listResolvers(input: Input): Promise<void> {
  await withClient(input, async (client) => {
    const { data } = await client.call<{ data: ResolversShown }>('GET', '/app/resolvers')
    if (input.json) return printJson(data.choices)
    printTable(
      ['name', 'run by', 'country', 'servers'],
      data.choices.map((one) => [one.id, one.by, one.country, one.servers.replaceAll(',', ' ')]),
    )
  })
}

async function tried(client: Client, value: string | null): Promise<void> {
  const { data } = await client.call<{ data: ResolverCheckShown }>('POST', '/app/resolvers/try', { value })
  if (data.kind === 'good') return
  throw new Failure('dns', 'resolver-unusable', `This resolver cannot be used now: ${safe(data.reason)}.`, {
    remedy: 'Nothing was changed. Try another one (postern dns resolvers), or add --force.',
  })
}

export async function useResolver(input: Input): Promise<void> {
  const [, name] = input.words
  if (name === undefined) throw new UsageError('postern dns use NAME|SERVERS|system; see: postern dns resolvers')
  const value = name === 'system' ? null : name
  await withClient(input, async (client) => {
    const { data: before } = await client.call<{ data: ResolversShown }>('GET', '/app/resolvers')
    if (before.fixed.resolver)
      throw new Failure(
        'dns',
        'resolver-fixed',
        'The relay was started with --resolver: that goes before the setting.',
        {
          remedy: 'Start it without --resolver, or with another one.',
        },
      )
    if (!input.has('force')) await tried(client, value)
    if (value === null) await client.call('DELETE', '/app/settings/resolver')
    else await client.call('PUT', '/app/settings/resolver', { value })
    const { data } = await client.call<{ data: ResolversShown }>('GET', '/app/resolvers')
    if (input.json) printJson(data)
    else printLine(`DNS is asked at ${data.servers.join(', ')} from now on.`)
  })
}
