// The aliases.
import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { aliasShape, pageMeta } from '../../main/api/shapes-addy.ts'
import type { Client } from './client.ts'

const PAGE = 100
const aliasList = z.object({ data: z.array(aliasShape), meta: pageMeta })

export const aliasesQuery = (client: Client) =>
  queryOptions({
    queryKey: ['aliases', 'list'],
    queryFn: ({ signal }) => client.read(`/api/v1/aliases?page%5Bsize%5D=${PAGE}&sort=-created_at`, aliasList, signal),
  })

export const setActive = (client: Client, id: string, active: boolean): Promise<void> =>
  active
    ? client.tell('POST', '/api/v1/active-aliases', { id })
    : client.tell('DELETE', `/api/v1/active-aliases/${encodeURIComponent(id)}`)

const found = z.object({ data: z.array(aliasShape) })

/** The first few by an order. */
export const topAliases = (client: Client, sort: '-emails_forwarded' | '-created_at') =>
  queryOptions({
    queryKey: ['aliases', 'top', sort],
    queryFn: async ({ signal }) => (await client.read(`/app/aliases?sort=${sort}&limit=6`, found, signal)).data,
  })

const counted = z.object({ total: z.number() })
/** How many match, up to a thousand. */
export const aliasCount = (client: Client, q: string) =>
  queryOptions({
    queryKey: ['aliases', 'count', q],
    queryFn: async ({ signal }) => {
      const { total } = await client.read(
        `/app/aliases?${new URLSearchParams({ q, limit: '1' }).toString()}`,
        counted,
        signal,
      )
      return total
    },
  })
