// Changes one alias, tells of it, and takes it back.
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { changeAlias, type AliasChange } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { ALIAS_CHANGES } from '../aliases/use-row-actions.ts'
import { useAct } from '../data/use-act.ts'

export function useChange(alias: AliasShown) {
  const client = useClient()
  const act = useAct()
  return (change: AliasChange, back?: AliasChange, done?: string): Promise<boolean> =>
    act(() => changeAlias(client, alias.id, change), {
      ...(done === undefined ? {} : { done }),
      ...(back === undefined ? {} : { undo: () => changeAlias(client, alias.id, back) }),
      changes: ALIAS_CHANGES,
    })
}
