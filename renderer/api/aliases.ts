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
