// The log.
import { queryOptions } from '@tanstack/react-query'
import { logPage } from '../../main/api/shapes.ts'
import { logTrace, type LogFilter } from '../../main/api/shapes-log.ts'
import type { Client } from './client.ts'

export const LOG_PAGE = 100

function hostOf(text: string): string {
  try {
    return new URL(`http://${text}`).hostname
  } catch {
    return text
  }
}

/** `müller.example`, also behind an `@`, as the log holds it; what is no domain stays as it is. */
function ascii(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const at = text.lastIndexOf('@') + 1
  return `${text.slice(0, at).trim()}${hostOf(text.slice(at).trim())}`
}

/** With every domain as an A-label, to compare entries by. */
export function asciiFilter(filter: LogFilter): LogFilter {
  const { domain, recipient, contact } = filter
  return { ...filter, domain: ascii(domain), recipient: ascii(recipient), contact: ascii(contact)?.replace(/^@/, '') }
}

function queried(filter: LogFilter, more: Readonly<Record<string, string>> = {}): string {
  const params = new URLSearchParams(more)
  for (const [name, value] of Object.entries({ ...filter } as Readonly<Record<string, string | undefined>>))
    if (value !== undefined && value !== '') params.set(name, value)
  return params.toString()
}

export function readLog(client: Client, filter: LogFilter, before: number | undefined, signal?: AbortSignal) {
  const page = { limit: String(LOG_PAGE), ...(before === undefined ? {} : { before: String(before) }) }
  return client.read(`/app/log?${queried(filter, page)}`, logPage, signal)
}

/** The newest that fit. */
export const logHead = (client: Client, filter: LogFilter) =>
  queryOptions({
    queryKey: ['log', 'head', filter],
    queryFn: ({ signal }) => readLog(client, filter, undefined, signal),
  })

export const logOfAlias = (client: Client, alias: string, limit: number) =>
  queryOptions({
    queryKey: ['log', 'alias', alias, limit],
    queryFn: async ({ signal }) =>
      (await client.read(`/app/log?${queried({ alias }, { limit: String(limit) })}`, logPage, signal)).data,
  })

export const traceQuery = (client: Client, id: number) =>
  queryOptions({
    queryKey: ['log', 'trace', id],
    queryFn: async ({ signal }) => (await client.read(`/app/log/${id}`, logTrace, signal)).data,
  })

/** The address of all that fits, as a file. */
export const logExportHref = (filter: LogFilter, format: 'csv' | 'ndjson'): string =>
  `/app/log-export?${queried(filter, { format })}`

export const retryDelivery = (client: Client, id: number): Promise<void> =>
  client.tell('POST', `/app/queue/${id}/retry`)
