// The store and the actions, for whatever part of the page needs them.
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Actions } from '../store/actions.ts'
import type { Store } from '../store/store.ts'
import type { View } from '../store/view.ts'

export interface Relay {
  readonly store: Store
  readonly actions: Actions
}

export const RelayContext = createContext<Relay | undefined>(undefined)

export function useRelay(): Relay {
  const relay = useContext(RelayContext)
  if (relay === undefined) throw new Error('A part of the page stands outside of it.')
  return relay
}

/** One thing of the view: who reads it is rendered anew when that changes, and by nothing else. */
export function useView<K extends keyof View>(name: K): View[K] {
  const { store } = useRelay()
  const read = (): View[K] => store.get()[name]
  return useSyncExternalStore(store.subscribe, read, read)
}
