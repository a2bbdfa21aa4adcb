import { fullTime, shortTime } from '../../format/time.ts'
import classes from './Time.module.css'

export function Time({ at, seconds = false }: { readonly at: number; readonly seconds?: boolean }) {
  return (
    <time className={classes['time']} dateTime={new Date(at).toISOString()} title={fullTime(at)}>
      {shortTime(at, Date.now(), seconds)}
    </time>
  )
}
