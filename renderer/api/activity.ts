// The log.
import { queryOptions } from '@tanstack/react-query'
import { logPage } from '../../main/api/shapes.ts'
import { logTrace } from '../../main/api/shapes-log.ts'
import type { Client } from './client.ts'

export const LOG_PAGE = 100

/** What the address of the page says, as the relay takes it. */
export interface LogFilter {
  readonly outcome?: string | undefined
  readonly reason?: string | undefined
  readonly direction?: string | undefined
  readonly alias?: string | undefined
  readonly q?: string | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
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
