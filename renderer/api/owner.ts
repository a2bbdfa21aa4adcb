// Recipients, domains, held mail, the queue, blocks, backups, keys, settings: what an owner looks after.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { domainShape } from '../../main/api/shapes-addy.ts'
import {
  backupList,
  blockPage,
  domainShown,
  heldItem,
  heldPage,
  keyList,
  preview,
  queueList,
  recipientList,
  resolversShown,
  settingList,
  type HeldKind,
} from '../../main/api/shapes-owner.ts'
import { domainCheck, pageMemory } from '../../main/api/shapes-pages.ts'
import { security } from '../../main/api/shapes-access.ts'
import { messageView } from '../../main/api/shapes-view.ts'
import type { Client } from './client.ts'

const HELD_PAGE = 100
const named = (name: string): string => encodeURIComponent(name)

export const recipientsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['recipients'],
    queryFn: async ({ signal }) => (await client.read('/app/recipients', recipientList, signal)).data,
  })

const oneResolver = z.object({ data: resolversShown })
export const resolversQuery = (client: Client) =>
  queryOptions({
    queryKey: ['resolvers'],
    queryFn: async ({ signal }) => (await client.read('/app/resolvers', oneResolver, signal)).data,
  })

const domainList = z.object({ data: z.array(domainShape) })
export const domainsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['domains'],
    queryFn: async ({ signal }) => (await client.read('/api/v1/domains', domainList, signal)).data,
  })

const oneDomain = z.object({ data: domainShown })
export const domainQuery = (client: Client, name: string) =>
  queryOptions({
    queryKey: ['domain', name],
    queryFn: async ({ signal }) => (await client.read(`/app/domains/${named(name)}`, oneDomain, signal)).data,
  })

/** Asked of the DNS each time: nothing of it is kept here. */
export const domainCheckQuery = (client: Client, name: string) =>
  queryOptions({
    queryKey: ['domain-check', name],
    queryFn: async ({ signal }) => (await client.read(`/app/domains/${named(name)}/check`, domainCheck, signal)).data,
    staleTime: 60_000,
  })

export const heldQuery = (client: Client, kind: HeldKind) =>
  infiniteQueryOptions({
    queryKey: ['held', kind],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      client.read(
        `/app/held?kind=${kind}&limit=${HELD_PAGE}${pageParam === 0 ? '' : `&before=${pageParam}`}`,
        heldPage,
        signal,
      ),
    getNextPageParam: (last) => last.next ?? undefined,
  })

const questionList = z.object({ data: z.array(heldItem) })
export const questionsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['questions'],
    queryFn: async ({ signal }) => (await client.read('/app/questions', questionList, signal)).data,
  })

const onePreview = z.object({ data: preview })
export const previewQuery = (client: Client, id: number) =>
  queryOptions({
    queryKey: ['held-preview', id],
    queryFn: async ({ signal }) => (await client.read(`/app/held/${id}/preview`, onePreview, signal)).data,
  })

export const viewQuery = (client: Client, kind: 'mailbox' | 'held', id: number) =>
  queryOptions({
    queryKey: ['message', kind, id],
    queryFn: ({ signal }) => client.read(`/app/view/${kind}/${id}`, messageView, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const queueQuery = (client: Client) =>
  queryOptions({ queryKey: ['queue'], queryFn: ({ signal }) => client.read('/app/queue', queueList, signal) })

export const blocksQuery = (client: Client) =>
  infiniteQueryOptions({
    queryKey: ['blocks'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      client.read(`/app/blocks${pageParam === '' ? '' : `?after=${named(pageParam)}`}`, blockPage, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  })

export const backupsQuery = (client: Client) =>
  queryOptions({ queryKey: ['backups'], queryFn: ({ signal }) => client.read('/app/backups', backupList, signal) })

export const keysQuery = (client: Client) =>
  queryOptions({ queryKey: ['keys'], queryFn: ({ signal }) => client.read('/app/keys', keyList, signal) })

export const settingsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: async ({ signal }) => (await client.read('/app/settings', settingList, signal)).data,
  })

export const securityQuery = (client: Client) =>
  queryOptions({ queryKey: ['security'], queryFn: ({ signal }) => client.read('/app/security', security, signal) })

/** What the pages remember under a name, in a shape of their own; undefined where nothing fits. */
export const memoryQuery = <T>(client: Client, name: string, shape: z.ZodType<T>) =>
  queryOptions({
    queryKey: ['memory', name],
    queryFn: async ({ signal }) => {
      const { value } = await client.read(`/app/memory/${name}`, pageMemory, signal)
      const found = shape.safeParse(value)
      return found.success ? found.data : null
    },
  })

export const remember = (client: Client, name: string, value: unknown): Promise<void> =>
  client.tell('PUT', `/app/memory/${name}`, { value })
