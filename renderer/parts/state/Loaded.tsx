import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { messageOf } from '../../api/failure.ts'
import { useTexts } from '../../texts/texts.ts'
import { Button } from '../button/Button.tsx'
import { Callout } from '../callout/Callout.tsx'
import { Told } from '../said/Said.tsx'
import classes from './Loaded.module.css'

type Shown<T> = Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch' | 'isFetching'>

interface LoadedProps<T> {
  readonly query: Shown<T>
  readonly children: (data: T) => ReactNode
  /** What shows meanwhile; bars by default. */
  readonly skeleton?: ReactNode
}

/** Shows what was loaded; while it loads, a shape of it; when that fails, why, with the last that was known below. */
export function Loaded<T>({ query, children, skeleton }: LoadedProps<T>) {
  const { data, error } = query
  return (
    <>
      {error !== null && (
        <Problem
          error={error}
          known={data !== undefined}
          onRetry={() => void query.refetch()}
          busy={query.isFetching}
        />
      )}
      {data === undefined ? error === null && (skeleton ?? <Skeleton />) : children(data)}
    </>
  )
}

interface ProblemProps {
  readonly error: unknown
  readonly known?: boolean
  readonly busy?: boolean
  readonly onRetry?: () => void
}

export function Problem({ error, known = false, busy = false, onRetry }: ProblemProps) {
  const { common: t } = useTexts()
  return (
    <div className={classes['problem']}>
      <Callout
        tone="bad"
        alert
        actions={
          onRetry === undefined ? undefined : (
            <Button icon="refresh" busy={busy} onClick={onRetry}>
              {t.retry}
            </Button>
          )
        }
      >
        <Told text={messageOf(error)} /> {known ? t.asItWas : ''}
      </Callout>
    </div>
  )
}

/** Shows only after a moment, so that what comes at once does not flicker. */
export function Skeleton({ rows = 4 }: { readonly rows?: number }) {
  const { common: t } = useTexts()
  return (
    <div className={classes['skeleton']} role="status" data-skeleton>
      <span className="visually-hidden">{t.loading}</span>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} className={classes['bar']} />
      ))}
    </div>
  )
}
