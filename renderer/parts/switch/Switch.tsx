import classes from './Switch.module.css'

interface SwitchProps {
  readonly on: boolean
  readonly label: string
  readonly busy: boolean
  readonly onChange: (on: boolean) => void
}

/** On or off, in position, colour and word. */
export function Switch({ on, label, busy, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className={classes['switch']}
      aria-checked={on}
      aria-label={label}
      aria-busy={busy || undefined}
      onClick={() => onChange(!on)}
    >
      <span className={classes['track']} aria-hidden="true">
        <span className={classes['thumb']} />
      </span>
      <span className={classes['word']} aria-hidden="true">
        {on ? 'On' : 'Off'}
      </span>
    </button>
  )
}
