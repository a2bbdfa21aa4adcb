// `postern queue`, `held`: what waits to go out, and what waits for the user's word.
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { QueueEntry } from '../../store/queries/mail.ts'
import type { HeldRow } from '../../store/rows.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable, safe } from '../print.ts'

function asId(id: string | undefined, verb: string): string {
  if (id === undefined || !/^[0-9]{1,15}$/.test(id))
    throw new UsageError(`postern ${verb} needs the id that the list shows.`)
  return id
}

function idOf(input: Input, verb: string): string {
  return asId(input.words[1], verb)
}

type Action = (client: Client, input: Input) => Promise<void>

/** Prints the answer for programs, or one sentence for people. */
function say(input: Input, value: unknown, sentence: string): void {
  if (input.json) printJson(value)
  else printLine(sentence)
}

const PARKED_AFTER = 8_640_000_000_000

const queueActions: Readonly<Record<string, Action>> = {
  async list(client, input) {
    const { data } = await client.call<{ data: QueueEntry[] }>('GET', '/app/queue')
    if (input.json) {
      printJson(data)
      return
    }
    printTable(
      ['id', 'state', 'due', 'tries', 'from', 'to', 'last answer'],
      data.map((row) => [
        row.id,
        row.state,
        row.dueAt > PARKED_AFTER ? 'recipient paused' : localTime(row.dueAt),
        ...[row.attempts, row.sender, row.forwardPath, row.lastAnswer],
      ]),
    )
  },
  async show(client, input) {
    printJson((await client.call<{ data: unknown }>('GET', `/app/queue/${idOf(input, 'queue show')}`)).data)
  },
  async retry(client, input) {
    const destination = input.text('destination')
    const path = input.words[1] === undefined ? '/app/queue/retry' : `/app/queue/${idOf(input, 'queue retry')}/retry`
    const body = destination === undefined || input.words[1] !== undefined ? {} : { destination }
    const { data } = await client.call<{ data: { retried: number } }>('POST', path, body)
    say(input, data, `${data.retried} due now.`)
  },
  async reroute(client, input) {
    const body = { to: input.text('to'), route: input.text('route') }
    const id = idOf(input, 'queue reroute')
    const { data } = await client.call<{ data: unknown }>('POST', `/app/queue/${id}/reroute`, body)
    say(input, data, 'It goes out the other way now.')
  },
  async drop(client, input) {
    await client.call('DELETE', `/app/queue/${idOf(input, 'queue drop')}`)
    say(input, { dropped: true }, 'Dropped.')
  },
  async pause(client, input) {
    const receiving = input.flag('receiving') === true
    const until = pauseEnd(input.text('for'), new Date())
    const { data } = await client.call<{ data: unknown }>('POST', `/app/${pausePath(receiving)}/pause`, { until })
    const resume = `postern queue resume${receiving ? ' --receiving' : ''}`
    const end = until === null ? resume : `${localTime(until)}, or: ${resume}`
    const [what, meanwhile] = receiving
      ? ['Nothing comes in', 'Senders are asked to come again, and do.']
      : ['Nothing goes out', 'Mail is still taken.']
    say(input, data, `${what} until: ${end}. ${meanwhile}`)
  },
  async resume(client, input) {
    const receiving = input.flag('receiving') === true
    const { data } = await client.call<{ data: unknown }>('POST', `/app/${pausePath(receiving)}/resume`, {})
    say(input, data, receiving ? 'Mail comes in again.' : 'Mail goes out again.')
  },
}

const pausePath = (receiving: boolean): string => (receiving ? 'receiving' : 'queue')

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Epoch milliseconds; null where it lasts until it is taken back. `tomorrow` begins at midnight, by this machine's clock. */
function pauseEnd(text: string | undefined, now: Date): number | null {
  if (text === undefined) return null
  if (text === 'tomorrow') return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime()
  const found = /^(\d{1,4})([smhd])$/.exec(text)
  if (found === null) throw new UsageError('--for takes 5m, 1h, 2d or tomorrow.')
  return now.getTime() + Number(found[1]) * (UNITS[found[2] ?? ''] ?? 0)
}

const HELD_KINDS = ['held', 'failed', 'bounce']

function kindOf(input: Input): string | undefined {
  const kind = input.text('kind')
  if (kind !== undefined && !HELD_KINDS.includes(kind)) throw new UsageError('--kind is held, failed or bounce.')
  return kind
}

/** One by its id, several by theirs, or all of a kind. */
async function each(
  client: Client,
  input: Input,
  action: 'release' | 'drop' | 'keep',
  sentence: string,
): Promise<boolean> {
  const given = input.words.slice(1)
  const kind = kindOf(input)
  if (given.length === 1 && kind === undefined) return false
  if (given.length === 0 && (kind === undefined || !input.has('all')))
    throw new UsageError(`postern held ${action} ID…, or --all --kind held|failed|bounce`)
  const ids = given.map((id) => Number(asId(id, `held ${action}`)))
  const body = ids.length > 0 ? { action, ids } : { action, kind }
  const { data } = await client.call<{ data: { done: number; failed: { id: number; message: string }[] } }>(
    'POST',
    '/app/held/bulk',
    body,
  )
  say(input, data, `${data.done} ${sentence}`)
  if (!input.json) for (const one of data.failed) printLine(safe(`${one.id}: ${one.message}`))
  return true
}

function attachmentsOf(input: Input): string | undefined {
  const word = input.text('attachments')
  if (word !== undefined && word !== 'remove' && word !== 'always')
    throw new UsageError('--attachments is remove or always.')
  return word
}

