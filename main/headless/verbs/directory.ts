// `postern domain|recipient|alias|contact add|list|show|set|remove`: what the user set up.
import type { AliasShape, DomainShape, RecipientShape } from '../../api/shapes-addy.ts'
import type { DnsRecord } from '../../dns/records.ts'
import type { ContactRow } from '../../store/rows.ts'
import { parseSwitch, UsageError, type Flag, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable, safe } from '../print.ts'
import { POLICY_FLAGS, policyChanges, policyFields } from './policy.ts'

interface Actions {
  add(client: Client, input: Input, name: string | undefined): Promise<unknown>
  list(client: Client, input: Input): Promise<unknown>
  show(client: Client, input: Input, name: string): Promise<unknown>
  set(client: Client, input: Input, name: string): Promise<unknown>
  remove(client: Client, input: Input, name: string): Promise<unknown>
}

const text: Flag = { type: 'string', value: 'TEXT', help: '' }
const onOff: Flag = { type: 'string', value: 'on|off', help: '' }
const p = encodeURIComponent

/** Runs the action that the first word names; what it returns is printed. */
function directoryVerb(
  name: string,
  summary: string,
  flags: Readonly<Record<string, Flag>>,
  actions: Actions,
  show: (value: unknown) => void,
): Verb {
  return {
    name,
    summary,
    usage: `${name} add|list|show|set|remove NAME [--key value]…`,
    flags: { ...CLIENT_FLAGS, ...flags },
    run: (input) =>
      withClient(input, async (client) => {
        const [action = 'list', subject] = input.words
        const need = (): string => {
          if (subject === undefined) throw new UsageError(`postern ${name} ${action} needs a name.`)
          return subject
        }
        let value: unknown
        if (action === 'add') value = await actions.add(client, input, subject)
        else if (action === 'list') value = await actions.list(client, input)
        else if (action === 'show') value = await actions.show(client, input, need())
        else if (action === 'set') value = await actions.set(client, input, need())
        else if (action === 'remove') value = await actions.remove(client, input, need())
        else throw new UsageError(`postern ${name} add|list|show|set|remove NAME`)
        if (input.json) printJson(value)
        else show(value)
      }),
  }
}

/** Only what was given: a flag that is not there changes nothing. `--x none` clears a text. */
function changes(input: Input, texts: readonly string[], switches: readonly string[]): Record<string, unknown> {
  const camel = (flag: string): string => flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const out: Record<string, unknown> = {}
  for (const flag of texts) {
    const value = input.text(flag)
    if (value !== undefined) out[camel(flag)] = value === 'none' && flag !== 'from-template' ? null : value
  }
  for (const flag of switches) {
    const value = parseSwitch(flag, input.text(flag))
    if (value !== undefined) out[camel(flag)] = value
  }
  if (Object.keys(out).length === 0) throw new UsageError('Nothing to set: give at least one --key value.')
  return out
}

async function data<T>(answer: Promise<{ data: T }>): Promise<T> {
  return (await answer).data
}

const domains: Actions = {
  add: (client, input, name) => {
    if (name === undefined) throw new UsageError('postern domain add NAME')
    const body = {
      domain: name,
      catchAll: parseSwitch('catch-all', input.text('catch-all')) ?? false,
      description: input.text('description') ?? null,
    }
    return data(client.call('POST', '/app/domains', body))
  },
  list: (client) => data(client.call('GET', '/api/v1/domains')),
  show: (client, _, name) => data(client.call('GET', `/app/domains/${p(name)}`)),
  set: (client, input, name) =>
    data(
      client.call(
        'PATCH',
        `/app/domains/${p(name)}`,
        changes(
          input,
          ['description', 'from-name', 'default-recipient', 'fallback-recipient'],
          ['active', 'catch-all'],
        ),
      ),
    ),
  async remove(client, input, name) {
    await client.call('DELETE', `/app/domains/${p(name)}${input.has('force') ? '?force=true' : ''}`)
    return { removed: name }
  },
}

type ShownDomain = DomainShape & { hostname?: string; records?: DnsRecord[] }

