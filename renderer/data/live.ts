// Lets the relay's events in: pages that show what happens hear each one, and what was read before is read again when it has changed. Many
// events of one moment are one reading.
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useRef } from 'react'
import type { LogEntry, MailboxItem } from '../../main/api/shapes.ts'
import type { LiveHandlers } from '../api/live.ts'
import type { Store } from '../store/store.ts'
import { texts } from '../texts/texts.ts'

const SETTLE_MS = 400

/** What an event makes old. */
const OLD_BY: Readonly<Record<'log' | 'mailbox' | 'alias', readonly string[]>> = {
  log: ['held', 'questions', 'queue', 'recipients', 'blocks'],
  mailbox: ['mailbox'],
  alias: ['aliases', 'alias', 'contacts'],
}

export interface LiveListeners {
  readonly onLog?: (entry: LogEntry) => void
  readonly onMailbox?: (item: MailboxItem) => void
  /** An alias is new or changed; many changes of one moment are one call. */
  readonly onAlias?: () => void
}

export interface LiveHub {
  readonly handlers: LiveHandlers
  readonly listen: (listeners: LiveListeners) => () => void
  readonly stop: () => void
}

function invalidator(queries: QueryClient) {
  const due = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    mark: (names: readonly string[]) => {
      for (const name of names) due.add(name)
      timer ??= setTimeout(() => {
        timer = undefined
        const keys: QueryKey[] = [...due].map((name) => [name])
        due.clear()
        for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
      }, SETTLE_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

/** New mail is told once a moment: by its sender where it is one, else by how many. */
function announcer(store: Store) {
  let waiting = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    tell: ({ alias, from, subject }: MailboxItem) => {
      waiting++
      timer ??= setTimeout(() => {
        timer = undefined
        const { shell: t } = texts()
        const announcement = waiting === 1 ? t.newMail(alias, from, subject) : t.newMails(waiting)
        waiting = 0
        store.update(() => ({ announcement }))
      }, SETTLE_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

export function makeLiveHub(store: Store, queries: QueryClient): LiveHub {
  const listeners = new Set<LiveListeners>()
  const old = invalidator(queries)
  const announced = announcer(store)
  let opened = false
  let aliasTimer: ReturnType<typeof setTimeout> | undefined
  return {
    listen: (one) => {
      listeners.add(one)
      return () => listeners.delete(one)
    },
    stop: () => {
      old.stop()
      announced.stop()
      clearTimeout(aliasTimer)
    },
    handlers: {
      onOpen: () => {
        store.update(() => ({ link: 'live' }))
        // What happened while nobody listened was missed: all of it is read again.
        if (opened) void queries.invalidateQueries()
        opened = true
      },
      onLost: () => {
        if (store.get().link === 'lost') return
        store.update(() => ({ link: 'lost' }))
        // Says why: the relay is gone, or we are no longer signed in.
        void queries.invalidateQueries({ queryKey: ['state'] })
      },
      onLog: (entry) => {
        for (const one of listeners) one.onLog?.(entry)
        old.mark(OLD_BY.log)
      },
      onMailbox: (item) => {
        for (const one of listeners) one.onMailbox?.(item)
        if (!item.read) announced.tell(item)
        old.mark(OLD_BY.mailbox)
      },
      onAlias: () => {
        old.mark(OLD_BY.alias)
        aliasTimer ??= setTimeout(() => {
          aliasTimer = undefined
          for (const one of listeners) one.onAlias?.()
        }, SETTLE_MS)
      },
      onState: (state) => queries.setQueryData(['state'], state),
    },
  }
}

export const LiveContext = createContext<LiveHub | undefined>(undefined)

/** Hears each event while the part of the page is there. */
export function useLive(listeners: LiveListeners): void {
  const hub = useContext(LiveContext)
  const newest = useRef(listeners)
  useEffect(() => {
    newest.current = listeners
  })
  useEffect(
    () =>
      hub?.listen({
        onLog: (entry) => newest.current.onLog?.(entry),
        onMailbox: (item) => newest.current.onMailbox?.(item),
        onAlias: () => newest.current.onAlias?.(),
      }),
    [hub],
  )
}
