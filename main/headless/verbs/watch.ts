// `postern status`, `log`: what happens.
import type { AppState, LogEntry } from '../../api/shapes.ts'
import { fitsLog, TLS_VERSIONS, type LogFilter } from '../../api/shapes-log.ts'
import { parseAddress, parseDomain } from '../../terms/address.ts'
import { UsageError, type Flag, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, connect, dataFolderOf, relayRuns, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, safe } from '../print.ts'
import { troubleWords } from '../trouble-words.ts'

const DNSSEC = {
  on: 'on: answers are validated here',
  off: 'OFF: no answer is validated, and DANE is off with it',
  ad: 'by the resolver on this machine (AD bit)',
} as const

function pausesOf({ pauses }: AppState): Readonly<Record<string, string>> {
  const told = Object.entries(pauses).flatMap(([of, pause]) =>
    pause === null
      ? []
      : [[of, `paused until ${pause.until === null ? 'you resume it' : localTime(pause.until)}`] as const],
  )
  return Object.fromEntries(told)
}

async function status(input: Input): Promise<void> {
  const running = input.text('url') !== undefined || (await relayRuns(dataFolderOf(input)))
  await withClient(input, async (client) => {
    const state = await client.call<AppState>('GET', '/app/state')
    const login = input.has('login') ? await loginLink(client, state) : undefined
    if (input.json) {
      printJson({ running, ...state, ...(login === undefined ? {} : { login }) })
      return
    }
    printFields({
      state: running ? state.state : 'not running',
      ...pausesOf(state),
      version: state.version,
      hostname: state.hostname,
      domains: state.domains.map((one) => `${one.name}${one.catchAll ? ' (catch-all)' : ''}`).join(', '),
      route: state.route,
      dnssec: DNSSEC[state.dnssec],
      resolver: `${state.resolver.servers.join(', ')}${state.resolver.isSystem ? " (the system's)" : ''}`,
      queue: `${state.queue.queued} waiting, ${state.queue.inFlight} on their way, ${state.queue.failed} failed`,
      held: state.held,
      ...Object.fromEntries(Object.entries(state.counters).map(([name, count]) => [name.replaceAll('-', ' '), count])),
      'last in': localTime(state.lastInboundAt),
      'last out': localTime(state.lastOutboundAt),
    })
    for (const trouble of running ? state.troubles : []) printLine(`Trouble: ${safe(troubleWords(trouble))}`)
    for (const { kind, host, port, note } of running ? state.listeners : [])
      printLine(`${kind.padEnd(10)} ${port === 0 ? host : `${host}:${port}`}${note === '' ? '' : ` (${note})`}`)
    if (login !== undefined) printLine(login)
  })
}

async function loginLink(client: Client, state: AppState): Promise<string> {
  const door = state.listeners.find((one) => one.kind === 'http')
  if (door === undefined) throw new UsageError('The relay does not run: there is nowhere to log in.')
  const { code } = await client.call<{ code: string }>('POST', '/app/login-codes', {})
  return `${door.origin ?? `http://localhost:${door.port}`}/#code=${code}`
}

interface LogPage {
  readonly data: LogEntry[]
  readonly next: number | null
}

function logLine(entry: LogEntry): string {
  const who =
    entry.direction === 'reply'
      ? `${entry.alias} -> ${entry.recipient}`
      : `${entry.sender || '<>'} -> ${entry.alias || entry.recipient}`
  return safe(`${localTime(entry.at)}  ${entry.outcome.padEnd(9)}  ${entry.reason.padEnd(18)}  ${who}  ${entry.text}`)
}

