import { useQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { DomainShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { recipientsQuery } from '../api/owner.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { CheckField, Fields, SelectField, TextField } from '../parts/field/Field.tsx'
import { Row } from '../parts/page/Page.tsx'
import { Told } from '../parts/said/Said.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Domains.module.css'

type Draft = ReturnType<typeof draftOf>

function draftOf(domain: DomainShown) {
  return {
    description: domain.description ?? '',
    fromName: domain.from_name ?? '',
    defaultRecipient: domain.default_recipient?.email ?? '',
    fallbackRecipient: domain.fallback_recipient ?? '',
    active: domain.active,
    catchAll: domain.catch_all,
    refuseForged: domain.refuseForged,
  }
}

/** What happens to mail at the domain. */
export function Policy({ domain }: { readonly domain: DomainShown }) {
  const { domains, common } = useTexts()
  const t = domains.policy
  const client = useClient()
  const { busy, error, run } = useDoing()
  const [draft, setDraft] = useState(() => draftOf(domain))
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change })
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(domain))
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
    const { description, fromName, defaultRecipient, fallbackRecipient, ...flags } = draft
    const change = {
      ...flags,
      description: orNull(description),
      fromName: orNull(fromName),
      defaultRecipient: orNull(defaultRecipient),
      fallbackRecipient: orNull(fallbackRecipient),
    }
    await run(() => client.tell('PATCH', `/app/domains/${encodeURIComponent(domain.domain)}`, change), {
      done: t.saved,
      changes: ['domain', 'domains', 'state'],
    })
  }
  return (
    <Card title={domains.tabs.policy} lead={t.lead}>
      <form className={classes['form']} onSubmit={(event) => void save(event)}>
        <Inputs draft={draft} set={set} error={error} />
        {formError(error) !== undefined && (
          <Callout tone="bad" alert>
            <Told text={formError(error) ?? ''} />
          </Callout>
        )}
        <Row end>
          <Button kind="main" type="submit" icon="save" busy={busy} disabled={!isChanged}>
            {common.save}
          </Button>
        </Row>
      </form>
    </Card>
  )
}

interface InputsProps {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
  readonly error: unknown
}

function Inputs({ draft, set, error }: InputsProps) {
  const { domains } = useTexts()
  const t = domains.policy
  const { data: recipients = [] } = useQuery(recipientsQuery(useClient()))
  const names = recipients.map(({ email }) => ({ value: email, label: email }))
  return (
    <>
      <CheckField label={t.active} help={t.activeHelp} checked={draft.active} onChange={(active) => set({ active })} />
      <CheckField
        label={domains.catchAll}
        help={domains.catchAllHelp}
        checked={draft.catchAll}
        onChange={(catchAll) => set({ catchAll })}
      />
      <CheckField
        label={t.refuseForged}
        help={t.refuseForgedHelp}
        checked={draft.refuseForged}
        onChange={(refuseForged) => set({ refuseForged })}
      />
      <Fields>
        <SelectField
          label={t.recipient}
          help={t.recipientHelp}
          value={draft.defaultRecipient}
          onChange={(defaultRecipient) => set({ defaultRecipient })}
          choices={[{ value: '', label: t.standard }, ...names]}
        />
        <SelectField
          label={t.fallback}
          help={t.fallbackHelp}
          value={draft.fallbackRecipient}
          onChange={(fallbackRecipient) => set({ fallbackRecipient })}
          choices={[{ value: '', label: t.nobody }, ...names]}
        />
      </Fields>
      <Fields>
        <TextField
          label={t.description}
          error={fieldError(error, 'description')}
          value={draft.description}
          onChange={(description) => set({ description })}
          maxLength={200}
        />
        <TextField
          label={t.fromName}
          help={t.fromNameHelp}
          error={fieldError(error, 'fromName')}
          value={draft.fromName}
          onChange={(fromName) => set({ fromName })}
          maxLength={200}
        />
      </Fields>
    </>
  )
}
