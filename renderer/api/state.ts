// The relay's own state, and the few things that the frame does.
import { queryOptions } from '@tanstack/react-query'
import { appState, type AppState } from '../../main/api/shapes.ts'
import type { Client } from './client.ts'

export const stateQuery = (client: Client) =>
  queryOptions({
    queryKey: ['state'],
    queryFn: ({ signal }) => client.read('/app/state', appState, signal),
    staleTime: 60_000,
    // Troubles of the disk announce themselves by nothing.
    refetchInterval: 20_000,
  })

export type PauseOf = keyof AppState['pauses']
export type Pause = AppState['pauses'][PauseOf]

const PATHS = { sending: '/app/queue', receiving: '/app/receiving' } as const

/** Pauses what goes out, or what comes in, until a time or until it is taken back; `null` takes it back. */
export const setPause = (client: Client, of: PauseOf, pause: Pause): Promise<void> =>
  pause === null ? client.tell('POST', `${PATHS[of]}/resume`) : client.tell('POST', `${PATHS[of]}/pause`, pause)
