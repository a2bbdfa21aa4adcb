import type { ReactNode } from 'react'
import { Icon } from '../icon/Icon.tsx'
import type { IconName } from '../icon/Icon.tsx'
import classes from './Empty.module.css'

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
}

/** What stands where nothing is yet: what will be here, and how to get it here. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className={classes['empty']}>
      <span className={classes['sign']}>
        <Icon name={icon} />
      </span>
      <p className={classes['title']}>{title}</p>
      {children}
    </div>
  )
}
