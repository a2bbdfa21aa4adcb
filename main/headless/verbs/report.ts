// `postern report list | show ID`: what other servers reported about your domains, and what was reported to others.
import type { DmarcDetail } from '../../reports/read-report.ts'
import type { TlsPolicy } from '../../reports/tls-report.ts'
import type { ReportRow } from '../../store/queries/reports.ts'
import type { SentReportRow } from '../../store/queries/reports-sent.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable } from '../print.ts'

const USAGE = 'report list [--direction received|sent] [--kind dmarc|tls] [--domain D] [--before ID] | show ID'

type Head = Omit<ReportRow, 'detail'> & { readonly direction: 'received' }
type Sent = Omit<SentReportRow, 'id' | 'day'> & {
  readonly id: string
  readonly direction: 'sent'
  readonly beginsAt: number
  readonly endsAt: number
}
type Shown = Head & { readonly detail: DmarcDetail | { readonly policies: readonly TlsPolicy[] } }

/** When it came or was made. */
const timeOf = (row: Head | Sent): number => (row.direction === 'sent' ? row.madeAt : row.receivedAt)

function sums(row: Head | Sent): string {
  if (row.direction === 'sent' && row.kind === 'dmarc') return `${row.successes} passed, ${row.failures} did not`
  if (row.kind === 'tls') return `${row.successes} encrypted as asked, ${row.failures} not`
  if (row.direction === 'sent') return ''
  return `${row.ours} yours, ${row.forwarder} forwarded, ${row.unknown} unknown, ${row.spoof} forged`
}

async function list(client: Client, input: Input): Promise<void> {
  const query = new URLSearchParams()
  for (const name of ['kind', 'domain', 'before']) {
    const value = input.text(name)
    if (value !== undefined) query.set(name, value)
  }
  const directions = directionsOf(input)
  const lists = await Promise.all(
    directions.map((direction) =>
      client.call<{ data: (Head | Sent)[] }>('GET', `/app/reports?direction=${direction}&${query.toString()}`),
    ),
  )
  const data = lists.flatMap((one) => one.data).sort((a, b) => timeOf(b) - timeOf(a))
  if (input.json) printJson(data)
  else if (data.length === 0)
    printLine(
      'No reports: nobody has reported anything, and nobody was told anything. `postern domain show` has the records that ask for them.',
    )
  else
    printTable(
      ['id', 'direction', 'kind', 'domain', 'from or to', 'until', 'what', 'outcome'],
      data.map((row) => [
        ...[row.id, row.direction, row.kind, row.domain, otherSide(row), localTime(row.endsAt), sums(row)],
        row.direction === 'sent' ? outcome(row) : '',
      ]),
    )
}

function directionsOf(input: Input): readonly string[] {
  const asked = input.text('direction')
  if (asked !== undefined) return [asked]
  // Each list has ids of its own: older than one of them is only that list.
  const before = input.text('before')
  if (before === undefined) return ['received', 'sent']
  return [before.startsWith('s') ? 'sent' : 'received']
}

function otherSide(row: Head | Sent): string {
  if (row.direction === 'sent') return row.destination
  return row.proven ? row.organisation : `${row.organisation} (unproven)`
}

function outcome({ state, answer }: Sent): string {
  const words = { queued: 'on its way', waiting: 'waits to be tried again', sent: 'taken', failed: 'not taken' }
  return answer === '' ? words[state] : `${words[state]}: ${answer}`
}

function showSent(row: Sent): void {
  printFields({
    ...{ id: row.id, direction: row.direction, kind: row.kind, about: row.domain, to: row.destination },
    ...{ 'report id': row.reportId, from: localTime(row.beginsAt), until: localTime(row.endsAt) },
    ...{ made: localTime(row.madeAt), sums: sums(row), outcome: outcome(row) },
  })
}

async function show(client: Client, input: Input, id: string): Promise<void> {
  const { data } = await client.call<{ data: Shown | Sent }>('GET', `/app/reports/${encodeURIComponent(id)}`)
  if (input.json) {
    printJson(data)
    return
  }
  if (data.direction === 'sent') {
    showSent(data)
    return
  }
  printFields({
    ...{ id: data.id, kind: data.kind, domain: data.domain, organisation: data.organisation },
    sender: data.proven ? data.sender : `${data.sender} (not proven)`,
    'report id': data.reportId,
    from: localTime(data.beginsAt),
    until: localTime(data.endsAt),
    sums: sums(data),
  })
  const { detail } = data
  if ('records' in detail) {
    printTable(
      ['what', 'messages', 'source', 'disposition', 'dkim', 'spf', 'From'],
      detail.records.map((one) => [
        ...[one.origin, one.count, one.sourceIp, one.disposition, one.dkim, one.spf, one.headerFrom],
      ]),
    )
    if (detail.left > 0) printLine(`${detail.left} more records are in the sums and not kept.`)
    return
  }
  for (const policy of detail.policies) {
    printLine(`${policy.type}: ${policy.successes} as asked, ${policy.failures} not`)
    if (policy.details.length > 0)
      printTable(
        ['why', 'sessions', 'our server', 'their address', 'more'],
        policy.details.map((one) => [one.type, one.count, one.receivingHost, one.sendingIp, one.reason]),
      )
  }
}

export const reportVerb: Verb = {
  name: 'report',
  summary: 'What other servers report about your domains, and what yours reports to theirs.',
  usage: USAGE,
  flags: {
    ...CLIENT_FLAGS,
    direction: { type: 'string', value: 'WHICH', help: 'only received ones, or only sent ones' },
    kind: { type: 'string', value: 'KIND', help: 'dmarc or tls' },
    domain: { type: 'string', value: 'D', help: 'only about this domain' },
    before: { type: 'string', value: 'ID', help: 'older than this one' },
  },
  run: (input) =>
    withClient(input, async (client) => {
      const [action, id] = input.words
      if (action === 'list') return list(client, input)
      if (action === 'show' && id !== undefined) return show(client, input, id)
      throw new UsageError(`postern ${USAGE}`)
    }),
}
