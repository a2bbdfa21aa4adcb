import type { UseQueryResult } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'

interface CredentialsProps<Row, Made> {
  readonly words: {
    readonly title: string
    readonly lead: string
    readonly add: string
    readonly none: string
    readonly revokeTitle: (name: string) => string
    readonly revokeLead: string
  }
  readonly query: UseQueryResult<readonly Row[]>
  /** Names of what is read again when one is gone. */
  readonly changes: readonly string[]
  readonly revoke: (row: Row) => Promise<unknown>
  readonly line: (row: Row, onRevoke: () => void) => ReactNode
  readonly making: (onMade: (made: Made) => void, onClose: () => void) => ReactNode
  /** What is shown once. */
  readonly made: (made: Made, onClose: () => void) => ReactNode
}

/** What programs get in with: listed, made and shown once, revoked by itself. */
export function Credentials<Row extends { readonly id: string; readonly name: string }, Made>(
  props: CredentialsProps<Row, Made>,
) {
  const { words, query, changes, revoke, line, making } = props
  const { security } = useTexts()
  const act = useAct()
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<Made>()
  const [gone, setGone] = useState<Row>()
  return (
    <Card
      title={words.title}
      lead={words.lead}
      flush
      actions={
        <Button icon="plus" onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      }
    >
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <p className={classes['empty']}>{words.none}</p>
          ) : (
            <ul className={classes['list']}>{rows.map((row) => line(row, () => setGone(row)))}</ul>
          )
        }
      </Loaded>
      {adding &&
        making(
          (one) => setMade(() => one),
          () => setAdding(false),
        )}
      {made !== undefined && props.made(made, () => setMade(undefined))}
      {gone !== undefined && (
        <Confirm
          open
          onClose={() => setGone(undefined)}
          title={words.revokeTitle(gone.name)}
          lead={words.revokeLead}
          word={security.tokens.revoke}
          danger
          onYes={() => act(() => revoke(gone), { done: security.tokens.revoked(gone.name), changes })}
        />
      )}
    </Card>
  )
}
