// What was read from the relay, kept while somebody looks at it and read again when an event says that it changed.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiFailure, isGone } from '../api/failure.ts'

/** `onLost` hears of every failure that says: not signed in any more, or locked. */
export function makeQueryClient(onLost: (error: unknown) => void): QueryClient {
  const onError = (error: unknown): void => {
    if (isGone(error)) onLost(error)
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // What was refused is refused again; what broke or did not answer may be better in a moment.
        retry: (count, error) => error instanceof ApiFailure && error.kind === 'unreachable' && count < 1,
        networkMode: 'always',
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: 'always' },
    },
  })
}
