import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { useRelay } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import icon from '../icon.svg'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Login.module.css'

type By = 'passphrase' | 'recovery'

const FILLED = { passphrase: 'current-password', recovery: 'off' } as const

/** Asks for what opens the data. What is typed is kept in this form and nowhere else, and forgotten when it was sent. */
export function Unlock({ message, busy }: { readonly message: string; readonly busy: boolean }) {
  const { actions } = useRelay()
  const [by, setBy] = useState<By>('passphrase')
  const [text, setText] = useState('')
  const { session: t } = useTexts()
  const { label } = by === 'passphrase' ? t.passphrase : t.recoveryKey
  const { other } = by === 'passphrase' ? t.recoveryKey : t.passphrase
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
        <h1 className={classes['title']}>{t.locked.title}</h1>
        <p className={classes['text']} id="unlock-help">
          {t.locked.help}
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
          autoComplete={FILLED[by]}
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          readOnly={busy}
          aria-describedby={message === '' ? 'unlock-help' : 'unlock-help unlock-message'}
          aria-invalid={message !== ''}
        />
        <p className={classes['message']} id="unlock-message" role="alert">
          <Told text={message} />
        </p>
        <Button kind="main" type="submit" icon="check" busy={busy}>
          {busy ? t.locked.unlocking : t.locked.unlock}
        </Button>
        <Button
          kind="quiet"
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
