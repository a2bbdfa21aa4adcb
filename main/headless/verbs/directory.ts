// `postern domain|recipient|contact add|list|show|set|remove`: what the user set up.
import type { DomainShape, RecipientShape } from '../../api/shapes-addy.ts'
import type { ShownKey } from '../../api/actions/domains.ts'
import type { DnsRecord } from '../../dns/records.ts'
import type { ContactRow } from '../../store/rows.ts'
import { parseSwitch, UsageError, type Input, type Verb } from '../arguments.ts'
import { localTime, printFields, printLine, printTable, safe } from '../print.ts'
import { aliasVerb } from './alias.ts'
import { changes, data, described, directoryVerb, onOff, p, showOne, text, type Actions } from './directory-verb.ts'

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
          ['active', 'catch-all', 'refuse-forged'],
        ),
      ),
    ),
  async remove(client, input, name) {
    await client.call('DELETE', `/app/domains/${p(name)}${input.has('force') ? '?force=true' : ''}`)
    return { removed: name }
  },
  more: {
    'rotate-keys': (client, _, name) => {
      if (name === undefined) throw new UsageError('postern domain rotate-keys NAME')
      return data(client.call('POST', `/app/domains/${p(name)}/rotate-keys`))
    },
  },
}

type ShownDomain = DomainShape & { hostname?: string; records?: DnsRecord[]; keys?: ShownKey[] }
interface Rotated {
  readonly domain: string
  readonly made: boolean
  readonly waitsFor: string | null
  readonly keys: readonly ShownKey[]
  readonly records: readonly DnsRecord[]
}

function showKeys(keys: readonly ShownKey[]): void {
  printTable(
    ['key', 'kind', 'state', 'since', 'goes'],
    keys.map((one) => [
      ...[one.selector, one.algorithm, one.state],
      ...[one.since === 0 ? 'the beginning' : localTime(one.since), one.goesAt === null ? '' : localTime(one.goesAt)],
    ]),
  )
}

function showRotation({ domain, made, waitsFor, keys, records }: Rotated): void {
  if (made) printLine(`New keys for ${domain} are made. Publish these records; the old ones stay:\n`)
  for (const { zone, name } of records)
    if (keys.some((one) => one.state === 'waiting' && name.startsWith(`${one.selector}.`))) printLine(zone)
  printLine('')
  showKeys(keys)
  if (waitsFor === null) printLine('\nThe new keys are seen in the DNS and sign from now on.')
  else printLine(`\n${safe(waitsFor)} It is looked for every ten minutes, and when you run this again.`)
}

function showDomain(value: unknown): void {
  if (typeof value === 'object' && value !== null && 'waitsFor' in value) {
    showRotation(value as Rotated)
    return
  }
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
  if (one.keys !== undefined) {
    printLine('')
    showKeys(one.keys)
  }
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
        changes(
          input,
          [
            ...['mode', 'from-mode', 'from-template', 'subject-template', 'banner', 'signing-domain'],
            'flagged-attachments',
          ],
          SWITCHES,
        ),
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
        changes(input, ['display-name'], ['blocked', 'muted', 'allow-unproven', 'allow-flagged']),
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
        muted: one.muted ? 'yes' : 'no',
        'allowed though unproven': one.allowUnproven ? 'yes' : 'no',
        'attachments may carry your address': one.allowFlagged ? 'yes' : 'no',
        'first seen': localTime(one.createdAt),
        'last seen': localTime(one.lastSeen),
        forwarded: one.forwarded,
        replied: one.replied,
      }
    })
}

export const directoryVerbs: readonly Verb[] = [
  directoryVerb(
    'domain',
    'Your domains. `show` prints every DNS record that the domain needs; `rotate-keys` makes new signing keys.',
    {
      'catch-all': described(onOff, 'any address becomes an alias when mail comes'),
      'refuse-forged': described(onOff, 'mail that fails DMARC is refused, not held'),
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
      mode: {
        type: 'string',
        value: 'M',
        help: 'rewrite (default) or preserve: the message stays as it came, and answers go from your real address',
      },
      'from-mode': { type: 'string', value: 'M', help: 'reply-address (default) or alias' },
      'from-template': { type: 'string', value: 'T', help: 'quoted, dash, name, address or none' },
      'subject-template': described(text, 'like "[{alias}] {subject}"; none for the subject as it came'),
      banner: { type: 'string', value: 'WHERE', help: 'off, top or bottom: a line that names the alias' },
      warn: described(onOff, 'a warning in mail whose sender could not be verified'),
      'allow-sealed': described(onOff, 'signed and encrypted replies go out though they cannot be scrubbed'),
      'allow-spf': described(onOff, 'aligned SPF alone proves a reply (not on shared hosts)'),
      'signing-domain': described(text, 'a domain above that of the address whose DKIM signature proves a reply'),
      'auto-replies': described(onOff, 'your out-of-office goes out from the alias'),
      paused: described(onOff, 'nothing is sent to it; what comes for it waits'),
      'flagged-attachments': {
        type: 'string',
        value: 'HOW',
        help: 'attachments of replies that carry your address: hold the reply (default), remove them, or scrub text files',
      },
      'remove-flagged': described(onOff, 'the same as --flagged-attachments remove, or hold'),
    },
    recipients,
    showRecipient,
  ),
  aliasVerb,
  directoryVerb(
    'contact',
    'Who writes to an alias, and the address by which you answer.',
    {
      alias: { type: 'string', value: 'ALIAS', help: 'the alias that the contact belongs to' },
      'display-name': described(text, 'the name'),
      blocked: described(onOff, 'whether their mail is refused'),
      muted: described(onOff, 'nobody is notified of what is held or refused of theirs'),
      'allow-unproven': described(onOff, 'their mail is delivered even if it fails DMARC or SPF'),
      'allow-flagged': described(onOff, 'attachments of replies to them may carry your address'),
    },
    contacts,
    showContact,
  ),
]
