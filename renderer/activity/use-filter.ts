// The filters of the log as the address of the page has them.
import { usePlace, setParams } from '../router/place.ts'
import type { LogFilter } from '../../main/api/shapes-log.ts'

export const FILTERS = [
  ...(['outcome', 'reason', 'direction', 'alias', 'domain', 'recipient', 'contact', 'tls'] as const),
  ...(['q', 'from', 'until'] as const),
] as const
export type FilterName = (typeof FILTERS)[number]
export const BLOCKED = 'refused,discarded'

export function useFilter(): { readonly filter: LogFilter; readonly isFiltered: boolean } {
  const { query } = usePlace()
  const filter: Partial<Record<FilterName, string>> = {}
  for (const name of FILTERS) {
    const value = query.get(name)
    if (value !== null && value !== '') filter[name] = value
  }
  return { filter, isFiltered: Object.keys(filter).length > 0 }
}

export const clearFilters = (): void =>
  setParams({ ...Object.fromEntries(FILTERS.map((name) => [name, undefined])), all: '1' }, true)
