import { Tabs as Base } from '@base-ui/react/tabs'
import { useEffect, useRef, type ReactNode } from 'react'
import { numberText } from '../../format/number.ts'
import classes from './Tabs.module.css'

export interface Tab {
  readonly id: string
  readonly label: string
  /** A number beside the label. */
  readonly count?: number
  readonly content: ReactNode
}

interface TabsProps {
  readonly value: string
  readonly onChange: (id: string) => void
  readonly tabs: readonly Tab[]
}

/** Arrow keys move between the tabs; only the one that shows is made. */
export function Tabs({ value, onChange, tabs }: TabsProps) {
  const shown = tabs.some((tab) => tab.id === value) ? value : (tabs[0]?.id ?? '')
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // On a phone the one that shows may stand beyond the edge.
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown])
  return (
    <Base.Root className={classes['root']} value={shown} onValueChange={(next: unknown) => onChange(String(next))}>
      <Base.List ref={list} className={classes['list']} activateOnFocus>
        {tabs.map(({ id, label, count }) => (
          <Base.Tab key={id} className={classes['tab']} value={id}>
            {label}
            {count !== undefined && count > 0 && <span className={classes['count']}>{numberText(count)}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ id, content }) => (
        <Base.Panel key={id} className={classes['panel']} value={id}>
          {content}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
