import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { useRelay } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import icon from '../icon.svg'
import { Icon } from '../parts/icon/Icon.tsx'
import { codeIn } from './code.ts'
import classes from './Login.module.css'

/** Asks for the code of the login link; takes the whole link, too. */
export function Login({ message, busy }: { readonly message: string; readonly busy: boolean }) {
  const { actions } = useRelay()
  const [text, setText] = useState('')
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const code = codeIn(text)
    if (code !== undefined && !busy) void actions.login(code)
  }
  return (
    <main className={classes['page']}>
      <form className={classes['card']} onSubmit={submit}>
        <img className={classes['mark']} src={icon} alt="" width="44" height="44" />
        <h1 className={classes['title']}>Sign in to Postern</h1>
        <p className={classes['text']} id="login-help">
          When it starts, Postern prints a login link. Open that link, or paste it or its code here. Each works once.
        </p>
        <label className={classes['label']} htmlFor="login-code">
          Login link or code
        </label>
        <input
          id="login-code"
          className={classes['input']}
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          aria-describedby={message === '' ? 'login-help' : 'login-help login-message'}
          aria-invalid={message !== ''}
        />
        <p className={classes['message']} id="login-message" role="alert">
          {message}
        </p>
        <Button kind="main" type="submit" busy={busy}>
          <Icon name="check" />
          {busy ? 'Signing in …' : 'Sign in'}
        </Button>
      </form>
    </main>
  )
}
