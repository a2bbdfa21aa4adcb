import type { ComponentProps } from 'react'
import { Icon, type IconName } from '../icon/Icon.tsx'
import classes from './Button.module.css'

type Kind = 'main' | 'plain' | 'quiet' | 'danger'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly kind?: Kind
  /** At work: stays focusable, ignores clicks. */
  readonly busy?: boolean
  readonly icon?: IconName
}

/** A button that never submits a form unless it says so. */
export function Button({
  kind = 'plain',
  busy = false,
  type = 'button',
  icon,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${classes['button']} ${classes[kind]}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children'> {
  /** Said by screen readers and shown when the pointer rests on it. */
  readonly label: string
  readonly icon: IconName
}

export function IconButton({ label, kind = 'quiet', ...rest }: IconButtonProps) {
  return <Button {...rest} kind={kind} aria-label={label} title={label} />
}

interface LinkButtonProps extends Omit<ComponentProps<'a'>, 'className'> {
  readonly href: string
  readonly kind?: Kind
  readonly icon?: IconName
}

/** Looks like a button and goes somewhere. */
export function LinkButton({ kind = 'plain', icon, children, ...rest }: LinkButtonProps) {
  return (
    <a {...rest} className={`${classes['button']} ${classes[kind]}`}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </a>
  )
}
