import type { ReactNode } from 'react'
import classes from './Facts.module.css'

export type Fact = readonly [name: string, value: ReactNode]

/** Names and values; what is empty or undefined is left out. */
export function Facts({ facts }: { readonly facts: readonly (Fact | undefined)[] }) {
  return (
    <dl className={classes['facts']}>
      {facts.map((fact) =>
        fact === undefined || fact[1] === '' || fact[1] === undefined || fact[1] === null ? null : (
          <div key={fact[0]} className={classes['fact']}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
