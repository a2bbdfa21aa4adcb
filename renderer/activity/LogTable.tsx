import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import type { LogEntry } from '../../main/api/shapes.ts'
import { useKeys } from '../data/use-keys.ts'
import { useNarrow } from '../data/use-narrow.ts'
import { Button } from '../parts/button/Button.tsx'
import { useTexts } from '../texts/texts.ts'
import { LineCells } from './LogLine.tsx'
import type { TailHandle } from './use-tail.ts'
import classes from './LogTable.module.css'

interface LogTableProps {
  readonly tail: TailHandle
  readonly openId: number | undefined
  readonly onOpen: (id: number) => void
}

const WIDE_ROW = 38
const NARROW_ROW = 60
const AHEAD = 40
/** Rows beyond what is in sight: few while new ones push in at the top, more where somebody scrolls. */
const RESTING = 2
const MOVING = 12
/** So far from the top one still looks at the newest. */
const AT_TOP = 8

/** Holds the list still while somebody reads: scrolled down, the pointer on it, the keyboard in it, a trace open. */
function useHold(tail: TailHandle, isOpen: boolean) {
  const [reading, setReading] = useState({ scrolled: false, hovered: false, focused: false })
  const set = (change: Partial<typeof reading>): void => setReading((before) => ({ ...before, ...change }))
  const held = reading.scrolled || reading.hovered || reading.focused || isOpen
  const { hold } = tail
  useEffect(() => hold(held), [hold, held])
  return set
}

/** A finger that scrolls does not rest on the list; a mouse does. */
const reading = (set: (change: { hovered?: boolean; focused?: boolean }) => void) => ({
  onPointerEnter: (event: PointerEvent) => set({ hovered: event.pointerType === 'mouse' }),
  onPointerLeave: () => set({ hovered: false }),
  onFocus: () => set({ focused: true }),
  onBlur: () => set({ focused: false }),
})

/** Where the keyboard is: with an entry, wherever that moves. */
function useLogKeys(
  rows: readonly LogEntry[],
  box: RefObject<HTMLElement | null>,
  scroll: (index: number) => void,
  onOpen: (id: number) => void,
) {
  const [currentId, setCurrentId] = useState<number>()
  const found = rows.findIndex((row) => row.id === currentId)
  const at = found === -1 ? 0 : found
  const inside = (): boolean => box.current?.contains(document.activeElement) === true
  const go = (index: number): void => {
    const wanted = Math.max(0, Math.min(rows.length - 1, index))
    setCurrentId(rows[wanted]?.id)
    scroll(wanted)
    const row = (): HTMLElement | null | undefined => box.current?.querySelector(`[data-index="${wanted}"]`)
    // A key that follows at once is for that row already.
    if (row() instanceof HTMLElement) row()?.focus()
    else requestAnimationFrame(() => row()?.focus())
  }
  useKeys({ j: () => go(inside() ? at + 1 : at), k: () => go(inside() ? at - 1 : at) })
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 },
      ...{ PageDown: at + 12, PageUp: at - 12 },
    }
    const wanted = steps[event.key]
    const entry = rows[at]
    if (wanted !== undefined) go(wanted)
    else if ((event.key === 'Enter' || event.key === ' ') && entry !== undefined) onOpen(entry.id)
    else if (event.key === 'Escape') (document.activeElement as HTMLElement | null)?.blur()
    else return
    event.preventDefault()
  }
  return { at, setCurrentId, onKeyDown }
}

/** The log, newest first: a list that moves only while nobody reads it. */
export function LogTable({ tail, openId, onOpen }: LogTableProps) {
  const { activity: t } = useTexts()
  const { loadOlder, isLoadingOlder } = tail
  const { rows, waiting, next } = tail.view
  const [moving, setMoving] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const rowHeight = useNarrow() ? NARROW_ROW : WIDE_ROW
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: moving ? MOVING : RESTING,
    onChange: ({ isScrolling }) => setMoving(isScrolling),
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (next !== undefined && !isLoadingOlder && lastShown >= rows.length - AHEAD) loadOlder()
  }, [next, isLoadingOlder, lastShown, rows.length, loadOlder])
  const set = useHold(tail, openId !== undefined)
  const showNew = (): void => {
    tail.release()
    box.current?.scrollTo({ top: 0 })
  }
  const { at, setCurrentId, onKeyDown } = useLogKeys(rows, box, (index) => virtual.scrollToIndex(index), onOpen)
  useKeys({ '.': showNew })
  return (
    <>
      <NewOnes count={waiting} onShow={showNew} />
      <div
        ref={box}
        className={classes['box']}
        role="grid"
        aria-label={t.list}
        aria-rowcount={next === undefined ? rows.length : -1}
        onKeyDown={onKeyDown}
        onScroll={(event) => set({ scrolled: event.currentTarget.scrollTop > AT_TOP })}
        {...reading(set)}
      >
        <div className={classes['space']} role="rowgroup" style={{ blockSize: virtual.getTotalSize() }}>
          {/* By place, not by entry: what pushes in changes the words of rows that are there. While one has the keyboard, nothing moves. */}
          {items.map((item) => (
            <Line
              key={item.index}
              entry={rows[item.index]}
              index={item.index}
              start={item.start}
              isCurrent={item.index === at}
              isOpen={rows[item.index]?.id === openId}
              onOpen={onOpen}
              onFocus={setCurrentId}
            />
          ))}
        </div>
        <End shown={next === undefined && rows.length > 20} />
      </div>
    </>
  )
}

function End({ shown }: { readonly shown: boolean }) {
  const { activity: t } = useTexts()
  return shown ? <p className={classes['foot']}>{t.end}</p> : null
}

function NewOnes({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  const { activity: t } = useTexts()
  if (count === 0) return null
  return (
    <div className={classes['new']}>
      <Button kind="main" icon="up" onClick={onShow}>
        {t.waiting(count)}
      </Button>
    </div>
  )
}

interface LineProps {
  readonly entry: LogEntry | undefined
  readonly index: number
  readonly start: number
  readonly isCurrent: boolean
  readonly isOpen: boolean
  readonly onOpen: (id: number) => void
  readonly onFocus: (id: number) => void
}

const Line = memo(function Line({ entry, index, start, isCurrent, isOpen, onOpen, onFocus }: LineProps) {
  if (entry === undefined) return null
  return (
    <div
      className={classes['row']}
      style={{ transform: `translateY(${start}px)` }}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isOpen}
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      data-id={entry.id}
      data-outcome={entry.outcome}
      onFocus={() => onFocus(entry.id)}
      onClick={() => onOpen(entry.id)}
    >
      <Cells entry={entry} />
    </div>
  )
})

/** The cells change only with the entry; where they stand changes with each that comes. */
const Cells = memo(LineCells)