function showDomain(value: unknown): void {
  if (Array.isArray(value)) {
    const rows = value as DomainShape[]
    printTable(
      ['domain', 'aliases', 'catch-all', 'active'],
      rows.map((one) => [one.domain, one.aliases_count, one.catch_all ? 'on' : 'off', one.active ? 'on' : 'off']),
    )
    return
  }
  const one = value as ShownDomain & { removed?: string }
  if (one.removed !== undefined) {
    printLine(`Removed ${safe(one.removed)}.`)
    return
  }
  printFields({
    domain: one.domain,
    aliases: one.aliases_count,
    'catch-all': one.catch_all ? 'on' : 'off',
    active: one.active ? 'on' : 'off',
    description: one.description,
  })
  if (one.records === undefined) return
  printLine('\nThe DNS records it needs to receive and to send:\n')
  for (const { type, name, value: content, why } of one.records) {
    printLine(`${type}  ${name}`)
    printLine(`    ${content}`)
    printLine(`    ${why}\n`)
  }
  printLine('As lines of a zone file:\n')
  for (const { zone } of one.records) printLine(zone)
  printLine(
    `\nBeside them, ${one.hostname ?? 'this server'} needs an A (and AAAA) record with this server's public address, and that`,
  )
  printLine(`address a PTR record back to ${one.hostname ?? 'it'}: both are set where the address comes from.`)
}

const SWITCHES = ['can-reply-send', 'warn', 'allow-sealed', 'allow-spf', 'auto-replies', 'remove-flagged', 'paused']

const recipients: Actions = {
  add: (client, _, name) => {
    if (name === undefined) throw new UsageError('postern recipient add ADDRESS')
    return data(client.call('POST', '/api/v1/recipients', { email: name }))
  },
  list: (client) => data(client.call('GET', '/app/recipients')),
  show: (client, _, name) => data(client.call('GET', `/app/recipients/${p(name)}`)),
  set: (client, input, name) =>
    data(
      client.call(
        'PATCH',
        `/app/recipients/${p(name)}`,
        changes(input, ['mode', 'from-mode', 'from-template', 'subject-template', 'banner'], SWITCHES),
      ),
    ),
  async remove(client, input, name) {
    const found = (await recipients.show(client, input, name)) as RecipientShape
    await client.call('DELETE', `/api/v1/recipients/${p(found.id)}`)
    return { removed: name }
  },
}

interface ShownRecipient extends RecipientShape {
  readonly paused: boolean
  readonly pausedReason: string | null
  readonly probeAt: number | null
  readonly bounces: number
  readonly waiting: number
}

function showRecipient(value: unknown): void {
  if (Array.isArray(value)) {
    const rows = value as ShownRecipient[]
    printTable(
      ['recipient', 'aliases', 'verified', 'state'],
      rows.map((one) => [one.email, one.aliases_count, one.email_verified_at ?? 'no', one.paused ? 'paused' : 'on']),
    )
  } else
    showOne(value, (raw) => {
      const one = raw as ShownRecipient
      const { email: recipient, email_verified_at: verified, id, bounces } = one
      const paused = { why: one.pausedReason, waiting: one.waiting, 'next try': localTime(one.probeAt) }
      return { recipient, verified, state: one.paused ? 'paused' : 'on', ...(one.paused ? paused : {}), bounces, id }
    })
}

function showOne(value: unknown, fields: (value: unknown) => Record<string, unknown>): void {
  if (typeof value === 'object' && value !== null && 'removed' in value) printLine(`Removed ${safe(value.removed)}.`)
  else printFields(fields(value))
}

const aliases: Actions = {
  add(client, input, name) {
    const at = name?.lastIndexOf('@') ?? -1
    const domain = at < 0 ? (input.text('domain') ?? name) : name?.slice(at + 1)
    if (domain === undefined)
      throw new UsageError('postern alias add ADDRESS, or: postern alias add --domain D [--format F]')
    const local = at < 0 ? {} : { local_part: name?.slice(0, at) }
    const format = at < 0 ? (input.text('format') ?? 'random_characters') : 'custom'
    return data(
      client.call('POST', '/api/v1/aliases', {
        domain,
        format,
        ...local,
        description: input.text('description') ?? null,
      }),
    )
  },
  list(client, input) {
    const query = new URLSearchParams({ 'page[size]': '100' })
    const search = input.text('search')
    if (search !== undefined) query.set('filter[search]', search)
    if (input.has('deleted')) query.set('filter[deleted]', 'with')
    return data(client.call('GET', `/api/v1/aliases?${query.toString()}`))
  },
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
}

