import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { LogEntry } from '../../main/api/shapes.ts'
import type { LogFilter } from '../../main/api/shapes-log.ts'
import { logHead, readLog } from '../api/activity.ts'
import { useClient } from '../api/client-context.ts'
import { useLive } from '../data/live.ts'
import { Tail, type TailView } from './tail.ts'

/** So often at most does the list move: faster nobody reads. */
const STEP_MS = 80

export interface TailHandle {
  readonly view: TailView
  readonly query: ReturnType<typeof useQuery<Awaited<ReturnType<typeof readLog>>>>
  readonly isLoadingOlder: boolean
  readonly loadOlder: () => void
  /** Keeps what comes aside while true. */
  readonly hold: (held: boolean) => void
  readonly release: () => void
}

function makeStore(filter: LogFilter, onStale: () => void) {
  const listeners = new Set<() => void>()
  const tail = new Tail(filter, () => listeners.forEach((listener) => listener()), onStale)
  return {
    tail,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    view: () => tail.view,
  }
}

/** Gathers what comes within a frame, and within a step. */
function useBatches(take: (entries: readonly LogEntry[]) => void): (entry: LogEntry) => void {
  const waiting = useRef<LogEntry[]>([])
  const frame = useRef(0)
  const last = useRef(0)
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return useCallback(
    (entry) => {
      waiting.current.push(entry)
      if (frame.current !== 0) return
      const run = (now: number): void => {
        if (now - last.current < STEP_MS) {
          frame.current = requestAnimationFrame(run)
          return
        }
        frame.current = 0
        last.current = now
        take(waiting.current.splice(0))
      }
      frame.current = requestAnimationFrame(run)
    },
    [take],
  )
}

/** The log that fits a filter, and what comes to it. `live` false: nothing new moves in. */
export function useTail(filter: LogFilter, live: boolean): TailHandle {
  const client = useClient()
  const queries = useQueryClient()
  const key = JSON.stringify(filter)
  const store = useMemo(() => {
    const wanted = JSON.parse(key) as LogFilter
    return makeStore(wanted, () => void queries.invalidateQueries({ queryKey: logHead(client, wanted).queryKey }))
  }, [key, client, queries])
  const { tail } = store
  const query = useQuery({ ...logHead(client, filter), staleTime: 0, gcTime: 0 })
  const { data } = query
  useEffect(() => {
    if (data !== undefined) tail.head(data.data, data.next)
  }, [data, tail])
  const take = useCallback((entries: readonly LogEntry[]) => tail.live(entries, performance.now()), [tail])
  const push = useBatches(take)
  useLive({ onLog: (entry) => (live ? push(entry) : undefined) })
  const [isLoadingOlder, setLoading] = useState(false)
  const { next } = store.view()
  const loadOlder = useCallback(() => {
    if (next === undefined) return
    setLoading(true)
    void readLog(client, JSON.parse(key) as LogFilter, next)
      .then(
        (page) => tail.older(page.data, page.next),
        () => undefined,
      )
      .finally(() => setLoading(false))
  }, [client, key, next, tail])
  return {
    ...{ view: useSyncExternalStore(store.subscribe, store.view), query, isLoadingOlder, loadOlder },
    hold: useCallback((held: boolean) => tail.hold(held), [tail]),
    release: useCallback(() => tail.release(), [tail]),
  }
}
