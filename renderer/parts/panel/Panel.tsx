import { useId } from 'react'
import type { ReactNode } from 'react'
import type { Loadable } from '../../store/view.ts'
import { Button } from '../button/Button.tsx'
import { Icon } from '../icon/Icon.tsx'
import classes from './Panel.module.css'

interface PanelProps {
  readonly title: string
  /** Said beside the title: a count, mostly. */
  readonly count: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of the page with its name, which screen readers can jump to. */
export function Panel({ title, count, actions, children }: PanelProps) {
  const id = useId()
  return (
    <section className={classes['panel']} aria-labelledby={id}>
      <header className={classes['head']}>
        <h2 id={id} className={classes['title']}>
          {title}
        </h2>
        <span className={classes['count']}>{count}</span>
        <div className={classes['actions']}>{actions}</div>
      </header>
      <div className={classes['body']}>{children}</div>
    </section>
  )
}

interface LoadedProps<T> {
  readonly value: Loadable<T>
  readonly onRetry: () => void
  readonly children: (data: T) => ReactNode
}

/** Shows what was loaded; while it loads, a shape of it; when that fails, why, with the last that was known below. */
export function Loaded<T>({ value, onRetry, children }: LoadedProps<T>) {
  switch (value.kind) {
    case 'loading':
      return <Skeleton />
    case 'ready':
      return children(value.data)
    case 'failed':
      return <Problem message={value.message} onRetry={onRetry} />
    case 'stale':
      return (
        <>
          <Problem message={`${value.message} This is how it was.`} onRetry={onRetry} />
          {children(value.data)}
        </>
      )
  }
}

function Skeleton() {
  return (
    <div className={classes['skeleton']} role="status">
      <span className="visually-hidden">Loading …</span>
      <span className={classes['bar']} />
      <span className={classes['bar']} />
      <span className={classes['bar']} />
    </div>
  )
}

function Problem({ message, onRetry }: { readonly message: string; readonly onRetry: () => void }) {
  return (
    <div className={classes['problem']} role="alert">
      <Icon name="warning" />
      <p>{message}</p>
      <Button onClick={onRetry}>
        <Icon name="refresh" />
        Try again
      </Button>
    </div>
  )
}
