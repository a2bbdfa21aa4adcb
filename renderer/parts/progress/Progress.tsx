import { useTexts } from '../../texts/texts.ts'
import { Button } from '../button/Button.tsx'
import classes from './Progress.module.css'

interface ProgressProps {
  readonly label: string
  /** Undefined where nobody knows how long it takes. */
  readonly value: number | undefined
  readonly max: number
  readonly onCancel?: () => void
  /** What stopping is called, where it is not `Cancel`. */
  readonly cancelWord?: string
}

/** How far long work has come, with a way to stop it. */
export function Progress({ label, value, max, onCancel, cancelWord }: ProgressProps) {
  const { common: t } = useTexts()
  return (
    <div className={classes['progress']}>
      <div className={classes['line']}>
        <span>{label}</span>
        {value !== undefined && max > 0 && <span className={classes['part']}>{Math.floor((value / max) * 100)} %</span>}
        {onCancel !== undefined && (
          <Button kind="quiet" onClick={onCancel}>
            {cancelWord ?? t.cancel}
          </Button>
        )}
      </div>
      <progress className={classes['bar']} aria-label={label} max={max} {...(value === undefined ? {} : { value })} />
    </div>
  )
}
