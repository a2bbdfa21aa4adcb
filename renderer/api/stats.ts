// Figures of a while.
import { queryOptions } from '@tanstack/react-query'
import { stats } from '../../main/api/shapes-pages.ts'
import type { Client } from './client.ts'

export type Days = '1' | '7' | '30' | '90'
export const DAYS: readonly Days[] = ['1', '7', '30', '90']

/** The last so many days, or from one moment to before another. */
export type Period = { readonly days: Days } | { readonly from: number; readonly until: number }

function asked(period: Period): string {
  const offset = String(-new Date().getTimezoneOffset())
  if ('days' in period) return new URLSearchParams({ days: period.days, offset }).toString()
  return new URLSearchParams({ from: String(period.from), until: String(period.until), offset }).toString()
}

export const statsQuery = (client: Client, period: Period) =>
  queryOptions({
    queryKey: ['stats', period],
    queryFn: ({ signal }) => client.read(`/app/stats?${asked(period)}`, stats, signal),
    // Figures of days: a look now and then is enough, however much mail comes.
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  })
