// `postern report list | show ID`: what other servers reported about your domains.
import type { DmarcDetail } from '../../reports/read-report.ts'
import type { TlsPolicy } from '../../reports/tls-report.ts'
import type { ReportRow } from '../../store/queries/reports.ts'
import { UsageError, type Input, type Verb } from '../arguments.ts'
import { CLIENT_FLAGS, withClient, type Client } from '../client.ts'
import { localTime, printFields, printJson, printLine, printTable } from '../print.ts'

const USAGE = 'report list [--kind dmarc|tls] [--domain D] [--before ID] | show ID'

type Head = Omit<ReportRow, 'detail'>
type Shown = Head & { readonly detail: DmarcDetail | { readonly policies: readonly TlsPolicy[] } }

function sums(row: Head): string {
  if (row.kind === 'tls') return `${row.successes} encrypted as asked, ${row.failures} not`
  return `${row.ours} yours, ${row.forwarder} forwarded, ${row.unknown} unknown, ${row.spoof} forged`
}

async function list(client: Client, input: Input): Promise<void> {
  const query = new URLSearchParams()
  for (const name of ['kind', 'domain', 'before']) {
    const value = input.text(name)
    if (value !== undefined) query.set(name, value)
  }
  const { data } = await client.call<{ data: Head[] }>('GET', `/app/reports?${query.toString()}`)
  if (input.json) printJson(data)
  else if (data.length === 0)
    printLine('Nobody has reported anything. The records of `postern domain show` ask for it.')
  else
    printTable(
      ['id', 'kind', 'domain', 'from', 'until', 'what'],
      data.map((row) => [
        ...[row.id, row.kind, row.domain, row.proven ? row.organisation : `${row.organisation} (unproven)`],
        ...[localTime(row.endsAt), sums(row)],
      ]),
    )
}

async function show(client: Client, input: Input, id: string): Promise<void> {
  const { data } = await client.call<{ data: Shown }>('GET', `/app/reports/${encodeURIComponent(id)}`)
  if (input.json) {
    printJson(data)
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
  summary: 'What other servers report about your domains: who used their names, and how mail reached you.',
  usage: USAGE,
  flags: {
    ...CLIENT_FLAGS,
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
