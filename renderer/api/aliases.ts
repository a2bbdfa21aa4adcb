// The aliases, and what belongs to one: contacts, bulk changes, tables, why.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { aliasShape } from '../../main/api/shapes-addy.ts'
import {
  aliasPage,
  aliasTable,
  aliasTotal,
  bulkJob,
  bulkPreview,
  contactList,
  importResults,
  oneAlias,
  oneContact,
  whyShown,
  type AliasShown,
  type AliasTable,
  type BulkChange,
  type BulkJob,
  type BulkPreview,
  type ContactShown,
  type ImportResultShown,
} from '../../main/api/shapes-aliases.ts'
import type { Client } from './client.ts'

/** What fills a window and a bit: less to read, check and draw before the first of it shows. */
const FIRST_PAGE = 50
const ALIAS_PAGE = 100
export const ALIAS_SORT = '-created_at'
const named = (name: string): string => encodeURIComponent(name)
const queried = (values: Readonly<Record<string, string>>): string => new URLSearchParams(values).toString()

/** The table, page by page. Not among `aliases`: it decides itself how much of it is read again. */
export const aliasTableQuery = (client: Client, q: string, sort: string) =>
  infiniteQueryOptions({
    queryKey: ['alias-table', q, sort],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === '' ? {} : { after: pageParam }
      const limit = String(pageParam === '' ? FIRST_PAGE : ALIAS_PAGE)
      return client.read(`/app/aliases?${queried({ q, sort, limit, count: 'later', ...page })}`, aliasPage, signal)
    },
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  })

export const aliasQuery = (client: Client, name: string) =>
  queryOptions({
    queryKey: ['alias', name],
    queryFn: async ({ signal }) => (await client.read(`/app/aliases/${named(name)}`, oneAlias, signal)).data,
  })

export interface AliasChange {
  readonly active?: boolean
  readonly pinned?: boolean
  readonly description?: string | null
  readonly fromName?: string | null
  readonly labels?: readonly string[]
  readonly recipients?: readonly string[]
  readonly fallbackRecipient?: string | null
  readonly policy?: AliasShown['policy']
  readonly expiresAt?: number | null
  readonly expiresAfter?: number | null
  readonly expiresIdle?: number | null
  readonly hourlyLimit?: number | null
  readonly whenDisabled?: AliasShown['when_disabled']
  readonly rejectText?: string | null
  readonly unsubscribe?: AliasShown['unsubscribe']
  readonly allowSealed?: boolean
  readonly leak?: false
}

export const changeAlias = async (client: Client, id: string, change: AliasChange): Promise<AliasShown> =>
  (await client.send('PATCH', `/app/aliases/${named(id)}`, change, oneAlias)).data

/** To the bin: it refuses mail, and can be had back. */
export const binAlias = (client: Client, id: string): Promise<void> =>
  client.tell('DELETE', `/api/v1/aliases/${named(id)}`)
export const restoreAlias = (client: Client, id: string): Promise<void> =>
  client.tell('PATCH', `/api/v1/aliases/${named(id)}/restore`)
/** For good: the address is never made again. */
export const forgetAlias = (client: Client, id: string): Promise<void> =>
  client.tell('DELETE', `/api/v1/aliases/${named(id)}/forget`)

export interface NewAlias {
  readonly domain: string
  readonly format: string
  readonly local_part?: string
  readonly words?: number
  readonly site?: string
  readonly description: string | null
  readonly recipient_ids: readonly string[]
}

const made = z.object({ data: aliasShape })
export const makeAlias = async (client: Client, input: NewAlias) =>
  (await client.send('POST', '/api/v1/aliases', input, made)).data

const freeAnswer = z.object({ data: z.object({ free: z.boolean(), why: z.string() }) })
/** Whether a name can become an alias. */
export const nameFree = (client: Client, domain: string, local: string) =>
  queryOptions({
    queryKey: ['aliases', 'free', domain, local],
    queryFn: async ({ signal }) =>
      (await client.read(`/app/alias-name?${queried({ domain, local })}`, freeAnswer, signal)).data,
    staleTime: 0,
  })