function showAlias(value: unknown): void {
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

function aliasQuery(input: Input): string {
  const alias = input.text('alias')
  return alias === undefined ? '' : `?alias=${p(alias)}`
}

const contacts: Actions = {
  add(client, input, name) {
    const alias = input.text('alias')
    if (name === undefined || alias === undefined) throw new UsageError('postern contact add ADDRESS --alias ALIAS')
    return data(
      client.call('POST', '/app/contacts', { alias, address: name, displayName: input.text('display-name') ?? '' }),
    )
  },
  list: (client, input) => data(client.call('GET', `/app/contacts${aliasQuery(input)}`)),
  show: (client, input, name) => data(client.call('GET', `/app/contacts/${p(name)}${aliasQuery(input)}`)),
  set: (client, input, name) =>
    data(
      client.call(
        'PATCH',
        `/app/contacts/${p(name)}${aliasQuery(input)}`,
        changes(input, ['display-name'], ['blocked']),
      ),
    ),
  async remove(client, input, name) {
    await client.call('DELETE', `/app/contacts/${p(name)}${aliasQuery(input)}`)
    return { removed: name }
  },
}

function showContact(value: unknown): void {
  if (Array.isArray(value)) {
    const rows = value as ContactRow[]
    printTable(
      ['contact', 'name', 'reply address', 'blocked'],
      rows.map((one) => [one.address, one.displayName, one.replyAddress, one.blocked ? 'yes' : 'no']),
    )
  } else
    showOne(value, (raw) => {
      const one = raw as ContactRow
      return {
        contact: one.address,
        name: one.displayName,
        'reply address': one.replyAddress,
        blocked: one.blocked ? 'yes' : 'no',
      }
    })
}

const described = (flag: Flag, help: string): Flag => ({ ...flag, help })

export const directoryVerbs: readonly Verb[] = [
  directoryVerb(
    'domain',
    'Your domains. `show` prints every DNS record that the domain needs.',
    {
      'catch-all': described(onOff, 'any address becomes an alias when mail comes'),
      active: described(onOff, 'whether mail for it is taken'),
      description: described(text, 'a note for yourself'),
      'from-name': described(text, 'the name in From of replies'),
      'default-recipient': { type: 'string', value: 'ADDR', help: 'where its mail goes; none for your default' },
      'fallback-recipient': { type: 'string', value: 'ADDR', help: 'where mail goes when its recipient fails; none' },
      force: { type: 'boolean', help: 'remove it with its aliases' },
    },
    domains,
    showDomain,
  ),
  directoryVerb(
    'recipient',
    'Your real mailboxes.',
    {
      'can-reply-send': described(onOff, 'whether replies may come from it'),
      mode: { type: 'string', value: 'M', help: 'rewrite (default) or preserve: the message stays as it came' },
      'from-mode': { type: 'string', value: 'M', help: 'reply-address (default) or alias' },
      'from-template': { type: 'string', value: 'T', help: 'quoted, dash, name, address or none' },
      'subject-template': described(text, 'like "[{alias}] {subject}"; none for the subject as it came'),
      banner: { type: 'string', value: 'WHERE', help: 'off, top or bottom: a line that names the alias' },
      warn: described(onOff, 'a warning in mail whose sender could not be verified'),
      'allow-sealed': described(onOff, 'signed and encrypted replies go out though they cannot be scrubbed'),
      'allow-spf': described(onOff, 'aligned SPF alone proves a reply (not on shared hosts)'),
      'auto-replies': described(onOff, 'your out-of-office goes out from the alias'),
      paused: described(onOff, 'nothing is sent to it; what comes for it waits'),
      'remove-flagged': described(onOff, 'attachments that carry your address are taken out of replies'),
    },
    recipients,
    showRecipient,
  ),
  directoryVerb(
    'alias',
    'The addresses that you give away.',
    {
      domain: { type: 'string', value: 'D', help: 'where a generated one is made' },
      format: { type: 'string', value: 'F', help: 'random_characters, uuid, random_words, random_noun, …' },
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
      search: described(text, 'part of an address or description'),
      deleted: { type: 'boolean', help: 'list deleted ones too' },
      forget: { type: 'boolean', help: 'remove the row for good; the address stays refused' },
    },
    aliases,
    showAlias,
  ),
  directoryVerb(
    'contact',
    'Who writes to an alias, and the address by which you answer.',
    {
      alias: { type: 'string', value: 'ALIAS', help: 'the alias that the contact belongs to' },
      'display-name': described(text, 'the name'),
      blocked: described(onOff, 'whether their mail is refused'),
    },
    contacts,
    showContact,
  ),
]
