import { useEffect } from 'react'
import { Button } from '../parts/button/Button.tsx'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from '../login/Login.module.css'
import { useRelay } from './relay-context.ts'

/** How often it is asked whether a relay answers now, in milliseconds. */
const LOOK_MS = 3_000

/** Nothing answers: says so, looks again by itself, and lets one try again at once. */
export function Unreachable({ message }: { readonly message: string }) {
  const { actions } = useRelay()
  const { session, common } = useTexts()
  useEffect(() => {
    const timer = setInterval(() => void actions.look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [actions])
  return (
    <main className={classes['page']}>
      <div className={classes['card']} role="alert">
        <h1 className={classes['title']}>{session.unreachable.title}</h1>
        <p className={classes['text']}>
          <Told text={message} /> {session.unreachable.text}
        </p>
        <Button kind="main" icon="refresh" onClick={() => void actions.begin(undefined)}>
          {common.retry}
        </Button>
      </div>
    </main>
  )
}
