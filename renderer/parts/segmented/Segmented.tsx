import { useId } from 'react'
import type { Choice } from '../field/Field.tsx'
import classes from './Segmented.module.css'

interface SegmentedProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly onChange: (value: T) => void
  readonly choices: readonly Choice<T>[]
}

/** One of a few, all to be seen: radio buttons in a row. */
export function Segmented<T extends string>({ label, value, onChange, choices }: SegmentedProps<T>) {
  const name = useId()
  return (
    <fieldset className={classes['group']}>
      <legend className="visually-hidden">{label}</legend>
      {choices.map((one) => (
        <label key={one.value} className={classes['part']}>
          <input
            className="visually-hidden"
            type="radio"
            name={name}
            value={one.value}
            checked={one.value === value}
            onChange={() => onChange(one.value)}
          />
          <span className={classes['word']}>{one.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
