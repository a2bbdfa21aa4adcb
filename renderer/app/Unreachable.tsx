import { Button } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import classes from '../login/Login.module.css'
import { useRelay } from './relay-context.ts'

/** Nothing answers: says so and lets one try again. */
export function Unreachable({ message }: { readonly message: string }) {
  const { actions } = useRelay()
  return (
    <main className={classes['page']}>
      <div className={classes['card']} role="alert">
        <h1 className={classes['title']}>Postern is not answering</h1>
        <p className={classes['text']}>
          {message} Is it running? Mail that comes in meanwhile is kept by its senders and tried again.
        </p>
        <Button kind="main" onClick={() => void actions.begin(undefined)}>
          <Icon name="refresh" />
          Try again
        </Button>
      </div>
    </main>
  )
}
