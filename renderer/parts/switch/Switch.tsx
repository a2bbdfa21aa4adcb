import { useTexts } from '../../texts/texts.ts'
import classes from './Switch.module.css'

interface SwitchProps {
  readonly on: boolean
  readonly label: string
  readonly busy?: boolean
  readonly onChange: (on: boolean) => void
  /** Without the word beside it: in tables whose column says it. */
  readonly bare?: boolean
  /** Not a stop of the Tab key: where a row has the keyboard. */
  readonly quiet?: boolean
}

/** On or off, in position, colour and word. */
export function Switch({ on, label, busy = false, onChange, bare = false, quiet = false }: SwitchProps) {
  const { common: t } = useTexts()
  return (
    <button
      type="button"
      role="switch"
      className={classes['switch']}
      aria-checked={on}
      aria-label={label}
      aria-busy={busy || undefined}
      tabIndex={quiet ? -1 : 0}
      onClick={() => onChange(!on)}
    >
      <span className={classes['track']} aria-hidden="true">
        <span className={classes['thumb']} />
      </span>
      {!bare && (
        <span className={classes['word']} aria-hidden="true">
          {on ? t.on : t.off}
        </span>
      )}
    </button>
  )
}
