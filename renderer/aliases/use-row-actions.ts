// What can be done to one alias from its row: shown at once, told with its effect on senders, and undone.
import { useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AliasPage, AliasShown } from '../../main/api/shapes-aliases.ts'
import { binAlias, changeAlias, restoreAlias } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { hrefTo, navigate } from '../router/place.ts'
import { texts } from '../texts/texts.ts'

export interface RowActions {
  readonly open: (alias: AliasShown, tab?: string) => void
  readonly toggle: (alias: AliasShown) => void
  readonly pin: (alias: AliasShown) => void
  readonly copy: (alias: AliasShown) => void
  readonly bin: (alias: AliasShown) => void
  readonly restore: (alias: AliasShown) => void
}

export const ALIAS_CHANGES = ['alias-table', 'alias-total', 'aliases', 'alias'] as const

export function useRowActions(): RowActions {
  const client = useClient()
  const queries = useQueryClient()
  const { actions } = useRelay()
  const act = useAct()
  return useMemo(() => {
    /** Shows a change before the relay has said yes; what it says is read afterwards. */
    const show = (id: string, change: Partial<AliasShown>): void => {
      queries.setQueriesData<InfiniteData<AliasPage>>({ queryKey: ['alias-table'] }, (table) =>
        table === undefined
          ? table
          : {
              ...table,
              pages: table.pages.map((page) =>
                page.data.some((row) => row.id === id)
                  ? { ...page, data: page.data.map((row) => (row.id === id ? { ...row, ...change } : row)) }
                  : page,
              ),
            },
      )
    }
    const set = async (id: string, change: { active: boolean } | { pinned: boolean }): Promise<void> => {
      show(id, change)
      await changeAlias(client, id, change)
    }
    const t = texts().aliases
    return {
      open: (alias, tab) => navigate(hrefTo(`/aliases/${encodeURIComponent(alias.id)}`, { tab })),
      toggle: (alias) => {
        const { id, email, active } = alias
        void act(() => set(id, { active: !active }), {
          done: active ? t.offNotice[alias.when_disabled](email) : t.onNotice(email),
          undo: () => set(id, { active }),
          changes: ALIAS_CHANGES,
        })
      },
      pin: ({ id, pinned }) => void act(() => set(id, { pinned: !pinned }), { changes: ALIAS_CHANGES }),
      copy: ({ email }) =>
        void navigator.clipboard.writeText(email).then(
          () => actions.tell('good', `${texts().common.copied}: ${email}`),
          () => actions.tell('bad', texts().common.noClipboard),
        ),
      bin: ({ id, email, active }) =>
        void act(() => binAlias(client, id), {
          done: t.binned(email),
          undo: async () => {
            await restoreAlias(client, id)
            if (!active) await changeAlias(client, id, { active })
          },
          changes: ALIAS_CHANGES,
        }),
      restore: ({ id, email }) =>
        void act(() => restoreAlias(client, id), {
          done: t.restored(email),
          undo: () => binAlias(client, id),
          changes: ALIAS_CHANGES,
        }),
    }
  }, [client, queries, act, actions])
}
