// What is asked of the search over aliases, and what it answers.
import type { BulkAction } from '../commands/bulk.ts'
import type { AliasRow } from '../rows.ts'

/** What to look for; `aliases/search-grammar.ts` makes it from what people type. */
export interface AliasQuery {
  readonly words: readonly string[]
  readonly domains: readonly string[]
  readonly labels: readonly string[]
  readonly from: readonly string[]
  readonly active: boolean | undefined
  readonly pinned: boolean | undefined
  readonly origin: 'catch-all' | undefined
  readonly unused: boolean
  readonly leaked: boolean
  /** Encrypted to a key of the recipient's. */
  readonly pgp: boolean
  readonly deleted: 'without' | 'with' | 'only'
  readonly used: { readonly than: 'more' | 'less'; readonly value: number } | undefined
  readonly blocked: { readonly than: 'more' | 'less'; readonly value: number } | undefined
  readonly forwarded: { readonly than: 'more' | 'less'; readonly value: number } | undefined
  /** By its id, as other programs name it. */
  readonly domainId?: string | undefined
  /** Aliases that go to this recipient by name. */
  readonly recipientId?: string | undefined
}

/** Where a page ends: whether among the pinned, the sorted value, the row's number. */
export type Cursor = readonly [pinned: number, value: string | number, number: number]

export interface PageRequest {
  readonly query: AliasQuery
  /** One of SORTS, `-` in front for descending. */
  readonly sort: string
  readonly limit: number
  readonly after: Cursor | undefined
  readonly now: number
  /** Milliseconds that the walk may take, BUDGET where it is not said. */
  readonly budget?: number
}

export interface ListRequest extends Omit<PageRequest, 'after' | 'budget'> {
  readonly offset: number
}

export interface AliasPage {
  /** Fewer than asked for, even none, where the time was over first: there is more to look through behind `next`. */
  readonly rows: readonly AliasRow[]
  readonly next: Cursor | undefined
}

/** A bulk operation and how far it is. */
export interface BulkJobRow {
  readonly id: string
  readonly action: BulkAction
  readonly query: string
  readonly argument: string
  readonly state: 'running' | 'done' | 'undone' | 'failed' | 'stopped'
  readonly total: number
  readonly done: number
  /** The last alias that was changed, and the last one that is to be. */
  readonly lastNumber: number
  readonly until: number
  readonly at: number
  /** Why it failed, one sentence. */
  readonly failure: string | null
}
