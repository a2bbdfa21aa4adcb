import { fullTime, relativeTime, shortTime } from '../../format/time.ts'
import classes from './Time.module.css'

interface TimeProps {
  readonly at: number
  readonly seconds?: boolean
  /** `3 hours ago` instead of the clock. */
  readonly relative?: boolean
}

export function Time({ at, seconds = false, relative = false }: TimeProps) {
  const now = Date.now()
  return (
    <time className={classes['time']} dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {relative ? relativeTime(at, now) : shortTime(at, now, seconds)}
    </time>
  )
}
