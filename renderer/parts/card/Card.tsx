import { useId, type ReactNode } from 'react'
import classes from './Card.module.css'

interface CardProps {
  readonly title?: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children?: ReactNode
  /** Lists go to the edge. */
  readonly flush?: boolean
  /** How deep the title stands below the page's own. */
  readonly level?: 2 | 3
}

/** A part of a page with its name, which screen readers can jump to. */
export function Card({ title, lead, actions, children, flush = false, level = 2 }: CardProps) {
  const id = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <section className={classes['card']} aria-labelledby={title === undefined ? undefined : id}>
      {(title !== undefined || actions !== undefined) && (
        <header className={classes['head']}>
          <div className={classes['names']}>
            {title !== undefined && (
              <Heading id={id} className={classes['title']}>
                {title}
              </Heading>
            )}
            {lead !== undefined && <p className={classes['lead']}>{lead}</p>}
          </div>
          {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
        </header>
      )}
      <div className={classes['body']} data-flush={flush || undefined}>
        {children}
      </div>
    </section>
  )
}
