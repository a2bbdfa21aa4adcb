import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { useRelay } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import icon from '../icon.svg'
import { Icon } from '../parts/icon/Icon.tsx'
import classes from './Login.module.css'

type By = 'passphrase' | 'recovery'

const TEXTS = {
  passphrase: { label: 'Passphrase', other: 'Use the recovery key instead', autoComplete: 'current-password' },
  recovery: { label: 'Recovery key', other: 'Use the passphrase instead', autoComplete: 'off' },
} as const

/** Asks for what opens the data. What is typed is kept in this form and nowhere else, and forgotten when it was sent. */
export function Unlock({ message, busy }: { readonly message: string; readonly busy: boolean }) {
  const { actions } = useRelay()
  const [by, setBy] = useState<By>('passphrase')
  const [text, setText] = useState('')
  const { label, other, autoComplete } = TEXTS[by]
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (busy || text === '') return
    setText('')
    void actions.unlock(by, text)
  }
  return (
    <main className={classes['page']}>
      <form className={classes['card']} onSubmit={submit}>
        <img className={classes['mark']} src={icon} alt="" width="44" height="44" />
        <h1 className={classes['title']}>Your data is locked</h1>
        <p className={classes['text']} id="unlock-help">
          Until you unlock it, Postern asks senders to come again later. No mail is lost: they try for days.
        </p>
        <label className={classes['label']} htmlFor="unlock-secret">
          {label}
        </label>
        <input
          key={by}
          id="unlock-secret"
          className={classes['input']}
          type={by === 'passphrase' ? 'password' : 'text'}
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          readOnly={busy}
          aria-describedby={message === '' ? 'unlock-help' : 'unlock-help unlock-message'}
          aria-invalid={message !== ''}
        />
        <p className={classes['message']} id="unlock-message" role="alert">
          {message}
        </p>
        <Button kind="main" type="submit" busy={busy}>
          <Icon name="check" />
          {busy ? 'Unlocking …' : 'Unlock'}
        </Button>
        <Button
          kind="plain"
          onClick={() => {
            setBy(by === 'passphrase' ? 'recovery' : 'passphrase')
            setText('')
          }}
        >
          {other}
        </Button>
      </form>
    </main>
  )
}
