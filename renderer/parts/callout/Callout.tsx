import type { ReactNode } from 'react'
import { Icon, type IconName } from '../icon/Icon.tsx'
import classes from './Callout.module.css'

type Tone = 'info' | 'good' | 'wait' | 'bad'
const SIGNS: Readonly<Record<Tone, IconName>> = { info: 'info', good: 'check', wait: 'warning', bad: 'warning' }

interface CalloutProps {
  readonly tone?: Tone
  readonly title?: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** Said at once by screen readers, for what has just happened. */
  readonly alert?: boolean
}

/** Why something is as it is: what happened, what it means for mail, what Postern does, what one can do. */
export function Callout({ tone = 'info', title, children, actions, alert = false }: CalloutProps) {
  return (
    <div className={`${classes['callout']} ${classes[tone]}`} role={alert ? 'alert' : undefined}>
      <Icon name={SIGNS[tone]} />
      <div className={classes['text']}>
        {title !== undefined && <p className={classes['title']}>{title}</p>}
        {children}
      </div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </div>
  )
}
