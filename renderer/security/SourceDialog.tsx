import { useState, type SubmitEvent } from 'react'
import type { KeySourceShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { formError } from '../api/failure.ts'
import { keyCalls } from '../api/security.ts'
import { useRelay } from '../app/relay-context.ts'
import { Button } from '../parts/button/Button.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'
import { useDoing } from '../data/use-doing.ts'

/** What is done with something that a person types: a new passphrase, or trying what there is. */
export type SourceWork =
  { readonly kind: 'add' } | { readonly kind: 'test' | 'rotate'; readonly source: KeySourceShown }

/** Asks for a passphrase or a recovery key, kept in this form and nowhere else. */
export function SourceDialog({ work, onClose }: { readonly work: SourceWork; readonly onClose: () => void }) {
  const { security, common } = useTexts()
  const t = security.sources
  const { actions } = useRelay()
  const calls = keyCalls(useClient())
  const doing = useDoing()
  const [text, setText] = useState('')
  const isRecovery = work.kind === 'test' && work.source.kind === 'recovery'
  const name = work.kind === 'add' ? '' : (t.kinds[work.source.kind] ?? work.source.kind)
  const send = (): Promise<unknown> => {
    if (work.kind === 'add') return calls.add('passphrase', { passphrase: text })
    if (work.kind === 'rotate') return calls.rotate(work.source.id, { passphrase: text })
    return calls.test(work.source.id, isRecovery ? { recovery: text } : { passphrase: text })
  }
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (!(await doing.run(send, { changes: ['keys', 'audit'] }))) return
    actions.tell('good', { add: t.added, rotate: t.rotated, test: t.opens }[work.kind])
    onClose()
  }
  const titles = { add: t.addPassphrase, test: t.testTitle(name), rotate: t.rotateTitle(name) }
  const leads = { add: t.notes['passphrase'], test: t.testLead, rotate: t.rotateLead }
  const label = isRecovery ? t.recovery : work.kind === 'test' ? t.passphrase : t.newPassphrase
  return (
    <Dialog open onClose={onClose} title={titles[work.kind]} lead={leads[work.kind]}>
      <form className={classes['form']} onSubmit={(event) => void submit(event)}>
        <TextField
          label={label}
          error={formError(doing.error)}
          type={isRecovery ? 'text' : 'password'}
          autoComplete={work.kind === 'test' ? 'off' : 'new-password'}
          value={text}
          onChange={setText}
          mono
          required
          autoFocus
          maxLength={isRecovery ? 200 : 1000}
        />
        <Row end>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" icon="check" busy={doing.busy}>
            {work.kind === 'test' ? t.test : common.save}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}
