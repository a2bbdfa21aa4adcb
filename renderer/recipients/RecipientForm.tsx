import { useState, type SubmitEvent } from 'react'
import type { RecipientShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { CheckField, SelectField, TextField, type Choice } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Recipients.module.css'

function draftOf(one: RecipientShown) {
  const { mode, fromMode, fromTemplate, banner, warn, allowSealed, allowSpf, autoReplies, flaggedAttachments } = one
  return {
    ...{ mode, fromMode, fromTemplate, banner, warn, allowSealed, allowSpf, autoReplies, flaggedAttachments },
    subjectTemplate: one.subjectTemplate ?? '',
    signingDomain: one.signingDomain ?? '',
    canReplySend: one.can_reply_send,
  }
}
type Draft = ReturnType<typeof draftOf>

const FLAGS = ['canReplySend', 'warn', 'autoReplies', 'allowSealed', 'allowSpf'] as const

const choicesOf = <T extends string>(words: Readonly<Record<T, string>>): readonly Choice<T>[] =>
  (Object.entries(words) as [T, string][]).map(([value, label]) => ({ value, label }))

/** How mail looks that arrives at this mailbox, and what may leave from it. */
export function RecipientForm({
  recipient,
  onClose,
}: {
  readonly recipient: RecipientShown
  readonly onClose: () => void
}) {
  const { recipients: t, common } = useTexts()
  const client = useClient()
  const { busy, error, run } = useDoing()
  const [draft, setDraft] = useState<Draft>(() => draftOf(recipient))
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const subject = draft.subjectTemplate.trim()
    const signingDomain = draft.signingDomain.trim()
    const change = {
      ...draft,
      subjectTemplate: subject === '' ? null : subject,
      signingDomain: signingDomain === '' ? null : signingDomain,
    }
    const saved = await run(() => client.tell('PATCH', `/app/recipients/${encodeURIComponent(recipient.id)}`, change), {
      done: t.saved,
      changes: ['recipients'],
    })
    if (saved) onClose()
  }
  return (
    <Dialog open onClose={onClose} title={`${t.edit}: ${recipient.email}`} place="side">
      <form className={classes['form']} onSubmit={(event) => void save(event)}>
        <Inputs draft={draft} set={(change) => setDraft({ ...draft, ...change })} error={error} />
        {formError(error) !== undefined && (
          <Callout tone="bad" alert>
            <Told text={formError(error) ?? ''} />
          </Callout>
        )}
        <Row end>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="main" type="submit" icon="save" busy={busy}>
            {common.save}
          </Button>
        </Row>
      </form>
    </Dialog>
  )
}

interface InputsProps {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
  readonly error: unknown
}

function Inputs({ draft, set, error }: InputsProps) {
  const t = useTexts().recipients.form
  return (
    <>
      <SelectField
        label={t.fromMode}
        value={draft.fromMode}
        onChange={(fromMode) => set({ fromMode })}
        choices={choicesOf(t.fromModes)}
      />
      <SelectField
        label={t.fromTemplate}
        value={draft.fromTemplate}
        onChange={(fromTemplate) => set({ fromTemplate })}
        choices={choicesOf(t.fromTemplates)}
      />
      <SelectField
        label={t.mode}
        help={draft.mode === 'preserve' ? t.preserveWarning : undefined}
        value={draft.mode}
        onChange={(mode) => set({ mode })}
        choices={choicesOf(t.modes)}
      />
      <SelectField
        label={t.banner}
        value={draft.banner}
        onChange={(banner) => set({ banner })}
        choices={choicesOf(t.banners)}
      />
      <SelectField
        label={t.flagged}
        value={draft.flaggedAttachments}
        onChange={(flaggedAttachments) => set({ flaggedAttachments })}
        choices={choicesOf(t.flaggedChoices)}
      />
      <TextField
        label={t.subject}
        help={t.subjectHelp}
        error={fieldError(error, 'subjectTemplate')}
        value={draft.subjectTemplate}
        onChange={(subjectTemplate) => set({ subjectTemplate })}
        maxLength={200}
      />
      <TextField
        label={t.signingDomain}
        help={t.signingDomainHelp}
        error={fieldError(error, 'signingDomain')}
        value={draft.signingDomain}
        onChange={(signingDomain) => set({ signingDomain })}
        maxLength={253}
      />
      {FLAGS.map((flag) => (
        <CheckField key={flag} label={t[flag]} checked={draft[flag]} onChange={(on) => set({ [flag]: on })} />
      ))}
    </>
  )
}
