import { useId, useState, type KeyboardEvent, type RefObject } from 'react'
import { Search } from '../parts/search/Search.tsx'
import { useTexts } from '../texts/texts.ts'
import { complete, type Completion } from './complete.ts'
import classes from './Aliases.module.css'

interface SearchBoxProps {
  readonly inputRef: RefObject<HTMLInputElement | null>
  readonly value: string
  readonly onChange: (value: string) => void
  readonly domains: readonly string[]
  readonly labels: readonly string[]
}

interface BoxKeys {
  readonly found: readonly Completion[]
  readonly at: number
  readonly setAt: (at: number) => void
  readonly take: (one: Completion) => void
  readonly close: () => void
  readonly clear: () => void
}

/** Arrows choose, Enter takes, Escape closes, and then clears. */
function keysOf({ found, at, setAt, take, close, clear }: BoxKeys) {
  return (event: KeyboardEvent<HTMLInputElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const chosen = found[at]
    if (step !== 0 && found.length > 0) setAt(Math.max(-1, Math.min(found.length - 1, at + step)))
    else if (event.key === 'Enter' && chosen !== undefined) take(chosen)
    else if (event.key === 'Enter') close()
    else if (event.key === 'Escape' && found.length > 0) close()
    else if (event.key === 'Escape') {
      clear()
      event.currentTarget.blur()
    } else return
    event.preventDefault()
  }
}

/** Free text and `key:value` pairs; what could come next is offered below. */
export function SearchBox({ inputRef, value, onChange, domains, labels }: SearchBoxProps) {
  const { aliases: t } = useTexts()
  const id = useId()
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const found = open ? complete(value, { keys: t.keys, states: t.states, domains, labels }) : []
  const chosen = found[at]
  const take = ({ text, goesOn }: Completion): void => {
    const start = value.slice(0, value.lastIndexOf(' ') + 1)
    onChange(`${start}${text}${goesOn ? '' : ' '}`)
    setAt(-1)
    inputRef.current?.focus()
  }
  const onKeyDown = keysOf({ found, at, setAt, take, close: () => setOpen(false), clear: () => onChange('') })
  return (
    <Search
      inputRef={inputRef}
      label={t.searchLabel}
      role="combobox"
      aria-expanded={found.length > 0}
      aria-controls={`${id}-list`}
      aria-autocomplete="list"
      aria-activedescendant={chosen === undefined ? undefined : `${id}-${at}`}
      placeholder={t.searchPlaceholder}
      maxLength={400}
      value={value}
      onClear={() => onChange('')}
      onChange={(event) => {
        setOpen(true)
        setAt(-1)
        onChange(event.target.value)
      }}
      onFocus={() => setOpen(true)}
      onBlur={() => setOpen(false)}
      onKeyDown={onKeyDown}
    >
      <Completions id={id} found={found} at={at} onTake={take} />
    </Search>
  )
}

interface CompletionsProps {
  readonly id: string
  readonly found: readonly Completion[]
  readonly at: number
  readonly onTake: (one: Completion) => void
}

function Completions({ id, found, at, onTake }: CompletionsProps) {
  const { aliases: t } = useTexts()
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label={t.completions}
      className={classes['completions']}
      hidden={found.length === 0}
    >
      {found.map((one, i) => (
        <div
          key={one.text}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === at}
          className={classes['completion']}
          onPointerDown={(event) => {
            event.preventDefault()
            onTake(one)
          }}
        >
          <code>{one.text}</code>
          <span>{one.hint}</span>
        </div>
      ))}
    </div>
  )
}
