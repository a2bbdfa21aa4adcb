import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { makeSlots } from '../data/slots.ts'
import { useKeys } from '../data/use-keys.ts'
import { useNarrow } from '../data/use-narrow.ts'
import { Icon } from '../parts/icon/Icon.tsx'
import { setParams } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { Row } from './Row.tsx'
import { emptySelection, isSelected, toggled, type Selection } from './selection.ts'
import type { RowActions } from './use-row-actions.ts'
import classes from './Table.module.css'

interface TableProps {
  readonly rows: readonly AliasShown[]
  /** -1 where nobody has counted so far. */
  readonly total: number
  readonly sort: string
  readonly hasMore: boolean
  readonly onMore: () => void
  readonly selection: Selection
  readonly onSelect: (selection: Selection) => void
  readonly actions: RowActions
}

const WIDE_ROW = 44
const NARROW_ROW = 72
/** Rows before the end at which the next page is asked for; not of a first page that nobody has scrolled. */
const AHEAD = 40
const FIRST_AHEAD = 10
/** Rows beyond what is in sight: a search draws few, a list that moves has more in store. */
const RESTING = 3
const MOVING = 14

/** Where the keyboard is; the row that has it may be out of sight. */
function useRoving(rows: readonly AliasShown[], scroll: (index: number) => void, grid: RefObject<HTMLElement | null>) {
  const [at, setAt] = useState(0)
  const [wanted, setWanted] = useState<number>()
  useEffect(() => {
    if (wanted === undefined) return
    const frame = requestAnimationFrame(() => {
      grid.current?.querySelector<HTMLElement>(`[data-index="${wanted}"]`)?.focus({ preventScroll: true })
      setWanted(undefined)
    })
    return () => cancelAnimationFrame(frame)
  }, [wanted, grid])
  const go = (index: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setAt(next)
    scroll(next)
    // A key that follows at once is for that row already.
    const row = grid.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)
    if (row === null || row === undefined) setWanted(next)
    else row.focus({ preventScroll: true })
  }
  return { at: Math.min(at, Math.max(0, rows.length - 1)), setAt, go }
}

/** The same function from render to render, so that rows are made again only when they change. */
function useStable<T>(run: (value: T) => void): (value: T) => void {
  const newest = useRef(run)
  useEffect(() => {
    newest.current = run
  })
  return useCallback((value: T) => newest.current(value), [])
}

interface GridKeys extends Pick<TableProps, 'rows' | 'selection' | 'onSelect' | 'actions'> {
  readonly at: number
  readonly go: (index: number) => void
  readonly box: RefObject<HTMLElement | null>
}

/** Letters work wherever the page has the keyboard, once a row has had it; arrows, Enter and the blank in the row itself. */
function useGridKeys({ rows, at, go, box, selection, onSelect, actions }: GridKeys) {
  const current = rows[at]
  const inside = (): boolean => box.current?.contains(document.activeElement) === true
  const onRow = (run: (alias: AliasShown) => void) => () => {
    if (current !== undefined && inside()) run(current)
  }
  useKeys({
    j: () => go(inside() ? at + 1 : at),
    k: () => go(inside() ? at - 1 : at),
    x: onRow((alias) => onSelect(toggled(selection, alias.id))),
    e: onRow((alias) => actions.open(alias, 'settings')),
    c: onRow(actions.copy),
    '#': onRow((alias) => (alias.deleted_at === null ? actions.bin(alias) : actions.restore(alias))),
    Escape: () => onSelect(emptySelection),
  })
  return (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 },
      ...{ PageDown: at + 12, PageUp: at - 12 },
    }
    const next = steps[event.key]
    if (next !== undefined) go(next)
    else if ((event.target as HTMLElement).dataset['index'] === undefined || current === undefined) return
    else if (event.key === 'Enter') actions.open(current)
    else if (event.key === ' ') actions.toggle(current)
    else return
    event.preventDefault()
  }
}

/** The rows in sight and a few beyond; near the end of what is there, more is asked for. */
function useRows(
  box: RefObject<HTMLDivElement | null>,
  { rows, hasMore, onMore }: Pick<TableProps, 'rows' | 'hasMore' | 'onMore'>,
) {
  const [moving, setMoving] = useState(false)
  const rowHeight = useNarrow() ? NARROW_ROW : WIDE_ROW
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: moving ? MOVING : RESTING,
    onChange: ({ isScrolling }) => setMoving(isScrolling),
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  const lastShown = virtual.getVirtualItems().at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - (moving ? AHEAD : FIRST_AHEAD)) onMore()
  }, [hasMore, moving, lastShown, rows.length, onMore])
  return virtual
}

