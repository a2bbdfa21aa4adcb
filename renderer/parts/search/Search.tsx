import type { ComponentProps, ReactNode, RefObject } from 'react'
import { useTexts } from '../../texts/texts.ts'
import { IconButton } from '../button/Button.tsx'
import { Icon } from '../icon/Icon.tsx'
import classes from './Search.module.css'

interface SearchProps extends Omit<ComponentProps<'input'>, 'className' | 'type' | 'ref' | 'value'> {
  readonly inputRef: RefObject<HTMLInputElement | null>
  readonly label: string
  readonly value: string
  readonly onClear: () => void
  /** What is offered below. */
  readonly children?: ReactNode
}

/** A field to look for something, with its sign and a way to empty it. */
export function Search({ inputRef, label, value, onClear, children, ...rest }: SearchProps) {
  const { common: t } = useTexts()
  return (
    <div className={classes['search']}>
      <Icon name="search" />
      <input
        {...rest}
        ref={inputRef}
        className={classes['input']}
        type="search"
        aria-label={label}
        value={value}
        autoComplete="off"
        spellCheck={false}
      />
      {value !== '' && (
        <span className={classes['wipe']}>
          <IconButton icon="cross" label={t.clear} onClick={onClear} />
        </span>
      )}
      {children}
    </div>
  )
}
