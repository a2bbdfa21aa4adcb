// `postern block add|list|show|set|remove` and `postern question list|allow|block`: who may not write, and who is asked about.
import type { BlockRow } from '../../store/queries/policy.ts'
import type { HeldRow } from '../../store/rows.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable, safe } from '../print.ts'

const p = encodeURIComponent

async function data<T>(answer: Promise<{ data: T }>): Promise<T> {
  return (await answer).data
}

function aliasQuery(input: Input): string {
  const alias = input.text('alias')
  return alias === undefined ? '' : `?alias=${p(alias)}`
}

function changes(input: Input): Record<string, unknown> {
  const text = input.text('text')
  const answer = input.text('answer')
  return {
    ...(answer === undefined ? {} : { answer }),
    ...(text === undefined ? {} : { text: text === 'none' ? null : text }),
  }
}

async function listBlocks(client: Client): Promise<BlockRow[]> {
  const rows: BlockRow[] = []
  for (let after: string | null = ''; after !== null;) {
    const page: { data: BlockRow[]; next: string | null } = await client.call(
      'GET',
      `/app/blocks${after === '' ? '' : `?after=${p(after)}`}`,
    )
    rows.push(...page.data)
    after = page.next
  }
  return rows
}

async function runBlock(client: Client, input: Input): Promise<unknown> {
  const [action = 'list', value] = input.words
  if (action === 'list') return listBlocks(client)
  if (value === undefined)
    throw new UsageError(`postern block ${action} needs an address, domain, wildcard or /pattern/.`)
  const path = `/app/blocks/${p(value)}${aliasQuery(input)}`
  switch (action) {
    case 'add': {
      const alias = input.text('alias')
      const kind = input.text('kind')
      const more = { ...(alias === undefined ? {} : { alias }), ...(kind === undefined ? {} : { kind }) }
      return data(client.call('POST', '/app/blocks', { value, ...more, ...changes(input) }))
    }
    case 'show':
      return data(client.call('GET', path))
    case 'set': {
      const change = changes(input)
      if (Object.keys(change).length === 0) throw new UsageError('Nothing to set: give --answer or --text.')
      return data(client.call('PATCH', path, change))
    }
    case 'remove':
      await client.call('DELETE', path)
      return { removed: value }
    default:
      throw new UsageError('postern block add|list|show|set|remove WHAT')
  }
}

function showBlocks(value: unknown): void {
  if (Array.isArray(value)) {
    const rows = value as BlockRow[]
    printTable(
      ['blocked', 'kind', 'where', 'answer', 'hits', 'last'],
      rows.map((one) => [
        ...[one.value, one.kind, one.aliasId === null ? 'everywhere' : 'one alias', one.answer, one.hits],
        localTime(one.lastHit),
      ]),
    )
  } else if (typeof value === 'object' && value !== null && 'removed' in value)
    printLine(`No longer blocked: ${safe(value.removed)}.`)
  else {
    const one = value as BlockRow
    printFields({
      ...{ blocked: one.value, kind: one.kind, where: one.aliasId === null ? 'everywhere' : 'one alias' },
      ...{ answer: one.answer, text: one.text, hits: one.hits, 'last hit': localTime(one.lastHit), id: one.id },
    })
  }
}

export const blockVerb: Verb = {
  name: 'block',
  summary: 'Who may not write: an address, a domain, a wildcard (*@shop.example, *.example) or a /pattern/.',
  usage: 'block add|list|show|set|remove WHAT [--key value]…',
  flags: {
    ...CLIENT_FLAGS,
    alias: { type: 'string', value: 'ALIAS', help: 'for this alias only; everywhere without it' },
    kind: { type: 'string', value: 'K', help: 'address, domain, wildcard or pattern, where it cannot be told' },
    answer: { type: 'string', value: 'A', help: 'reject (default) or discard: taken and thrown away' },
    text: { type: 'string', value: 'TEXT', help: 'what a rejected sender is told; none for the usual words' },
  },
  run: (input) =>
    withClient(input, async (client) => {
      const value = await runBlock(client, input)
      if (input.json) printJson(value)
      else showBlocks(value)
    }),
}

type Question = HeldRow & { readonly alias: string | null }

interface Answered {
  readonly answer: 'allow' | 'block'
  readonly sender: string
  readonly alias: string
  readonly released: number
  readonly dropped: number
}

export const questionVerb: Verb = {
  name: 'question',
  summary: 'New senders to aliases that ask you first. Your answer sticks, and the mail that waits follows it.',
  usage: 'question list|allow|block [ID]',
  flags: CLIENT_FLAGS,
  run: (input) =>
    withClient(input, async (client) => {
      const [action = 'list', id] = input.words
      if (action === 'list') {
        const rows = await data(client.call<{ data: Question[] }>('GET', '/app/questions'))
        if (input.json) printJson(rows)
        else
          printTable(
            ['id', 'sender', 'alias', 'subject', 'since'],
            rows.map((one) => [one.id, one.sender, one.alias ?? '', one.subject, localTime(one.heldAt)]),
          )
        return
      }
      if ((action !== 'allow' && action !== 'block') || id === undefined)
        throw new UsageError('postern question list, or: postern question allow|block ID')
      const done = await data(client.call<{ data: Answered }>('POST', `/app/questions/${p(id)}`, { answer: action }))
      if (input.json) printJson(done)
      else if (done.answer === 'allow')
        printLine(
          `${safe(done.sender)} may write to ${safe(done.alias)}; ${done.released} message(s) on the way to you.`,
        )
      else printLine(`${safe(done.sender)} is blocked for ${safe(done.alias)}; ${done.dropped} message(s) deleted.`)
    }),
}