const heldActions: Readonly<Record<string, Action>> = {
  async list(client, input) {
    const kind = kindOf(input)
    const { data } = await client.call<{ data: HeldRow[] }>(
      'GET',
      `/app/held${kind === undefined ? '' : `?kind=${kind}`}`,
    )
    if (input.json) {
      printJson(data)
      return
    }
    printTable(
      ['id', 'kind', 'since', 'until', 'from', 'subject', 'why'],
      data.map((row) => [
        ...[row.id, row.kind, localTime(row.heldAt), row.expiresAt === null ? 'kept' : localTime(row.expiresAt)],
        ...[row.sender, row.subject, row.reason],
      ]),
    )
  },
  async show(client, input) {
    const path = `/app/held/${idOf(input, 'held show')}`
    const { data } = await client.call<{ data: HeldRow & { headers: string } }>('GET', path)
    if (input.json) {
      printJson(data)
      return
    }
    const { kind, text, sender, subject, heldAt, expiresAt } = data
    const until = expiresAt === null ? 'you delete it' : localTime(expiresAt)
    printFields({ kind, why: text, from: sender, subject, since: localTime(heldAt), until })
    for (const line of data.headers.split('\r\n')) printLine(`  ${safe(line)}`)
  },
  async release(client, input) {
    const to = input.text('to')
    const allow = input.has('allow')
    const asIs = input.has('as-is')
    const attachments = attachmentsOf(input)
    const realAddress = input.has('real-address')
    const plain = to === undefined && !allow && !asIs && !realAddress && attachments === undefined
    if (plain && (await each(client, input, 'release', 'released.'))) return
    const body = { allow, asIs, to, attachments, realAddress }
    await client.call('POST', `/app/held/${idOf(input, 'held release')}/release`, body)
    say(input, { released: true }, 'Released; it is on its way.')
  },
  async keep(client, input) {
    if (!input.has('off') && (await each(client, input, 'keep', 'kept.'))) return
    const path = `/app/held/${idOf(input, 'held keep')}/keep`
    const { data } = await client.call<{ data: unknown }>('POST', path, { keep: !input.has('off') })
    say(input, data, input.has('off') ? 'It goes in seven days.' : 'Kept until you delete it.')
  },
  async download(client, input) {
    const id = idOf(input, 'held download')
    const file = input.text('out') ?? `held-${id}.eml`
    // `wx`: a file that is there is not written over. The mail is the owner's alone.
    await pipeline(client.bytes(`/app/held/${id}/raw`), createWriteStream(file, { flags: 'wx', mode: 0o600 }))
    say(input, { file }, `Written to ${safe(file)}. It is not encrypted: keep it where only you can read it.`)
  },
  async drop(client, input) {
    if (await each(client, input, 'drop', 'deleted.')) return
    await client.call('DELETE', `/app/held/${idOf(input, 'held drop')}`)
    say(input, { dropped: true }, 'Deleted.')
  },
}

function runner(name: string, actions: Readonly<Record<string, Action>>): (input: Input) => Promise<void> {
  const table = new Map(Object.entries(actions))
  return async (input) => {
    const run = table.get(input.words[0] ?? 'list')
    if (run === undefined) throw new UsageError(`postern ${name} ${[...table.keys()].join('|')} [ID]`)
    await withClient(input, (client) => run(client, input))
  }
}

export const waitingVerbs: readonly Verb[] = [
  {
    name: 'queue',
    summary:
      'Shows what waits to be delivered; tries it again now, sends it another way, drops it, pauses what goes out, or what comes in.',
    usage: 'queue list|show|retry|reroute|drop|pause|resume [ID]',
    flags: {
      ...CLIENT_FLAGS,
      destination: { type: 'string', value: 'D', help: 'retry only what waits for this destination' },
      to: { type: 'string', value: 'RECIPIENT', help: 'reroute: another recipient of yours' },
      receiving: { type: 'boolean', help: 'pause, resume: what comes in, instead of what goes out' },
      for: { type: 'string', value: 'TIME', help: 'pause: 5m, 1h, 2d or tomorrow; until resume where it is left out' },
      route: { type: 'string', value: 'R', help: 'reroute: mx, smtp://HOST:PORT or smtps://HOST:PORT' },
    },
    run: runner('queue', queueActions),
  },
  {
    name: 'held',
    summary: 'Shows mail that waits for your word, failed or came back; sends it on, keeps it, or deletes it.',
    usage: 'held list|show|release|keep|download|drop [ID…]',
    flags: {
      ...CLIENT_FLAGS,
      kind: { type: 'string', value: 'KIND', help: 'held, failed or bounce' },
      all: { type: 'boolean', help: 'with --kind: all of them' },
      to: { type: 'string', value: 'RECIPIENT', help: 'release: to this recipient of yours' },
      allow: { type: 'boolean', help: 'release: and let the sender write to the alias from now on' },
      'as-is': { type: 'boolean', help: 'release: a reply goes out as it is, even where your address shows in it' },
      'real-address': { type: 'boolean', help: 'release: a reply keeps your own address in its text and attachments' },
      attachments: {
        type: 'string',
        value: 'HOW',
        help: 'release: a reply without the attachments that hold it (remove), or with them, to this contact always (always)',
      },
      off: { type: 'boolean', help: 'keep: no longer' },
      out: { type: 'string', value: 'FILE', help: 'download: where to (held-ID.eml)' },
    },
    run: runner('held', heldActions),
  },
]
