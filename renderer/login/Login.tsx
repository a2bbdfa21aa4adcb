import { useEffect, useState } from 'react'
import { startAuthentication } from '@simplewebauthn/browser'
import type { LoginState, Method } from '../../main/api/shapes-access.ts'
import type { Proof } from '../api/calls.ts'
import { useRelay } from '../app/relay-context.ts'
import icon from '../icon.svg'
import classes from './Login.module.css'
import { useTexts } from '../texts/texts.ts'
import { ProofForm } from './ProofForm.tsx'

interface LoginProps {
  readonly message: string
  readonly busy: boolean
  readonly ask: LoginState | undefined
}

function methodsOf(ask: LoginState | undefined): readonly Method[] {
  if (ask !== undefined && ask.second.length > 0) return ask.second
  return ask?.passphrase === true ? ['passphrase', 'code', 'recoveryKey'] : ['code', 'recoveryKey']
}

/** Asks for what opens the pages: a login link or the passphrase, and then the second factor where there is one. */
export function Login({ message, busy, ask }: LoginProps) {
  const { actions } = useRelay()
  const { session: t } = useTexts()
  const [trouble, setTrouble] = useState('')
  const isSecond = ask !== undefined && ask.second.length > 0
  useEffect(() => {
    if (ask === undefined && !busy) void actions.askLogin()
  }, [ask, busy, actions])
  const submit = (proof: Proof): void => {
    setTrouble('')
    void (isSecond ? actions.second(proof) : actions.login(proof))
  }
  const useKey = async (): Promise<void> => {
    try {
      const optionsJSON = await actions.keyOptions('/app/login/key-options')
      submit({ key: await startAuthentication({ optionsJSON }) })
    } catch {
      setTrouble(t.keyFailed)
    }
  }
  const methods = methodsOf(ask)
  return (
    <main className={classes['page']}>
      <div className={classes['card']}>
        <img className={classes['mark']} src={icon} alt="" width="44" height="44" />
        <h1 className={classes['title']}>{isSecond ? t.secondTitle : t.signInTitle}</h1>
        <ProofForm
          key={methods.join(' ')}
          methods={methods}
          message={trouble === '' ? message : trouble}
          busy={busy}
          word={t.signIn}
          onProof={submit}
          onKey={() => void useKey()}
        />
      </div>
    </main>
  )
}
