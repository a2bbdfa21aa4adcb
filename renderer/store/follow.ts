// Lets the relay's events into the view. Opening the stream comes first and reading the lists second, so that nothing falls between.
import type { LogEntry, MailboxItem } from '../../main/api/shapes.ts'
import type { Calls } from '../api/calls.ts'
import type { LiveHandlers } from '../api/live.ts'
import type { Actions } from './actions.ts'
import type { Store } from './store.ts'
import { dataOf, mapData, MAX_ROWS, ready, withAlias, withoutAlias, withRow } from './view.ts'

const SETTLE_MS = 150
/** A stream that is slow to open must not leave the page empty. */
const PATIENCE_MS = 1_500

export interface Following {
  readonly handlers: LiveHandlers
  stop(): void
}

/** Collects the ids that come within a moment, and reads each once: one message may touch an alias many times. */
function aliasReader(store: Store, calls: Calls) {
  const touched = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const readAll = async (): Promise<void> => {
    timer = undefined
    const ids = [...touched]
    touched.clear()
    for (const id of ids) {
      // Its own switch is on its way: what the relay says about it now may be older than that.
      if (store.get().pending.has(id)) continue
      const alias = await calls.alias(id).catch(() => null)
      if (alias === null) continue
      store.update(({ aliases }) => ({
        aliases: mapData(aliases, (list) => (alias === undefined ? withoutAlias(list, id) : withAlias(list, alias))),
      }))
    }
  }
  return {
    touch: (id: string) => {
      touched.add(id)
      timer ??= setTimeout(() => void readAll(), SETTLE_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

/** Rows that come while the lists are being read: what was read may be older than they are, so they are put in once more. */
function rereader(store: Store, actions: Actions) {
  let logs: LogEntry[] = []
  let mails: MailboxItem[] = []
  let reading = 0
  return {
    log: (entry: LogEntry) => {
      if (reading > 0 && logs.length < MAX_ROWS) logs.push(entry)
    },
    mail: (item: MailboxItem) => {
      if (reading > 0 && mails.length < MAX_ROWS) mails.push(item)
    },
    refresh: async (): Promise<void> => {
      reading++
      await actions.refresh()
      reading--
      for (const entry of logs) store.update(({ log }) => ({ log: mapData(log, (part) => withRow(part, entry)) }))
      for (const item of mails)
        store.update(({ mailbox }) => ({ mailbox: mapData(mailbox, (part) => withRow(part, item)) }))
      if (reading > 0) return
      logs = []
      mails = []
    },
  }
}

export function follow(store: Store, calls: Calls, actions: Actions): Following {
  const reader = aliasReader(store, calls)
  const lists = rereader(store, actions)
  const patience = setTimeout(() => void lists.refresh(), PATIENCE_MS)
  const handlers: LiveHandlers = {
    onOpen: () => {
      clearTimeout(patience)
      store.update(() => ({ link: 'live' }))
      void lists.refresh()
    },
    onLost: () => {
      clearTimeout(patience)
      if (store.get().link === 'lost') return
      store.update(() => ({ link: 'lost' }))
      // Says why: the relay is gone, or we are no longer signed in.
      void lists.refresh()
    },
    onLog: (entry) => {
      lists.log(entry)
      store.update(({ log }) => ({ log: mapData(log, (part) => withRow(part, entry)) }))
    },
    onMailbox: (item) => {
      lists.mail(item)
      const known = dataOf(store.get().mailbox)?.data.some((row) => row.id === item.id) ?? false
      store.update(({ mailbox, announcement }) => ({
        mailbox: mapData(mailbox, (part) => withRow(part, item)),
        announcement: known ? announcement : `New mail for ${item.alias} from ${item.from}: ${item.subject}`,
      }))
    },
    onAlias: (id) => reader.touch(id),
    onState: (state) => store.update(() => ({ state: ready(state) })),
  }
  return {
    handlers,
    stop: () => {
      clearTimeout(patience)
      reader.stop()
    },
  }
}
