import { useId, type ReactNode, type Ref } from 'react'
import { Told } from '../said/Said.tsx'
import classes from './Field.module.css'

interface Common {
  readonly label: string
  /** What it is for, in a sentence. */
  readonly help?: ReactNode
  /** What is wrong with it. */
  readonly error?: string | undefined
  readonly disabled?: boolean
}

interface Ids {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

/** A label, a control, its help and what is wrong with it, tied together for screen readers. */
export function Field({ label, help, error, children }: Common & { readonly children: (ids: Ids) => ReactNode }) {
  const id = useId()
  const wrong = error !== undefined && error !== ''
  const told = [help === undefined ? '' : `${id}-help`, wrong ? `${id}-error` : '']
    .filter((one) => one !== '')
    .join(' ')
  return (
    <div className={classes['field']}>
      <label className={classes['label']} htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': told === '' ? undefined : told, 'aria-invalid': wrong || undefined })}
      {help !== undefined && (
        <p id={`${id}-help`} className={classes['help']}>
          {help}
        </p>
      )}
      {wrong && (
        <p id={`${id}-error`} className={classes['error']} role="alert">
          <Told text={error} />
        </p>
      )}
    </div>
  )
}

interface TextProps extends Common {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'password' | 'number' | 'email' | 'search' | 'date' | 'datetime-local'
  readonly mono?: boolean
  readonly placeholder?: string
  readonly autoComplete?: string
  /** Which keys a phone offers. */
  readonly inputMode?: 'numeric'
  readonly autoFocus?: boolean
  readonly required?: boolean
  readonly maxLength?: number
  readonly min?: number
  readonly max?: number
  /** Suggestions below the field. */
  readonly suggestions?: readonly string[]
  readonly inputRef?: Ref<HTMLInputElement>
}

export function TextField({
  label,
  help,
  error,
  value,
  onChange,
  type = 'text',
  mono,
  suggestions,
  inputRef,
  ...rest
}: TextProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(ids) => (
        <>
          <input
            {...ids}
            {...rest}
            ref={inputRef}
            className={classes['input']}
            data-mono={mono === true || undefined}
            type={type}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            autoComplete={rest.autoComplete ?? 'off'}
            autoCapitalize="none"
            spellCheck={mono === true || type === 'password' ? false : undefined}
            list={suggestions === undefined ? undefined : `${ids.id}-list`}
          />
          {suggestions !== undefined && (
            <datalist id={`${ids.id}-list`}>
              {suggestions.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  )
}

interface AreaProps extends Common {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly rows?: number
  readonly mono?: boolean
  readonly placeholder?: string
  readonly maxLength?: number
}

export function AreaField({ label, help, error, value, onChange, rows = 4, mono, ...rest }: AreaProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(ids) => (
        <textarea
          {...ids}
          {...rest}
          className={classes['input']}
          data-mono={mono === true || undefined}
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          spellCheck={mono === true ? false : undefined}
        />
      )}
    </Field>
  )
}

export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
}

interface SelectProps<T extends string> extends Common {
  readonly value: T
  readonly onChange: (value: T) => void
  readonly choices: readonly Choice<T>[]
}

/** The platform's own list: works with every keyboard, screen reader and phone. */
export function SelectField<T extends string>({
  label,
  help,
  error,
  value,
  onChange,
  choices,
  disabled,
}: SelectProps<T>) {
  return (
    <Field label={label} help={help} error={error}>
      {(ids) => (
        <select
          {...ids}
          className={classes['input']}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = choices.find((one) => one.value === event.target.value)
            if (chosen !== undefined) onChange(chosen.value)
          }}
        >
          {choices.map((one) => (
            <option key={one.value} value={one.value}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface CheckProps extends Omit<Common, 'error'> {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

export function CheckField({ label, help, checked, onChange, disabled }: CheckProps) {
  const id = useId()
  return (
    <div className={classes['check']}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {help !== undefined && (
          <p id={`${id}-help`} className={classes['help']}>
            {help}
          </p>
        )}
      </div>
    </div>
  )
}

/** Fields beside each other where there is room. */
export function Fields({ children }: { readonly children: ReactNode }) {
  return <div className={classes['fields']}>{children}</div>
}
