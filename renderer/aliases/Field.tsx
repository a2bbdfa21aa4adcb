import { useId } from 'react'
import type { ReactNode } from 'react'
import type { ApiFailure } from '../api/failure.ts'
import classes from './NewAlias.module.css'

interface ControlAttributes {
  readonly id: string
  readonly className: string | undefined
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string
}

interface FieldProps {
  readonly label: string
  readonly failure: ApiFailure | undefined
  /** The names by which the relay calls this field when it is not content. */
  readonly names: readonly string[]
  readonly wide?: boolean
  readonly children: (attributes: ControlAttributes) => ReactNode
}

function problemOf(failure: ApiFailure | undefined, names: readonly string[]): string {
  for (const name of names) {
    const text = failure?.fields[name]?.[0]
    if (text !== undefined) return text
  }
  return ''
}

/** A label, what it labels, and what is wrong with it. */
export function Field({ label, failure, names, wide = false, children }: FieldProps) {
  const id = useId()
  const problem = problemOf(failure, names)
  const problemId = `${id}-problem`
  return (
    <div className={wide ? classes['wide'] : classes['field']}>
      <label htmlFor={id}>{label}</label>
      {children({ id, className: classes['control'], 'aria-invalid': problem !== '', 'aria-describedby': problemId })}
      <p className={classes['problem']} id={problemId} role="alert">
        {problem}
      </p>
    </div>
  )
}
