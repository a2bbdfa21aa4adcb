import type { ReactNode } from 'react'
import { Icon } from '../icon/Icon.tsx'
import type { IconName } from '../icon/Icon.tsx'
import classes from './Empty.module.css'

/** What stands where nothing is yet: what will be here, and how to get it here. */
export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
}) {
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
