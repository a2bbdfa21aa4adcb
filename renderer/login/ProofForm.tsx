import { useId, useState } from 'react'
import type { SubmitEvent } from 'react'
import type { Method } from '../../main/api/shapes-access.ts'
import type { Proof } from '../api/calls.ts'
import { Button } from '../parts/button/Button.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { codeIn } from './code.ts'
import classes from './Login.module.css'

type Typed = Exclude<Method, 'key'>

interface Asked {
  readonly label: string
  readonly help: string
  readonly other: string
  readonly hidden: boolean
  readonly autoComplete: string
}

const ASKED: Readonly<Record<Typed, Asked>> = {
  code: {
    label: 'Login link or code',
    help: 'When it starts, Postern prints a login link. Open that link, or paste it or its code here. Each works once.',
    other: 'Use a login link instead',
    hidden: false,
    autoComplete: 'one-time-code',
  },
  passphrase: {
    label: 'Passphrase',
    help: 'The login passphrase that you set for these pages.',
    other: 'Use the passphrase instead',
    hidden: true,
    autoComplete: 'current-password',
  },
  totp: {
    label: 'Code of the authenticator app',
    help: 'Six digits that change every half minute. Each works once.',
    other: 'Use the authenticator app instead',
    hidden: false,
    autoComplete: 'one-time-code',
  },
  recoveryCode: {
    label: 'Recovery code',
    help: 'One of the ten codes that you noted. Each works once.',
    other: 'Use a recovery code instead',
    hidden: false,
    autoComplete: 'off',
  },
  recoveryKey: {
    label: 'Recovery key',
    help: 'The key on paper that opens your data and every backup: eight groups of five characters.',
    other: 'Use the recovery key instead',
    hidden: false,
    autoComplete: 'off',
  },
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
          <Button key={one} onClick={() => setMethod(one)}>
            {one === 'key' ? 'Use a security key instead' : ASKED[one].other}
          </Button>
        ))}
    </>
  )
}

function KeyButton({ message, busy, onKey }: Pick<ProofFormProps, 'message' | 'busy' | 'onKey'>) {
  return (
    <>
      <p className={classes['text']}>Touch your security key, or answer what your browser asks.</p>
      <p className={classes['message']} role="alert">
        {message}
      </p>
      <Button kind="main" busy={busy} onClick={onKey}>
        <Icon name="check" />
        Use the security key
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
  const { label, help, hidden, autoComplete } = ASKED[method]
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
        {message}
      </p>
      <Button kind="main" type="submit" busy={busy}>
        <Icon name="check" />
        {busy ? 'One moment …' : word}
      </Button>
    </form>
  )
}
