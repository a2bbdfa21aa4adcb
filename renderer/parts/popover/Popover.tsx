import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import classes from './Popover.module.css'

interface PopoverProps {
  readonly trigger: ReactElement
  readonly title: string
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  /** For fields side by side. */
  readonly wide?: boolean
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
}

/** A small panel beside its button, closed by Escape or a click elsewhere. */
export function Popover({ trigger, title, children, align = 'start', wide = false, open, onOpenChange }: PopoverProps) {
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange: (wanted: boolean) => onOpenChange(wanted) })}
    >
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={classes['place']} align={align} sideOffset={6}>
          <Base.Popup className={`${classes['popup']} ${wide ? classes['wide'] : ''}`}>
            <Base.Title className={classes['title']}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
