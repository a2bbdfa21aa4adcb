// The log.
import { infiniteQueryOptions } from '@tanstack/react-query'
import { logPage } from '../../main/api/shapes.ts'
import type { Client } from './client.ts'

const PAGE = 100

export const logList = (client: Client) =>
  infiniteQueryOptions({
    queryKey: ['log'],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      client.read(`/app/log?limit=${PAGE}${pageParam === 0 ? '' : `&before=${pageParam}`}`, logPage, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  })
