import type { ReactNode } from 'react'
import { Badge } from '../parts/chip/Chip.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'

/** Whether a factor is set, and since when. */
export function StateLine({ at, children }: { readonly at: number | undefined; readonly children?: ReactNode }) {
  const { security: t } = useTexts()
  return (
    <div className={classes['state']}>
      {at === undefined ? (
        <Badge icon="minus">{t.notSet}</Badge>
      ) : (
        <>
          <Badge tone="good" icon="check">
            {t.set}
          </Badge>
          <span className={classes['soft']}>
            <Time at={at} relative />
          </span>
        </>
      )}
      {children}
    </div>
  )
}
