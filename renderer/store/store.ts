// Holds the view and tells who listens when it changes. React reads it by useSyncExternalStore.
import { emptyView } from './view.ts'
import type { Notice, NoticeAction, View } from './view.ts'

export interface Store {
  readonly get: () => View
  readonly subscribe: (listener: () => void) => () => void
  readonly update: (change: (view: View) => Partial<View>) => void
  readonly notice: (tone: Notice['tone'], text: string, action?: NoticeAction) => void
  readonly dismiss: (id: number) => void
}

const MAX_NOTICES = 3

export function makeStore(): Store {
  let view = emptyView
  let lastNotice = 0
  const listeners = new Set<() => void>()
  const update: Store['update'] = (change) => {
    view = { ...view, ...change(view) }
    for (const listener of listeners) listener()
  }
  return {
    get: () => view,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    update,
    notice: (tone, text, action) => {
      const notice = { id: ++lastNotice, tone, text, action }
      update(({ notices }) => ({ notices: [...notices, notice].slice(-MAX_NOTICES) }))
    },
    dismiss: (id) => update(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
  }
}
