// `postern alias add|list|show|set|remove|restore|bulk|import|export`: the addresses that the user gives away.
import type { AliasShape } from '../../api/shapes-addy.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import type { Client } from '../client.ts'
import { printTable } from '../print.ts'
import { BULK_FLAGS, bulkAliases, isBulkResult, restoreAlias, showBulk } from './alias-bulk.ts'
import { exportAliases, importAliasFile, showTableResult, TABLE_FLAGS } from './alias-table.ts'
import { changes, data, described, directoryVerb, onOff, p, showOne, text, type Actions } from './directory-verb.ts'
import { POLICY_FLAGS, policyChanges, policyFields } from './policy.ts'

/** As many as fill a screen or two; whoever wants all takes `alias export`. */
const LISTED = 100

async function listAliases(client: Client, input: Input): Promise<unknown> {
  const q = [input.text('search') ?? '', input.has('deleted') ? 'is:deleted' : ''].join(' ').trim()
  const rows: AliasShape[] = []
  let after: string | null = ''
  // A page may end before it is full, when its time is over.
  while (after !== null && rows.length < LISTED) {
    const query = new URLSearchParams({ q, limit: String(LISTED - rows.length), ...(after === '' ? {} : { after }) })
    const page: { data: AliasShape[]; next: string | null; notes: string[] } = await client.call(
      'GET',
      `/app/aliases?${query.toString()}`,
    )
    if (after === '') for (const note of page.notes) process.stderr.write(`${note}\n`)
    rows.push(...page.data)
    after = page.next
  }
  return rows
}

const aliases: Actions = {
  add(client, input, name) {
    const at = name?.lastIndexOf('@') ?? -1
    const domain = at < 0 ? (input.text('domain') ?? name) : name?.slice(at + 1)
    if (domain === undefined)
      throw new UsageError('postern alias add ADDRESS, or: postern alias add --domain D [--format F]')
    const local = at < 0 ? {} : { local_part: name?.slice(0, at) }
    const format =
      at < 0 ? (input.text('format') ?? (input.text('site') === undefined ? 'random_characters' : 'site')) : 'custom'
    return data(
      client.call('POST', '/api/v1/aliases', {
        domain,
        format,
        ...local,
        description: input.text('description') ?? null,
        ...(input.text('words') === undefined ? {} : { words: Number(input.text('words')) }),
        ...(input.text('site') === undefined ? {} : { site: input.text('site') }),
      }),
    )
  },
  list: (client, input) => listAliases(client, input),
  show: (client, _, name) => data(client.call('GET', `/app/aliases/${p(name)}`)),
  set(client, input, name) {
    const list = input.text('recipients')
    const given = list === undefined ? {} : { recipients: list === 'none' ? [] : list.split(',') }
    const texts = ['description', 'from-name', 'when-disabled', 'reject-text', 'unsubscribe'].filter(
      (flag) => input.text(flag) !== undefined,
    )
    const switches = ['active', 'pinned', 'allow-sealed'].filter((flag) => input.text(flag) !== undefined)
    const policy = policyChanges(input)
    const more = list !== undefined || Object.keys(policy).length > 0
    const other = texts.length + switches.length > 0 || !more ? changes(input, texts, switches) : {}
    return data(client.call('PATCH', `/app/aliases/${p(name)}`, { ...other, ...policy, ...given }))
  },
  async remove(client, input, name) {
    await client.call('DELETE', `/api/v1/aliases/${p(name)}${input.has('forget') ? '/forget' : ''}`)
    return { removed: name, forgotten: input.has('forget') }
  },
  more: { restore: restoreAlias, bulk: bulkAliases, import: importAliasFile, export: exportAliases },
}

function showAlias(value: unknown): void {
  if (isBulkResult(value)) {
    showBulk(value)
    return
  }
  if (typeof value === 'object' && value !== null && ('problems' in value || 'file' in value)) {
    showTableResult(value)
    return
  }
  if (Array.isArray(value)) {
    const rows = value as AliasShape[]
    printTable(
      ['alias', 'on', 'forwarded', 'blocked', 'replied', 'description'],
      rows.map((one) => [
        one.email,
        one.active ? 'on' : 'off',
        one.emails_forwarded,
        one.emails_blocked,
        one.emails_replied,
        one.description,
      ]),
    )
    return
  }
  showOne(value, (raw) => {
    const one = raw as AliasShape
    return {
      alias: one.email,
      state: one.deleted_at !== null ? 'deleted' : one.active ? 'on' : 'off',
      description: one.description,
      recipients: one.recipients.map((each) => each.email).join(', ') || '(the default one)',
      forwarded: `${one.emails_forwarded}, last ${one.last_forwarded ?? '-'}`,
      blocked: `${one.emails_blocked}, last ${one.last_blocked ?? '-'}`,
      replied: `${one.emails_replied}, last ${one.last_replied ?? '-'}`,
      made: one.created_at,
      ...policyFields(one),
    }
  })
}

export const aliasVerb: Verb = directoryVerb(
  'alias',
  'The addresses that you give away.',
  {
    domain: { type: 'string', value: 'D', help: 'where a generated one is made' },
    format: {
      type: 'string',
      value: 'F',
      help: 'random_characters, uuid, random_words, random_noun, dated, site, …',
    },
    words: { type: 'string', value: 'N', help: 'how many, for random_words (2 to 6)' },
    site: { type: 'string', value: 'SITE', help: 'for whom: a page, a host or a name; makes shop.k4x9@' },
    description: described(text, 'a note for yourself'),
    'from-name': described(text, 'the name in From of replies'),
    active: described(onOff, 'whether it takes mail'),
    pinned: described(onOff, 'whether it stands first'),
    'when-disabled': { type: 'string', value: 'W', help: 'reject, discard or defer' },
    'reject-text': described(text, 'what senders are told'),
    unsubscribe: { type: 'string', value: 'MODE', help: 'the unsubscribe button: keep, disable, block or both' },
    'allow-sealed': described(onOff, 'signed and encrypted replies go out though they cannot be scrubbed'),
    recipients: { type: 'string', value: 'A,B', help: 'where its mail goes; none for the default' },
    ...POLICY_FLAGS,
    ...TABLE_FLAGS,
    ...BULK_FLAGS,
    search: described(text, 'words, and tag:, domain:, from:, is:off, used:>90d, blocked:>10 …'),
    deleted: { type: 'boolean', help: 'list the deleted ones' },
    forget: { type: 'boolean', help: 'remove the row for good; the address stays refused' },
  },
  aliases,
  showAlias,
)
