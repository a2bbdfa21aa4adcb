import { startRegistration } from '@simplewebauthn/browser'
import { useState, type SubmitEvent } from 'react'
import type { Security } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { ApiFailure, fieldError, formError } from '../api/failure.ts'
import { securityCalls } from '../api/security.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct } from '../data/use-act.ts'
import { host } from '../host/host.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm, Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import type { FactorProps } from './AppCodes.tsx'
import classes from './Security.module.css'
import { useDoing } from '../data/use-doing.ts'

type Key = Security['keys'][number]
type Open = { readonly kind: 'add' } | { readonly kind: 'rename' | 'remove'; readonly key: Key }

/** Keys by name: added in this browser, renamed, removed. */
export function SecurityKeys({ security, onCodes }: FactorProps) {
  const { security: words } = useTexts()
  const t = words.keys
  const calls = securityCalls(useClient())
  const act = useAct()
  const [open, setOpen] = useState<Open>()
  const close = (): void => setOpen(undefined)
  const { keys, canHaveKeys } = security
  return (
    <Card
      title={t.title}
      lead={t.lead}
      flush
      actions={
        canHaveKeys && (
          <Button icon="plus" onClick={() => setOpen({ kind: 'add' })}>
            {t.add}
          </Button>
        )
      }
    >
      {!canHaveKeys && (
        <div className={classes['inset']}>
          <Callout>{host === undefined ? t.onlyLocalhost : t.window}</Callout>
        </div>
      )}
      {keys.length === 0 ? (
        <p className={classes['empty']}>{t.none}</p>
      ) : (
        <ul className={classes['list']}>
          {keys.map((key) => (
            <KeyLine key={key.id} one={key} onOpen={(kind) => setOpen({ kind, key })} />
          ))}
        </ul>
      )}
      {open?.kind === 'add' && <AddKey onCodes={onCodes} onClose={close} />}
      {open?.kind === 'rename' && <RenameKey one={open.key} onClose={close} />}
      {open?.kind === 'remove' && (
        <Confirm
          open
          onClose={close}
          title={t.removeTitle(open.key.name)}
          lead={t.removeLead}
          word={words.totp.remove}
          danger
          onYes={() =>
            act(() => calls.removeKey(open.key.id), { done: t.removed(open.key.name), changes: ['security'] })
          }
        />
      )}
    </Card>
  )
}

function KeyLine({ one, onOpen }: { readonly one: Key; readonly onOpen: (kind: 'rename' | 'remove') => void }) {
  const { security: words, common } = useTexts()
  const t = words.keys
  const { name, createdAt, lastUsed } = one
  return (
    <li className={classes['item']}>
      <div className={classes['what']}>
        <span className={classes['name']}>
          <Icon name="security" /> {name}
        </span>
        <span className={classes['more']}>
          <span>
            {words.created}: <Time at={createdAt} relative />
          </span>
          <span>
            {words.lastUsed}: {lastUsed === null ? t.never : <Time at={lastUsed} relative />}
          </span>
        </span>
      </div>
      <div className={classes['acts']}>
        <IconButton icon="edit" label={`${t.rename}: ${name}`} onClick={() => onOpen('rename')} />
        <IconButton icon="bin" label={`${common.remove}: ${name}`} onClick={() => onOpen('remove')} />
      </div>
    </li>
  )
}

/** The browser's own no (nobody touched the key, it is here already) is not one of the relay's. */
const byBrowser = (error: unknown): boolean => error !== undefined && !(error instanceof ApiFailure)

function AddKey({ onCodes, onClose }: Pick<FactorProps, 'onCodes'> & { readonly onClose: () => void }) {
  const { security: words, common } = useTexts()
  const t = words.keys
  const { actions } = useRelay()
  const calls = securityCalls(useClient())
  const doing = useDoing()
  const [name, setName] = useState('')
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    let codes: readonly string[] | undefined
    const done = await doing.run(
      async () => {
        const response = await startRegistration({ optionsJSON: await calls.keyOptions() })
        codes = (await calls.addKey(name.trim(), response)).recoveryCodes
      },
      { changes: ['security'] },
    )
    if (!done) return
    actions.tell('good', t.done(name.trim()))
    onClose()
    if (codes !== undefined) onCodes(codes)
  }
  const error = byBrowser(doing.error) ? t.failed : (fieldError(doing.error, 'name') ?? formError(doing.error))
  return (
    <Dialog open onClose={onClose} title={t.addTitle} lead={t.addLead}>
      <NameForm
        label={words.name}
        placeholder={t.example}
        word={common.add}
        name={name}
        error={error}
        busy={doing.busy}
        onName={setName}
        onSubmit={(event) => void submit(event)}
        onClose={onClose}
      />
    </Dialog>
  )
}

function RenameKey({ one, onClose }: { readonly one: Key; readonly onClose: () => void }) {
  const { security: words, common } = useTexts()
  const t = words.keys
  const { actions } = useRelay()
  const calls = securityCalls(useClient())
  const doing = useDoing()
  const [name, setName] = useState(one.name)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (!(await doing.run(() => calls.renameKey(one.id, name.trim()), { changes: ['security'] }))) return
    actions.tell('good', t.renamed)
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title={t.renameTitle}>
      <NameForm
        label={words.name}
        word={common.save}
        name={name}
        error={fieldError(doing.error, 'name') ?? formError(doing.error)}
        busy={doing.busy}
        onName={setName}
        onSubmit={(event) => void submit(event)}
        onClose={onClose}
      />
    </Dialog>
  )
}

interface NameFormProps {
  readonly label: string
  readonly help?: string
  readonly placeholder?: string
  /** What the button says. */
  readonly word: string
  readonly name: string
  readonly error: string | undefined
  readonly busy: boolean
  readonly onName: (name: string) => void
  readonly onSubmit: (event: SubmitEvent) => void
  readonly onClose: () => void
}

/** One name, and go on. */
export function NameForm({ word, name, busy, onName, onSubmit, onClose, ...field }: NameFormProps) {
  const { common } = useTexts()
  return (
    <form className={classes['form']} onSubmit={onSubmit}>
      <TextField {...field} value={name} onChange={onName} required autoFocus maxLength={100} />
      <Row end>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button kind="main" type="submit" icon="check" busy={busy}>
          {word}
        </Button>
      </Row>
    </form>
  )
}
