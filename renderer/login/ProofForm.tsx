import { useId, useState } from 'react'
import type { SubmitEvent } from 'react'
import type { Method } from '../../main/api/shapes-access.ts'
import type { Proof } from '../api/calls.ts'
import { Button } from '../parts/button/Button.tsx'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import { codeIn } from './code.ts'
import classes from './Login.module.css'

type Typed = Exclude<Method, 'key'>

/** What is typed, whether it is hidden, and what a password manager may fill in. */
const INPUTS: Readonly<Record<Typed, { readonly hidden: boolean; readonly autoComplete: string }>> = {
  code: { hidden: false, autoComplete: 'one-time-code' },
  passphrase: { hidden: true, autoComplete: 'current-password' },
  totp: { hidden: false, autoComplete: 'one-time-code' },
  recoveryCode: { hidden: false, autoComplete: 'off' },
  recoveryKey: { hidden: false, autoComplete: 'off' },
}

interface ProofFormProps {
  readonly methods: readonly Method[]
  readonly message: string
  readonly busy: boolean
  /** What the button says. */
  readonly word: string
  readonly onProof: (proof: Proof) => void
  readonly onKey: () => void
}

function proofOf(method: Typed, text: string): Proof | undefined {
  const plain = text.trim()
  if (plain === '') return undefined
  switch (method) {
    case 'code': {
      const code = codeIn(plain)
      return code === undefined ? undefined : { code }
    }
    case 'passphrase':
      return { passphrase: text }
    case 'totp':
      return { totp: plain.replaceAll(' ', '') }
    case 'recoveryCode':
      return { recoveryCode: plain }
    case 'recoveryKey':
      return { recoveryKey: plain }
  }
}

/** One proof of who one is, by any of these methods. What is typed is kept in this form and nowhere else, and forgotten when it was sent. */
export function ProofForm({ methods, message, busy, word, onProof, onKey }: ProofFormProps) {
  const { session: t } = useTexts()
  const [method, setMethod] = useState<Method>(methods[0] ?? 'code')
  return (
    <>
      {method === 'key' ? (
        <KeyButton message={message} busy={busy} onKey={onKey} />
      ) : (
        <TypedForm key={method} method={method} message={message} busy={busy} word={word} onProof={onProof} />
      )}
      {methods
        .filter((one) => one !== method)
        .map((one) => (
          <Button key={one} kind="quiet" onClick={() => setMethod(one)}>
            {one === 'key' ? t.otherKey : t[one].other}
          </Button>
        ))}
    </>
  )
}

function KeyButton({ message, busy, onKey }: Pick<ProofFormProps, 'message' | 'busy' | 'onKey'>) {
  const { session: t } = useTexts()
  return (
    <>
      <p className={classes['text']}>{t.keyText}</p>
      {message !== '' && (
        <p className={classes['message']} role="alert">
          <Told text={message} />
        </p>
      )}
      <Button kind="main" icon="check" busy={busy} onClick={onKey} autoFocus>
        {t.useKey}
      </Button>
    </>
  )
}

interface TypedFormProps extends Pick<ProofFormProps, 'message' | 'busy' | 'word' | 'onProof'> {
  readonly method: Typed
}

function TypedForm({ method, message, busy, word, onProof }: TypedFormProps) {
  const id = useId()
  const [text, setText] = useState('')
  const { common, session } = useTexts()
  const { label, help } = session[method]
  const { hidden, autoComplete } = INPUTS[method]
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const proof = proofOf(method, text)
    if (proof === undefined || busy) return
    if (method !== 'code') setText('')
    onProof(proof)
  }
  return (
    <form className={classes['form']} onSubmit={submit}>
      <p className={classes['text']} id={`${id}-help`}>
        {help}
      </p>
      <label className={classes['label']} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={classes['input']}
        type={hidden ? 'password' : 'text'}
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        aria-describedby={message === '' ? `${id}-help` : `${id}-help ${id}-message`}
        aria-invalid={message !== ''}
      />
      <p className={classes['message']} id={`${id}-message`} role="alert">
        <Told text={message} />
      </p>
      <Button kind="main" type="submit" icon="check" busy={busy}>
        {busy ? common.oneMoment : word}
      </Button>
    </form>
  )
}