/** Flags that are filters of the log by the same name. */
const FILTERS = {
  outcome: { type: 'string', value: 'OUTCOME', help: 'delivered, refused, held, …; several with commas' },
  reason: { type: 'string', value: 'ID', help: 'the id of a reason; several with commas' },
  direction: { type: 'string', value: 'WAY', help: 'forward, reply or none' },
  alias: { type: 'string', value: 'ADDRESS', help: 'of this alias' },
  domain: { type: 'string', value: 'D', help: 'of the aliases of this domain' },
  recipient: { type: 'string', value: 'ADDRESS', help: 'what goes to this mailbox, or to this stranger' },
  contact: { type: 'string', value: 'WHO', help: 'from or to this address, or this domain and what is under it' },
  tls: { type: 'string', value: 'VERSION', help: `how it came in: ${TLS_VERSIONS.join(', ')}` },
} as const satisfies Readonly<Record<string, Flag>>

function filterOf(input: Input): LogFilter {
  const named = Object.keys(FILTERS).map((name) => [name, input.text(name)] as const)
  const filter: LogFilter = { ...Object.fromEntries(named), q: input.text('search') }
  // As the log holds them, to compare what comes live; the relay itself refuses what is none.
  const { domain = '', recipient = '', contact = '' } = filter
  const who = contact.replace(/^@/, '')
  return {
    ...filter,
    domain: parseDomain(domain) ?? domain,
    recipient: parseAddress(recipient) ?? recipient,
    contact: parseAddress(who) ?? parseDomain(who) ?? who,
  }
}

async function log(input: Input): Promise<void> {
  const client = await connect(input)
  try {
    const filter = filterOf(input)
    const limit = Number(input.text('limit') ?? 50)
    if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw new UsageError('--limit is a number from 1 to 200.')
    const asked = Object.entries(filter).filter((one): one is [string, string] => (one[1] ?? '') !== '')
    const data = await newest(client, asked, limit)
    if (input.json && !input.has('follow')) printJson(data)
    else if (data.length === 0) printLine(asked.length === 0 ? 'No mail yet.' : 'Nothing matches.')
    else for (const entry of data.reverse()) printLine(input.json ? JSON.stringify(entry) : logLine(entry))
    if (input.has('follow')) await follow(client, input.json, filter)
  } finally {
    await client.close()
  }
}

/** Page after page, until there are so many or no more: a page may end before it is full. */
async function newest(client: Client, filter: readonly [string, string][], limit: number): Promise<LogEntry[]> {
  const found: LogEntry[] = []
  let before: number | null = null
  do {
    const page: string[][] = before === null ? [] : [['before', String(before)]]
    const query = new URLSearchParams([...filter, ['limit', String(limit - found.length)], ...page])
    const { data, next } = await client.call<LogPage>('GET', `/app/log?${query.toString()}`)
    found.push(...data)
    before = next
  } while (before !== null && found.length < limit)
  return found
}

async function follow(client: Client, json: boolean, filter: LogFilter): Promise<void> {
  let event = ''
  for await (const line of client.stream('/app/events')) {
    if (line.startsWith('event: ')) event = line.slice('event: '.length)
    else if (line.startsWith('data: ') && event === 'log') {
      const text = line.slice('data: '.length)
      const entry = JSON.parse(text) as LogEntry
      if (fitsLog(entry, filter)) printLine(json ? text : logLine(entry))
    }
  }
}

export const watchVerbs: readonly Verb[] = [
  {
    name: 'status',
    summary: 'Says what the relay is doing.',
    usage: 'status [--login]',
    flags: { ...CLIENT_FLAGS, login: { type: 'boolean', help: 'print a link that logs in once' } },
    run: status,
  },
  {
    name: 'log',
    summary: 'Shows the activity log, the newest last.',
    usage:
      'log [--follow] [--search TEXT] [--domain D] [--recipient ADDRESS] [--contact WHO] [--tls VERSION] [--limit N]',
    flags: {
      ...CLIENT_FLAGS,
      follow: { type: 'boolean', help: 'go on with what happens' },
      ...FILTERS,
      search: { type: 'string', value: 'TEXT', help: 'part of an address or subject, or the id of a reason' },
      limit: { type: 'string', value: 'N', help: 'entries at most, 1 to 200 (50)' },
    },
    run: log,
  },
]
