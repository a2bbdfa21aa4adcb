// The relay's own state, and the few things that the frame does.
import { queryOptions } from '@tanstack/react-query'
import { appState } from '../../main/api/shapes.ts'
import type { Client } from './client.ts'

export const stateQuery = (client: Client) =>
  queryOptions({
    queryKey: ['state'],
    queryFn: ({ signal }) => client.read('/app/state', appState, signal),
    staleTime: 60_000,
    // Troubles of the disk announce themselves by nothing.
    refetchInterval: 20_000,
  })

/** Pauses or resumes all that goes out. */
export const pauseSending = (client: Client, paused: boolean): Promise<void> =>
  client.tell('POST', `/app/queue/${paused ? 'pause' : 'resume'}`)
