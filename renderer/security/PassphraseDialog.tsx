import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { Strength } from '../../main/api/shapes-access.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { securityCalls } from '../api/security.ts'
import { useRelay } from '../app/relay-context.ts'
import { useLater } from '../data/use-later.ts'
import { Button, IconButton } from '../parts/button/Button.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Said } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'
import { useDoing } from '../data/use-doing.ts'

const TYPING_MS = 250
/** Where the scale of the meter ends: more is not better. */
const MOST_BITS = 90

/** What is typed or drawn, kept in the form and nowhere else. */
function useDraft(onDone: () => void) {
  const t = useTexts().security.passphrase
  const { actions } = useRelay()
  const calls = securityCalls(useClient())
  const doing = useDoing()
  const [text, setText] = useState('')
  const [again, setAgain] = useState('')
  const [shown, setShown] = useState(false)
  const [drawn, setDrawn] = useState(false)
  return {
    ...{ doing, text, again, setAgain, shown, setShown, drawn },
    differs: !shown && again !== '' && again !== text,
    type: (value: string): void => {
      setText(value)
      setDrawn(false)
    },
    draw: async (): Promise<void> => {
      const made = await doing.run(async () => {
        setText(await calls.generate())
      })
      if (!made) return
      setShown(true)
      setDrawn(true)
    },
    submit: async (event: SubmitEvent): Promise<void> => {
      event.preventDefault()
      if (!shown && again !== text) return
      if (!(await doing.run(() => calls.setPassphrase(text), { changes: ['security'] }))) return
      actions.tell('good', t.done)
      onDone()
    },
  }
}

/** A new passphrase, typed twice or drawn by chance, with how hard it is to guess and why. */
export function PassphraseDialog({ onClose }: { readonly onClose: () => void }) {
  const { security, common } = useTexts()
  const t = security.passphrase
  const draft = useDraft(onClose)
  const { doing, text, shown, differs } = draft
  const eye = { icon: shown ? 'eye-off' : 'eye', label: shown ? t.hide : t.show } as const
  return (
    <Dialog open onClose={onClose} title={t.setIt}>
      <form className={classes['form']} onSubmit={(event) => void draft.submit(event)}>
        <div className={classes['typed']}>
          <TextField
            label={t.label}
            error={fieldError(doing.error, 'passphrase') ?? formError(doing.error)}
            type={shown ? 'text' : 'password'}
            autoComplete="new-password"
            value={text}
            onChange={draft.type}
            mono
            required
            autoFocus
            maxLength={1000}
          />
          <IconButton {...eye} onClick={() => draft.setShown(!shown)} />
        </div>
        {/* All of it before the eye, to be written down: the field shows as much as fits. */}
        {draft.drawn && shown && <code className={classes['drawn']}>{text}</code>}
        <Meter text={text} note={draft.drawn ? t.generated : t.help} />
        {!shown && (
          <TextField
            label={t.again}
            error={differs ? t.differs : undefined}
            type="password"
            autoComplete="new-password"
            value={draft.again}
            onChange={draft.setAgain}
            mono
            required
            maxLength={1000}
          />
        )}
        <Row end>
          <Button icon="sparkle" onClick={() => void draft.draw()}>
            {t.generate}
          </Button>
          <Button kind="main" type="submit" icon="check" busy={doing.busy} disabled={differs}>
            {common.save}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

/** Asked of the relay as one types; nothing of it is kept there or here. */
function useStrength(text: string): Strength | undefined {
  const client = useClient()
  const later = useLater(text, TYPING_MS)
  const { data } = useQuery({
    queryKey: ['strength', later],
    queryFn: () => securityCalls(client).strength(later),
    enabled: later !== '',
    gcTime: 0,
    placeholderData: (before) => before,
  })
  return later === '' ? undefined : data
}

function Meter({ text, note }: { readonly text: string; readonly note: string }) {
  const { security } = useTexts()
  const t = security.passphrase
  const found = useStrength(text)
  return (
    <div className={classes['meter']}>
      <meter aria-label={t.strength} min={0} max={MOST_BITS} low={50} high={60} optimum={75} value={found?.bits ?? 0} />
      <div className={classes['reasons']} role="status">
        <p>
          {found === undefined ? note : `${t.strength}: ${t.verdicts[found.verdict]}, ${t.bits(found.bits)}. `}
          {found !== undefined && found.verdict !== 'refused' && note !== t.help ? note : ''}
        </p>
        {found?.reasons.map((reason) => (
          <p key={reason}>
            <Said text={reason} />
          </p>
        ))}
      </div>
    </div>
  )
}
