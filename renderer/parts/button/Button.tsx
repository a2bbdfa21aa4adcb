import type { ComponentProps } from 'react'
import classes from './Button.module.css'

type Kind = 'main' | 'plain' | 'quiet'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly kind?: Kind
  /** At work: stays focusable, ignores clicks. */
  readonly busy?: boolean
}

/** A button that never submits a form unless it says so. */
export function Button({ kind = 'plain', busy = false, type = 'button', onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${classes['button']} ${classes[kind]}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    />
  )
}
