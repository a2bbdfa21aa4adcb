// The built-in mailbox.
import { infiniteQueryOptions } from '@tanstack/react-query'
import { mailboxPage } from '../../main/api/shapes.ts'
import type { Client } from './client.ts'

const PAGE = 100

export const mailboxList = (client: Client) =>
  infiniteQueryOptions({
    queryKey: ['mailbox', 'list'],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      client.read(`/app/mailbox?limit=${PAGE}${pageParam === 0 ? '' : `&before=${pageParam}`}`, mailboxPage, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  })
