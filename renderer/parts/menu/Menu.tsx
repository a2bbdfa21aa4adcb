import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement } from 'react'
import { Icon, type IconName } from '../icon/Icon.tsx'
import classes from './Menu.module.css'

export interface MenuEntry {
  readonly label: string
  readonly icon?: IconName
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onSelect: () => void
}

/** `trigger` is a button; `'-'` draws a line between entries. */
export function Menu({
  trigger,
  entries,
  openAtOnce = false,
}: {
  readonly trigger: ReactElement
  /** Made by the very click that opens it: long lists do not carry a menu in each row. */
  readonly openAtOnce?: boolean
  readonly entries: readonly (MenuEntry | '-')[]
}) {
  return (
    <Base.Root defaultOpen={openAtOnce}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={classes['place']} align="end" sideOffset={4}>
          <Base.Popup className={classes['menu']}>
            {entries.map((entry, i) =>
              entry === '-' ? (
                <Base.Separator key={i} className={classes['line']} />
              ) : (
                <Base.Item
                  key={entry.label}
                  className={classes['entry']}
                  data-danger={entry.danger === true || undefined}
                  disabled={entry.disabled === true}
                  onClick={entry.onSelect}
                >
                  <span className={classes['sign']}>{entry.icon !== undefined && <Icon name={entry.icon} />}</span>
                  {entry.label}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