/** A hundred thousand rows, of which those in sight are there. */
export const Table = memo(function Table({
  rows,
  total,
  sort,
  hasMore,
  onMore,
  selection,
  onSelect,
  actions,
}: TableProps) {
  const { aliases: t } = useTexts()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useRows(box, { rows, hasMore, onMore })
  const { at, setAt, go } = useRoving(rows, (index) => virtual.scrollToIndex(index), box)
  const toggle = useStable((id: string) => onSelect(toggled(selection, id)))
  const selectAll = useStable((all: boolean) =>
    onSelect(all ? { kind: 'some', ids: new Set(rows.map((row) => row.id)) } : emptySelection),
  )
  const [slots] = useState(makeSlots)
  const shown = virtual.getVirtualItems().flatMap((item) => {
    const alias = rows[item.index]
    return alias === undefined ? [] : [{ item, alias }]
  })
  const keys = slots(shown.map(({ alias }) => alias.id))
  const onKeyDown = useGridKeys({ rows, at, go, box, selection, onSelect, actions })
  return (
    <div
      ref={box}
      className={classes['box']}
      role="grid"
      aria-label={t.list}
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-multiselectable="true"
      onKeyDown={onKeyDown}
    >
      <Head
        sort={sort}
        allShown={rows.length > 0 && rows.every((row) => isSelected(selection, row.id))}
        onAll={selectAll}
      />
      <div className={classes['space']} role="rowgroup" style={{ blockSize: virtual.getTotalSize() }}>
        {shown.map(({ item, alias }, i) => (
          <Row
            key={keys[i]}
            alias={alias}
            index={item.index}
            start={item.start}
            isCurrent={item.index === at}
            isSelected={isSelected(selection, alias.id)}
            onFocus={setAt}
            onSelect={toggle}
            actions={actions}
          />
        ))}
      </div>
    </div>
  )
})

const COLUMNS = [
  ...(['email', 'description', 'labels', 'recipients'] as const),
  ...(['emails_forwarded', 'emails_blocked', 'emails_replied', 'last_used', 'created_at', 'domain'] as const),
] as const
const SORTED = new Set<string>([
  'email',
  'emails_forwarded',
  'emails_blocked',
  'emails_replied',
  'last_used',
  'created_at',
  'domain',
])
/** What is looked at from its largest on. */
const DOWN_FIRST = new Set<string>(['emails_forwarded', 'emails_blocked', 'emails_replied', 'last_used', 'created_at'])

interface HeadProps {
  readonly sort: string
  readonly allShown: boolean
  readonly onAll: (all: boolean) => void
}

const Head = memo(function Head({ sort, allShown, onAll }: HeadProps) {
  const { aliases: t } = useTexts()
  const column = sort.replace(/^-/, '')
  const isDown = sort.startsWith('-')
  const sortBy = (name: string): void => {
    const down = column === name ? !isDown : DOWN_FIRST.has(name)
    setParams({ sort: `${down ? '-' : ''}${name}` })
  }
  return (
    <div className={classes['headgroup']} role="rowgroup">
      <div className={`${classes['row']} ${classes['head']}`} role="row" aria-rowindex={1}>
        <span role="columnheader" className={classes['select']}>
          <input
            type="checkbox"
            aria-label={t.selectShown}
            checked={allShown}
            onChange={(event) => onAll(event.target.checked)}
          />
        </span>
        <span role="columnheader" className={classes['active']}>
          {t.columns.active}
        </span>
        {COLUMNS.map((name) => (
          <span
            key={name}
            role="columnheader"
            className={classes[name === 'domain' ? 'of_domain' : name]}
            aria-sort={column === name ? (isDown ? 'descending' : 'ascending') : undefined}
          >
            {SORTED.has(name) ? (
              <button type="button" className={classes['sort']} onClick={() => sortBy(name)}>
                {t.columns[name]}
                {column === name && <Icon name={isDown ? 'down' : 'up'} />}
              </button>
            ) : (
              t.columns[name]
            )}
          </span>
        ))}
        <span role="columnheader" className={classes['actions']}>
          <span className="visually-hidden">{t.columns.actions}</span>
        </span>
      </div>
    </div>
  )
})
