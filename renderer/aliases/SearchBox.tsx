import { useId, useState, type KeyboardEvent, type RefObject } from 'react'
import { IconButton } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
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
  const { aliases: t, common } = useTexts()
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
    <div className={classes['search']}>
      <Icon name="search" />
      <input
        ref={inputRef}
        className={classes['input']}
        type="search"
        role="combobox"
        aria-label={t.searchLabel}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${at}`}
        placeholder={t.searchPlaceholder}
        maxLength={400}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setOpen(true)
          setAt(-1)
          onChange(event.target.value)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {value !== '' && (
        <span className={classes['wipe']}>
          <IconButton icon="cross" label={common.clear} onClick={() => onChange('')} />
        </span>
      )}
      <Completions id={id} found={found} at={at} onTake={take} />
    </div>
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
