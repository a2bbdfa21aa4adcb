// Figures of a while.
import { queryOptions } from '@tanstack/react-query'
import { stats } from '../../main/api/shapes-pages.ts'
import type { Client } from './client.ts'

export type Days = '1' | '7' | '30' | '90'
export const DAYS: readonly Days[] = ['1', '7', '30', '90']

export const statsQuery = (client: Client, days: Days) =>
  queryOptions({
    queryKey: ['stats', days],
    queryFn: ({ signal }) =>
      client.read(`/app/stats?days=${days}&offset=${-new Date().getTimezoneOffset()}`, stats, signal),
    // Figures of days: a look now and then is enough, however much mail comes.
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  })