const found = z.object({ data: z.array(aliasShape) })
/** The first few by an order. */
export const topAliases = (client: Client, sort: '-emails_forwarded' | '-created_at') =>
  queryOptions({
    queryKey: ['aliases', 'top', sort],
    queryFn: async ({ signal }) => (await client.read(`/app/aliases?sort=${sort}&limit=6`, found, signal)).data,
  })

/** How many of the table there are; asked for behind its first page. */
export const aliasTotalQuery = (client: Client, q: string) =>
  queryOptions({
    queryKey: ['alias-total', q],
    queryFn: ({ signal }) => client.read(`/app/alias-count?${queried({ q })}`, aliasTotal, signal),
    placeholderData: keepPreviousData,
  })

/** How many match, up to a thousand. */
export const aliasCount = (client: Client, q: string) =>
  queryOptions({
    queryKey: ['aliases', 'count', q],
    queryFn: async ({ signal }) => {
      const { total } = await client.read(`/app/alias-count?${queried({ q })}`, aliasTotal, signal)
      return total
    },
  })

export const contactsQuery = (client: Client, alias: string) =>
  queryOptions({
    queryKey: ['contacts', alias],
    queryFn: async ({ signal }) => (await client.read(`/app/contacts?${queried({ alias })}`, contactList, signal)).data,
  })

export const addContact = async (
  client: Client,
  alias: string,
  address: string,
  displayName: string,
): Promise<ContactShown> =>
  (await client.send('POST', '/app/contacts', { alias, address, displayName }, oneContact)).data

export interface ContactChange {
  readonly blocked?: boolean
  readonly muted?: boolean
  readonly allowUnproven?: boolean
  readonly allowFlagged?: boolean
  readonly displayName?: string
}
export const changeContact = (client: Client, id: string, change: ContactChange): Promise<void> =>
  client.tell('PATCH', `/app/contacts/${named(id)}`, change)
export const removeContact = (client: Client, id: string): Promise<void> =>
  client.tell('DELETE', `/app/contacts/${named(id)}`)

export interface BulkWish {
  readonly q: string
  readonly action: BulkChange
  readonly argument?: string
}
export const previewBulk = async (client: Client, wish: BulkWish): Promise<BulkPreview> =>
  (await client.send('POST', '/app/bulk', wish, bulkPreview)).data
/** `count` is what the preview said. */
export const startBulk = async (client: Client, wish: BulkWish, count: number): Promise<BulkJob> =>
  (await client.send('POST', '/app/bulk', { ...wish, count }, bulkJob)).data
export const readBulk = async (client: Client, id: string): Promise<BulkJob> =>
  (await client.read(`/app/bulk/${id}`, bulkJob)).data
export const stopBulk = (client: Client, id: string): Promise<void> => client.tell('POST', `/app/bulk/${id}/stop`)
export const undoBulk = (client: Client, id: string): Promise<void> => client.tell('POST', `/app/bulk/${id}/undo`)
/** The same for a few by their ids. */
export const bulkByIds = (client: Client, action: BulkChange, ids: readonly string[]): Promise<void> =>
  client.tell('POST', `/api/v1/aliases/${action}/bulk`, { ids })

export const readTable = async (client: Client, text: string): Promise<AliasTable> =>
  (await client.send('POST', '/app/alias-table', { text }, aliasTable)).data

export interface ImportStep extends AliasTable {
  readonly line: number
  readonly existing: 'skip' | 'update'
  readonly dryRun: boolean
}
export const importStep = async (client: Client, step: ImportStep): Promise<readonly ImportResultShown[]> =>
  (await client.send('POST', '/app/alias-import', step, importResults)).data

/** The address of the table of all that match. */
export const exportHref = (q: string): string => `/app/alias-export.csv?${queried({ q })}`

/** What would happen to mail from a sender. */
export const whyQuery = (client: Client, address: string, sender: string) =>
  queryOptions({
    queryKey: ['aliases', 'why', address, sender],
    queryFn: async ({ signal }) =>
      (await client.read(`/app/why?${queried({ address, ...(sender === '' ? {} : { sender }) })}`, whyShown, signal))
        .data,
    staleTime: 0,
  })
