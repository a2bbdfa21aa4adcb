import { useState } from 'react'
import type { AliasPage, AliasShown, AliasTotal, BulkChange } from '../../main/api/shapes-aliases.ts'
import { bulkByIds, changeAlias } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { useAct } from '../data/use-act.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Menu, type MenuEntry } from '../parts/menu/Menu.tsx'
import { useTexts } from '../texts/texts.ts'
import { BulkDialog } from './BulkDialog.tsx'
import { emptySelection, type Selection } from './selection.ts'
import { ALIAS_CHANGES } from './use-row-actions.ts'
import { numberText } from '../format/number.ts'
import classes from './Aliases.module.css'

interface BulkBarProps {
  readonly q: string
  readonly rows: readonly AliasShown[]
  readonly first: AliasPage | undefined
  readonly total: AliasTotal | undefined
  readonly selection: Selection
  readonly onSelect: (selection: Selection) => void
}

/** Done at once where a way back is known. */
const OPPOSITE: Readonly<Partial<Record<BulkChange, BulkChange>>> = {
  ...{ activate: 'deactivate', deactivate: 'activate', pin: 'unpin', unpin: 'pin' },
  ...{ delete: 'restore', restore: 'delete' },
}

/** Whether the action changes anything about this alias. */
function isChanged(action: BulkChange, alias: AliasShown): boolean {
  if (action === 'activate' || action === 'deactivate') return alias.active !== (action === 'activate')
  if (action === 'pin' || action === 'unpin') return alias.pinned !== (action === 'pin')
  return (alias.deleted_at === null) === (action === 'delete')
}

function useBulk({ rows, selection, onSelect }: Omit<BulkBarProps, 'q' | 'first' | 'total'>) {
  const { aliases: t } = useTexts()
  const client = useClient()
  const act = useAct()
  return (action: BulkChange): boolean => {
    const opposite = OPPOSITE[action]
    if (selection.kind === 'all' || opposite === undefined) return false
    const chosen = rows.filter((row) => selection.ids.has(row.id) && isChanged(action, row))
    if (chosen.length === 0) return true
    const ids = chosen.map((row) => row.id)
    const wereOn = chosen.filter((row) => row.active).map((row) => row.id)
    void act(() => bulkByIds(client, action, ids), {
      done: t.bulk.done(t.bulk[action as 'activate'], ids.length),
      undo: async () => {
        await bulkByIds(client, opposite, ids)
        // The bin switches off, and coming back switches on.
        const off = ids.filter((id) => !wereOn.includes(id))
        if (action === 'delete') await Promise.all(off.map((id) => changeAlias(client, id, { active: false })))
      },
      changes: ALIAS_CHANGES,
    }).then((done) => (done ? onSelect(emptySelection) : undefined))
    return true
  }
}

function totalText(counted: AliasTotal | undefined, moreThan: (n: number) => string): string {
  if (counted === undefined) return ''
  return counted.totalIsExact ? numberText(counted.total) : moreThan(counted.total)
}

/** What is selected, and what can be done with all of it. */
export function BulkBar({ q, rows, first, total: counted, selection, onSelect }: BulkBarProps) {
  const { aliases: t } = useTexts()
  const [asking, setAsking] = useState<BulkChange>()
  const atOnce = useBulk({ rows, selection, onSelect })
  const start = (action: BulkChange): void => (atOnce(action) ? undefined : setAsking(action))
  const total = totalText(counted, t.moreThan)
  const entry = (action: BulkChange, icon: MenuEntry['icon'] = 'dot', danger = false): MenuEntry => ({
    ...{ label: t.bulk[action], icon, danger },
    onSelect: () => start(action),
  })
  return (
    <div className={classes['bar']} role="toolbar" aria-label={t.bulk.bar}>
      <strong role="status">{selection.kind === 'all' ? t.allSelected(total) : t.selected(selection.ids.size)}</strong>
      {selection.kind === 'some' && counted !== undefined && selection.ids.size < counted.total && (
        <Button kind="quiet" onClick={() => onSelect({ kind: 'all' })}>
          {t.selectAll(total)}
        </Button>
      )}
      {first?.understood.deleted === 'only' ? (
        <>
          <Button icon="undo" onClick={() => start('restore')}>
            {t.bulk.restore}
          </Button>
          <Button kind="danger" onClick={() => start('forget')}>
            {t.bulk.forget}
          </Button>
        </>
      ) : (
        <>
          <Button onClick={() => start('activate')}>{t.bulk.activate}</Button>
          <Button onClick={() => start('deactivate')}>{t.bulk.deactivate}</Button>
          <Button icon="tag" onClick={() => start('add-label')}>
            {t.bulk['add-label']}
          </Button>
          <Button icon="bin" onClick={() => start('delete')}>
            {t.bulk.delete}
          </Button>
          <Menu
            trigger={<Button icon="more">{t.more}</Button>}
            entries={[
              ...[entry('pin', 'pin'), entry('unpin'), entry('remove-label', 'tag'), '-' as const],
              ...[entry('policy', 'shield'), entry('recipients', 'recipients'), '-' as const],
              entry('forget', 'cross', true),
            ]}
          />
        </>
      )}
      <IconButton icon="cross" label={t.clearSelection} onClick={() => onSelect(emptySelection)} />
      {asking !== undefined && (
        <BulkDialog
          action={asking}
          q={q}
          chosen={selection.kind === 'all' ? undefined : rows.filter((row) => selection.ids.has(row.id))}
          onClose={() => setAsking(undefined)}
          onDone={() => onSelect(emptySelection)}
        />
      )}
    </div>
  )
}
